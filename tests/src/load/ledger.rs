//! What was pressed and how long the answer took, who saw each call and when, what went wrong.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// What goes on beside the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing is measured yet, or any more.
    Around,
    /// Nothing else.
    Calm,
    /// Readers that read nothing or little.
    Crowded,
    /// All displays come back at once.
    Storm,
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number, at a dispenser.
    Issue,
    /// Who is next.
    CallNext,
    /// The holder is here.
    Start,
    /// The visit is done.
    Finish,
}

/// One press and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Press {
    /// What was asked.
    pub kind: Kind,
    /// When.
    pub at: Instant,
    /// Until the answer.
    pub took: Duration,
    /// What share of that was the flush of the server's disk.
    pub flush: Duration,
    /// In which phase.
    pub phase: Phase,
}

/// A display has a call.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    /// Which display, counted from 1.
    pub display: u16,
    /// Since when it is connected.
    pub connected: Instant,
    /// When it had the call.
    pub at: Instant,
}

/// One call, and who had it.
#[derive(Debug, Default)]
pub struct Call {
    /// Where to, and the press; `None` for a call that was made before all this began.
    pub pressed: Option<(u16, Press)>,
    /// Who had it, in order.
    pub sights: Vec<Sight>,
}

impl Call {
    /// From the press until each display had it that was connected at the press.
    pub fn took(&self) -> impl Iterator<Item = Duration> {
        let pressed = self.pressed.map(|(_, press)| press.at);
        let stood = move |sight: &&Sight| pressed.is_some_and(|at| sight.connected < at);
        self.sights.iter().filter(stood).filter_map(move |sight| Some(sight.at - pressed?))
    }
}

/// A reader that read nothing or little, and was cut, or stood there for too long when the phase ended.
#[derive(Debug, Clone, Serialize)]
pub struct Cut {
    /// What it did: `silent`, `deaf`, `slow`.
    pub habit: &'static str,
    /// From its hello until the server let go or the phase ended, s.
    pub after_s: f64,
    /// From the last byte that it took, while more waited for it, until then, s.
    pub after_stuck_s: f64,
    /// Whether the server let go. Else it took longer than it may, and how long is not known.
    pub let_go: bool,
}

impl Cut {
    /// From the moment when it could be known. One that says nothing is silent from its hello on; one that says that it is there
    /// and reads nothing is like any other until its own kernel takes no more for it.
    pub fn known_s(&self) -> f64 {
        if self.habit == "silent" { self.after_s } else { self.after_stuck_s }
    }
}

/// All displays dropped and came back.
#[derive(Debug, Clone, Serialize)]
pub struct Storm {
    /// Since the beginning of the run, s.
    pub at_s: f64,
    /// Displays that came back.
    pub displays: usize,
    /// Until half of them saw their window again, s.
    pub half_s: f64,
    /// Until the last one did, s.
    pub last_s: f64,
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub struct Pages {
    /// Every press that was answered.
    pub presses: Vec<Press>,
    /// Every call by its place in the journal.
    pub calls: BTreeMap<u64, Call>,
    /// Readers that were cut.
    pub cuts: Vec<Cut>,
    /// Storms that passed.
    pub storms: Vec<Storm>,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
}

/// The pages, for everybody to write on.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

impl Ledger {
    /// To read, or to write what is written once.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        // What is written is whole, also after a panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A press was answered.
    pub fn answered(&self, press: Press) {
        self.pages().presses.push(press);
    }

    /// The call that came of a press.
    pub fn called(&self, seq: u64, window: u16, press: &Press) {
        self.pages().calls.entry(seq).or_default().pressed = Some((window, *press));
    }

    /// A display has a call.
    pub fn saw(&self, seq: u64, sight: Sight) {
        self.pages().calls.entry(seq).or_default().sights.push(sight);
    }

    /// Something went wrong that must not.
    pub fn error(&self, what: impl Into<String>) {
        *self.pages().errors.entry(what.into()).or_default() += 1;
    }
}

impl Pages {
    /// Calls that a display above their window never had: the place in the journal, and how many displays. `above` says how many
    /// displays a window has.
    pub fn not_shown(&self, above: impl Fn(u16) -> usize) -> Vec<(u64, usize)> {
        let missing = |(&seq, call): (&u64, &Call)| {
            let (window, _) = call.pressed?;
            let mut had: Vec<u16> = call.sights.iter().map(|sight| sight.display).collect();
            had.sort_unstable();
            had.dedup();
            let missing = above(window).saturating_sub(had.len());
            (missing > 0).then_some((seq, missing))
        };
        self.calls.iter().filter_map(missing).collect()
    }

