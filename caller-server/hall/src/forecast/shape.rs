//! How service times spread: a lognormal distribution, as measured in halls and call centres (Brown et al. 2005), and what is
//! left of a service that has begun.
//!
//! The time is tabled over the cumulative hazard `y = −ln P(longer)`. On that scale what is left needs no second distribution:
//! a service that has lasted until `y` ends at `y + E` with E exponential with mean 1, whatever the distribution.

use std::{
    collections::BTreeMap,
    f64::consts::{LN_2, SQRT_2},
    sync::{Arc, LazyLock},
};

use super::draws::STRATA;

/// The largest coefficient of variation that is taken in: beyond it a mean says nothing.
pub const CV_MAX: f64 = 10.0;
/// Steps of the table for each unit of hazard, and the hazard where it ends: one in 10^10 services is longer.
const STEPS_PER_HAZARD: f64 = 64.0;
const STEPS: u16 = 24 * 64;
/// Below this many standard deviations no service is drawn.
const LOWEST_Z: f64 = -4.0;
/// Spreads are told apart in hundredths, so that a new table is seldom needed.
const CV_STEPS: f64 = 100.0;
/// The longest time that is reckoned with, ms: 100 days.
const LONGEST_MS: f64 = 8.64e9;

/// What all spreads share.
static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    z: (0..=STEPS).map(|step| normal_at(f64::from(step) / STEPS_PER_HAZARD)).collect(),
    exponential: (0..STRATA).map(exponential_in).collect(),
});

struct Tables {
    /// The standard normal variable at each step of hazard.
    z: Vec<f64>,
    /// The exponential variable in each stratum: its mean there, so that no tail is cut off.
    exponential: Vec<f64>,
}

/// The tables of all spreads that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    known: BTreeMap<u16, Arc<Shape>>,
}

/// A distribution with mean 1.
#[derive(Debug)]
struct Shape {
    /// The time at each step of hazard.
    time: Vec<f64>,
    /// The mean time in each stratum of probability.
    strata: Vec<f64>,
}

/// A distribution of service times.
#[derive(Debug, Clone)]
pub struct Service {
    mean_ms: f64,
    shape: Arc<Shape>,
}

impl Shapes {
    /// Service times with this mean, ms, and this coefficient of variation, taken to the nearest hundredth and at most
    /// [`CV_MAX`].
    pub fn service(&mut self, mean_ms: f64, cv: f64) -> Service {
        let steps = to_index(cv.clamp(0.0, CV_MAX) * CV_STEPS + 0.5);
        let shape = self.known.entry(steps).or_insert_with(|| Arc::new(Shape::lognormal(f64::from(steps) / CV_STEPS)));
        Service { mean_ms: mean_ms.clamp(0.0, LONGEST_MS), shape: shape.clone() }
    }
}

impl Service {
    /// The time of a whole service in each stratum, ms; their mean is the mean.
    pub(super) fn whole_ms(&self) -> Vec<u64> {
        self.shape.strata.iter().map(|time| whole(time * self.mean_ms)).collect()
    }

    /// What is left after `elapsed_ms` in each stratum, ms.
    pub(super) fn left_ms(&self, elapsed_ms: u64) -> Vec<u64> {
        if self.mean_ms <= 0.0 {
            return vec![0; usize::from(STRATA)];
        }
        // Exact below 2^53 ms.
        let elapsed = elapsed_ms as f64 / self.mean_ms;
        let hazard = self.shape.hazard_at(elapsed);
        let left = |more: &f64| whole((self.shape.time_at(hazard + more) - elapsed) * self.mean_ms);
        TABLES.exponential.iter().map(left).collect()
    }
}

impl Shape {
    fn lognormal(cv: f64) -> Self {
        let Tables { z, exponential } = &*TABLES;
        let sigma = libm::sqrt(libm::log1p(cv * cv));
        let time = z.iter().map(|z| libm::exp(sigma * z - sigma * sigma / 2.0)).collect();
        let mut shape = Self { time, strata: Vec::new() };
        let strata: Vec<f64> = exponential.iter().map(|hazard| shape.time_at(*hazard)).collect();
        let mean = strata.iter().sum::<f64>() / f64::from(STRATA);
        shape.strata = strata.iter().map(|time| time / mean).collect();
        shape
    }

    /// The time at a hazard; beyond the table as its end goes on.
    fn time_at(&self, hazard: f64) -> f64 {
        let at = hazard * STEPS_PER_HAZARD;
        let step = to_index(at).min(STEPS - 1);
        let (low, high) = self.step(step);
        low + (high - low) * (at - f64::from(step))
    }

