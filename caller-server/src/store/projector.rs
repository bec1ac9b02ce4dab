//! From entries to pairs: one batch of entries becomes one atomic batch of sled.

use std::collections::BTreeMap;

use hall::{
    Entry, Event,
    words::{Day, Ticket, WindowId},
};
use serde::{Serialize, de::DeserializeOwned};
use sled::{Batch, IVec, Tree};

use super::{
    Circumstances, DayFigures, Fault, VisitRecord, keys, log::Logged, position::Sum, project, record::concerns,
};

/// Who sits at which window: the clerk's name.
pub(super) type Seats = BTreeMap<WindowId, String>;

/// Applies entries in memory, on top of what a tree holds.
pub(super) struct Projector<'a> {
    tree: &'a Tree,
    seats: &'a mut Seats,
    seats_changed: bool,
    visits: BTreeMap<Ticket, Kept<VisitRecord>>,
    days: BTreeMap<Day, Kept<DayFigures>>,
    logged: Vec<Logged>,
}

/// A value as the tree has it, and as it is now.
struct Kept<T> {
    before: Option<IVec>,
    now: Option<T>,
}

impl<'a> Projector<'a> {
    /// Nothing is applied yet.
    pub fn new(tree: &'a Tree, seats: &'a mut Seats) -> Self {
        Self { tree, seats, seats_changed: false, visits: BTreeMap::new(), days: BTreeMap::new(), logged: vec![] }
    }

    /// Applies one entry.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.logged.extend(entry.events.iter().enumerate().filter_map(|(at, event)| Logged::of(entry, at, event)));
        entry.events.iter().try_for_each(|event| self.event(entry, event))
    }

    /// What changed, as one batch, and the sum over all pairs afterwards.
    pub fn finish(self, mut sum: Sum) -> Result<(Batch, Sum), Fault> {
        let mut pairs = Pairs { batch: Batch::default(), sum: &mut sum };
        for (ticket, visit) in &self.visits {
            pairs.put_kept(&keys::visit(*ticket), visit)?;
        }
        for (day, figures) in &self.days {
            pairs.put_kept(&keys::figures(*day), figures)?;
        }
        for logged in &self.logged {
            match logged {
                Logged::Turn(key, turn) => pairs.put(key, self.tree.get(key)?, turn)?,
                Logged::Rules(key, change) => pairs.put(key, self.tree.get(key)?, change)?,
            }
        }
        if self.seats_changed {
            pairs.put(keys::SEATS, self.tree.get(keys::SEATS)?, &self.seats)?;
        }
        Ok((pairs.batch, sum))
    }

    fn event(&mut self, entry: &Entry, event: &Event) -> Result<(), Fault> {
        match event {
            Event::WindowOpened { window, clerk, .. } => {
                self.seats.insert(*window, clerk.clone());
                self.seats_changed = true;
            }
            Event::WindowClosed { window } => self.seats_changed |= self.seats.remove(window).is_some(),
            _ => {}
        }
        match concerns(event) {
            Some((ticket, window)) => self.visit(entry, event, ticket, window),
            None => Ok(()),
        }
    }

    fn visit(&mut self, entry: &Entry, event: &Event, ticket: Ticket, window: Option<WindowId>) -> Result<(), Fault> {
        let clerk = window.and_then(|window| self.seats.get(&window)).map(String::as_str);
        let now = Circumstances { at_ms: entry.at_ms, by: &entry.by, clerk };
        let kept = kept(self.tree, &mut self.visits, ticket, &keys::visit(ticket))?;
        let before = kept.now.as_ref().map(DayFigures::of);
        match (&mut kept.now, VisitRecord::begin(now, event)) {
            (Some(visit), None) => project(visit, now, event),
            (slot, Some(begun)) => *slot = Some(begun),
            // As in `hall::evolve`: what befalls an unknown visit changes nothing.
            (None, None) => {}
        }
        let Some(now) = kept.now.as_ref().map(DayFigures::of) else { return Ok(()) };
        let figures = kept_figures(self.tree, &mut self.days, ticket.day)?;
        figures.now = Some(figures.now.unwrap_or_default().with(before.unwrap_or_default(), now));
        Ok(())
    }
}

/// Reads a value of the store.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|_| Fault::Damaged("a value is not readable"))
}

struct Pairs<'a> {
    batch: Batch,
    sum: &'a mut Sum,
}

impl Pairs<'_> {
    fn put(&mut self, key: &[u8], before: Option<IVec>, now: &impl Serialize) -> Result<(), Fault> {
        let value = serde_json::to_vec(now).map_err(|_| Fault::Damaged("a value can't be written"))?;
        if let Some(before) = before {
            self.sum.take(key, &before);
        }
        self.sum.add(key, &value);
        self.batch.insert(key, value);
        Ok(())
    }

    fn put_kept<T: Serialize>(&mut self, key: &[u8], kept: &Kept<T>) -> Result<(), Fault> {
        kept.now.as_ref().map_or(Ok(()), |now| self.put(key, kept.before.clone(), now))
    }
}

fn kept_figures<'a>(
    tree: &Tree,
    days: &'a mut BTreeMap<Day, Kept<DayFigures>>,
    day: Day,
) -> Result<&'a mut Kept<DayFigures>, Fault> {
    kept(tree, days, day, &keys::figures(day))
}

/// The value as this batch left it so far; read from the tree when the batch has not touched it yet.
fn kept<'a, K: Ord + Copy, T: DeserializeOwned>(
    tree: &Tree,
    all: &'a mut BTreeMap<K, Kept<T>>,
    name: K,
    key: &[u8],
) -> Result<&'a mut Kept<T>, Fault> {
    use std::collections::btree_map::Entry::{Occupied, Vacant};
    match all.entry(name) {
        Occupied(known) => Ok(known.into_mut()),
        Vacant(unknown) => {
            let before = tree.get(key)?;
            let now = before.as_deref().map(parse).transpose()?;
            Ok(unknown.insert(Kept { before, now }))
        }
    }
}
