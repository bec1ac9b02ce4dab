//! A visit takes its place in a queue.

use crate::{
    balance::direction,
    event::{Event, JoinedWhy},
    plan::ItemId,
    state::{Stage, State, Visit},
    words::{AtMs, Class, Lane, Ticket, WindowId},
};

/// A place in a queue; the zone follows from it.
pub(super) struct Joining {
    pub lane: Lane,
    pub window: Option<WindowId>,
    pub class: Class,
    pub since_ms: AtMs,
    pub why: JoinedWhy,
    pub item: Option<ItemId>,
}

impl Joining {
    /// Again in its lane's queue, from its original arrival; who was served before comes back as such.
    pub(super) fn again(visit: &Visit, why: JoinedWhy) -> Self {
        let served_before = matches!(why, JoinedWhy::Returned | JoinedWhy::Transferred | JoinedWhy::CameBack);
        let class = if served_before { visit.class.coming_back() } else { visit.class };
        Self { lane: visit.lane, window: None, class, since_ms: visit.arrival_ms, why, item: visit.item }
    }

    /// In the queue as it is, with its penalties; a visit elsewhere starts from its original arrival.
    pub(super) fn still(visit: &Visit, why: JoinedWhy) -> Self {
        let again = Self::again(visit, why);
        let Stage::Waiting { since_ms, window } = visit.stage else { return again };
        Self { since_ms, window, ..again }
    }

    /// The event: to a window's zone if it is bound to one, else to where the wait is shortest.
    pub(super) fn event(self, state: &State, ticket: Ticket) -> Event {
        let Self { lane, window, class, since_ms, why, item } = self;
        let window_zone = window.and_then(|window| state.plan_of(window)).map(|plan| plan.zone);
        let zone = window_zone.unwrap_or_else(|| direction(state, lane, item));
        Event::Joined { ticket, lane, zone, window, class, since_ms, why }
    }
}
