//! QR codes (ISO/IEC 18004), in modules.

use qrcode::{Color, EcLevel, QrCode};

/// Dots of a module at least: 0.5 mm at 8 dots/mm, what phones read from thermal paper.
pub const MODULE_DOTS_MIN: usize = 4;
/// White around a code, modules.
pub const QUIET_MODULES: usize = 4;

/// A code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Modules a side, without the white around.
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// The code of a text: with error correction M if it then fits `modules_max` with the white around it, else with L, else
    /// none.
    pub fn of(text: &str, modules_max: usize) -> Option<Self> {
        [EcLevel::M, EcLevel::L].into_iter().find_map(|level| {
            let code = QrCode::with_error_correction_level(text, level).ok()?;
            let dark = code.to_colors().iter().map(|color| *color == Color::Dark).collect();
            Some(Self { side: code.width(), dark }).filter(|code| code.modules() <= modules_max)
        })
    }

    /// Modules a side with the white around.
    pub fn modules(&self) -> usize {
        self.side + 2 * QUIET_MODULES
    }

    /// The places of the dark modules, with the white around: column, row.
    pub fn dark(&self) -> impl Iterator<Item = (usize, usize)> {
        let dark = self.dark.iter().enumerate().filter(|(_, dark)| **dark);
        dark.map(|(at, _)| (at % self.side + QUIET_MODULES, at / self.side + QUIET_MODULES))
    }
}
