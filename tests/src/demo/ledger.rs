//! Who holds which number, and what became of it: the demonstration's own book, held against the server's at the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::day::{Comes, Course, Visitor};

/// Of a service that is interrupted, the part before that, in thirds.
const FIRST_PART_THIRDS: u32 = 1;

/// A number that came out of a dispenser.
#[derive(Debug, Clone)]
pub struct Slip {
    /// `A001`.
    pub number: String,
    /// The secret name of the citizen's page.
    pub token: String,
    /// When it came out, hall's time.
    pub at_ms: u64,
    /// Whether the dispenser was cut off from the server then.
    pub offline: bool,
}

/// A visit under way.
#[derive(Debug)]
struct Visit {
    slip: Slip,
    visitor: Visitor,
    /// From the moment when a slip was wanted until it came out, hall's time.
    late_ms: u64,
    called_at_ms: Option<u64>,
    /// The course is behind them.
    interrupted: bool,
    missed: bool,
}

/// All numbers of the day.
#[derive(Default)]
pub struct Ledger(Mutex<Book>);

#[derive(Default)]
struct Book {
    visits: BTreeMap<String, Visit>,
    twice: Vec<String>,
    /// Visitors who are on their way to a dispenser, or will come back to the queue.
    under_way: usize,
}

/// What is told at the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Slips that came out.
    pub slips: usize,
    /// Of these, while the dispenser was cut off.
    pub offline: usize,
    /// Numbers that came out twice; there must be none.
    pub twice: Vec<String>,
    /// Visitors who did not come when called.
    pub missed: usize,
    /// From the slip to the first call, ms of the hall's time, sorted.
    pub waits_ms: Vec<u64>,
    /// From the plan's arrival to the slip, ms of the hall's time, sorted.
    pub late_ms: Vec<u64>,
}

impl Ledger {
    /// Somebody holds a number.
    pub fn issued(&self, slip: Slip, visitor: Visitor, late_ms: u64) {
        let mut book = self.book();
        let number = slip.number.clone();
        let visit = Visit { slip, visitor, late_ms, called_at_ms: None, interrupted: false, missed: false };
        if book.visits.insert(number.clone(), visit).is_some() {
            book.twice.push(number);
        }
    }

    /// A number was called: how long its holder walks, s; `None` when they don't come, or nobody is known to hold it.
    pub fn called(&self, number: &str, at_ms: u64) -> Called {
        let mut book = self.book();
        let Some(visit) = book.visits.get_mut(number) else { return Called::Stranger };
        visit.called_at_ms.get_or_insert(at_ms);
        match visit.visitor.comes {
            Comes::AtOnce => Called::Comes { walk_s: visit.visitor.walk_s },
            Comes::Late { .. } | Comes::Never => Called::Absent,
        }
    }

    /// A number was given up at a window. Who comes back later: after so many seconds, and with which token.
    pub fn given_up(&self, number: &str) -> Option<(u32, String)> {
        let mut book = self.book();
        let visit = book.visits.get_mut(number)?;
        visit.missed = true;
        let Comes::Late { after_s } = visit.visitor.comes else { return None };
        visit.visitor.comes = Comes::AtOnce;
        Some((after_s, visit.slip.token.clone()))
    }

    /// How long this part of a service takes, s; `None` when nobody is known to hold the number.
    pub fn service_s(&self, number: &str) -> Option<u32> {
        let book = self.book();
        let visit = book.visits.get(number)?;
        let whole_s = visit.visitor.service_s;
        let first_s = whole_s * FIRST_PART_THIRDS / 3;
        Some(match (visit.visitor.course, visit.interrupted) {
            (Course::Straight, _) => whole_s,
            (_, false) => first_s,
            (_, true) => whole_s - first_s,
        })
    }

    /// What interrupts the service now; only once.
    pub fn interrupts(&self, number: &str) -> Course {
        let mut book = self.book();
        let Some(visit) = book.visits.get_mut(number) else { return Course::Straight };
        if std::mem::replace(&mut visit.interrupted, true) { Course::Straight } else { visit.visitor.course }
    }

