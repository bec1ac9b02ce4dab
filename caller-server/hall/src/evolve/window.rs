//! What happens at a window, and to the visit there.

use crate::{
    balance::Credits,
    command::Target,
    event::Event,
    state::{Doing, LastCall, Seat, Stage, State, Visit},
    words::{AtMs, Ticket, WindowId},
};

pub(super) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::WindowOpened { window, clerk, console } => open(state, *window, clerk, console),
        Event::WindowClosed { window } => close(state, *window),
        Event::Called { ticket, window, why } => call(state, *ticket, *window, &why.credits),
        Event::Recalled { ticket, window } => recall(state, *ticket, *window),
        Event::Started { ticket, window } => start(state, *ticket, *window),
        Event::Finished { ticket, window } => finish(state, *ticket, *window),
        Event::NotShown { ticket, window, grace_until_ms } => not_shown(state, *ticket, *window, *grace_until_ms),
        Event::Parked { ticket, window, until_ms, reason } => {
            let stage = Stage::Parked { window: *window, until_ms: *until_ms, reason: reason.clone() };
            leave_service(state, *ticket, *window, stage);
        }
        Event::SentForSupplement { ticket, window, missing } => {
            leave_service(state, *ticket, *window, Stage::Supplement { window: *window, missing: missing.clone() });
        }
        Event::Transferred { ticket, window, to, come_back } => transfer(state, *ticket, *window, *to, *come_back),
        Event::PauseAsked { window, reason } => state.update_window(*window, |window| {
            window.pause_after = window.doing.ticket().map(|_| reason.clone());
        }),
        Event::Resumed { window } if has_visit(state, *window) => {
            state.update_window(*window, |window| window.pause_after = None);
        }
        Event::WrapUpStarted { window, .. }
        | Event::Paused { window, .. }
        | Event::Resumed { window }
        | Event::EmergencyRaised { window }
        | Event::EmergencyCleared { window } => between(state, *window, |before| without_visit(before, event)),
        _ => {}
    }
}

/// What goes on at a window after an event that no visit takes part in; `None` if the event does not fit.
fn without_visit(before: &Doing, event: &Event) -> Option<Doing> {
    match (event, before) {
        (Event::WrapUpStarted { until_ms, .. }, Doing::Idle) => Some(Doing::WrapUp { until_ms: *until_ms }),
        (Event::Paused { reason, .. }, Doing::Idle | Doing::WrapUp { .. }) => {
            Some(Doing::Paused { reason: reason.clone() })
        }
        (Event::Resumed { .. }, Doing::Paused { .. } | Doing::WrapUp { .. }) => Some(Doing::Idle),
        (Event::EmergencyRaised { .. }, Doing::Closed | Doing::Emergency { .. }) => None,
        (Event::EmergencyRaised { .. }, before) => Some(Doing::Emergency { before: Box::new(before.clone()) }),
        (Event::EmergencyCleared { .. }, Doing::Emergency { before }) => Some((**before).clone()),
        _ => None,
    }
}

fn has_visit(state: &State, id: WindowId) -> bool {
    state.windows.get(&id).is_some_and(|window| window.doing.ticket().is_some())
}

/// Lets something else go on at a window, if it fits what goes on now.
fn between(state: &mut State, id: WindowId, next: impl FnOnce(&Doing) -> Option<Doing>) {
    if let Some(doing) = state.windows.get(&id).and_then(|window| next(&window.doing)) {
        state.set_doing(id, doing);
    }
}

fn open(state: &mut State, id: WindowId, clerk: &str, console: &str) {
    between(state, id, |before| (*before == Doing::Closed).then_some(Doing::Idle));
    state.update_window(id, |window| window.seat = Some(Seat { clerk: clerk.to_owned(), console: console.to_owned() }));
}

fn close(state: &mut State, id: WindowId) {
    if state.windows.get(&id).is_none_or(|window| window.doing.ticket().is_some()) {
        return;
    }
    state.set_doing(id, Doing::Closed);
    state.update_window(id, |window| (window.seat, window.last_call) = (None, None));
}

