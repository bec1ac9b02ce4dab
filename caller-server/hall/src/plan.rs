//! What a hall consists of: zones, lanes, windows, kinds of business, and the times that a manager sets once.

mod items;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::words::{Lane, WindowId, ZoneId};

pub use items::{Clerk, ITEM_BYTES_MAX, ITEMS_MAX, ItemId, ItemPlan};

/// The most windows that one hall may have.
pub const WINDOWS_MAX: usize = 300;
/// Where a day ends, seconds.
const DAY_S: u32 = 86_400;

/// What a hall consists of. It comes from the configuration and enters the journal as an event, so that a replay needs no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Parts of the hall; at least one.
    pub zones: Vec<ZoneId>,
    /// The letter before the numbers of each lane, A to Z, no letter twice; a lane that is not named is not offered.
    pub letters: BTreeMap<Lane, char>,
    /// The windows, by their number.
    #[serde(with = "by_number")]
    pub windows: BTreeMap<WindowId, WindowPlan>,
    /// The kinds of business that are told apart, if any are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<ItemId, ItemPlan>,
    /// What becomes of a visit that is still open when the day is closed.
    pub at_closing: AtClosing,
    /// How long a window tidies up after a visit before it counts as idle, seconds; 0 = not at all.
    pub wrap_up_s: u32,
}

/// One window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowPlan {
    /// Where it stands.
    pub zone: ZoneId,
    /// The lanes that it serves; at least one.
    pub lanes: Vec<Lane>,
    /// When somebody is to sit there, in order; what lies between is a planned pause. Nothing = not planned. For the forecast
    /// alone: a window may be opened at any time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
    /// Who sits there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clerk: Clerk,
    /// Items that are not served there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub excludes: BTreeSet<ItemId>,
}

/// A part of a day, from an instant on until another, that one not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From, seconds since the midnight of the hall.
    pub from_s: u32,
    /// Until, seconds since the midnight of the hall.
    pub until_s: u32,
}

/// What becomes of a visit that is still open when the day is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum AtClosing {
    /// It ends as expired.
    #[default]
    Expire,
    /// It waits on, first thing on the next day, under its old number.
    CarryOver,
}

/// A plan that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadPlan {
    /// No zone.
    #[error("the plan names no zone; give at least one, such as A")]
    NoZone,
    /// No window, or too many.
    #[error("the plan has {0} windows; from 1 to {WINDOWS_MAX} are possible")]
    WindowCount(usize),
    /// A letter that is no letter, or twice.
    #[error("'{0}' can't stand before the numbers of a lane: one letter A to Z for each lane, no letter twice")]
    Letter(char),
    /// A window in a zone that does not exist.
    #[error("window {0} stands in zone {1}, which the plan does not name")]
    UnknownZone(WindowId, ZoneId),
    /// A window without a lane, or with one that has no letter or stands there twice.
    #[error("window {0} must serve one lane or more, each with a letter and named once")]
    Lanes(WindowId),
    /// Hours out of order.
    #[error("the hours of window {0} must follow one another within a day, each from an earlier to a later time")]
    Hours(WindowId),
    /// Too many items.
    #[error("{0} items are too many; at most {ITEMS_MAX} are possible")]
    Items(usize),
    /// An item that a window excludes and nobody named.
    #[error("window {0} excludes item {1}, which the plan does not name")]
    UnknownItem(WindowId, ItemId),
    /// An item that would never be served.
    #[error("no window of lane {0:?} may serve item {1}; let one serve it")]
    NobodyServes(Lane, ItemId),
    /// Another letter, or none, for a lane whose numbers are being given out.
    #[error("the letter {0} must stay with its lane while the business day is open")]
    LetterInUse(char),
}

impl Plan {
    /// Checks that the plan makes sense.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn validate(&self) -> Result<(), BadPlan> {
        if self.zones.is_empty() {
            return Err(BadPlan::NoZone);
        }
        if self.windows.is_empty() || self.windows.len() > WINDOWS_MAX {
            return Err(BadPlan::WindowCount(self.windows.len()));
        }
        self.validate_letters()?;
        self.windows.iter().try_for_each(|(&id, window)| self.validate_window(id, window))?;
        self.validate_items()
    }

    fn validate_letters(&self) -> Result<(), BadPlan> {
        let letters: Vec<char> = self.letters.values().copied().collect();
        let bad = letters
            .iter()
            .enumerate()
            .find(|&(at, letter)| !letter.is_ascii_uppercase() || letters[..at].contains(letter));
        bad.map_or(Ok(()), |(_, &letter)| Err(BadPlan::Letter(letter)))
    }

    fn validate_window(&self, id: WindowId, window: &WindowPlan) -> Result<(), BadPlan> {
        if !self.zones.contains(&window.zone) {
            return Err(BadPlan::UnknownZone(id, window.zone));
        }
        let named: BTreeSet<Lane> = window.lanes.iter().copied().collect();
        let lettered = named.iter().all(|lane| self.letters.contains_key(lane));
        let fits = lettered && !named.is_empty() && named.len() == window.lanes.len();
        let times: Vec<u32> = window.hours.iter().flat_map(|hours| [hours.from_s, hours.until_s]).collect();
        if !fits {
            Err(BadPlan::Lanes(id))
        } else if times.is_sorted_by(|early, late| early < late) && times.last().is_none_or(|last| *last <= DAY_S) {
            Ok(())
        } else {
            Err(BadPlan::Hours(id))
        }
    }
}

impl BadPlan {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::NoZone => "没有设置分区，至少要有一个，如 A".into(),
            Self::WindowCount(count) => format!("设置了 {count} 个窗口，应为 1 到 {WINDOWS_MAX} 个"),
            Self::Letter(letter) => format!("“{letter}”不能作号码字头：每个队列一个大写字母，不能重复"),
            Self::UnknownZone(window, zone) => format!("{window} 号窗口所在的 {zone} 区没有设置"),
            Self::Lanes(window) => format!("{window} 号窗口至少要办理一个有字头的队列，且不能重复"),
            Self::Hours(window) => format!("{window} 号窗口的时段必须在一天之内、依次排列，且起始早于结束"),
            Self::Items(count) => format!("设置了 {count} 个事项，最多 {ITEMS_MAX} 个"),
            Self::UnknownItem(window, item) => format!("{window} 号窗口不办理的事项 {item} 没有设置"),
            Self::NobodyServes(lane, item) => format!("{}没有窗口可以办理事项 {item}，请至少留一个", lane.zh()),
            Self::LetterInUse(letter) => format!("营业期间不能更改或取消字头 {letter}"),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A window's number as a key is text in JSON; inside a tagged enum serde would not turn it back into a number by itself.
mod by_number {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{WindowId, WindowPlan};

    pub fn serialize<S: Serializer>(windows: &BTreeMap<WindowId, WindowPlan>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(windows.iter().map(|(id, window)| (id.to_string(), window)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<WindowId, WindowPlan>, D::Error> {
        let named = BTreeMap::<String, WindowPlan>::deserialize(from)?;
        let number = |(id, window): (String, WindowPlan)| Some((WindowId(id.parse().ok()?), window));
        let windows = named.into_iter().map(number).collect::<Option<_>>();
        windows.ok_or_else(|| D::Error::custom("a window's number is not a number from 0 to 65535"))
    }
}
