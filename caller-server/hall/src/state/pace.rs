//! How fast the hall works, learned from what happened: what the forecast needs of the past. Whole numbers alone, so that every
//! replay ends with the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    plan::ItemId,
    words::{AtMs, Class, Lane, WindowId},
};

/// A call occupies a window for so long before anything is known, ms.
const PRIOR_OCCUPIED_MS: u64 = 600_000;
/// And its standard deviation, ms: a coefficient of variation of 0.8.
const PRIOR_OCCUPIED_DEVIATION_MS: u64 = 480_000;
/// From the end of a visit to the next call while people wait, before anything is known, ms.
const PRIOR_GAP_MS: u64 = 20_000;
/// How many observations the assumption weighs as much as: a first short visit does not promise a short day.
const PRIOR_WEIGHT: u64 = 20;
/// How many observations are remembered, about a day of a full hall: the older ones fade. Fewer follow a change sooner, but
/// their mean is worse: with 1,000 and a coefficient of variation of 0.8 it is right to 2.5 %.
const MEMORY: u64 = 1_000;
/// So long an arrival counts for how many come, ms: an hour.
const RATE_MEMORY_MS: u64 = 3_600_000;
/// How many observations of an item weigh as much as the mean of its lane: the variance within an item over that between items
/// (Bühlmann 1967). Services of one item spread by 0.8 of their mean, the means of items by about 0.3: (0.8 / 0.3)² ≈ 7.
const LANE_WEIGHT: u64 = 7;
/// An observation counts as at most so many means: a visit that nobody ended tells nothing of the next.
const OUTLIER_MEANS: u64 = 10;

/// How fast the hall works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Pace {
    /// How long a call occupies a window, by the lane of the ticket: from the call until the window is rid of it.
    pub lanes: BTreeMap<Lane, Learned>,
    /// The same of the visits of one item alone; see [`Pace::occupied_by`].
    #[serde(default, with = "super::pairs", skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<(Lane, ItemId), Learned>,
    /// From then to the next call, while somebody waits all the time.
    pub gap: Option<Learned>,
    /// Since when a window is occupied, or free after a visit.
    pub windows: BTreeMap<WindowId, Since>,
    /// How many come to a lane, by class: some of them will overtake.
    #[serde(with = "super::pairs")]
    pub arrivals: BTreeMap<(Lane, Class), Rate>,
}

/// How many come, of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Rate {
    /// Arrivals in 10^9 ms, as it was at the last of them.
    pub per_gigams: u64,
    /// When that was.
    pub at_ms: AtMs,
}

/// Since when a window is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// It called somebody then.
    Occupied(AtMs),
    /// It was done with a visit then, and has not paused since.
    Free(AtMs),
}

/// A mean and a spread, learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// Observations, the assumption counted in; no more than the memory holds.
    pub weight: u64,
    /// Mean, µs: a thousandth of a millisecond, so that a small step is not lost.
    pub mean_us: u64,
    /// Variance, ms².
    pub variance_ms2: u64,
}

impl Pace {
    /// How long a call of this lane occupies a window.
    #[must_use]
    pub fn occupied(&self, lane: Lane) -> Learned {
        self.lanes.get(&lane).copied().unwrap_or(Learned::OCCUPIED)
    }

    /// How long a call of this lane occupies a window when its item is known: what was learned of the item, shrunk towards the
    /// lane's mean while that is little.
    #[must_use]
    pub fn occupied_by(&self, lane: Lane, item: Option<ItemId>) -> Learned {
        let of_lane = self.occupied(lane);
        item.and_then(|item| self.items.get(&(lane, item))).map_or(of_lane, |of_item| of_item.shrunk_to(of_lane))
    }

    /// Takes in how long a call occupied a window, ms.
    pub(crate) fn learn_occupied(&mut self, lane: Lane, item: Option<ItemId>, ms: u64) {
        let before = self.occupied(lane);
        self.lanes.insert(lane, before.with(ms));
        if let Some(item) = item {
            let learned = self.items.entry((lane, item)).or_insert(Learned::NOTHING);
            *learned = learned.within(ms, before.most_us());
        }
    }

    /// From the end of a visit to the next call, while somebody waits.
    #[must_use]
    pub fn gap(&self) -> Learned {
        self.gap.unwrap_or(Learned::GAP)
    }

    /// How many of a class will come to a lane in so many ms, thousandths, if it goes on as of late.
    #[must_use]
    pub fn expected_milli(&self, lane: Lane, class: Class, now_ms: AtMs, ms: u64) -> u64 {
        let rate = self.arrivals.get(&(lane, class)).copied().unwrap_or_default();
        let expected = u128::from(rate.faded(now_ms)) * u128::from(ms) / 1_000_000;
        u64::try_from(expected).unwrap_or(u64::MAX)
    }

    /// Since when a window is occupied by the visit that it has, ms.
    #[must_use]
    pub fn occupied_since_ms(&self, window: WindowId) -> Option<AtMs> {
        match self.windows.get(&window) {
            Some(Since::Occupied(at_ms)) => Some(*at_ms),
            _ => None,
        }
    }
}

impl Rate {
    /// With somebody who comes now.
    #[must_use]
    pub fn with_one(self, now_ms: AtMs) -> Self {
        Self { per_gigams: self.faded(now_ms).saturating_add(1_000_000_000 / RATE_MEMORY_MS), at_ms: now_ms }
    }

