//! Plan, rules and business day.

use std::sync::Arc;

use super::{join::Joining, reason};
use crate::{
    balance::{BadRules, Rules},
    command::{NOTICE_CHARS_MAX, SLIP_BYTES_MAX},
    event::{Event, JoinedWhy, Unserved},
    evolve::evolve,
    plan::{AtClosing, BadPlan, Plan},
    refusal::Refusal,
    state::{Stage, State, Visit},
    words::{Actor, Day, Ticket, WindowId, ZoneId},
};

/// Visits that a vanished window holds, or that wait for it alone, wait for their lane again.
pub(super) fn adopt_plan(state: &State, plan: &Plan) -> Result<Vec<Event>, Refusal> {
    plan.validate()?;
    if state.plan.as_ref() == Some(plan) {
        return Ok(vec![]);
    }
    letters_stay(state, plan)?;
    let adopted = Event::PlanAdopted { plan: plan.clone() };
    let mut after = state.clone();
    evolve(&mut after, &adopted);
    let gone = |window: Option<WindowId>| window.is_some_and(|window| !plan.windows.contains_key(&window));
    let stranded = after.visits.iter().filter(|(_, visit)| gone(bound_to(visit)));
    let released = stranded.map(|(&ticket, visit)| released(&after, ticket, visit));
    Ok(std::iter::once(adopted).chain(released).collect())
}

/// A visit whose window is gone waits for its lane; penalties stay.
pub(super) fn released(state: &State, ticket: Ticket, visit: &Visit) -> Event {
    Joining { window: None, ..Joining::still(visit, JoinedWhy::Released) }.event(state, ticket)
}

/// While numbers are given out under a letter, another lane's must not look the same.
fn letters_stay(state: &State, plan: &Plan) -> Result<(), Refusal> {
    let Some(before) = state.plan.as_ref().filter(|_| state.is_open()) else { return Ok(()) };
    let moved = before.letters.iter().find(|(lane, letter)| plan.letters.get(lane) != Some(letter));
    moved.map_or(Ok(()), |(_, &letter)| Err(BadPlan::LetterInUse(letter).into()))
}

/// The window that the visit is at, or that alone may call it.
fn bound_to(visit: &Visit) -> Option<WindowId> {
    if let Stage::Waiting { window, .. } = visit.stage { window } else { visit.stage.at_window() }
}

pub(super) fn set_rules(state: &State, rules: &Rules, why: &str) -> Result<Vec<Event>, Refusal> {
    rules.validate()?;
    fits_the_hall(state, rules)?;
    let reason = reason(why)?;
    if state.rules == *rules {
        return Ok(vec![]);
    }
    Ok(vec![Event::RulesChanged { rules: rules.clone(), reason }])
}

pub(super) fn set_slip(state: &State, by: &Actor, template: &Arc<str>, why: &str) -> Result<Vec<Event>, Refusal> {
    if template.len() > SLIP_BYTES_MAX {
        return Err(Refusal::SlipTooLarge { bytes_max: SLIP_BYTES_MAX });
    }
    let reason = reason(why)?;
    if state.slip.as_ref().is_some_and(|form| form.template == *template) {
        return Ok(vec![]);
    }
    Ok(vec![Event::SlipChanged { template: template.clone(), reason, by: manager(by) }])
}

/// One event for each zone that is not so yet.
pub(super) fn mute(
    state: &State,
    by: &Actor,
    zone: Option<ZoneId>,
    muted: bool,
    why: &str,
) -> Result<Vec<Event>, Refusal> {
    let (reason, by) = (reason(why)?, manager(by));
    let changed = zones(state, zone)?.filter(|zone| state.muted.contains_key(zone) != muted);
    let event = |&zone: &ZoneId| {
        let (reason, by) = (reason.clone(), by.clone());
        if muted { Event::Muted { zone, reason, by } } else { Event::Unmuted { zone, reason, by } }
    };
    Ok(changed.map(event).collect())
}

