//! What the disk did not take and must not be forgotten: it is tried again until it is durable.

use super::{Dispenser, HallFacts, Record, Timer};

/// The disk is left alone so long before it is tried again, ms.
const AGAIN_MS: u64 = 5_000;

/// What the store is still owed.
#[derive(Debug, Default)]
pub(super) struct Owed {
    /// Numbers that the server reserved. Forgotten, they would be asked for again and again, and no number of the hall would be
    /// left after a night; as long as they stand here, their lane asks for no more.
    leased: Vec<Record>,
    /// Which record the last facts of the hall are. Without them a restart that is cut off knows no business day.
    hall: Option<u64>,
    hall_failed: bool,
    /// The timer runs.
    waits: bool,
}

impl Dispenser {
    /// The facts of the hall; they count at once.
    pub(super) fn note_hall(&mut self, facts: HallFacts) {
        let record = Record::Hall(facts);
        self.book.apply(&record);
        self.owed.hall = Some(self.store(record));
        self.owed.hall_failed = false;
    }

    /// Reserved numbers could not be stored.
    pub(super) fn lease_not_recorded(&mut self, leased: Record) {
        self.owed.leased.push(leased);
        self.store_later();
    }

    /// A record that counts already could not be stored. A restart does without it, unless it is the facts of the hall.
    pub(super) fn note_not_recorded(&mut self, id: u64) {
        if self.owed.hall == Some(id) {
            self.owed.hall_failed = true;
            self.store_later();
        }
    }

    /// Tries to store again what is owed.
    pub(super) fn store_owed(&mut self) {
        self.owed.waits = false;
        if let Some(facts) = self.book.hall.clone().filter(|_| self.owed.hall_failed) {
            self.note_hall(facts);
        }
        for leased in std::mem::take(&mut self.owed.leased) {
            self.settle(leased);
        }
    }

    fn store_later(&mut self) {
        if !std::mem::replace(&mut self.owed.waits, true) {
            self.set_timer(Timer::Store, AGAIN_MS);
        }
    }
}
