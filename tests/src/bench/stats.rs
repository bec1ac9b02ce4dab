//! Percentiles.

use std::time::Duration;

use serde::Serialize;

/// Percentiles of a time, ms.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    /// Half of all are faster.
    pub p50: f64,
    /// One in a hundred is slower.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
    /// How many were measured.
    pub count: usize,
}

impl Percentiles {
    /// Nearest-rank percentiles; panics on nothing measured.
    pub fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1].as_secs_f64() * 1000.0;
        Self { p50: at(50), p99: at(99), max: at(100), count: times.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times = (1..=200).map(Duration::from_millis).collect();
        let of = Percentiles::of(times);
        assert!((of.p50 - 100.0).abs() < 1e-9 && (of.p99 - 198.0).abs() < 1e-9 && (of.max - 200.0).abs() < 1e-9);
    }
}