    /// Somebody is on the way to a dispenser or back to the queue.
    pub fn set_out(&self) {
        self.book().under_way += 1;
    }

    /// They are there.
    pub fn arrived(&self) {
        self.book().under_way -= 1;
    }

    /// How many are on the way.
    pub fn under_way(&self) -> usize {
        self.book().under_way
    }

    /// Who came last: number and token.
    pub fn newest(&self) -> Option<(String, String)> {
        let book = self.book();
        let newest = book.visits.values().max_by_key(|visit| visit.slip.at_ms)?;
        Some((newest.slip.number.clone(), newest.slip.token.clone()))
    }

    /// The tokens of all slips.
    pub fn tokens(&self) -> Vec<String> {
        self.book().visits.values().map(|visit| visit.slip.token.clone()).collect()
    }

    /// What is told at the end.
    pub fn account(&self) -> Account {
        let book = self.book();
        let visits = book.visits.values();
        let wait = |visit: &Visit| Some(visit.called_at_ms?.saturating_sub(visit.slip.at_ms));
        let mut waits_ms: Vec<u64> = visits.clone().filter_map(wait).collect();
        let mut late_ms: Vec<u64> = visits.clone().map(|visit| visit.late_ms).collect();
        waits_ms.sort_unstable();
        late_ms.sort_unstable();
        Account {
            slips: book.visits.len(),
            offline: visits.clone().filter(|visit| visit.slip.offline).count(),
            twice: book.twice.clone(),
            missed: visits.filter(|visit| visit.missed).count(),
            waits_ms,
            late_ms,
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// The holder comes.
    Comes {
        /// After so many seconds.
        walk_s: u32,
    },
    /// The holder does not hear it.
    Absent,
    /// No visitor of the plan holds this number: somebody pressed for real.
    Stranger,
}

#[cfg(test)]
mod tests {
    use protocol::order::{Class, Lane, Language};

    use super::*;

    fn visitor(comes: Comes, course: Course) -> Visitor {
        let (lane, class, language) = (Lane::Acceptance, Class::Normal, Language::Zh);
        Visitor { arrives_s: 0, lane, class, language, walk_s: 20, service_s: 600, comes, course }
    }

    fn ledger(comes: Comes, course: Course) -> Ledger {
        let ledger = Ledger::default();
        let slip = Slip { number: "A001".into(), token: "t".into(), at_ms: 1_000, offline: false };
        ledger.issued(slip, visitor(comes, course), 0);
        ledger
    }

    #[test]
    fn who_missed_a_call_and_comes_back_comes_at_the_next_one() {
        let ledger = ledger(Comes::Late { after_s: 300 }, Course::Straight);
        assert_eq!(ledger.called("A001", 61_000), Called::Absent);
        assert_eq!(ledger.given_up("A001"), Some((300, "t".into())));
        assert_eq!(ledger.called("A001", 900_000), Called::Comes { walk_s: 20 });
        assert_eq!((ledger.account().waits_ms, ledger.account().missed), (vec![60_000], 1));
    }

    #[test]
    fn a_service_is_interrupted_once_and_takes_as_long_in_all() {
        let ledger = ledger(Comes::AtOnce, Course::Park { minutes: 5 });
        assert_eq!(ledger.service_s("A001"), Some(200));
        assert_eq!(ledger.interrupts("A001"), Course::Park { minutes: 5 });
        assert_eq!(ledger.service_s("A001"), Some(400));
        assert_eq!(ledger.interrupts("A001"), Course::Straight);
    }

    #[test]
    fn a_number_that_comes_out_twice_is_told() {
        let ledger = ledger(Comes::AtOnce, Course::Straight);
        let slip = Slip { number: "A001".into(), token: "u".into(), at_ms: 2_000, offline: true };
        ledger.issued(slip, visitor(Comes::AtOnce, Course::Straight), 0);
        assert_eq!(ledger.account().twice, ["A001"]);
    }

    #[test]
    fn a_number_that_nobody_of_the_plan_holds_is_a_strangers() {
        assert_eq!(Ledger::default().called("A007", 0), Called::Stranger);
    }
}
