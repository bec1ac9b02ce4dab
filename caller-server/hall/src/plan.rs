//! What a hall consists of: zones, lanes, windows, and the times that a manager sets once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::words::{Lane, WindowId, ZoneId};

/// The most windows that one hall may have.
pub const WINDOWS_MAX: usize = 300;

/// What a hall consists of. It comes from the configuration and enters the journal as an event, so that a replay needs no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Parts of the hall; at least one.
    pub zones: Vec<ZoneId>,
    /// The letter before the numbers of each lane, A to Z, no letter twice; a lane that is not named is not offered.
    pub letters: BTreeMap<Lane, char>,
    /// The windows, by their number.
    pub windows: BTreeMap<WindowId, WindowPlan>,
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
    /// A window without a lane or with one that has no letter.
    #[error("window {0} serves no lane that has a letter")]
    NoLane(WindowId),
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
        self.windows.iter().try_for_each(|(&id, window)| self.validate_window(id, window))
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
        let serves = !window.lanes.is_empty() && window.lanes.iter().all(|lane| self.letters.contains_key(lane));
        if serves { Ok(()) } else { Err(BadPlan::NoLane(id)) }
    }
}
