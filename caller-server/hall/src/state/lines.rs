//! Who waits, and what is due: indexes over the visits and windows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::plan::ItemId;
use crate::words::{AtMs, Class, Lane, Ticket, WindowId, ZoneId};

/// Who waits, by line and class, in the order of effective arrival: the head of each is all that a choice must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Lines {
    /// By line and class: (effective arrival, ticket).
    #[serde(with = "super::pairs")]
    pub waiting: BTreeMap<(Line, Class), BTreeSet<(AtMs, Ticket)>>,
    /// How many wait in each lane, bound to a window or not, by the zone to which they were directed.
    #[serde(with = "super::pairs")]
    pub directed: BTreeMap<(Lane, ZoneId), u32>,
}

/// A line of waiting tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// For any window that serves the lane; with rule R4 the zone may matter.
    Lane(Lane, ZoneId),
    /// For this window alone.
    Window(WindowId),
    /// For the windows that serve the lane and may serve the item: one that some window may not serve.
    Item(Lane, ZoneId, ItemId),
}

/// Something that is due at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub at_ms: AtMs,
    /// What.
    pub due: Due,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A parked visit waits again.
    Unpark(Ticket),
    /// The grace time of an absent holder is over.
    Expire(Ticket),
    /// A window is done with tidying up.
    WrapUp(WindowId),
}

impl Line {
    /// Whether any window that serves the lane may call from it, as far as its zone allows.
    pub(crate) fn is_of(self, lane: Lane) -> bool {
        matches!(self, Self::Lane(of, _) | Self::Item(of, ..) if of == lane)
    }

    /// The line as its people see it: items do not make another queue.
    pub(super) fn whatever_item(self) -> Self {
        if let Self::Item(lane, zone, _) = self { Self::Lane(lane, zone) } else { self }
    }
}

impl Lines {
    /// The tickets of one line and class, in the order of effective arrival, ms.
    pub fn of(&self, line: Line, class: Class) -> impl Iterator<Item = (AtMs, Ticket)> + use<'_> {
        self.waiting.get(&(line, class)).into_iter().flatten().copied()
    }

    /// How many tickets of one line and class stand before a place that `is_before` tells. Within a class the order of the
    /// line is the order of the ranks, so it is looked for from both ends: a new ticket is last, the next one first.
    pub(super) fn before(&self, line: Line, class: Class, is_before: impl Fn(AtMs, Ticket) -> bool) -> usize {
        let Some(tickets) = self.waiting.get(&(line, class)) else { return 0 };
        let from_both_ends = tickets.iter().zip(tickets.iter().rev()).enumerate();
        for (at, (front, back)) in from_both_ends {
            if !is_before(front.0, front.1) {
                return at;
            }
            if is_before(back.0, back.1) {
                return tickets.len() - at;
            }
        }
        tickets.len()
    }

    pub(super) fn add(&mut self, line: Line, class: Class, since_ms: AtMs, ticket: Ticket) {
        self.waiting.entry((line, class)).or_default().insert((since_ms, ticket));
    }

    pub(super) fn take(&mut self, line: Line, class: Class, since_ms: AtMs, ticket: Ticket) {
        let Some(tickets) = self.waiting.get_mut(&(line, class)) else { return };
        tickets.remove(&(since_ms, ticket));
        // A class without tickets leaves no trace: equal halls have equal lines.
        if tickets.is_empty() {
            self.waiting.remove(&(line, class));
        }
    }

    pub(super) fn direct(&mut self, lane: Lane, zone: ZoneId) {
        let count = self.directed.entry((lane, zone)).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn undirect(&mut self, lane: Lane, zone: ZoneId) {
        let Some(count) = self.directed.get_mut(&(lane, zone)) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.directed.remove(&(lane, zone));
        }
    }
}
