//! The sound card.

use crate::{fault::Fault, section::Section};

/// The sound card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Which.
    pub card: Card,
    /// The mixer's control that is set when the machine starts; `None` = the card has none.
    pub control: Option<String>,
    /// What it is set to. Louder and quieter by time of day is the voice's own matter.
    pub level_percent: u32,
}

/// A sound card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Card {
    /// None.
    None,
    /// The jack of a Pi 3 or 4.
    Headphones,
    /// The screen's loudspeakers.
    Hdmi,
    /// A board on I2S with a PCM5102 or the like.
    HifiberryDac,
    /// An amplifier on I2S.
    Max98357a,
    /// One on USB, by the name that `aplay -l` shows.
    Usb(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Headphones,
    Hdmi,
    HifiberryDac,
    Max98357a,
    Usb,
}

const KINDS: [(&str, Kind); 6] = [
    ("none", Kind::None),
    ("headphones", Kind::Headphones),
    ("hdmi", Kind::Hdmi),
    ("hifiberry-dac", Kind::HifiberryDac),
    ("max98357a", Kind::Max98357a),
    ("usb", Kind::Usb),
];

impl Default for Sound {
    fn default() -> Self {
        Self { card: Card::None, control: None, level_percent: 100 }
    }
}

impl Sound {
    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let kind = section.choice("card", Kind::None, &KINDS);
        let name = section.text("name", "\"Device\" (aplay -l)", is_card_name);
        if kind == Kind::Usb && !section.has("name") {
            section.wrong("name", Fault::Missing("\"Device\" (aplay -l)"));
        }
        if kind != Kind::Usb && section.has("name") {
            section.wrong("name", Fault::Form("card = \"usb\""));
        }
        let control = section.text("control", "\"PCM\" (amixer scontrols)", is_control);
        let sound = Self {
            card: match kind {
                Kind::None => Card::None,
                Kind::Headphones => Card::Headphones,
                Kind::Hdmi => Card::Hdmi,
                Kind::HifiberryDac => Card::HifiberryDac,
                Kind::Max98357a => Card::Max98357a,
                Kind::Usb => Card::Usb(name.unwrap_or_default()),
            },
            control: control.or_else(|| (kind == Kind::Headphones).then(|| "PCM".into())),
            level_percent: section.number("level_percent", 100, 0..101),
        };
        section.end();
        sound
    }
}

impl Card {
    /// Whether it is on the pins 18 to 21.
    pub(crate) fn is_i2s(&self) -> bool {
        matches!(self, Self::HifiberryDac | Self::Max98357a)
    }
}

/// The kernel's own rule for the id of a card.
fn is_card_name(name: &str) -> bool {
    (1..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_control(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_".contains(&byte);
    (1..=40).contains(&name.len()) && name.trim() == name && name.bytes().all(is_plain)
}
