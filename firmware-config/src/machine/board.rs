//! Boards, and what each can do.

/// What the device is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Board {
    /// Raspberry Pi 3 B or B+.
    Pi3,
    /// Raspberry Pi 4 B.
    Pi4,
    /// Raspberry Pi 5.
    Pi5,
    /// Raspberry Pi Zero 2 W.
    Zero2w,
    /// Any other machine with Debian: no pins, no SPI, nothing about its boot.
    Debian,
}

impl Board {
    pub(super) const CHOICES: [(&'static str, Self); 5] = [
        ("pi3", Self::Pi3),
        ("pi4", Self::Pi4),
        ("pi5", Self::Pi5),
        ("zero2w", Self::Zero2w),
        ("debian", Self::Debian),
    ];

    /// As a profile names it.
    pub fn word(self) -> &'static str {
        Self::CHOICES.iter().find(|(_, board)| *board == self).map_or("debian", |(word, _)| word)
    }

    /// Whether a board that calls itself so is this one: `Raspberry Pi 4 Model B Rev 1.5`.
    pub fn is(self, model: &str) -> bool {
        let begins = match self {
            Self::Pi3 => "Raspberry Pi 3",
            Self::Pi4 => "Raspberry Pi 4",
            Self::Pi5 => "Raspberry Pi 5",
            Self::Zero2w => "Raspberry Pi Zero 2",
            Self::Debian => "",
        };
        model.starts_with(begins)
    }

    /// Whether it is a Raspberry Pi.
    pub fn is_pi(self) -> bool {
        self != Self::Debian
    }

    /// The SPI buses that its header can have, and the same for people.
    pub(crate) fn spi_buses(self) -> (&'static [u8], &'static str) {
        match self {
            Self::Pi4 => (&[0, 1, 3, 4, 5, 6], "spi_bus = 0, 1, 3, 4, 5, 6"),
            Self::Pi3 | Self::Pi5 | Self::Zero2w => (&[0, 1], "spi_bus = 0, 1"),
            Self::Debian => (&[], "board = \"pi3\", \"pi4\", \"pi5\", \"zero2w\""),
        }
    }

    /// Whether it has a jack for sound; on another machine with Debian nobody knows.
    pub(crate) fn has_headphones(self) -> bool {
        matches!(self, Self::Pi3 | Self::Pi4 | Self::Debian)
    }

    /// Whether Bluetooth has the good UART of the header unless it is switched off.
    pub(crate) fn bluetooth_has_uart(self) -> bool {
        matches!(self, Self::Pi3 | Self::Pi4 | Self::Zero2w)
    }
}
