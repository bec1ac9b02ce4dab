//! The day plan: who comes when, for what, and how long that takes. Pure: the same seed is the same day.
//!
//! The figures are those of Tongxiang: about 860 visits, peaks at 9:45 and 14:15, mean service of 9 to 12 minutes with a
//! coefficient of variation of 0.8.

#[cfg(test)]
mod tests;

use protocol::order::{Class, Lane, Language};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Exp, LogNormal};

use super::Problem;

/// The doors open, seconds after midnight.
pub const DOORS_OPEN_S: u32 = at(8, 30);
/// Nobody comes in any more, seconds after midnight.
pub const DOORS_CLOSE_S: u32 = at(17, 0);
/// Visits that are expected in a day.
pub const VISITS_MEAN: f64 = 860.0;

/// Arrivals at any time of day, as a share of the usual bustle.
const BASE: f64 = 0.70;
/// What comes on top of it, or off: when, for how long about, how much.
const SWELLS: [Swell; 3] = [
    Swell { at_s: at(9, 45), spread_s: 45.0 * 60.0, height: 0.65 },
    Swell { at_s: at(12, 15), spread_s: 35.0 * 60.0, height: -0.45 },
    Swell { at_s: at(14, 15), spread_s: 45.0 * 60.0, height: 0.50 },
];

/// What share of the visitors goes to these lanes; the others hand something in.
const ISSUING_SHARE: f64 = 0.15;
const CONSULTING_SHARE: f64 = 0.11;
/// Old, disabled, pregnant, with a small child.
const PRIORITY_SHARE: f64 = 0.08;
const ENGLISH_SHARE: f64 = 0.03;
/// Who doesn't come when called, and how many of them come back.
const NO_SHOW_SHARE: f64 = 0.03;
const REJOIN_SHARE: f64 = 1.0 / 3.0;
/// Who waits aside, fetches a paper or is sent on, of those who hand something in.
const PARK_SHARE: f64 = 0.015;
const SUPPLEMENT_SHARE: f64 = 0.03;
const TRANSFER_SHARE: f64 = 0.015;

/// Mean service in minutes, and its coefficient of variation.
const ACCEPTANCE: (f64, f64) = (10.5, 0.8);
const ISSUING: (f64, f64) = (3.0, 0.5);
const CONSULTING: (f64, f64) = (5.0, 0.7);
/// The shortest service and the longest, s: papers must change hands, and nobody stays for the day.
const SERVICE_S_MIN: f64 = 30.0;
const SERVICE_S_MAX: f64 = 3.0 * 3_600.0;

/// A visit that is going to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// When they stand before a dispenser, seconds after midnight.
    pub arrives_s: u32,
    /// What they press.
    pub lane: Lane,
    /// How they compete.
    pub class: Class,
    /// How they are called.
    pub language: Language,
    /// From the seat to the window, s.
    pub walk_s: u32,
    /// At the window, all in all, s.
    pub service_s: u32,
    /// Whether they come when called.
    pub comes: Comes,
    /// What happens on the way.
    pub course: Course,
}

/// Whether somebody comes when called for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// At once.
    AtOnce,
    /// Not, but asks for another call after so many seconds.
    Late {
        /// After being given up.
        after_s: u32,
    },
    /// Never.
    Never,
}

/// What happens between the beginning of a service and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nothing.
    Straight,
    /// The visitor waits aside for a while.
    Park {
        /// For how long.
        minutes: u32,
    },
    /// The visitor fetches a paper.
    Supplement {
        /// How long that takes.
        minutes: u32,
    },
    /// The visitor is sent to another lane.
    Transfer {
        /// Where to.
        to: Lane,
    },
}

struct Swell {
    at_s: u32,
    spread_s: f64,
    height: f64,
}

/// The whole day, in the order of arrival.
///
/// # Errors
/// A distribution with figures that make no sense.
pub fn plan_day(seed: u64) -> Result<Vec<Visitor>, Problem> {
    let mut random = StdRng::seed_from_u64(seed);
    let services = Services::new()?;
    let arrivals = arrivals(&mut random)?;
    Ok(arrivals.into_iter().map(|arrives_s| services.visitor(arrives_s, &mut random)).collect())
}

