//! A ticket is bound to a window and announced, again, or given up.

use super::{
    known,
    service::{end_of_service, serves_item},
    window::{called_at, pause_asked, there},
    wrong_stage,
};
use crate::{
    balance::{self, Why, next_for},
    event::Event,
    refusal::Refusal,
    state::{Doing, Stage, State},
    words::{AtMs, Ticket, WindowId},
};

/// Calls who is next. A visit that is being served is finished by it, but only if somebody is next.
pub(super) fn next(state: &State, window: WindowId, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let before = making_room(state, window)?;
    #[cfg(feature = "planted")]
    if let Some(ticket) = balance::called_elsewhere(state, window) {
        let why = balance::by_hand(state, window, ticket, known(state, ticket)?, now_ms);
        return Ok(called(before, ticket, window, why));
    }
    #[cfg(feature = "planted")]
    if state.seq.is_multiple_of(7) && planted::is(planted::Bug::WaitingForgotten) {
        return Err(Refusal::NobodyWaiting { window });
    }
    let (ticket, why) = next_for(state, window, now_ms).ok_or(Refusal::NobodyWaiting { window })?;
    Ok(called(before, ticket, window, why))
}

/// Calls a ticket out of turn: one that this window may call, or any that is parked.
pub(super) fn by_hand(state: &State, window: WindowId, ticket: Ticket, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let before = making_room(state, window)?;
    let visit = known(state, ticket)?;
    let may_call = match visit.stage {
        Stage::Waiting { window: Some(bound), .. } => bound == window,
        Stage::Waiting { window: None, .. } => state.serves(window, visit.lane),
        Stage::Parked { .. } => true,
        _ => return Err(wrong_stage(ticket, visit)),
    };
    if !may_call {
        return Err(Refusal::NotServedHere { window, ticket });
    }
    if !matches!(visit.stage, Stage::Waiting { window: Some(_), .. }) {
        serves_item(state, window, ticket, visit)?;
    }
    Ok(called(before, ticket, window, balance::by_hand(state, window, ticket, visit, now_ms)))
}

/// Announces the call again, after the gap of R7.
pub(super) fn again(state: &State, window: WindowId, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let ticket = called_at(state, window)?;
    gap_is_over(state, ticket, now_ms)?;
    Ok(vec![Event::Recalled { ticket, window }])
}

/// The holder did not come: possible after the recalls of R7, and their gap.
pub(super) fn not_shown(state: &State, window: WindowId, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let ticket = called_at(state, window)?;
    let rule = &state.rules.no_show;
    let Stage::Called { recalls, .. } = known(state, ticket)?.stage else { return Err(Refusal::NobodyHere { window }) };
    if recalls < rule.recalls {
        return Err(Refusal::RecallFirst { ticket, missing: rule.recalls - recalls });
    }
    gap_is_over(state, ticket, now_ms)?;
    let grace_until_ms = now_ms.saturating_add(u64::from(rule.grace_s) * 1000);
    let paused = pause_asked(state, window).map(|reason| Event::Paused { window, reason: reason.clone() });
    Ok(std::iter::once(Event::NotShown { ticket, window, grace_until_ms }).chain(paused).collect())
}

fn called(mut events: Vec<Event>, ticket: Ticket, window: WindowId, why: Why) -> Vec<Event> {
    events.push(Event::Called { ticket, window, why });
    events
}

/// What must happen before this window can call: nothing, or the end of the present service.
fn making_room(state: &State, window: WindowId) -> Result<Vec<Event>, Refusal> {
    match there(state, window)?.doing {
        Doing::Idle | Doing::WrapUp { .. } => Ok(vec![]),
        Doing::Serving { ticket } => end_of_service(state, window, ticket),
        Doing::Calling { ticket } => Err(Refusal::NotStarted { ticket }),
        Doing::Paused { .. } => Err(Refusal::WindowPaused { window }),
        Doing::Emergency { .. } => Err(Refusal::WindowInEmergency { window }),
        Doing::Closed => Err(Refusal::WindowClosed { window }),
    }
}

fn gap_is_over(state: &State, ticket: Ticket, now_ms: AtMs) -> Result<(), Refusal> {
    let Stage::Called { announced_at_ms, .. } = known(state, ticket)?.stage else { return Ok(()) };
    let gap_ms = u64::from(state.rules.no_show.recall_gap_s) * 1000;
    match gap_ms.saturating_sub(now_ms.saturating_sub(announced_at_ms)) {
        0 => Ok(()),
        left_ms => Err(Refusal::RecallTooSoon { ticket, wait_s: left_ms.div_ceil(1000) }),
    }
}
