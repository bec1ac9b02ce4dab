//! What the server and the dispenser owe each other: numbers given out while cut off, tickets that nobody holds, reserve.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    FromClient, Refused,
    answer::Answer,
    order::{Lane, Order, VisitAct},
};

use super::{Dispenser, Output, Record, Timer, series::Series};

/// The most tickets in one merge, as the server takes it.
const MERGE_MAX: usize = 500;
/// After a refusal the server is left alone so long, ms.
const RETRY_MS: u64 = 5_000;

/// The orders of the dispenser itself, apart from presses.
#[derive(Debug)]
pub(super) struct Sync {
    instance: String,
    /// Orders without an answer yet, by key.
    sent: BTreeMap<String, Sent>,
    /// Lanes for which numbers are on their way: asked for, or being made durable.
    leasing: BTreeSet<Lane>,
    lease_serial: u64,
    /// How many tickets the next merge brings: one after a refusal, to find the one that is to blame.
    merge_max: usize,
    /// Presses of which the server must be asked again what came of them.
    unknown: BTreeSet<String>,
    /// A view came since the link is up.
    viewed: bool,
    resting: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sent {
    Lease(Lane),
    /// Up to the press with this key; how many.
    Merge(String, usize),
    /// Of the ticket of the press with this key.
    Cancel(String),
}

impl Sync {
    pub fn new(instance: String) -> Self {
        Self {
            instance,
            sent: BTreeMap::new(),
            leasing: BTreeSet::new(),
            lease_serial: 0,
            merge_max: MERGE_MAX,
            unknown: BTreeSet::new(),
            viewed: false,
            resting: false,
        }
    }

    pub fn connected(&mut self) {
        self.viewed = false;
        self.resting = false;
    }

    /// What was sent may be lost; everything is worked out anew when the link is back.
    pub fn disconnected(&mut self) {
        for (_, sent) in std::mem::take(&mut self.sent) {
            if let Sent::Lease(lane) = sent {
                self.leasing.remove(&lane);
            }
        }
        self.viewed = false;
    }

    pub fn rested(&mut self) {
        self.resting = false;
    }

    /// Numbers for a lane are durable, or there are none.
    pub fn leased(&mut self, lane: Lane) {
        self.leasing.remove(&lane);
    }

    /// Whether an order with this key is the dispenser's own.
    pub fn is_mine(&self, key: &str) -> bool {
        self.sent.contains_key(key)
    }
}

impl Dispenser {
    /// With the first view after a cut, the server is asked what came of every press that it never answered.
    pub(super) fn first_view(&mut self) {
        if !std::mem::replace(&mut self.sync.viewed, true) {
            let unknown = self.book.asked.keys().filter(|key| !self.is_asking(key)).cloned().collect();
            self.sync.unknown = unknown;
        }
    }

    /// Sends whatever is due.
    pub(super) fn synchronise(&mut self) {
        if self.online && self.sync.viewed && !self.sync.resting {
            self.ask_again();
            self.merge();
            self.refill();
        }
    }

    /// An order of the dispenser's own was done.
    pub(super) fn order_done(&mut self, key: &str, answer: &Answer) {
        match (self.sync.sent.remove(key), answer) {
            (Some(Sent::Lease(lane)), Answer::Leased { first, last, day }) => self.reserved(lane, first, last, day),
            (Some(Sent::Lease(lane)), _) => {
                self.sync.leased(lane);
                self.rest();
            }
            (Some(Sent::Merge(through, _)), _) => self.note(Record::Merged { through }),
            (Some(Sent::Cancel(press)), _) => self.note(Record::Settled { key: press }),
            (None, _) => {}
        }
    }

    /// An order was refused.
    pub(super) fn refused(&mut self, key: &str, refused: Refused) {
        match self.sync.sent.remove(key) {
            None if self.is_asking(key) => self.press_refused(key, refused),
            None if !self.book.asked.contains_key(key) => {}
            None if may_pass(&refused.code) => self.ask_later(key.to_owned()),
            None => self.note(Record::Settled { key: key.to_owned() }),
            Some(Sent::Lease(lane)) => {
                self.sync.leased(lane);
                self.rest();
            }
            Some(Sent::Merge(through, count)) => self.merge_refused(through, count, &refused.code),
            Some(Sent::Cancel(press)) if may_pass(&refused.code) => self.ask_later(press),
            // It was called or cancelled already, or is of another day: there is nobody to take out of the line.
            Some(Sent::Cancel(press)) => self.note(Record::Settled { key: press }),
        }
    }