    /// Presses of the run itself, and not around it.
    pub fn of_the_run(&self) -> impl Iterator<Item = &Press> {
        self.presses.iter().filter(|press| press.phase != Phase::Around)
    }

    /// How long answers took, of those presses that fit.
    pub fn answers(&self, fits: impl Fn(&Press) -> bool) -> Vec<Duration> {
        self.of_the_run().filter(|press| fits(press)).map(|press| press.took).collect()
    }

    /// The same without the disk: what the server and the machine took.
    pub fn answers_without_disk(&self, fits: impl Fn(&Press) -> bool) -> Vec<Duration> {
        self.of_the_run().filter(|press| fits(press)).map(|press| press.took.saturating_sub(press.flush)).collect()
    }

    /// From the press to each display, of those calls that fit.
    pub fn to_each_display(&self, fits: impl Fn(&Press) -> bool) -> Vec<Duration> {
        self.those(fits).flat_map(|(call, _)| call.took()).collect()
    }

    /// The same without the disk.
    pub fn to_each_display_without_disk(&self, fits: impl Fn(&Press) -> bool) -> Vec<Duration> {
        let without =
            |(call, press): (&'_ Call, Press)| call.took().map(move |took| took.saturating_sub(press.flush)).collect();
        self.those(fits).flat_map::<Vec<_>, _>(without).collect()
    }

    /// From the press to the last display, a figure a call.
    pub fn to_last_display(&self, fits: impl Fn(&Press) -> bool) -> Vec<Duration> {
        self.those(fits).filter_map(|(call, _)| call.took().max()).collect()
    }

    fn those(&self, fits: impl Fn(&Press) -> bool) -> impl Iterator<Item = (&Call, Press)> {
        let pressed = self.calls.values().filter_map(|call| Some((call, call.pressed?.1)));
        pressed.filter(move |(_, press)| press.phase != Phase::Around && fits(press))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(display: u16, connected: Instant, at: Instant) -> Sight {
        Sight { display, connected, at }
    }

    fn next(at: Instant) -> Press {
        let (took, flush) = (Duration::from_millis(5), Duration::from_millis(3));
        Press { kind: Kind::CallNext, at, took, flush, phase: Phase::Calm }
    }

    #[test]
    fn without_the_disk_its_share_is_gone_from_answers_and_displays() {
        let ledger = Ledger::default();
        let at = Instant::now();
        let later = |ms| at + Duration::from_millis(ms);
        ledger.answered(next(later(10)));
        ledger.called(7, 3, &next(later(10)));
        ledger.saw(7, sight(1, at, later(17)));
        let pages = ledger.pages();
        assert_eq!(pages.answers_without_disk(|_| true), [Duration::from_millis(2)]);
        assert_eq!(pages.to_each_display_without_disk(|_| true), [Duration::from_millis(4)]);
    }

    #[test]
    fn a_display_that_came_back_after_the_press_has_the_call_but_its_time_does_not_count() {
        let ledger = Ledger::default();
        let at = Instant::now();
        let later = |ms| at + Duration::from_millis(ms);
        let press = next(later(10));
        ledger.saw(7, sight(1, at, later(15)));
        ledger.called(7, 3, &press);
        ledger.saw(7, sight(2, later(20), later(900)));
        let pages = ledger.pages();
        assert_eq!(pages.to_each_display(|_| true), [Duration::from_millis(5)]);
        assert_eq!(pages.not_shown(|_| 2), []);
        assert_eq!(pages.not_shown(|_| 3), [(7, 1)]);
    }

    #[test]
    fn a_display_that_has_a_call_twice_is_one_display() {
        let ledger = Ledger::default();
        let at = Instant::now();
        ledger.called(7, 3, &next(at));
        ledger.saw(7, sight(1, at, at));
        ledger.saw(7, sight(1, at, at));
        assert_eq!(ledger.pages().not_shown(|_| 2), [(7, 1)]);
    }
}
