//! What a window display's profile adds: its window, its panel, its voice.

use std::path::PathBuf;

use crate::{fault::Fault, section::Section};

/// The highest window number: three digits fit every panel.
const WINDOW_MAX: u32 = 999;

/// A display above a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// Which window.
    pub window: u16,
    /// What it shows on.
    pub panel: Panel,
    /// What it speaks with.
    pub voice: Voice,
}

/// The panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What shows.
    pub back_end: PanelBackEnd,
    /// The picture that the back-end `file` keeps up to date.
    pub file: PathBuf,
    /// Width in dots.
    pub columns: u32,
    /// Height in dots.
    pub rows: u32,
}

/// What shows calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelBackEnd {
    /// Drawn in the terminal.
    Terminal,
    /// Drawn into a file.
    File,
    /// Not at all.
    None,
}

/// The voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// What speaks.
    pub back_end: VoiceBackEnd,
    /// Where the back-end `wav` puts its files.
    pub directory: PathBuf,
    /// The recorded voice; without one only the chime sounds.
    pub pack: Option<PathBuf>,
    /// How often a call is spoken.
    pub times: u32,
    /// Whether a chime comes first.
    pub chime: bool,
}

/// What speaks calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceBackEnd {
    /// A WAV file for each call.
    Wav,
    /// Nothing.
    None,
}

impl Display {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        if !section.has("window") {
            section.wrong("window", Fault::Missing("3"));
        }
        let display = Self {
            window: u16::try_from(section.number("window", 1, 1..WINDOW_MAX + 1)).unwrap_or(1),
            panel: Panel::read(section.section("panel")),
            voice: Voice::read(section.section("voice")),
        };
        section.end();
        display
    }
}

impl Panel {
    fn read(mut section: Section<'_, '_, '_>) -> Self {
        const BACK_ENDS: [(&str, PanelBackEnd); 3] =
            [("terminal", PanelBackEnd::Terminal), ("file", PanelBackEnd::File), ("none", PanelBackEnd::None)];
        let panel = Self {
            back_end: section.choice("back_end", PanelBackEnd::Terminal, &BACK_ENDS),
            file: section.path("file", "panel.txt"),
            columns: section.number("columns", 128, 32..1_025),
            rows: section.number("rows", 16, 16..129),
        };
        section.end();
        panel
    }
}

impl Voice {
    fn read(mut section: Section<'_, '_, '_>) -> Self {
        const BACK_ENDS: [(&str, VoiceBackEnd); 2] = [("wav", VoiceBackEnd::Wav), ("none", VoiceBackEnd::None)];
        let voice = Self {
            back_end: section.choice("back_end", VoiceBackEnd::Wav, &BACK_ENDS),
            directory: section.path("directory", "voice"),
            pack: section.optional_path("pack"),
            times: section.number("times", 2, 1..6),
            chime: section.flag("chime", true),
        };
        section.end();
        voice
    }
}
