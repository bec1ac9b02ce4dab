//! Slips across dispensers: those that will not come out here soon, for another to print; and those of others, printed here.
//! Whoever prints a number for a second time writes the word "reprint" on it.

use std::collections::{BTreeSet, VecDeque};

use protocol::{FromClient, UnprintedSlip};

use super::{Dispenser, Output, PrintOrder, Record, Slip, Timer};

/// So many ends are remembered of what the staff ordered: more than can be on the way while a link is down.
const ENDED_MAX: usize = 64;

/// What is said and known of slips across dispensers.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// Torn slips that may still come out here, by key.
    fresh: BTreeSet<String>,
    /// Orders of the staff that are at the printer, by key.
    ordered: BTreeSet<String>,
    /// How the last ones ended: an order that comes again is not printed again.
    ended: VecDeque<(String, bool)>,
    /// What the server was told; `None` = nothing since it came back.
    told: Option<(bool, Vec<UnprintedSlip>)>,
}

impl Elsewhere {
    /// The server knows nothing of this connection yet.
    pub fn connected(&mut self) {
        self.told = None;
    }
}

impl Dispenser {
    /// A slip is torn for the first time: for a while it is tried here.
    pub(super) fn torn_first(&mut self, key: &str) {
        self.elsewhere.fresh.insert(key.to_owned());
        self.set_timer(Timer::Elsewhere(key.to_owned()), self.settings.elsewhere_after_ms);
    }

    /// It was tried for long enough.
    pub(super) fn tried_here(&mut self, key: &str) {
        self.elsewhere.fresh.remove(key);
    }

    /// The staff wants a slip printed here. The same order may come again, when the server did not hear how it ended.
    pub(super) fn print_ordered(&mut self, order: PrintOrder) {
        let PrintOrder { key, ticket, class, language } = order;
        if let Some((_, whole)) = self.elsewhere.ended.iter().find(|(ended, _)| *ended == key) {
            return self.say_printed(key, *whole);
        }
        if self.elsewhere.ordered.contains(&key) {
            return;
        }
        match self.slip_of(&key, ticket) {
            Some(slip) if self.printer.prints() => {
                self.elsewhere.ordered.insert(key);
                self.print_for_holder(Slip { class, language, ..slip });
            }
            _ => self.order_ended(key, false),
        }
    }

    /// The end of a slip, if the staff ordered it.
    pub(super) fn ordered_printed(&mut self, key: &str, whole: bool) {
        if self.elsewhere.ordered.remove(key) {
            self.order_ended(key.to_owned(), whole);
        }
    }

    /// A slip came out at another dispenser: here it is not printed any more.
    pub(super) fn printed_elsewhere(&mut self, ticket: &str) {
        let is_it = |slip: &Slip, day: &str| ticket.split_once('/') == Some((day, slip.number.as_str()));
        let key = self.book.unprinted.values().find(|given| is_it(&given.slip, &given.day));
        let Some(key) = key.map(|given| given.slip.key.clone()) else { return };
        self.holder_gone(&key);
        self.note(Record::Printed { key });
    }

    /// Tells the server how it is with slips, when that changed.
    pub(super) fn tell_slips(&mut self) {
        if !self.online {
            return;
        }
        let unprinted = self.doubtful().into_iter().filter(|slip| !self.elsewhere.fresh.contains(&slip.key));
        let unprinted: Vec<UnprintedSlip> = unprinted.filter_map(|slip| self.unprinted(&slip)).collect();
        let now = (self.printer.prints(), unprinted);
        if self.elsewhere.told.as_ref() != Some(&now) {
            self.elsewhere.told = Some(now.clone());
            self.out.push(Output::Send(FromClient::Slips { prints: now.0, unprinted: now.1 }));
        }
    }

    fn unprinted(&self, slip: &Slip) -> Option<UnprintedSlip> {
        let day = &self.book.unprinted.get(&slip.key)?.day;
        Some(UnprintedSlip { ticket: format!("{day}/{}", slip.number), at_ms: slip.at_ms })
    }

    fn order_ended(&mut self, key: String, whole: bool) {
        if self.elsewhere.ended.len() == ENDED_MAX {
            self.elsewhere.ended.pop_front();
        }
        self.elsewhere.ended.push_back((key.clone(), whole));
        self.say_printed(key, whole);
    }

    /// When nobody listens, the order comes again, and is answered then.
    fn say_printed(&mut self, key: String, whole: bool) {
        if self.online {
            self.out.push(Output::Send(FromClient::Printed { key, whole }));
        }
    }
}
