//! What an event teaches about the hall's pace. It looks at the state before the event: what was going on until now.

use crate::{
    event::Event,
    state::{Doing, Since, Stage, State},
    words::{Ticket, WindowId},
};

pub(super) fn learn(state: &mut State, event: &Event) {
    match event {
        Event::Joined { lane, class, .. } => {
            let rate = state.pace.arrivals.entry((*lane, *class)).or_default();
            *rate = rate.with_one(state.at_ms);
        }
        Event::Called { ticket, window, .. } => called(state, *ticket, *window),
        Event::Finished { ticket, window }
        | Event::NotShown { ticket, window, .. }
        | Event::Parked { ticket, window, .. }
        | Event::SentForSupplement { ticket, window, .. }
        | Event::Transferred { ticket, window, .. } => released(state, *ticket, *window),
        // The wrap-up is part of the gap between two calls: its end changes nothing.
        Event::Paused { window, .. } | Event::WindowClosed { window } | Event::EmergencyRaised { window } => {
            not_free(state, *window);
        }
        Event::PlanAdopted { plan } => {
            state.pace.windows.retain(|id, _| plan.windows.contains_key(id));
            state.pace.items.retain(|(_, item), _| plan.items.contains_key(item));
        }
        Event::DayOpened { .. } => state.pace.windows.retain(|_, since| matches!(since, Since::Occupied(_))),
        _ => {}
    }
}

fn called(state: &mut State, ticket: Ticket, id: WindowId) {
    if !state.windows.get(&id).is_some_and(|window| window.doing.is_free()) {
        return;
    }
    let waits_since = match state.visit(ticket).map(|visit| &visit.stage) {
        Some(Stage::Waiting { since_ms, .. }) => Some(*since_ms),
        Some(Stage::Parked { .. }) => None,
        _ => return,
    };
    let free_since = match state.pace.windows.get(&id) {
        Some(Since::Free(at_ms)) => Some(*at_ms),
        _ => None,
    };
    if let (Some(waits_since), Some(free_since)) = (waits_since, free_since)
        && waits_since <= free_since
    {
        state.pace.gap = Some(state.pace.gap().with(state.at_ms.saturating_sub(free_since)));
    }
    state.pace.windows.insert(id, Since::Occupied(state.at_ms));
}

fn released(state: &mut State, ticket: Ticket, id: WindowId) {
    let has = |doing: &Doing| *doing == Doing::Serving { ticket } || *doing == Doing::Calling { ticket };
    if !state.windows.get(&id).is_some_and(|window| has(&window.doing)) {
        return;
    }
    let Some((lane, item)) = state.visit(ticket).map(|visit| (visit.lane, visit.item)) else { return };
    if let Some(since_ms) = state.pace.occupied_since_ms(id) {
        state.pace.learn_occupied(lane, item, state.at_ms.saturating_sub(since_ms));
    }
    state.pace.windows.insert(id, Since::Free(state.at_ms));
}

/// The time until the next call says nothing about how soon a free window calls.
fn not_free(state: &mut State, id: WindowId) {
    if let Some(Since::Free(_)) = state.pace.windows.get(&id) {
        state.pace.windows.remove(&id);
    }
}