/// A notice in Chinese is spoken and shown; English is added where it is given.
pub(super) fn announce(
    state: &State,
    by: &Actor,
    zone: Option<ZoneId>,
    zh: &str,
    en: &str,
) -> Result<Vec<Event>, Refusal> {
    let (zh, en) = (zh.trim(), en.trim());
    let too_long = |text: &str| text.chars().count() > NOTICE_CHARS_MAX || text.chars().any(char::is_control);
    if zh.is_empty() || too_long(zh) || too_long(en) {
        return Err(Refusal::BadNotice { chars_max: NOTICE_CHARS_MAX });
    }
    let event = |&zone: &ZoneId| Event::Announced { zone, zh: zh.to_owned(), en: en.to_owned(), by: manager(by) };
    Ok(zones(state, zone)?.map(event).collect())
}

/// This zone, or all.
fn zones(state: &State, zone: Option<ZoneId>) -> Result<impl Iterator<Item = &ZoneId>, Refusal> {
    let plan = state.plan.as_ref().ok_or(Refusal::NoPlan)?;
    if let Some(zone) = zone.filter(|zone| !plan.zones.contains(zone)) {
        return Err(Refusal::UnknownZone { zone });
    }
    Ok(plan.zones.iter().filter(move |of_plan| zone.is_none_or(|zone| zone == **of_plan)))
}

/// The name under which a manager is kept beside what he wanted.
fn manager(by: &Actor) -> String {
    if let Actor::Manager(name) = by { name.clone() } else { String::new() }
}

/// Auto-call needs windows that are there, and no more windows may be kept than are open: while none is, than there are.
fn fits_the_hall(state: &State, rules: &Rules) -> Result<(), BadRules> {
    if let Some(window) = rules.auto_call.iter().find(|window| !state.windows.contains_key(window)) {
        return Err(BadRules::UnknownWindow(*window));
    }
    let count = |windows: usize| windows as u64;
    let open = count(state.windows.values().filter(|window| window.doing.is_open()).count());
    let there = if open > 0 { open } else { count(state.windows.len()) };
    let kept = rules.kept_windows();
    if kept > there { Err(BadRules::MoreKept { kept, open: there }) } else { Ok(()) }
}

/// Closes the present day if it is open. What joined a queue after the closing is treated as at the closing.
pub(super) fn open(state: &State, day: Day) -> Result<Vec<Event>, Refusal> {
    let plan = state.plan.as_ref().ok_or(Refusal::NoPlan)?;
    if !day.exists() {
        return Err(Refusal::NoSuchDay { day });
    }
    if state.day.as_ref().is_some_and(|present| day <= present.day) {
        return Err(Refusal::DayNotLater { day });
    }
    let mut events = if state.is_open() { vec![Event::DayClosed] } else { vec![] };
    events.extend(expired(state));
    events.push(Event::DayOpened { day });
    if plan.at_closing == AtClosing::CarryOver {
        let waiting = state.visits.iter().filter(|(_, visit)| matches!(visit.stage, Stage::Waiting { .. }));
        let carried =
            waiting.map(|(&ticket, visit)| Joining::still(visit, JoinedWhy::CarriedOver).event(state, ticket));
        events.extend(carried);
    }
    Ok(events)
}

/// A visit that is called or served goes on, and with [`AtClosing::CarryOver`] those who wait can still be called.
pub(super) fn close(state: &State) -> Result<Vec<Event>, Refusal> {
    if !state.is_open() {
        return Err(Refusal::DayClosed);
    }
    Ok(std::iter::once(Event::DayClosed).chain(expired(state)).collect())
}

/// With [`AtClosing::Expire`] every visit that is not at a window ends with the day; none otherwise.
fn expired(state: &State) -> impl Iterator<Item = Event> + use<'_> {
    let expires = state.plan.as_ref().is_some_and(|plan| plan.at_closing == AtClosing::Expire);
    let away = |visit: &Visit| visit.is_live() && visit.stage.at_window().is_none();
    let visits = state.visits.iter().filter(move |(_, visit)| expires && away(visit));
    visits.map(|(&ticket, _)| Event::Ended { ticket, how: Unserved::Expired })
}
