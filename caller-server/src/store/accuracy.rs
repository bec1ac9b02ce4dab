//! How right the forecasts of a day were: what was told with the number against the wait that came.

use serde::{Deserialize, Serialize};

use super::VisitRecord;

/// Sums over the visits of a day that were told a wait and were called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accuracy {
    /// How many they are.
    pub visits: u32,
    /// How many of them waited no longer than the 80th percentile that was foretold.
    pub within_p80: u32,
    /// Sum of what was foretold too much, ms: the mean against the wait.
    pub over_ms: u64,
    /// Sum of what was foretold too little, ms.
    pub under_ms: u64,
    /// Sum of the squared errors, s²; each is cut to whole ones.
    pub square_s2: u64,
}

impl Accuracy {
    /// What one visit contributes: nothing until it is called.
    pub(super) fn of(visit: &VisitRecord) -> Self {
        let foretold = visit.foreseen.and_then(|wait| Some((wait.mean_ms?, wait.p80_ms?)));
        let (Some((mean_ms, p80_ms)), Some(wait_ms)) = (foretold, visit.wait_ms()) else { return Self::default() };
        let error_ms = mean_ms.abs_diff(wait_ms);
        Self {
            visits: 1,
            within_p80: u32::from(wait_ms <= p80_ms),
            over_ms: mean_ms.saturating_sub(wait_ms),
            under_ms: wait_ms.saturating_sub(mean_ms),
            square_s2: error_ms.saturating_mul(error_ms) / 1_000_000,
        }
    }

    /// Each sum of the two, joined.
    pub(super) fn each(self, other: Self, count: fn(u32, u32) -> u32, sum: fn(u64, u64) -> u64) -> Self {
        Self {
            visits: count(self.visits, other.visits),
            within_p80: count(self.within_p80, other.within_p80),
            over_ms: sum(self.over_ms, other.over_ms),
            under_ms: sum(self.under_ms, other.under_ms),
            square_s2: sum(self.square_s2, other.square_s2),
        }
    }

    /// Mean error, s; above 0 = too much was foretold. 0 without a visit.
    #[must_use]
    pub fn bias_s(&self) -> i64 {
        let whole = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let sum_ms = whole(self.over_ms).saturating_sub(whole(self.under_ms));
        sum_ms.checked_div(i64::from(self.visits) * 1000).unwrap_or(0)
    }

    /// Root of the mean squared error, s; 0 without a visit.
    #[must_use]
    pub fn rms_error_s(&self) -> u64 {
        self.square_s2.checked_div(u64::from(self.visits)).unwrap_or(0).isqrt()
    }

    /// Of a hundred, how many waited no longer than the 80th percentile that was foretold; 0 without a visit.
    #[must_use]
    pub fn within_p80_percent(&self) -> u32 {
        (self.within_p80.saturating_mul(100)).checked_div(self.visits).unwrap_or(0)
    }
}