    /// The hazard at a time; the inverse of [`Shape::time_at`].
    fn hazard_at(&self, time: f64) -> f64 {
        let after = self.time.partition_point(|known| *known <= time);
        let step = u16::try_from(after.saturating_sub(1)).unwrap_or(STEPS).min(STEPS - 1);
        let (low, high) = self.step(step);
        let within = if high > low { ((time - low) / (high - low)).max(0.0) } else { 0.0 };
        (f64::from(step) + within) / STEPS_PER_HAZARD
    }

    fn step(&self, step: u16) -> (f64, f64) {
        let at = |step: u16| self.time.get(usize::from(step)).copied().unwrap_or(1.0);
        (at(step), at(step.saturating_add(1)))
    }
}

/// The standard normal variable that is exceeded with probability `exp(−hazard)`.
fn normal_at(hazard: f64) -> f64 {
    let (mut low, mut high) = (LOWEST_Z, 10.0);
    // Each round halves the interval: 50 leave less than a double can tell.
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        let is_below = LN_2 - libm::log(libm::erfc(middle / SQRT_2)) < hazard;
        (low, high) = if is_below { (middle, high) } else { (low, middle) };
    }
    low
}

/// The mean of an exponential variable with mean 1 between two neighbouring quantiles.
fn exponential_in(stratum: u16) -> f64 {
    let strata = f64::from(STRATA);
    let longer = |edge: u16| f64::from(STRATA - edge) / strata;
    // ∫ (1 + y)·e^−y: `s·(1 − ln s)` at the probability `s` of being longer.
    let up_to = |s: f64| if s > 0.0 { s * (1.0 - libm::log(s)) } else { 0.0 };
    (up_to(longer(stratum)) - up_to(longer(stratum + 1))) * strata
}

/// The nearest whole number below; negative ones and what is no number are 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is wanted")]
fn to_index(value: f64) -> u16 {
    value as u16
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a u64 holds")]
fn whole(ms: f64) -> u64 {
    (ms.clamp(0.0, LONGEST_MS) + 0.5) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[u64]) -> f64 {
        values.iter().sum::<u64>() as f64 / values.len() as f64
    }

    #[test]
    fn whole_services_have_the_mean_and_nearly_the_spread() {
        for cv in [0.0, 0.3, 0.8, 1.2] {
            let times = Shapes::default().service(600_000.0, cv).whole_ms();
            let mean = mean(&times);
            assert!((mean - 600_000.0).abs() < 1.0, "cv {cv}: mean {mean}");
            let square = times.iter().map(|ms| (*ms as f64 - mean).powi(2)).sum::<f64>() / times.len() as f64;
            let spread = square.sqrt() / mean;
            assert!((spread - cv).abs() < 0.04 * cv.max(0.1), "cv {cv}: {spread}");
        }
    }

    /// E[X − e | X > e] of a lognormal distribution in closed form, in means.
    fn mean_left(cv: f64, elapsed: f64) -> f64 {
        let sigma = libm::sqrt(libm::log1p(cv * cv));
        let z = (libm::log(elapsed) + sigma * sigma / 2.0) / sigma;
        let longer = |z: f64| libm::erfc(z / SQRT_2) / 2.0;
        longer(z - sigma) / longer(z) - elapsed
    }

    #[test]
    fn what_is_left_is_as_in_the_books() {
        let cases: [(f64, u32); 7] =
            [(0.8, 60), (0.8, 300), (0.8, 600), (0.8, 1200), (0.8, 3000), (0.3, 600), (1.2, 600)];
        for (cv, elapsed_s) in cases {
            let elapsed = f64::from(elapsed_s) / 600.0;
            let left = mean(&Shapes::default().service(600_000.0, cv).left_ms(u64::from(elapsed_s) * 1000)) / 600_000.0;
            let right = mean_left(cv, elapsed);
            assert!((left / right - 1.0).abs() < 0.015, "cv {cv}, after {elapsed}: {left}, not {right}");
        }
    }

    #[test]
    fn a_service_that_always_takes_the_same_ends_on_time_and_never_in_the_past() {
        let service = Shapes::default().service(1000.0, 0.0);
        assert!(service.left_ms(400).iter().all(|ms| *ms == 600));
        assert!(service.left_ms(4000).iter().all(|ms| *ms == 0));
        assert!(Shapes::default().service(0.0, 0.8).left_ms(4000).iter().all(|ms| *ms == 0));
    }
}
