//! What a window display's profile adds: its window, its panel, its voice.

mod panel;

use std::path::PathBuf;

pub use panel::{Brightness, CardLink, CardLinkKind, Corner, Max7219, Onbon, Page, Panel, PanelBackEnd, Rotation};

use crate::{
    fault::Fault,
    section::{Section, Use},
};

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

impl Voice {
    /// The section of a voice without a panel.
    pub(crate) fn read_speaker(mut section: Section<'_, '_, '_>) -> Self {
        let voice = Self::read(section.section("voice"));
        section.end();
        voice
    }

    fn read(mut section: Section<'_, '_, '_>) -> Self {
        const BACK_ENDS: [(&str, VoiceBackEnd); 2] = [("wav", VoiceBackEnd::Wav), ("none", VoiceBackEnd::None)];
        let voice = Self {
            back_end: section.choice("back_end", VoiceBackEnd::Wav, &BACK_ENDS),
            directory: section.path("directory", "voice"),
            pack: section.optional_path("pack", Use::Read),
            times: section.number("times", 2, 1..6),
            chime: section.flag("chime", true),
        };
        section.end();
        voice
    }
}