    /// The server gave a number to a press that has another one or none: it is taken back, unless the visitor got it
    /// elsewhere since.
    pub(super) fn ghost(&mut self, key: &str, ticket: String, token: &str) {
        let cancel = format!("{key}-c");
        let wanted = !self.book.asked.contains_key(key) || self.holds(key, token);
        if wanted || !self.online || self.sync.sent.contains_key(&cancel) {
            return;
        }
        let order = Order::Visit { ticket, act: VisitAct::Withdraw };
        self.sync.sent.insert(cancel.clone(), Sent::Cancel(key.to_owned()));
        self.out.push(Output::Send(FromClient::Do { key: cancel, order }));
    }

    /// Leaves the server alone for a while.
    pub(super) fn rest(&mut self) {
        if !std::mem::replace(&mut self.sync.resting, true) {
            self.set_timer(Timer::Retry, RETRY_MS);
        }
    }

    /// What came of a press is asked again when the server had time to recover.
    pub(super) fn ask_later(&mut self, key: String) {
        self.sync.unknown.insert(key);
        self.rest();
    }

    /// Under the same key the server gives its first answer again.
    fn ask_again(&mut self) {
        for key in std::mem::take(&mut self.sync.unknown) {
            if let Some(order) = self.book.asked.get(&key).cloned() {
                self.out.push(Output::Send(FromClient::Do { key, order: Order::Issue(order) }));
            }
        }
    }

    fn merge(&mut self) {
        let merging = self.sync.sent.values().any(|sent| matches!(sent, Sent::Merge(..)));
        let Some(day) = self.book.day().map(str::to_owned).filter(|_| !merging) else { return };
        while let Some(old) = self.book.unmerged.front().filter(|given| given.day != day) {
            // The same number means somebody else by now.
            self.note(Record::SetAside { key: old.slip.key.clone() });
        }
        let batch = self.book.unmerged.iter().take_while(|given| given.day == day).take(self.sync.merge_max);
        let batch: Vec<_> = batch.filter_map(|given| Some((&given.slip.key, given.offline.clone()?))).collect();
        let (Some((first, _)), Some((last, _))) = (batch.first(), batch.last()) else { return };
        // Because nothing is ever put in between, the first and the count name the content.
        let key = format!("{first}-m{}", batch.len());
        self.sync.sent.insert(key.clone(), Sent::Merge((*last).clone(), batch.len()));
        #[cfg(feature = "planted")]
        let through = (*last).clone();
        let issued = batch.into_iter().map(|(_, issue)| issue).collect();
        self.out.push(Output::Send(FromClient::Do { key, order: Order::Merge { issued } }));
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::MergedWhenSent) {
            self.note(Record::Merged { through });
        }
    }

    fn merge_refused(&mut self, through: String, count: usize, code: &str) {
        if !is_about_a_ticket(code) {
            return self.rest();
        }
        if count > 1 {
            self.sync.merge_max = 1;
            return;
        }
        self.sync.merge_max = MERGE_MAX;
        self.note(Record::SetAside { key: through });
    }

    fn refill(&mut self) {
        let Some(facts) = self.book.hall.as_ref().filter(|facts| facts.open && self.settings.reserve_count > 0) else {
            return;
        };
        let Some(day) = facts.day.clone() else { return };
        let lanes: Vec<Lane> = facts.lanes.iter().map(|lane| lane.lane).collect();
        for lane in lanes {
            if self.book.left(lane, &day) <= self.settings.reserve_refill_at && self.sync.leasing.insert(lane) {
                self.sync.lease_serial += 1;
                let key = format!("{}-l{}", self.sync.instance, self.sync.lease_serial);
                self.sync.sent.insert(key.clone(), Sent::Lease(lane));
                let order = Order::Lease { lane, count: self.settings.reserve_count };
                self.out.push(Output::Send(FromClient::Do { key, order }));
            }
        }
    }

    fn reserved(&mut self, lane: Lane, first: &str, last: &str, day: &str) {
        if Series::new(day, first, last).is_none() {
            self.sync.leased(lane);
            return self.rest();
        }
        if self.book.day() != Some(day) {
            // The day has changed and its view is on the way: not a reason to ask for more.
            self.rest();
        }
        let (first, last, day) = (first.to_owned(), last.to_owned(), day.to_owned());
        self.settle(Record::Leased { lane, first, last, day });
    }
}

/// Whether a refusal is the server's own trouble, and not about the wish: it may pass.
pub(super) fn may_pass(code: &str) -> bool {
    ["busy", "clock_behind", "stopping", "storage_failed"].contains(&code)
}

/// Whether a refused merge names a ticket that will never be taken.
fn is_about_a_ticket(code: &str) -> bool {
    ["appointment_time", "bad_token", "lane_not_offered", "not_leased"].contains(&code)
}
