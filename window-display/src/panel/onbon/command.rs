//! What a card is asked, and what it answers.

use firmware_config::display::Panel as PanelProfile;

use super::{gb2312, packet::Packet};
use crate::panel::text;

/// Computers are 0x8000.
const COMPUTER: u16 = 0x8000;
/// The card is to answer.
const ANSWER: u8 = 1;
/// The longest text that is sent, bytes: the packet stays well below 1 KiB, the most that a card takes.
pub const TEXT_BYTES_MAX: usize = 480;
/// The width of a space, dots.
const SPACE_DOTS: u32 = 8;
/// What stands is dark after so long without a word, s: a card that is cut off keeps no call.
const STILL_LASTS_S: u16 = 10;
/// The same for what moves, which is sent anew more seldom.
const MOVING_LASTS_S: u16 = 40;
/// The speed of a moving line, 0 = fastest to 24.
const SPEED: u8 = 4;
/// How long a page stands, half seconds.
const STAY_HALF_S: u8 = 4;

/// What a card is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Are you there?
    Ping,
    /// Be so bright: 1 to 100 percent.
    Brightness(u32),
    /// Show these lines, parted by `\n`.
    Text(String),
    /// Show nothing.
    Dark,
}

/// The dynamic area of a card that shows calls: all of its panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The card's number.
    pub screen: u16,
    /// The area's number.
    pub area: u8,
    /// The card's font.
    pub font: Option<u16>,
    /// Width, dots.
    pub columns: u32,
    /// Height, dots.
    pub rows: u32,
}

/// What a card answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Ack,
    /// Not done; the card's code says why.
    Nack(u8),
    /// Something else.
    Other,
}

impl Answer {
    /// Reads the data of a packet: `A0`, 0 = yes or 1 = no, code of the error.
    pub fn read(data: &[u8]) -> Self {
        match *data {
            [0xA0, 0, 0, ..] => Self::Ack,
            [0xA0, 0 | 1, code, ..] => Self::Nack(code),
            _ => Self::Other,
        }
    }
}

impl Area {
    /// Of a profile.
    pub fn of(profile: &PanelProfile) -> Self {
        let onbon = &profile.onbon;
        Self { screen: onbon.screen, area: onbon.area, font: onbon.font, columns: profile.columns, rows: profile.rows }
    }

    /// The packet of a command.
    pub fn packet(&self, command: &Command) -> Packet {
        let data = match command {
            Command::Ping => vec![0xA2, 0x00, ANSWER, 0, 0],
            // 16 steps, of which 0 is still lit.
            Command::Brightness(percent) => {
                let step = u8::try_from((percent.min(&100) * 15).div_ceil(100)).unwrap_or(15);
                vec![0xA3, 0x02, ANSWER, 2, 0, 1, step]
            }
            Command::Text(text) => self.update(text),
            Command::Dark => self.update(" "),
        };
        Packet { to: self.screen, from: COMPUTER, data }
    }

    /// Whether a text stands, or moves or turns pages, on this panel.
    pub fn moves(&self, text: &str) -> bool {
        text.split('\n').any(|line| width(line) > self.columns)
    }

    /// `A3 06`: no area is deleted, one is replaced.
    fn update(&self, text: &str) -> Vec<u8> {
        let area = self.area(text);
        let length = u16::try_from(area.len()).unwrap_or(u16::MAX);
        let mut data = vec![0xA3, 0x06, ANSWER, 0, 0, 0, 1];
        data.extend(length.to_le_bytes());
        data.extend(area);
        data
    }

    /// An area's data: kind, place and size (8 dots across, 1 dot down), number, line space, how it runs, how it shows, text.
    fn area(&self, text: &str) -> Vec<u8> {
        let (lines, moves) = (text.split('\n').count(), self.moves(text));
        // 1 = one line, 2 = several; 1 = lines end where they are told, 2 = where they must; 1 = still, 2 = at once, 3 = to
        // the left.
        let (single, wrap, show) = match (lines, moves) {
            (1, false) => (1, 1, 1),
            (1, true) => (1, 1, 3),
            (_, false) => (2, 1, 1),
            (_, true) => (2, 2, 2),
        };
        let lasts_s = if moves { MOVING_LASTS_S } else { STILL_LASTS_S };
        let bytes = self.text(text, moves);
        let dots = |count: u32| u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
        let mut area = vec![0, 0, 0, 0, 0];
        area.extend(dots(self.columns / 8));
        area.extend(dots(self.rows));
        // Run mode 2: round and round, and dark when nothing new comes for so long.
        area.extend([self.area, 0, 2]);
        area.extend(lasts_s.to_le_bytes());
        area.extend([0, 0, 0, single, wrap, show, 0, SPEED, STAY_HALF_S]);
        area.extend(u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
        area.extend(bytes);
        area
    }

    /// Font, then lines in the middle of the panel.
    fn text(&self, text: &str, moves: bool) -> Vec<u8> {
        let mut bytes = self.font.map(|font| format!("\\FO{font:03}").into_bytes()).unwrap_or_default();
        let room = usize::try_from(self.rows / SPACE_DOTS / 2).unwrap_or(1).max(1);
        for (at, line) in text.split('\n').take(room).enumerate() {
            if at > 0 {
                bytes.extend(b"\\r\\n");
            }
            let free = if moves { 0 } else { self.columns.saturating_sub(width(line)) / 2 / SPACE_DOTS };
            bytes.extend((0..free).map(|_| b' '));
            for character in line.chars().map(gb2312::encode) {
                if bytes.len() + character.len() > TEXT_BYTES_MAX {
                    return bytes;
                }
                bytes.extend(character);
            }
        }
        bytes
    }
}

/// How wide a line is in the card's font, which is as wide as ours: 8 dots a byte.
fn width(line: &str) -> u32 {
    text::width(line).unsigned_abs()
}

#[cfg(test)]
mod tests;