/// A Poisson process whose rate changes, by thinning (Lewis and Shedler 1979): arrivals at the highest rate, each kept with the
/// share that the rate of its time has of the highest.
fn arrivals(random: &mut StdRng) -> Result<Vec<u32>, Problem> {
    let highest = highest();
    let gap_s = Exp::new(peak_per_s()).map_err(|_| Problem::Distribution)?;
    let mut arrivals = Vec::new();
    let mut time_s = f64::from(DOORS_OPEN_S);
    loop {
        time_s += gap_s.sample(random);
        if time_s >= f64::from(DOORS_CLOSE_S) {
            return Ok(arrivals);
        }
        // Between two whole seconds it may be a little busier than at both.
        if random.random_bool((bustle(time_s) / highest).min(1.0)) {
            arrivals.push(whole_s(time_s));
        }
    }
}

/// Arrivals a second at the busiest time of the day.
pub fn peak_per_s() -> f64 {
    VISITS_MEAN * highest() / seconds_of_the_day().map(bustle).sum::<f64>()
}

/// The highest bustle of the day.
fn highest() -> f64 {
    seconds_of_the_day().map(bustle).fold(0.0, f64::max)
}

fn seconds_of_the_day() -> impl Iterator<Item = f64> {
    (DOORS_OPEN_S..DOORS_CLOSE_S).map(f64::from)
}

/// How busy it is at a time of day, s.
fn bustle(time_s: f64) -> f64 {
    BASE + SWELLS.iter().map(|swell| swell.at(time_s)).sum::<f64>()
}

impl Swell {
    fn at(&self, time_s: f64) -> f64 {
        let away = (time_s - f64::from(self.at_s)) / self.spread_s;
        self.height * (-away * away / 2.0).exp()
    }
}

/// How long services take.
struct Services {
    acceptance: LogNormal<f64>,
    issuing: LogNormal<f64>,
    consulting: LogNormal<f64>,
}

impl Services {
    fn new() -> Result<Self, Problem> {
        let of = |(minutes, variation): (f64, f64)| {
            LogNormal::from_mean_cv(minutes * 60.0, variation).map_err(|_| Problem::Distribution)
        };
        Ok(Self { acceptance: of(ACCEPTANCE)?, issuing: of(ISSUING)?, consulting: of(CONSULTING)? })
    }

    fn visitor(&self, arrives_s: u32, random: &mut StdRng) -> Visitor {
        let lane = lane(random);
        let takes_s = match lane {
            Lane::Acceptance => &self.acceptance,
            Lane::Issuing => &self.issuing,
            Lane::Consulting => &self.consulting,
        };
        Visitor {
            arrives_s,
            lane,
            class: if random.random_bool(PRIORITY_SHARE) { Class::Priority } else { Class::Normal },
            language: if random.random_bool(ENGLISH_SHARE) { Language::En } else { Language::Zh },
            walk_s: random.random_range(12..45),
            service_s: whole_s(takes_s.sample(random).clamp(SERVICE_S_MIN, SERVICE_S_MAX)),
            comes: comes(random),
            course: if lane == Lane::Acceptance { course(random) } else { Course::Straight },
        }
    }
}

fn lane(random: &mut StdRng) -> Lane {
    match random.random::<f64>() {
        share if share < ISSUING_SHARE => Lane::Issuing,
        share if share < ISSUING_SHARE + CONSULTING_SHARE => Lane::Consulting,
        _ => Lane::Acceptance,
    }
}

fn comes(random: &mut StdRng) -> Comes {
    if !random.random_bool(NO_SHOW_SHARE) {
        Comes::AtOnce
    } else if random.random_bool(REJOIN_SHARE) {
        // Well within the grace time of half an hour.
        Comes::Late { after_s: random.random_range(120..900) }
    } else {
        Comes::Never
    }
}

fn course(random: &mut StdRng) -> Course {
    match random.random::<f64>() {
        share if share < PARK_SHARE => Course::Park { minutes: random.random_range(5..15) },
        share if share < PARK_SHARE + SUPPLEMENT_SHARE => Course::Supplement { minutes: random.random_range(10..40) },
        share if share < PARK_SHARE + SUPPLEMENT_SHARE + TRANSFER_SHARE => Course::Transfer { to: Lane::Consulting },
        _ => Course::Straight,
    }
}

/// Seconds after midnight.
const fn at(hour: u32, minute: u32) -> u32 {
    (hour * 60 + minute) * 60
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a day of seconds")]
fn whole_s(seconds: f64) -> u32 {
    seconds as u32
}