    /// While nobody comes, what was fades: as the exponential function does, by a quotient that is the same everywhere.
    fn faded(self, now_ms: AtMs) -> u64 {
        let gone_ms = u128::from(now_ms.saturating_sub(self.at_ms));
        let memory_ms = u128::from(RATE_MEMORY_MS);
        u64::try_from(u128::from(self.per_gigams) * memory_ms / (memory_ms + gone_ms)).unwrap_or(u64::MAX)
    }
}

impl Learned {
    const OCCUPIED: Self = Self {
        weight: PRIOR_WEIGHT,
        mean_us: PRIOR_OCCUPIED_MS * 1000,
        variance_ms2: PRIOR_OCCUPIED_DEVIATION_MS * PRIOR_OCCUPIED_DEVIATION_MS,
    };
    const GAP: Self = Self { weight: PRIOR_WEIGHT, mean_us: PRIOR_GAP_MS * 1000, variance_ms2: 0 };

    const NOTHING: Self = Self { weight: 0, mean_us: 0, variance_ms2: 0 };

    /// The mean, ms.
    #[must_use]
    pub fn mean_ms(&self) -> u64 {
        self.mean_us / 1000
    }

    /// Takes in an observation, ms: Welford's running mean and variance, in which the old fades once the memory is full.
    #[must_use]
    pub fn with(self, ms: u64) -> Self {
        self.within(ms, self.most_us())
    }

    fn most_us(self) -> u64 {
        self.mean_us.saturating_mul(OUTLIER_MEANS).max(1_000_000)
    }

    /// The mean of both, weighed by what stands behind them.
    fn shrunk_to(self, of_lane: Self) -> Self {
        let mix = |own: u64, lanes: u64| {
            let sum = u128::from(own) * u128::from(self.weight) + u128::from(lanes) * u128::from(LANE_WEIGHT);
            u64::try_from(sum / u128::from(self.weight + LANE_WEIGHT)).unwrap_or(u64::MAX)
        };
        Self {
            weight: self.weight + LANE_WEIGHT,
            mean_us: mix(self.mean_us, of_lane.mean_us),
            variance_ms2: mix(self.variance_ms2, of_lane.variance_ms2),
        }
    }

    fn within(self, ms: u64, most_us: u64) -> Self {
        let weight = (self.weight + 1).min(MEMORY);
        let us = i128::from(ms.saturating_mul(1000).min(most_us));
        let step = |from: i128, to: i128| from + (to - from) / i128::from(weight);
        let before_us = i128::from(self.mean_us);
        let mean_us = step(before_us, us);
        let square_ms2 = (us - before_us) * (us - mean_us) / 1_000_000;
        let variance_ms2 = step(i128::from(self.variance_ms2), square_ms2);
        let unsigned = |value: i128| u64::try_from(value.max(0)).unwrap_or(u64::MAX);
        Self { weight, mean_us: unsigned(mean_us), variance_ms2: unsigned(variance_ms2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_learned_slowly_and_a_forgotten_visit_counts_little() {
        let first = Learned::OCCUPIED.with(1_230_000);
        assert_eq!(first.mean_ms(), 630_000);
        let forgotten = Learned::OCCUPIED.with(40_000_000);
        assert_eq!(forgotten.mean_ms(), (600_000 * 20 + 6_000_000) / 21);
        let settled = (0..5_000).fold(first, |learned, n| learned.with(if n % 2 == 0 { 300_000 } else { 500_000 }));
        assert!((399_000..=401_000).contains(&settled.mean_ms()), "{settled:?}");
        let deviation_ms = settled.variance_ms2.isqrt();
        assert!((99_000..=101_000).contains(&deviation_ms), "{deviation_ms}");
    }

    #[test]
    fn an_item_is_learned_from_its_own_services_and_leans_on_the_lane_while_they_are_few() {
        let (lane, long): (_, ItemId) = (Lane::Acceptance, "long".parse().expect("a name"));
        let mut pace = Pace::default();
        (0..400).for_each(|_| pace.learn_occupied(lane, None, 600_000));
        assert_eq!(pace.occupied_by(lane, Some(long)).mean_ms(), 600_000);
        pace.learn_occupied(lane, Some(long), 1_400_000);
        assert_eq!(
            pace.occupied_by(lane, Some(long)).mean_ms() / 1000,
            (1400 + 7 * pace.occupied(lane).mean_ms() / 1000) / 8
        );
        (0..200).for_each(|_| pace.learn_occupied(lane, Some(long), 1_400_000));
        assert!(pace.occupied_by(lane, Some(long)).mean_ms() > 1_380_000, "{:?}", pace.occupied_by(lane, Some(long)));
        assert!(pace.occupied(lane).mean_ms() < 950_000, "the lane knows all its visits");
    }

    #[test]
    fn one_a_minute_is_seen_as_one_a_minute_and_fades() {
        let minute = |n: u64| n * 60_000;
        let rate = (1..600).fold(Rate::default(), |rate, n| rate.with_one(minute(n)));
        let pace = Pace { arrivals: [((Lane::Acceptance, Class::Priority), rate)].into(), ..Pace::default() };
        let expected = |now_min| pace.expected_milli(Lane::Acceptance, Class::Priority, minute(now_min), minute(10));
        assert!((9_700..=10_300).contains(&expected(600)), "{}", expected(600));
        assert!(expected(660) < 5_200 && expected(60_000) < 20);
        assert_eq!(pace.expected_milli(Lane::Acceptance, Class::Appointment, minute(600), minute(10)), 0);
    }

    #[test]
    fn no_observation_is_too_large() {
        let learned = [u64::MAX, 0, u64::MAX, u64::MAX].into_iter().fold(Learned::GAP, Learned::with);
        assert!(learned.mean_us > 0);
    }
}
