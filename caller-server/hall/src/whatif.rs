//! A day once more, under other rules, schedules or numbers of windows.
//!
//! The hall here has no consoles and no announcements: a ticket that is taken is served at once, for as long as it was, and a
//! window that is done is free again after the gap until the clerk's next press. Who is next and which window takes the ticket
//! is decided by the same functions of [`balance`](crate::balance) that decide in the living hall.
//!
//! - [`Day`]: who came when and for how long, and which windows were open; [`Terms`]: the rules R1 to R6
//! - [`replay`]: what becomes of everybody
//! - [`tally`]: waits and windows in figures

mod in_force;
mod replay;
mod tally;
mod terms;

use thiserror::Error;

use crate::balance::ZoneMode;

pub use replay::replay;
pub use tally::{Spread, Tally, WaitTally, WindowTally, tally};
pub use terms::{Patch, Switch, Terms};

/// The latest time and the longest service, ms: 30 years, so that no sum of a replay is too large.
pub const TIME_MS_MAX: u64 = 1_000_000_000_000;
/// The most visits of one replay.
pub const VISITS_MAX: usize = 5_000_000;
/// The most lanes of one replay.
pub const LANES_MAX: usize = 32;

/// A day: its visits and its windows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Day {
    /// The visits; at one instant they come in this order.
    pub visits: Vec<Visit>,
    /// The windows, in the order of their numbers.
    pub windows: Vec<Window>,
    /// How many zones there are.
    pub zones: usize,
    /// When the windows are open.
    pub openings: Vec<Opening>,
}

/// A window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its zone, by its place among the zones.
    pub zone: usize,
    /// The lanes that it serves.
    pub lanes: Lanes,
    /// How long its clerk takes for a service, thousandths of the visit's own service time.
    pub pace_milli: u32,
}

/// Some lanes, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes(u32);

impl Lanes {
    /// Every lane.
    pub const ALL: Self = Self(u32::MAX);

    /// These; a place from [`LANES_MAX`] on is no lane.
    pub fn of(places: impl IntoIterator<Item = usize>) -> Self {
        Self(places.into_iter().filter(|&place| place < LANES_MAX).fold(0, |lanes, place| lanes | 1 << place))
    }

    /// Whether a lane is among them.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < LANES_MAX && self.0 & (1 << place) != 0
    }
}

/// The pace of a clerk who takes as long as a service is.
pub const PACE_MILLI: u32 = 1_000;
/// The slowest pace.
pub const PACE_MILLI_MAX: u32 = 10_000;

/// A visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// When its holder takes the number.
    pub arrival_ms: u64,
    /// From when its wait counts (rule R1): for an appointment not before the appointed time.
    pub effective_arrival_ms: u64,
    /// How long its service takes, at a window of the usual pace.
    pub service_ms: u64,
    /// Its class, by its place in [`Terms::classes`].
    pub class: usize,
    /// Its lane, by its place among the lanes; below [`LANES_MAX`].
    pub lane: usize,
    /// Its zone, by its place among the zones, for [`ZoneMode::Given`].
    pub zone: Option<usize>,
}

/// A window is open from `open_ms` until before `close_ms`; then it finishes what it serves and takes nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Which, by its place in [`Day::windows`].
    pub window: usize,
    /// From when, ms.
    pub open_ms: u64,
    /// Until when, ms; `None` = to the end.
    pub close_ms: Option<u64>,
}

/// What became of a visit that was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// When its service began, ms.
    pub start_ms: u64,
    /// When it was done, ms.
    pub end_ms: u64,
    /// Which window, by its place in [`Day::windows`].
    pub window: usize,
}

/// A day that can't be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadDay {
    /// A class, zone or window that does not exist, or none where one is needed.
    #[error("visit {0} has a class, a lane or a zone that does not exist")]
    Visit(usize),
    /// The same for a window.
    #[error("window {0} is in a zone that does not exist, or slower than ten times the usual")]
    Window(usize),
    /// A window that does not exist, or that closes before it opens.
    #[error("opening {0} is of no window, or ends before it begins")]
    Opening(usize),
    /// Two openings of one window at a time.
    #[error("opening {0} begins before an earlier one of the same window has ended")]
    Overlap(usize),
    /// Rules that name what does not exist.
    #[error("the rules name a class that does not exist, a ratio leaves one out, or a switch goes on and off at once")]
    Terms,
    /// Too large a time, or too many visits.
    #[error("the day has more than {VISITS_MAX} visits, or a time of more than {TIME_MS_MAX} ms")]
    TooLarge,
}

impl Day {
    /// Checks that everything that is named exists.
    ///
    /// # Errors
    /// The first thing that does not, by its place.
    pub fn validate(&self, terms: &Terms) -> Result<(), BadDay> {
        let is_given = terms.zone_mode == ZoneMode::Given;
        let zone_fits = |visit: &Visit| !is_given || visit.zone.is_some_and(|zone| zone < self.zones);
        let visit_fits =
            |visit: &Visit| visit.class < terms.classes.len() && visit.lane < LANES_MAX && zone_fits(visit);
        let bad_visit = self.visits.iter().position(|visit| !visit_fits(visit)).map(BadDay::Visit);
        let bad_window = self
            .windows
            .iter()
            .position(|at| at.zone >= self.zones || at.pace_milli > PACE_MILLI_MAX)
            .map(BadDay::Window);
        let opening_fits = |opening: &Opening| {
            opening.window < self.windows.len() && opening.close_ms.is_none_or(|close_ms| close_ms > opening.open_ms)
        };
        let bad_opening = self.openings.iter().position(|opening| !opening_fits(opening)).map(BadDay::Opening);
        let bad_terms = (!terms.name_what_exists()).then_some(BadDay::Terms);
        let bad =
            bad_terms.or(bad_visit).or(bad_window).or(bad_opening).or_else(|| self.overlap().map(BadDay::Overlap));
        bad.or_else(|| self.is_too_large(terms).then_some(BadDay::TooLarge)).map_or(Ok(()), Err)
    }

    /// The opening, by its place, that begins before one before it of the same window has ended.
    fn overlap(&self) -> Option<usize> {
        let mut places: Vec<usize> = (0..self.openings.len()).collect();
        let of = |place: usize| self.openings[place];
        places.sort_by_key(|&place| (of(place).window, of(place).open_ms, place));
        let overlaps = |pair: &&[usize]| {
            let (before, after) = (of(pair[0]), of(pair[1]));
            before.window == after.window && before.close_ms.is_none_or(|close_ms| close_ms > after.open_ms)
        };
        places.windows(2).find(overlaps).map(|pair| pair[0].max(pair[1]))
    }

    fn is_too_large(&self, terms: &Terms) -> bool {
        let visits = self.visits.iter().flat_map(|visit| {
            [visit.arrival_ms, visit.effective_arrival_ms, visit.service_ms.saturating_add(terms.press_gap_ms)]
        });
        let openings = self.openings.iter().flat_map(|opening| [opening.open_ms, opening.close_ms.unwrap_or(0)]);
        self.visits.len() > VISITS_MAX || visits.chain(openings).any(|time_ms| time_ms > TIME_MS_MAX)
    }
}
