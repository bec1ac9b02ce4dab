//! What a window display's profile adds: its window, its panel, its voice.

mod day_plan;
mod panel;
mod voice;

pub use day_plan::DayPlan;
pub use panel::{CardLink, CardLinkKind, Corner, Max7219, Onbon, Page, Panel, PanelBackEnd, Rotation};
pub use voice::{Voice, VoiceBackEnd, Volume};

use crate::{fault::Fault, section::Section};

/// The highest window number: three digits fit every panel.
const WINDOW_MAX: u32 = 999;

/// A display above a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// Which window; 0 in the profile of a device that enrols itself, where the manager chooses it.
    pub window: u16,
    /// What it shows on.
    pub panel: Panel,
    /// What it speaks with.
    pub voice: Voice,
}

impl Display {
    pub(crate) fn read(mut section: Section<'_, '_, '_>, is_blank: bool) -> Self {
        let is_chosen_later = is_blank && !section.has("window");
        if !is_chosen_later && !section.has("window") {
            section.wrong("window", Fault::Missing("3"));
        }
        let display = Self {
            window: if is_chosen_later {
                section.skip("window");
                0
            } else {
                u16::try_from(section.number("window", 1, 1..WINDOW_MAX + 1)).unwrap_or(1)
            },
            panel: Panel::read(section.section("panel")),
            voice: Voice::read(section.section("voice")),
        };
        section.end();
        display
    }
}
