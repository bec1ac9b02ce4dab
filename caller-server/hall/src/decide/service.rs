//! What a clerk does with the visit that is being served.

use super::{
    join::Joining,
    known, known_item, reason,
    window::{pause_asked, served_at, there},
};
use crate::{
    command::Target,
    event::{Event, JoinedWhy},
    plan::ItemId,
    refusal::Refusal,
    state::{Doing, State, Visit},
    words::{AtMs, Lane, Ticket, WindowId},
};

/// The clerk who has the visit says what it is, as soon as it was called.
pub(super) fn set_item(state: &State, window: WindowId, item: Option<ItemId>) -> Result<Vec<Event>, Refusal> {
    let ticket = there(state, window)?.doing.ticket().ok_or(Refusal::NobodyHere { window })?;
    known_item(state, item)?;
    if known(state, ticket)?.item == item {
        return Ok(vec![]);
    }
    Ok(vec![Event::ItemSet { ticket, window: Some(window), item }])
}

pub(super) fn finished(state: &State, window: WindowId, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let events = end_of_service(state, window, served_at(state, window)?)?;
    Ok(then_wrap_up(state, window, events, now_ms))
}

/// The visit is done, or done here and goes back to the window that sent it.
pub(super) fn end_of_service(state: &State, window: WindowId, ticket: Ticket) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    match visit.come_back_to {
        Some(sender) if sender != window => Ok(back_to(state, window, ticket, visit, sender)),
        _ => Ok(vec![Event::Finished { ticket, window }]),
    }
}

/// To the sender alone, or to the sender's queue if nobody sits there.
fn back_to(state: &State, window: WindowId, ticket: Ticket, visit: &Visit, sender: WindowId) -> Vec<Event> {
    let lane = lane_at(state, sender, ticket, visit);
    let staffed = state.windows.get(&sender).is_some_and(|sender| sender.doing != Doing::Closed);
    let to = if staffed { Target::Window(sender) } else { Target::Lane(lane) };
    let bound = staffed.then_some(sender);
    let joining = Joining { lane, window: bound, ..Joining::again(visit, JoinedWhy::CameBack) };
    vec![Event::Transferred { ticket, window, to, come_back: false }, joining.event(state, ticket)]
}

pub(super) fn park(
    state: &State,
    window: WindowId,
    until_ms: Option<AtMs>,
    why: &str,
    now_ms: AtMs,
) -> Result<Vec<Event>, Refusal> {
    let ticket = served_at(state, window)?;
    let reason = reason(why)?;
    if until_ms.is_some_and(|until| until <= now_ms) {
        return Err(Refusal::TimeOver);
    }
    let parked = vec![Event::Parked { ticket, window, until_ms, reason }];
    Ok(then_wrap_up(state, window, parked, now_ms))
}

pub(super) fn supplement(state: &State, window: WindowId, missing: &str, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let ticket = served_at(state, window)?;
    let sent = vec![Event::SentForSupplement { ticket, window, missing: reason(missing)? }];
    Ok(then_wrap_up(state, window, sent, now_ms))
}

/// Who is sent on keeps the original arrival.
pub(super) fn transfer(
    state: &State,
    window: WindowId,
    to: Target,
    come_back: bool,
    now_ms: AtMs,
) -> Result<Vec<Event>, Refusal> {
    let ticket = served_at(state, window)?;
    let visit = known(state, ticket)?;
    let (lane, bound) = match to {
        Target::Lane(lane) => (offered(state, lane)?, None),
        Target::Window(target) => {
            can_take(state, window, target, ticket)?;
            serves_item(state, target, ticket, visit)?;
            (lane_at(state, target, ticket, visit), Some(target))
        }
    };
    let joining = Joining { lane, window: bound, ..Joining::again(visit, JoinedWhy::Transferred) };
    let sent = vec![Event::Transferred { ticket, window, to, come_back }, joining.event(state, ticket)];
    Ok(then_wrap_up(state, window, sent, now_ms))
}

fn offered(state: &State, lane: Lane) -> Result<Lane, Refusal> {
    let served = state.windows.keys().any(|&window| state.serves(window, lane));
    if served { Ok(lane) } else { Err(Refusal::LaneNotOffered { lane }) }
}

fn can_take(state: &State, from: WindowId, target: WindowId, ticket: Ticket) -> Result<(), Refusal> {
    match there(state, target)?.doing {
        _ if target == from => Err(Refusal::AlreadyHere { window: target, ticket }),
        Doing::Closed => Err(Refusal::WindowClosed { window: target }),
        Doing::Emergency { .. } => Err(Refusal::WindowInEmergency { window: target }),
        _ => Ok(()),
    }
}

/// A visit goes by hand only to a window that may serve its item.
pub(super) fn serves_item(state: &State, window: WindowId, ticket: Ticket, visit: &Visit) -> Result<(), Refusal> {
    let barred = visit.item.filter(|item| !state.may_serve(window, Some(*item)));
    barred.map_or(Ok(()), |item| Err(Refusal::ItemNotServedHere { window, ticket, item }))
}

/// The lane of a visit at a window: the one on its paper or its present one if the window serves it, else the window's first.
fn lane_at(state: &State, window: WindowId, ticket: Ticket, visit: &Visit) -> Lane {
    let letters = state.plan.iter().flat_map(|plan| &plan.letters);
    let on_paper = letters.filter(|(_, letter)| **letter == ticket.number.letter).map(|(&lane, _)| lane).next();
    let served = [on_paper, Some(visit.lane)].into_iter().flatten().find(|&lane| state.serves(window, lane));
    let first = || state.plan_of(window).and_then(|plan| plan.lanes.first().copied());
    served.or_else(first).or(on_paper).unwrap_or(visit.lane)
}

/// Then the window tidies up, or pauses if that was asked for.
fn then_wrap_up(state: &State, window: WindowId, mut events: Vec<Event>, now_ms: AtMs) -> Vec<Event> {
    if let Some(reason) = pause_asked(state, window) {
        events.push(Event::Paused { window, reason: reason.clone() });
        return events;
    }
    let wrap_up_ms = state.plan.as_ref().map_or(0, |plan| u64::from(plan.wrap_up_s) * 1000);
    if wrap_up_ms > 0 {
        events.push(Event::WrapUpStarted { window, until_ms: now_ms.saturating_add(wrap_up_ms) });
    }
    events
}
