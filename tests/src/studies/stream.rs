//! Visits from a seed, and days around them.

use hall::{
    balance::{IdlePick, Rate, Score, ZoneMode},
    whatif::{Day, Lanes, Opening, PACE_MILLI, Served, Terms, Visit, Window, replay},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Exp1, LogNormal};

/// The mean service, ms.
pub const SERVICE_MS: f64 = 600_000.0;

/// How long services take.
#[derive(Clone, Copy)]
pub enum Services {
    /// Exponentially distributed.
    Exponential,
    /// Lognormally, with this coefficient of variation.
    Lognormal(f64),
}

/// A steady stream at a load of `windows`: exponential gaps, classes with the given shares.
pub fn steady(seed: u64, visits: usize, windows: u32, rho: f64, services: Services, shares: &[f64]) -> Vec<Visit> {
    let mut dice = StdRng::seed_from_u64(seed);
    let gap_ms = SERVICE_MS / (f64::from(windows) * rho);
    let mut at_ms = 0.0;
    let visit = |_| {
        at_ms += gap_ms * Distribution::<f64>::sample(&Exp1, &mut dice);
        let service_ms = services.draw(&mut dice);
        visit(at_ms, service_ms, class(&mut dice, shares))
    };
    (0..visits).map(visit).collect()
}

/// A visit at a time.
pub fn visit(at_ms: f64, service_ms: f64, class: usize) -> Visit {
    let arrival_ms = at_ms.round() as u64;
    let service_ms = service_ms.round() as u64;
    Visit { arrival_ms, effective_arrival_ms: arrival_ms, service_ms, class, lane: 0, zone: None }
}

impl Services {
    /// A service, ms.
    pub fn draw(self, dice: &mut StdRng) -> f64 {
        match self {
            Self::Exponential => SERVICE_MS * Distribution::<f64>::sample(&Exp1, dice),
            Self::Lognormal(cv) => SERVICE_MS * lognormal(dice, cv),
        }
    }
}

/// A factor with mean 1 and this coefficient of variation.
pub fn lognormal(dice: &mut StdRng, cv: f64) -> f64 {
    let variance = (1.0 + cv * cv).ln();
    LogNormal::new(-variance / 2.0, variance.sqrt()).expect("a finite spread").sample(dice)
}

fn class(dice: &mut StdRng, shares: &[f64]) -> usize {
    let mut left: f64 = dice.random();
    let class = shares.iter().position(|share| {
        left -= share;
        left < 0.0
    });
    class.unwrap_or(shares.len() - 1)
}

/// A day of visits with always open windows, so many in each zone.
pub fn day(visits: Vec<Visit>, zones: &[u32]) -> Day {
    let windows: Vec<Window> = (0..)
        .zip(zones)
        .flat_map(|(zone, &count)| (0..count).map(move |_| Window { zone, lanes: Lanes::ALL, pace_milli: PACE_MILLI }))
        .collect();
    let openings = (0..windows.len()).map(|window| Opening { window, open_ms: 0, close_ms: None }).collect();
    Day { visits, windows, zones: zones.len(), openings }
}

/// First come, first served.
pub const FIRST_COME: Score = Score { offset_ms: 0, rate: Rate::ONE, cap_ms: None };

/// One line, these classes.
pub fn one_line(classes: &[Score]) -> Terms {
    Terms {
        classes: classes.to_vec(),
        ratio: None,
        reserved: Vec::new(),
        switches: Vec::new(),
        zone_mode: ZoneMode::Shared,
        steal_after_ms: None,
        idle_pick: IdlePick::LongestIdle,
        press_gap_ms: 0,
    }
}

/// The waits in means of a service, and their classes, after the first tenth of the visits.
pub fn waits(day: &Day, terms: &Terms) -> Vec<(usize, f64)> {
    let served = replay(day, terms).expect("a sound day");
    let wait = |(visit, served): (&Visit, &Option<Served>)| {
        let start_ms = served.expect("windows are always open").start_ms;
        (visit.class, (start_ms - visit.arrival_ms) as f64 / SERVICE_MS)
    };
    day.visits.iter().zip(&served).skip(day.visits.len() / 10).map(wait).collect()
}

/// The mean of some waits.
pub fn mean(waits: impl Iterator<Item = f64> + Clone) -> f64 {
    waits.clone().sum::<f64>() / waits.count().max(1) as f64
}
