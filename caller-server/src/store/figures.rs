//! The figures of a day, kept up to date visit by visit.

use hall::state::StageName;
use serde::{Deserialize, Serialize};

use super::{Accuracy, VisitRecord};

/// Counts and means of the visits whose numbers were issued on one day. A visit that was carried over counts on the day of its
/// number: so the figures of a day follow from its visits alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    /// Numbers given out.
    pub issued: u32,
    /// Visits that were served.
    pub finished: u32,
    /// Visits whose holder gave up.
    pub cancelled: u32,
    /// Visits whose holder left without a word.
    pub left: u32,
    /// Visits whose grace time or day was over.
    pub expired: u32,
    /// Visits that were called at least once.
    pub called: u32,
    /// Sum of their first waits, ms.
    pub wait_ms: u64,
    /// Sum of the time at windows of those that were finished, ms.
    pub service_ms: u64,
    /// How right the forecasts were.
    pub accuracy: Accuracy,
}

impl DayFigures {
    /// Visits that ended without service.
    #[must_use]
    pub fn unserved(&self) -> u32 {
        self.cancelled.saturating_add(self.left).saturating_add(self.expired)
    }

    /// Mean of the first waits, ms: from the effective arrival to the first call; 0 when nobody was called.
    #[must_use]
    pub fn mean_wait_ms(&self) -> u64 {
        self.wait_ms.checked_div(u64::from(self.called)).unwrap_or(0)
    }

    /// Mean time at windows of a visit that was finished, ms; 0 when none was.
    #[must_use]
    pub fn mean_service_ms(&self) -> u64 {
        self.service_ms.checked_div(u64::from(self.finished)).unwrap_or(0)
    }

    /// What one visit contributes.
    pub(super) fn of(visit: &VisitRecord) -> Self {
        let is = |stage| u32::from(visit.stage == stage);
        let finished = is(StageName::Finished);
        Self {
            issued: 1,
            finished,
            cancelled: is(StageName::Cancelled),
            left: is(StageName::Left),
            expired: is(StageName::Expired),
            called: u32::from(visit.wait_ms().is_some()),
            wait_ms: visit.wait_ms().unwrap_or(0),
            service_ms: if finished > 0 { visit.served_ms } else { 0 },
            accuracy: Accuracy::of(visit),
        }
    }

    /// The figures with what one visit contributes now in place of what it did before.
    pub(super) fn with(self, before: Self, now: Self) -> Self {
        let added = self.each(now, u32::saturating_add, u64::saturating_add);
        added.each(before, u32::saturating_sub, u64::saturating_sub)
    }

    fn each(self, other: Self, count: fn(u32, u32) -> u32, sum: fn(u64, u64) -> u64) -> Self {
        Self {
            issued: count(self.issued, other.issued),
            finished: count(self.finished, other.finished),
            cancelled: count(self.cancelled, other.cancelled),
            left: count(self.left, other.left),
            expired: count(self.expired, other.expired),
            called: count(self.called, other.called),
            wait_ms: sum(self.wait_ms, other.wait_ms),
            service_ms: sum(self.service_ms, other.service_ms),
            accuracy: self.accuracy.each(other.accuracy, count, sum),
        }
    }
}
