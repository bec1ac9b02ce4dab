//! The words of a hall: small, copyable names for tickets, windows, lanes, zones and people.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Milliseconds since 1970-01-01 00:00 UTC: the only notion of time in the core.
pub type AtMs = u64;

/// A text that does not name what it should.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{text}' is not a {what}, such as {example}")]
pub struct NotAWord {
    /// What was expected.
    pub what: &'static str,
    /// What was read.
    pub text: String,
    /// A right one.
    pub example: &'static str,
}

/// A business day, written `2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    /// Four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A number as it is printed and called: the letter of a lane and a count from 1, such as `A001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// The lane's letter, A to Z.
    pub letter: char,
    /// From 1; three digits at least when written.
    pub n: u32,
}

/// A ticket: one number on one business day, written `2026-11-23/A001`. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ticket {
    /// The day on which it was issued.
    pub day: Day,
    /// What is printed on it.
    pub number: Number,
}

/// What a dispenser makes of a visitor's card, so that one visit has one ticket: a keyed hash, written as 32 hexadecimal digits.
/// Who the visitor is can't be told from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VisitorKey(pub u128);

/// A queue for one kind of window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// 综合受理: hand in any item.
    Acceptance,
    /// 统一出证: fetch what was approved.
    Issuing,
    /// 咨询补证: ask, or bring a missing paper.
    Consulting,
}

impl Lane {
    /// Every lane, in the order of the boards.
    pub const ALL: [Self; 3] = [Self::Acceptance, Self::Issuing, Self::Consulting];

    /// The usual name in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Acceptance => "综合受理",
            Self::Issuing => "统一出证",
            Self::Consulting => "咨询补证",
        }
    }
}

/// The letter of a zone: hall A is `'A'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneId(pub char);

/// The number of a window, as it is written above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowId(pub u16);

/// How a ticket competes with others (rule R1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Came and took a number.
    #[default]
    Normal,
    /// Was served before and comes back: a transfer, a supplement, the end of parking.
    Returning,
    /// Has a right to be served sooner.
    Priority,
    /// Came for an appointed time.
    Appointment,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Returning, Self::Priority, Self::Appointment];

    /// The class of a visit that was served before and comes back: a right to be served sooner stays.
    #[must_use]
    pub fn coming_back(self) -> Self {
        if self == Self::Priority { Self::Priority } else { Self::Returning }
    }

    /// The name in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Normal => "普通",
            Self::Returning => "返回",
            Self::Priority => "优先",
            Self::Appointment => "预约",
        }
    }
}

/// The language in which a ticket's holder wants to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Mandarin.
    #[default]
    Zh,
    /// Mandarin, then English.
    En,
}

/// Who acts. Whether this person was known by password or key is the business of the shell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The holder of a ticket, known by its token.
    Citizen,
    /// A device, by its name.
    Device(String),
    /// A clerk at one console; two consoles of one clerk are two.
    Clerk {
        /// The account's name.
        name: String,
        /// A random name of the browser tab.
        console: String,
    },
    /// A manager, by the account's name.
    Manager(String),
    /// The server itself: timers, midnight, configuration.
    System,
}

impl Day {
    /// Whether the calendar has this day.
    #[must_use]
    pub fn exists(self) -> bool {
        (1..=days_in(self.year, self.month)).contains(&self.day)
    }

    /// The day before; `None` before the first of the calendar.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        let Self { year, month, day } = self;
        Some(match (month, day) {
            (_, 2..) => Self { day: day - 1, ..self },
            (2.., _) => Self { year, month: month - 1, day: days_in(year, month - 1) },
            _ => Self { year: year.checked_sub(1)?, month: 12, day: 31 },
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        parse_day(text).ok_or_else(|| NotAWord { what: "day", text: text.into(), example: "2026-11-23" })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.letter, self.n)
    }
}

impl FromStr for Number {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        parse_number(text).ok_or_else(|| NotAWord { what: "number", text: text.into(), example: "A001" })
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.day, self.number)
    }
}

impl FromStr for Ticket {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        let parts = text.split_once('/').and_then(|(day, number)| Some((parse_day(day)?, parse_number(number)?)));
        let (day, number) =
            parts.ok_or_else(|| NotAWord { what: "ticket", text: text.into(), example: "2026-11-23/A001" })?;
        Ok(Self { day, number })
    }
}

impl fmt::Display for VisitorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for VisitorKey {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let key = is_hex.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        // What was read is not told: a careless program may have sent the number of a card.
        let example = "9f86d081884c7d659a2feaa0c55ad015";
        key.map(Self).ok_or_else(|| NotAWord { what: "visitor key", text: "…".into(), example })
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for WindowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! as_text {
    ($($word:ty),*) => {$(
        impl TryFrom<String> for $word {
            type Error = NotAWord;

            fn try_from(text: String) -> Result<Self, NotAWord> {
                text.parse()
            }
        }

        impl From<$word> for String {
            fn from(word: $word) -> Self {
                word.to_string()
            }
        }
    )*};
}
as_text!(Day, Number, Ticket, VisitorKey);

fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let day = Day { year: digits(parts.next()?)?, month: digits(parts.next()?)?, day: digits(parts.next()?)? };
    day.exists().then_some(day)
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

fn parse_number(text: &str) -> Option<Number> {
    let letter = text.chars().next().filter(char::is_ascii_uppercase)?;
    let n = digits(text.get(1..)?).filter(|n| *n > 0)?;
    Some(Number { letter, n })
}

fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
