//! A forecast as people read it: from so many to so many minutes, never more exact than it is.

use serde::{Deserialize, Serialize};

use super::Wait;

/// A wait that about three in five holders see, minutes: from the 20th to the 80th percentile, outwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// From.
    pub low_min: u32,
    /// To; at least one minute.
    pub high_min: u32,
}

const MINUTE_MS: u64 = 60_000;
/// From so many minutes on, the range is told in steps of so many: nobody knows an hour's wait to the minute.
const STEPS_MIN: [(u64, u64); 3] = [(60, 10), (20, 5), (0, 1)];

impl WaitRange {
    /// The range of a forecast; `None` where one in five or more would never be called.
    #[must_use]
    pub fn of(wait: &Wait) -> Option<Self> {
        let (low, high) = (wait.p20_ms? / MINUTE_MS, wait.p80_ms?.div_ceil(MINUTE_MS));
        let (low, high) = (low / step(low) * step(low), high.div_ceil(step(high)) * step(high));
        let minutes = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Self { low_min: minutes(low), high_min: minutes(high.max(1)) })
    }
}

fn step(minutes: u64) -> u64 {
    STEPS_MIN.iter().find(|(from, _)| minutes >= *from).map_or(1, |(_, step)| *step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(p20_s: u64, p80_s: u64) -> (u32, u32) {
        let wait = Wait { p20_ms: Some(p20_s * 1000), p80_ms: Some(p80_s * 1000), ..Wait::default() };
        let range = WaitRange::of(&wait).unwrap();
        (range.low_min, range.high_min)
    }

    #[test]
    fn the_longer_the_wait_the_rounder_the_numbers() {
        assert_eq!(told(0, 0), (0, 1));
        assert_eq!(told(8 * 60 + 59, 13 * 60 + 1), (8, 14));
        assert_eq!(told(23 * 60, 41 * 60), (20, 45));
        assert_eq!(told(69 * 60, 101 * 60), (60, 110));
    }

    #[test]
    fn nothing_is_promised_where_one_in_five_is_never_called() {
        assert_eq!(WaitRange::of(&Wait { p20_ms: Some(1), p50_ms: Some(2), ..Wait::default() }), None);
    }
}