fn call(state: &mut State, ticket: Ticket, id: WindowId, credits: &Credits) {
    let callable = |visit: &Visit| matches!(visit.stage, Stage::Waiting { .. } | Stage::Parked { .. });
    let free = state.windows.get(&id).is_some_and(|window| window.doing.is_free());
    if !free || !state.visit(ticket).is_some_and(callable) {
        return;
    }
    state.set_stage(ticket, Stage::Called { window: id, recalls: 0, announced_at_ms: state.at_ms });
    state.set_doing(id, Doing::Calling { ticket });
    if !credits.is_empty() {
        state.turns.credits.clone_from(credits);
    }
    announce(state, ticket, id, 0);
}

fn recall(state: &mut State, ticket: Ticket, id: WindowId) {
    let Some(Stage::Called { window, recalls, .. }) = state.visit(ticket).map(|visit| &visit.stage) else { return };
    if *window != id {
        return;
    }
    let recalls = recalls.saturating_add(1);
    state.set_stage(ticket, Stage::Called { window: id, recalls, announced_at_ms: state.at_ms });
    announce(state, ticket, id, recalls);
}

fn announce(state: &mut State, ticket: Ticket, id: WindowId, recalls: u32) {
    let call = LastCall { seq: state.seq, at_ms: state.at_ms, ticket, recalls };
    state.update_window(id, |window| window.last_call = Some(call));
}

fn start(state: &mut State, ticket: Ticket, id: WindowId) {
    if calls(state, ticket, id) {
        state.set_stage(ticket, Stage::Serving { window: id, since_ms: state.at_ms });
        state.set_doing(id, Doing::Serving { ticket });
    }
}

fn finish(state: &mut State, ticket: Ticket, id: WindowId) {
    let Some(since_ms) = serving_since(state, ticket, id) else { return };
    let at_ms = state.at_ms;
    release(state, ticket, id, Stage::Finished { at_ms, window: id });
    state.update_window(id, |window| {
        window.served = window.served.saturating_add(1);
        window.served_ms = window.served_ms.saturating_add(at_ms.saturating_sub(since_ms));
    });
}

fn transfer(state: &mut State, ticket: Ticket, id: WindowId, to: Target, come_back: bool) {
    let Some(arrival_ms) = state.visit(ticket).map(|visit| visit.arrival_ms) else { return };
    if serving_since(state, ticket, id).is_none() {
        return;
    }
    let window = if let Target::Window(window) = to { Some(window) } else { None };
    release(state, ticket, id, Stage::Waiting { since_ms: arrival_ms, window });
    state.update_visit(ticket, |visit| {
        if come_back {
            visit.come_back_to = Some(id);
        }
        if let Target::Lane(lane) = to {
            visit.lane = lane;
        }
    });
}

fn not_shown(state: &mut State, ticket: Ticket, id: WindowId, grace_until_ms: AtMs) {
    if calls(state, ticket, id) {
        release(state, ticket, id, Stage::NoShow { grace_until_ms });
    }
}

fn leave_service(state: &mut State, ticket: Ticket, id: WindowId, stage: Stage) {
    if serving_since(state, ticket, id).is_some() {
        release(state, ticket, id, stage);
    }
}

/// The visit goes from the window to another stage; the window is idle.
fn release(state: &mut State, ticket: Ticket, id: WindowId, stage: Stage) {
    state.set_stage(ticket, stage);
    state.set_doing(id, Doing::Idle);
    state.update_window(id, |window| window.pause_after = None);
}

fn calls(state: &State, ticket: Ticket, id: WindowId) -> bool {
    state.windows.get(&id).is_some_and(|window| window.doing == Doing::Calling { ticket })
}

/// Since when the window serves the ticket, ms; `None` if it does not.
fn serving_since(state: &State, ticket: Ticket, id: WindowId) -> Option<AtMs> {
    match state.visit(ticket)?.stage {
        Stage::Serving { window, since_ms } if window == id => {
            let serves = state.windows.get(&id)?.doing == Doing::Serving { ticket };
            serves.then_some(since_ms)
        }
        _ => None,
    }
}
