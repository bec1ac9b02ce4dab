//! The screen with its browser.

use crate::section::Section;

/// The screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screen {
    /// What shows the device's page.
    pub browser: Browser,
    /// How far the picture is turned clockwise.
    pub turn: Turn,
}

/// What shows the device's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Browser {
    /// Chromium where the device has a page that needs it: a display with the panel `page`.
    #[default]
    Auto,
    /// Chromium: a dispenser with a touch screen.
    Chromium,
    /// Nothing: a dispenser with buttons alone.
    None,
}

/// How far a picture is turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// Not at all.
    #[default]
    None,
    /// A screen on its side.
    Quarter,
    /// Upside down.
    Half,
    /// On its other side.
    ThreeQuarters,
}

impl Screen {
    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let browsers = [("auto", Browser::Auto), ("chromium", Browser::Chromium), ("none", Browser::None)];
        let turns = [("0", Turn::None), ("90", Turn::Quarter), ("180", Turn::Half), ("270", Turn::ThreeQuarters)];
        let screen = Self {
            browser: section.choice("browser", Browser::Auto, &browsers),
            turn: section.choice("turn", Turn::None, &turns),
        };
        section.end();
        screen
    }
}
