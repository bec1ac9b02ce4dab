//! The days that are played.

use hall::plan::Hours;
use rand::{RngExt, rngs::StdRng};
use rand_distr::{Distribution, Exp1, LogNormal};

/// Windows of each hall.
pub const WINDOWS: u16 = 20;
/// The true mean service, ms: not what the core assumes before it has learned.
pub const MEAN_MS: f64 = 546_000.0;
/// The true coefficient of variation.
pub const CV: f64 = 0.8;
const MINUTE_MS: u64 = 60_000;
/// When the windows open, s.
const OPENS_S: u32 = 8 * 3600 + 1800;
/// Those that go to lunch, and when, s.
const LUNCH_WINDOWS: u16 = 8;
const LUNCH_S: (u32, u32) = (12 * 3600, 13 * 3600);
const CLOSES_S: u32 = 17 * 3600;

/// A kind of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Twenty windows, busy to 95 % all day.
    Steady,
    /// Busy to 85 %; eight of twenty windows are at lunch for an hour. What is printed from an hour before until it is over
    /// counts.
    Lunch,
    /// Sixty people stand before the door at 8:30. They count, as far as they wait.
    Burst,
}

impl Load {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Steady, Self::Lunch, Self::Burst];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady, 95 %",
            Self::Lunch => "lunch 20 → 12 → 20",
            Self::Burst => "burst of 60 at 8:30",
        }
    }

    /// When a window is to serve.
    pub fn hours(self, window: u16) -> Vec<Hours> {
        if self == Self::Lunch && window > WINDOWS - LUNCH_WINDOWS {
            vec![Hours { from_s: OPENS_S, until_s: LUNCH_S.0 }, Hours { from_s: LUNCH_S.1, until_s: CLOSES_S }]
        } else {
            vec![Hours { from_s: OPENS_S, until_s: 24 * 3600 }]
        }
    }

    /// Arrivals and their services, ms since midnight, in order.
    pub fn visits(self, dice: &mut StdRng) -> Vec<(u64, u64)> {
        let at_ms = |s: u32| u64::from(s) * 1000;
        let mut arrivals = match self {
            Self::Steady => stream(0.95, at_ms(OPENS_S), at_ms(CLOSES_S), dice),
            Self::Lunch => stream(0.85, at_ms(OPENS_S), at_ms(15 * 3600), dice),
            Self::Burst => {
                let mut burst = vec![at_ms(OPENS_S); 60];
                burst.extend(stream(0.7, at_ms(OPENS_S), at_ms(14 * 3600), dice));
                burst
            }
        };
        arrivals.sort_unstable();
        arrivals.into_iter().map(|arrival_ms| (arrival_ms, service_ms(dice))).collect()
    }

    /// Whether a ticket that was printed then counts; ms since midnight.
    pub fn counts(self, printed_ms: u64) -> bool {
        match self {
            Self::Steady => printed_ms >= 10 * 60 * MINUTE_MS,
            Self::Lunch => (11 * 60 * MINUTE_MS..13 * 60 * MINUTE_MS).contains(&printed_ms),
            Self::Burst => printed_ms == u64::from(OPENS_S) * 1000,
        }
    }
}

/// One true service, ms.
pub fn service_ms(dice: &mut StdRng) -> u64 {
    let (mu, sigma) = log_normal();
    LogNormal::new(mu, sigma).unwrap().sample(dice) as u64
}

/// Mean and standard deviation of the logarithm of a true service in ms.
pub fn log_normal() -> (f64, f64) {
    let variance = (1.0 + CV * CV).ln();
    (MEAN_MS.ln() - variance / 2.0, variance.sqrt())
}

/// People who come by chance, so many that all windows together are busy to a part.
fn stream(busy: f64, from_ms: u64, until_ms: u64, dice: &mut StdRng) -> Vec<u64> {
    let gap_ms = MEAN_MS / f64::from(WINDOWS) / busy;
    let mut at_ms = from_ms as f64 + dice.random_range(0.0..gap_ms);
    let mut all = Vec::new();
    while at_ms < until_ms as f64 {
        all.push(at_ms as u64);
        let gap: f64 = Exp1.sample(dice);
        at_ms += gap * gap_ms;
    }
    all
}
