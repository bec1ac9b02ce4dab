//! A forecast: a mean and a band.

use serde::{Deserialize, Serialize};

/// A wait still to come; ms. What never happens in the scenarios that count is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Wait {
    /// The mean over the scenarios in which the ticket is called; `None` where more than one in ten never calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_ms: Option<u64>,
    /// One in ten waits less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p10_ms: Option<u64>,
    /// One in five waits less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p20_ms: Option<u64>,
    /// Half wait less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<u64>,
    /// One in five waits longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p80_ms: Option<u64>,
    /// One in ten waits longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90_ms: Option<u64>,
}

/// In place of a time: the ticket is never called.
pub(super) const NEVER: u64 = u64::MAX;

impl Wait {
    /// The forecast from the waits in all scenarios, ms, [`NEVER`] among them. Orders them.
    pub(super) fn of(scenarios: &mut [u64]) -> Self {
        scenarios.sort_unstable();
        let called = scenarios.partition_point(|ms| *ms < NEVER);
        let p90_ms = percentile(scenarios, 90);
        let sum: u128 = scenarios.iter().take(called).map(|ms| u128::from(*ms)).sum();
        let mean = (sum + called as u128 / 2).checked_div(called as u128);
        Self {
            mean_ms: mean.and_then(|ms| u64::try_from(ms).ok()).filter(|_| p90_ms.is_some()),
            p10_ms: percentile(scenarios, 10),
            p20_ms: percentile(scenarios, 20),
            p50_ms: percentile(scenarios, 50),
            p80_ms: percentile(scenarios, 80),
            p90_ms,
        }
    }

    /// Between two forecasts, `part` of `of` on the way to the other.
    pub(super) fn between(self, other: Self, part: u64, of: u64) -> Self {
        let on_the_way = |low: Option<u64>, high: Option<u64>| {
            let (low, high) = (u128::from(low?), u128::from(high?));
            let ms = (low * u128::from(of - part) + high * u128::from(part)).checked_div(u128::from(of))?;
            u64::try_from(ms).ok()
        };
        if part == 0 {
            return self;
        }
        Self {
            mean_ms: on_the_way(self.mean_ms, other.mean_ms),
            p10_ms: on_the_way(self.p10_ms, other.p10_ms),
            p20_ms: on_the_way(self.p20_ms, other.p20_ms),
            p50_ms: on_the_way(self.p50_ms, other.p50_ms),
            p80_ms: on_the_way(self.p80_ms, other.p80_ms),
            p90_ms: on_the_way(self.p90_ms, other.p90_ms),
        }
    }
}

/// A percentile of ordered values, between the two that stand around it (Hazen's rule: the `i`th of `n` stands at `(i − ½) / n`).
fn percentile(ordered: &[u64], percent: u64) -> Option<u64> {
    let n = ordered.len() as u64;
    let at_200 = (2 * percent * n).saturating_sub(100);
    let (before, part) = (at_200 / 200, at_200 % 200);
    let value = |at: u64| ordered.get(usize::try_from(at.min(n.saturating_sub(1))).ok()?).copied();
    let (low, high) = (value(before)?, value(before + u64::from(part > 0))?);
    if high == NEVER {
        return None;
    }
    let ms = (u128::from(low) * u128::from(200 - part) + u128::from(high) * u128::from(part)) / 200;
    u64::try_from(ms).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_of_even_steps() {
        let mut waits: Vec<u64> = (0..100).rev().map(|step| step * 1000 + 500).collect();
        let wait = Wait::of(&mut waits);
        let all = [wait.mean_ms, wait.p10_ms, wait.p20_ms, wait.p50_ms, wait.p80_ms, wait.p90_ms];
        assert_eq!(all, [50_000, 10_000, 20_000, 50_000, 80_000, 90_000].map(Some));
    }

    #[test]
    fn what_seldom_ends_has_no_mean_and_what_never_ends_has_nothing() {
        let mut waits: Vec<u64> = (0..100).map(|at| if at < 85 { 1000 } else { NEVER }).collect();
        let wait = Wait::of(&mut waits);
        assert_eq!((wait.mean_ms, wait.p80_ms, wait.p90_ms), (None, Some(1000), None));
        assert_eq!(Wait::of(&mut [NEVER; 64]), Wait::default());
    }
}
