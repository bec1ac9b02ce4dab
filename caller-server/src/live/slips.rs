//! Slips that may not have come out: what the dispensers say of them, where they could be printed again, and what came of that.

use std::collections::BTreeMap;

use hall::{
    State,
    state::Visit,
    words::{AtMs, Ticket},
};
use protocol::{
    UnprintedSlip,
    view::{Again, UnprintedRow},
};

/// What is known of slips. It is said anew by every dispenser that connects; the journal has who ordered what.
#[derive(Debug, Default)]
pub struct Slips {
    /// What each dispenser said last. Its list stays when it is gone: nobody holds that paper.
    said: BTreeMap<String, Said>,
    /// The last order to print a slip again, by its ticket.
    orders: BTreeMap<Ticket, Reprint>,
}

#[derive(Debug, Default)]
struct Said {
    prints: bool,
    unprinted: Vec<(Ticket, AtMs)>,
}

#[derive(Debug)]
struct Reprint {
    key: String,
    at: String,
    /// Whether it is out; `None` = not said yet.
    whole: Option<bool>,
}

impl Slips {
    /// A dispenser says how it is with slips.
    pub fn said(&mut self, device: &str, prints: bool, unprinted: &[UnprintedSlip]) {
        let slip = |slip: &UnprintedSlip| Some((slip.ticket.parse().ok()?, slip.at_ms));
        let unprinted = unprinted.iter().filter_map(slip).collect();
        self.said.insert(device.to_owned(), Said { prints, unprinted });
    }

    /// A dispenser is gone: nothing can be printed there.
    pub fn gone(&mut self, device: &str) {
        if let Some(said) = self.said.get_mut(device) {
            said.prints = false;
        }
    }

    /// The staff wants a slip printed again.
    pub fn ordered(&mut self, state: &State, ticket: Ticket, at: &str, key: String) {
        self.orders.retain(|ticket, _| lives(state, *ticket));
        self.orders.insert(ticket, Reprint { key, at: at.to_owned(), whole: None });
    }

    /// What a dispenser must still be told to print, by key.
    pub fn due_at(&self, device: &str) -> Vec<(String, Ticket)> {
        let due = self.orders.iter().filter(|(_, order)| order.at == device && order.whole.is_none());
        due.map(|(ticket, order)| (order.key.clone(), *ticket)).collect()
    }

    /// The end of an order to print.
    pub fn came(&mut self, device: &str, key: &str, whole: bool) {
        let order = self.orders.values_mut().find(|order| order.at == device && order.key == key);
        if let Some(order) = order {
            order.whole = Some(whole);
        }
    }

    /// Slips that came out after all, each with a dispenser that still misses it.
    pub fn out_elsewhere(&self) -> Vec<(String, Ticket)> {
        let out = self.missed().filter(|(_, (ticket, _))| self.is_out(*ticket));
        out.map(|(name, (ticket, _))| (name.clone(), *ticket)).collect()
    }

    /// What the staff sees: living visits whose slip may not have come out anywhere.
    pub fn rows(&self, state: &State) -> Vec<UnprintedRow> {
        let open = self.missed().filter(|(_, (ticket, _))| lives(state, *ticket) && !self.is_out(*ticket));
        open.map(|(device, (ticket, at_ms))| self.row(device, *ticket, *at_ms)).collect()
    }

    fn row(&self, device: &str, ticket: Ticket, at_ms: AtMs) -> UnprintedRow {
        let prints = self.said.iter().filter(|(_, said)| said.prints).map(|(name, _)| name.clone());
        let mut ready: Vec<String> = prints.collect();
        // What tore it comes last.
        ready.sort_by_key(|name| name == device);
        let again = self.orders.get(&ticket);
        UnprintedRow {
            ticket: ticket.to_string(),
            number: ticket.number.to_string(),
            device: device.to_owned(),
            at_ms,
            ready,
            again: again.map(|order| Again { at: order.at.clone(), failed: order.whole == Some(false) }),
        }
    }

    fn missed(&self) -> impl Iterator<Item = (&String, &(Ticket, AtMs))> {
        self.said.iter().flat_map(|(device, said)| said.unprinted.iter().map(move |slip| (device, slip)))
    }

    fn is_out(&self, ticket: Ticket) -> bool {
        self.orders.get(&ticket).is_some_and(|order| order.whole == Some(true))
    }
}

fn lives(state: &State, ticket: Ticket) -> bool {
    state.visit(ticket).is_some_and(Visit::is_live)
}
