//! What is left to chance, from a seed: the same question has the same answer.

use hall::whatif::Visit;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};

use super::real;

/// Of a made-up day, so many hundredths come in its two peaks.
const IN_PEAKS: f64 = 0.4;
/// Where they lie in the day: 9:45 and 14:15 of a day from 8:30 to 16:30.
const PEAKS: [f64; 2] = [75.0 / 480.0, 345.0 / 480.0];
/// Their standard deviation, in days.
const PEAK_WIDTH: f64 = 35.0 / 480.0;

/// Chance, from a seed.
pub struct Draw(StdRng);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// One of so many, by its place; 0 of none.
    pub fn one_of(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { self.0.random_range(0..count) }
    }

    /// A time of arrival.
    pub fn arrival_ms(&mut self, from_ms: u64, until_ms: u64) -> u64 {
        let share = loop {
            let share = if self.0.random::<f64>() < IN_PEAKS {
                let [early, late] = PEAKS;
                let peak = if self.0.random::<bool>() { early } else { late };
                peak + PEAK_WIDTH * self.normal()
            } else {
                self.0.random::<f64>()
            };
            if (0.0..1.0).contains(&share) {
                break share;
            }
        };
        from_ms + whole(share * real(until_ms.saturating_sub(from_ms)))
    }

    /// A time of a lognormal distribution with this mean and coefficient of variation.
    pub fn lognormal_ms(&mut self, mean_ms: u32, cv_percent: u32) -> u64 {
        let cv = f64::from(cv_percent) / 100.0;
        self.lognormal(f64::from(mean_ms), cv)
    }

    /// The same, of a mean and a variance that were learned.
    pub fn learned_ms(&mut self, learned: &hall::state::Learned) -> u64 {
        let mean_ms = real(learned.mean_ms()).max(1.0);
        self.lognormal(mean_ms, real(learned.variance_ms2).sqrt() / mean_ms)
    }

    /// What is left of a service that has lasted so long, ms.
    pub fn left_ms(&mut self, learned: &hall::state::Learned, elapsed_ms: u64) -> u64 {
        // A service that has lasted longer than any that is drawn lasts as long as one more mean.
        (0..200)
            .map(|_| self.learned_ms(learned))
            .find(|&service_ms| service_ms > elapsed_ms)
            .map_or_else(|| learned.mean_ms(), |service_ms| service_ms - elapsed_ms)
    }

    /// The same people, with services drawn anew from those of the same lane.
    pub fn services(&mut self, visits: &[Visit]) -> Vec<Visit> {
        let lanes = visits.iter().map(|visit| visit.lane + 1).max().unwrap_or_default();
        let of = |lane| visits.iter().filter(move |visit| visit.lane == lane).map(|visit| visit.service_ms).collect();
        let pools: Vec<Vec<u64>> = (0..lanes).map(of).collect();
        let anew = |visit: &Visit| {
            let pool = pools.get(visit.lane).map(Vec::as_slice).unwrap_or_default();
            let service_ms = pool.get(self.one_of(pool.len())).copied().unwrap_or(visit.service_ms);
            Visit { service_ms, ..*visit }
        };
        visits.iter().map(anew).collect()
    }

    fn lognormal(&mut self, mean_ms: f64, cv: f64) -> u64 {
        let variance = (1.0 + cv * cv).ln();
        whole((mean_ms.max(1.0).ln() - variance / 2.0 + variance.sqrt() * self.normal()).exp())
    }

    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }
}

/// To whole ms, at most a day.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(ms: f64) -> u64 {
    ms.clamp(0.0, 86_400_000.0).round() as u64
}
