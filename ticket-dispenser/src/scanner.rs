//! From a reader's line to what stands for a visitor, pure. [`LineBuffer`] makes lines of bytes, [`keys`] bytes of keys.
//!
//! Two things are taken: the number of a Chinese resident ID card, or of a residence permit of the same form (18 characters
//! with a check character, GB 11643-1999), and the hall's own codes, which begin with a word that the profile sets. All else is
//! told to its holder and forgotten.

pub mod keys;
mod line_buffer;
#[cfg(test)]
mod tests;

use std::fmt;

use protocol::Text;
use thiserror::Error;

pub use self::line_buffer::{LineBuffer, Read};

/// The longest line, bytes: a code of the hall with room to spare.
pub const LINE_BYTES_MAX: usize = 128;
/// The shortest and longest rest of a code of the hall, characters.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 6..=64;
/// Characters of the number of an ID card.
const CARD_CHARS: usize = 18;

/// What was read. What stands in it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Scan {
    /// The number of an ID card, with a large X.
    Card(String),
    /// What follows the beginning of a code of the hall.
    Code(String),
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Card(_) => "Card(…)",
            Self::Code(_) => "Code(…)",
        })
    }
}

/// Why a line stands for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Nothing was read.
    #[error("nothing was read")]
    Empty,
    /// Longer than [`LINE_BYTES_MAX`].
    #[error("the line is too long")]
    TooLong,
    /// As long as a card's number, and the check character says that it is not one.
    #[error("the number of the card was read wrongly")]
    BadCard,
    /// A code of the hall with something else than letters, digits, - and _ in it, or too short or long.
    #[error("the code of the hall was read wrongly")]
    BadCode,
    /// Neither a card nor a code of the hall.
    #[error("it is neither an ID card nor a code of the hall")]
    Stranger,
}

impl Unreadable {
    /// What to tell the holder.
    pub fn text(self) -> Text {
        match self {
            Self::Empty | Self::BadCard | Self::BadCode => Text::new(
                "没有读清，请再刷一次，或直接按键取号。",
                "It was not read clearly. Please try again, or press the button without a card.",
            ),
            Self::TooLong | Self::Stranger => Text::new(
                "这不是身份证或本厅的二维码。请刷身份证，或直接按键取号。",
                "That is neither an ID card nor a code of this hall. Use an ID card, or press the button without one.",
            ),
        }
    }
}

/// What a line stands for. `code_prefix` is what the hall's codes begin with; empty = there are none.
///
/// # Errors
/// Why it stands for nobody.
pub fn parse(line: &str, code_prefix: &str) -> Result<Scan, Unreadable> {
    if line.len() > LINE_BYTES_MAX {
        return Err(Unreadable::TooLong);
    }
    // Some readers put a tab or a start mark around what they read.
    let line = line.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if line.is_empty() {
        return Err(Unreadable::Empty);
    }
    if let Some(code) = line.strip_prefix(code_prefix).filter(|_| !code_prefix.is_empty()) {
        let is_code = CODE_CHARS.contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        return if is_code { Ok(Scan::Code(code.to_owned())) } else { Err(Unreadable::BadCode) };
    }
    let looks_like_a_card = line.len() == CARD_CHARS && line.bytes().take(CARD_CHARS - 1).all(|b| b.is_ascii_digit());
    match looks_like_a_card {
        true if is_card(line.as_bytes()) => Ok(Scan::Card(line.to_ascii_uppercase())),
        true => Err(Unreadable::BadCard),
        false => Err(Unreadable::Stranger),
    }
}

/// Whether the birthday is in the calendar and the check character fits.
fn is_card(number: &[u8]) -> bool {
    let digits = |from: usize, to: usize| {
        number.iter().skip(from).take(to - from).fold(0_i16, |sum, byte| sum * 10 + i16::from(byte.wrapping_sub(b'0')))
    };
    let (year, month, day) = (digits(6, 10), digits(10, 12), digits(12, 14));
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return false };
    let is_born = (1850..=2200).contains(&year) && jiff::civil::Date::new(year, month, day).is_ok();
    is_born && number.last().is_some_and(|last| last.to_ascii_uppercase() == check_character(number))
}

/// The check character of the first 17 digits: ISO/IEC 7064, MOD 11-2.
fn check_character(number: &[u8]) -> u8 {
    let product = number
        .iter()
        .take(CARD_CHARS - 1)
        .fold(0_u32, |product, byte| (product + u32::from(byte.wrapping_sub(b'0'))) * 2 % 11);
    match (12 - product) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}
