//! The rules held against the theory of queues, and against what a hall bought with them. Everything is decided by the replay
//! of `hall::whatif`, which asks the choices of the living hall.
//!
//! - `stream`: visits from a seed; `formulas`: what the theory expects
//! - `theory`: Erlang C, Allen-Cunneen, Cobham, Kleinrock, the law of conservation
//! - `idleness`: days of the living core, in which no window idles
//! - `zones`: two zones against one line; `idle`: which fairness a pick buys; `reform`: 51 windows against 20

#![expect(
    clippy::cast_possible_truncation,
    reason = "what is drawn from a seed is far below the limits of whole numbers"
)]

mod formulas;
mod idle;
mod idleness;
mod reform;
mod stream;
mod theory;
mod zones;

use std::{fmt, path::Path};

/// Which studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Study {
    /// All of them.
    All,
    /// The theory of queues.
    Theory,
    /// Two zones.
    Zones,
    /// No window idles, nobody is overtaken beyond the offsets.
    Idleness,
    /// The pick of a free window.
    Idle,
    /// The reform.
    Reform,
}

/// How much is replayed.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Independent replications.
    pub runs: u64,
    /// Visits of each.
    pub visits: usize,
    /// Days of the studies of days.
    pub days: u64,
}

impl Scale {
    /// Some minutes.
    pub const FULL: Self = Self { runs: 30, visits: 200_000, days: 100 };
    /// Some seconds: shows that everything works, with wide intervals.
    pub const QUICK: Self = Self { runs: 8, visits: 40_000, days: 100 };
}

/// A figure with what it should be.
#[derive(Debug)]
pub struct Finding {
    /// What.
    pub what: String,
    /// As measured, with half the width of its 95 % interval; 0 where it is exact.
    pub measured: f64,
    /// See [`Finding::measured`].
    pub half: f64,
    /// What it is held against.
    pub bound: Bound,
}

/// What a figure is held against.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// The theory: within the interval, and this share of the value where the formula is an approximation.
    Near(f64, f64),
    /// A limit.
    AtMost(f64),
    /// Nothing: for the record.
    Noted,
}

impl Finding {
    /// Whether it is as it should be. A theory is missed only beyond three halves of the interval (99.7 %): among fifty true
    /// figures some lie outside the 95 %.
    pub fn holds(&self) -> bool {
        match self.bound {
            Bound::Near(expected, share) => {
                (self.measured - expected).abs() <= 1.5 * self.half + share * expected.abs()
            }
            Bound::AtMost(limit) => self.measured <= limit,
            Bound::Noted => true,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds() { "ok  " } else { "FAIL" };
        write!(f, "{verdict} {:62} {:9.4} ± {:.4}", self.what, self.measured, self.half)?;
        match self.bound {
            Bound::Near(expected, _) => write!(f, "   theory {expected:.4}"),
            Bound::AtMost(limit) => write!(f, "   at most {limit:.4}"),
            Bound::Noted => Ok(()),
        }
    }
}

/// Does the studies, says each finding as it comes, and returns how many do not hold. Plots go into a folder, if there is one.
pub fn run(study: Study, scale: Scale, plots: Option<&Path>) -> usize {
    let wanted = |one| study == Study::All || study == one;
    let mut missed = 0;
    let mut say = |finding: Finding| {
        missed += usize::from(!finding.holds());
        println!("{finding}");
    };
    if wanted(Study::Theory) {
        theory::study(scale, &mut say);
    }
    if wanted(Study::Zones) {
        zones::study(scale, &mut say);
    }
    if wanted(Study::Idleness) {
        idleness::study(scale, &mut say);
    }
    if wanted(Study::Idle) {
        idle::study(scale, &mut say);
    }
    if wanted(Study::Reform) {
        reform::study(scale, plots, &mut say);
    }
    missed
}

/// A day of 860 visits at twenty windows, with default rules.
pub fn one_day(seed: u64) -> (hall::whatif::Day, hall::whatif::Terms) {
    let visits = stream::steady(seed, 860, 20, 0.8, stream::Services::Lognormal(0.8), &[1.0]);
    (stream::day(visits, &[10, 10]), stream::one_line(&[stream::FIRST_COME]))
}

/// Mean of independent figures and half the width of its 95 % interval.
fn interval(figures: &[f64]) -> (f64, f64) {
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, student(figures.len()) * (variance / count).sqrt())
}

/// The 97.5th percentile of Student's distribution for so many figures, rounded up.
fn student(figures: usize) -> f64 {
    match figures {
        0..=4 => 3.19,
        5..=8 => 2.78,
        9..=15 => 2.31,
        16..=29 => 2.14,
        _ => 2.05,
    }
}

fn from_figures(what: String, figures: &[f64], bound: Bound) -> Finding {
    let (measured, half) = interval(figures);
    Finding { what, measured, half, bound }
}
