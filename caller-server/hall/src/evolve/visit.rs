//! What befalls a visit away from a window.

use crate::{
    event::{Event, JoinedWhy},
    state::{Stage, State, Visit},
    words::{Ticket, ZoneId},
};

pub(super) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Issued { .. } => issue(state, event),
        Event::Reprinted { ticket, .. } if state.visit(*ticket).is_some_and(Visit::is_live) => {
            state.update_visit(*ticket, |visit| visit.reprints = visit.reprints.saturating_add(1));
        }
        Event::ItemSet { ticket, item, .. } if state.visit(*ticket).is_some_and(Visit::is_live) => {
            state.update_visit(*ticket, |visit| visit.item = *item);
        }
        Event::Joined { ticket, .. } if may_join(state, *ticket) => join(state, event),
        Event::Ended { ticket, how } if is_away(state, *ticket) => {
            let stage = Stage::Unserved { at_ms: state.at_ms, how: *how };
            state.set_stage(*ticket, stage);
        }
        _ => {}
    }
}

fn issue(state: &mut State, event: &Event) {
    let Event::Issued { ticket, lane, class, language, token, appointment_at_ms, offline, visitor } = event else {
        return;
    };
    // A dispenser's clock may run ahead of the hall's.
    let issued_at_ms = offline.as_ref().map_or(state.at_ms, |offline| offline.at_ms.min(state.at_ms));
    let first_zone = state.plan.as_ref().and_then(|plan| plan.zones.first());
    let visit = Visit {
        lane: *lane,
        zone: first_zone.copied().unwrap_or(ZoneId('A')),
        class: *class,
        language: *language,
        token: token.clone(),
        issued_at_ms,
        arrival_ms: issued_at_ms,
        appointment_at_ms: *appointment_at_ms,
        come_back_to: None,
        item: None,
        reprints: 0,
        stage: Stage::Issued,
    };
    // What a dispenser gave out was reserved, and is jumped over.
    if let Some(day) = state.day.as_mut().filter(|day| day.day == ticket.day && offline.is_none()) {
        let last = day.last_number.entry(*lane).or_default();
        *last = ticket.number.n.max(*last);
    }
    if let (Some(day), Some(visitor)) = (state.day.as_mut().filter(|day| day.day == ticket.day), visitor) {
        day.visitors.entry(*visitor).or_default().push(*ticket);
    }
    state.add_visit(*ticket, visit);
}

fn join(state: &mut State, event: &Event) {
    let Event::Joined { ticket, lane, zone, window, class, since_ms, why } = event else { return };
    if window.is_none() {
        state.turns.zones.insert(*lane, *zone);
    }
    state.update_visit(*ticket, |visit| {
        (visit.lane, visit.zone, visit.class) = (*lane, *zone, *class);
        match why {
            JoinedWhy::Arrived => visit.arrival_ms = *since_ms,
            JoinedWhy::CameBack => visit.come_back_to = None,
            _ => {}
        }
        visit.stage = Stage::Waiting { since_ms: *since_ms, window: *window };
    });
}

/// A visit at a window can join a queue only after its window was removed.
fn may_join(state: &State, ticket: Ticket) -> bool {
    let window_is_gone = |visit: &Visit| visit.stage.at_window().is_some_and(|id| !state.windows.contains_key(&id));
    is_away(state, ticket) || state.visit(ticket).is_some_and(window_is_gone)
}

fn is_away(state: &State, ticket: Ticket) -> bool {
    state.visit(ticket).is_some_and(|visit| visit.is_live() && visit.stage.at_window().is_none())
}
