//! Waits and windows in figures. Sums stay exact; means and shares are for who writes them down.

use super::{Day, Served};

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// All visits.
    pub all: WaitTally,
    /// By class, in the order of the classes.
    pub by_class: Vec<WaitTally>,
    /// By the zone of the window that served them, in the order of the zones.
    pub by_zone: Vec<WaitTally>,
    /// By window, in their order.
    pub windows: Vec<WindowTally>,
}

/// Waits of some visits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WaitTally {
    /// That were served.
    pub served: u64,
    /// That still waited when all windows had closed.
    pub unserved: u64,
    /// Sum of the waits of those served, ms.
    pub sum_ms: u128,
    /// Half waited no longer, ms; like all percentiles by the nearest rank: the least wait that is no less than that share.
    pub p50_ms: u64,
    /// 95 in 100 waited no longer, ms.
    pub p95_ms: u64,
    /// The longest, ms.
    pub max_ms: u64,
    /// How many waited longer than the target.
    pub over_target: u64,
}

/// What a window did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowTally {
    /// Visits that it took.
    pub served: u64,
    /// Time that it spent on them, ms.
    pub busy_ms: u64,
}

/// How far figures of several windows lie apart: the sums of which the coefficient of variation is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The least.
    pub min: u64,
    /// The most.
    pub max: u64,
    /// How many.
    pub count: u128,
    /// Their sum.
    pub sum: u128,
    /// The sum of their squares.
    pub squares: u128,
}

/// Sums up a replay of `day`, with so many classes; a visit waited too long if it was longer than `target_ms`.
#[must_use]
pub fn tally(day: &Day, classes: usize, served: &[Option<Served>], target_ms: u64) -> Tally {
    let mut all = Waits::default();
    let (mut by_class, mut by_zone) = (vec![Waits::default(); classes], vec![Waits::default(); day.zones]);
    let mut windows = vec![WindowTally::default(); day.windows.len()];
    for (visit, served) in day.visits.iter().zip(served) {
        let wait_ms = served.map(|served| served.start_ms - visit.arrival_ms);
        all.add(wait_ms);
        by_class[visit.class].add(wait_ms);
        if let Some(Served { start_ms, end_ms, window }) = *served {
            by_zone[day.windows[window].zone].add(wait_ms);
            windows[window].served += 1;
            windows[window].busy_ms += end_ms - start_ms;
        }
    }
    let tally = |waits: Waits| waits.tally(target_ms);
    Tally {
        all: tally(all),
        by_class: by_class.into_iter().map(tally).collect(),
        by_zone: by_zone.into_iter().map(tally).collect(),
        windows,
    }
}

impl WaitTally {
    /// Of some waits; `None` = not served.
    #[must_use]
    pub fn of(waits_ms: impl IntoIterator<Item = Option<u64>>, target_ms: u64) -> Self {
        let mut waits = Waits::default();
        waits_ms.into_iter().for_each(|wait_ms| waits.add(wait_ms));
        waits.tally(target_ms)
    }
}

#[derive(Clone, Default)]
struct Waits {
    served_ms: Vec<u64>,
    unserved: u64,
}

impl Waits {
    fn add(&mut self, wait_ms: Option<u64>) {
        match wait_ms {
            Some(wait_ms) => self.served_ms.push(wait_ms),
            None => self.unserved += 1,
        }
    }

    fn tally(mut self, target_ms: u64) -> WaitTally {
        self.served_ms.sort_unstable();
        let waits = &self.served_ms;
        let percentile = |percent: usize| {
            let rank = (waits.len() * percent).div_ceil(100);
            waits.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        WaitTally {
            served: waits.len() as u64,
            unserved: self.unserved,
            sum_ms: waits.iter().map(|&wait_ms| u128::from(wait_ms)).sum(),
            p50_ms: percentile(50),
            p95_ms: percentile(95),
            max_ms: waits.last().copied().unwrap_or_default(),
            over_target: (waits.len() - waits.partition_point(|&wait_ms| wait_ms <= target_ms)) as u64,
        }
    }
}

impl Spread {
    /// Of some figures; `None` without any.
    pub fn of(figures: impl IntoIterator<Item = u64>) -> Option<Self> {
        let each = |figure: u64| {
            let wide = u128::from(figure);
            Self { min: figure, max: figure, count: 1, sum: wide, squares: wide * wide }
        };
        figures.into_iter().map(each).reduce(|a, b| Self {
            min: a.min.min(b.min),
            max: a.max.max(b.max),
            count: a.count + b.count,
            sum: a.sum + b.sum,
            squares: a.squares + b.squares,
        })
    }
}
