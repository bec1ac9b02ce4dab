//! R4: the zone that a waiting ticket is given, and when a window of another zone may take it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::words::AtMs;

/// R4: how a ticket gets its zone at printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ZoneMode {
    /// One line for all zones.
    Shared,
    /// It is named from outside.
    Given,
    /// Join the shortest queue: where the fewest wait.
    Jsq,
    /// Where the expected wait is least: `(waiting + 1) / open windows`.
    #[default]
    Lew,
    /// In turn.
    RoundRobin,
}

/// R4 of the living hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneRule {
    /// How a ticket gets its zone.
    pub mode: ZoneMode,
    /// After this wait a free window of another zone may take it, seconds; `None` = never.
    pub steal_after_s: Option<u32>,
}

/// What R4 asks of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ZoneLoad {
    /// How many wait there.
    pub waiting: u64,
    /// Its windows that work now.
    pub open: u64,
    /// Those of them that are free.
    pub free: u64,
    /// All its windows.
    pub windows: u64,
}

impl Default for ZoneRule {
    /// A direction only: people sit where the wait seems shortest, and all zones are one line.
    fn default() -> Self {
        Self { mode: ZoneMode::Lew, steal_after_s: Some(0) }
    }
}

impl ZoneRule {
    pub(crate) fn steal_after_ms(&self) -> Option<u64> {
        self.steal_after_s.map(|after_s| u64::from(after_s) * 1000)
    }

    /// Whether every window may take every ticket, whatever its zone.
    pub(crate) fn is_one_line(&self) -> bool {
        self.mode == ZoneMode::Shared || self.steal_after_s == Some(0)
    }
}

impl ZoneMode {
    /// The place in `loads` of the zone that a new ticket gets; the last zone that got one in turn stands at `last`. Ties go by
    /// the order of the zones; `None` without a zone, or when the zone must be named from outside.
    ///
    /// A zone without an open window comes after all that have one, a zone without any window comes last. Where more windows
    /// are free than tickets wait, nobody would wait: such a zone comes before the others (the formula counts only who waits,
    /// and would send people to a full zone while the other is empty).
    pub fn choose(self, loads: &[ZoneLoad], last: Option<usize>) -> Option<usize> {
        let places = || loads.iter().enumerate();
        match self {
            Self::Shared => places().next(),
            Self::Given => None,
            // `min_by` keeps the first of equals: the order of the zones.
            Self::Jsq => {
                places().min_by(|a, b| a.1.standing().cmp(&b.1.standing()).then(a.1.waiting.cmp(&b.1.waiting)))
            }
            Self::Lew => places().min_by(|a, b| a.1.standing().cmp(&b.1.standing()).then_with(|| a.1.expected(b.1))),
            Self::RoundRobin => {
                let after = last.map_or(0, |last| last + 1);
                let in_turn = places().cycle().skip(after).take(loads.len());
                in_turn.min_by_key(|(_, load)| (load.open == 0, load.windows == 0))
            }
        }
        .map(|(place, _)| place)
    }
}

/// Whether a window may take a ticket that was given another zone and has waited since `since_ms`; `None` = never.
#[must_use]
pub fn may_steal(steal_after_ms: Option<u64>, now_ms: AtMs, since_ms: AtMs) -> bool {
    steal_after_ms.is_some_and(|after_ms| now_ms.saturating_sub(since_ms) >= after_ms)
}

impl ZoneLoad {
    fn standing(&self) -> (bool, bool, bool) {
        (self.open == 0, self.windows == 0, self.free <= self.waiting)
    }

    /// `(a + 1) / x` against `(b + 1) / y`, without a division.
    fn expected(&self, other: &Self) -> Ordering {
        ((self.waiting + 1) * other.divisor()).cmp(&((other.waiting + 1) * self.divisor()))
    }

    /// The open windows, or all of them while none is open.
    fn divisor(&self) -> u64 {
        if self.open > 0 { self.open } else { self.windows.max(1) }
    }
}
