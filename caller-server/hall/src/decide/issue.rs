//! Numbers: given out here, or reserved and given out by a dispenser that is cut off.

use std::collections::BTreeMap;

use super::{join::Joining, known_item, numbers::Numbers, visit::check_in};
use crate::{
    command::{Issue, IssuedOffline, LEASE_MAX, LEASED_UNUSED_MAX, MERGE_MAX, TOKEN_CHARS_MAX},
    event::{Event, JoinedWhy, Offline},
    refusal::Refusal,
    state::{BusinessDay, Stage, State},
    words::{Actor, AtMs, Class, Lane, Number, Ticket, VisitorKey},
};

pub(super) fn issue(state: &State, issue: &Issue, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let Issue { lane, class, language, ref token, appointment_at_ms, present, visitor, item } = *issue;
    if let Some(ticket) = visitor.and_then(|visitor| held(state, visitor)) {
        return again(state, ticket, present, now_ms);
    }
    let day = open_day(state)?;
    let letter = letter(state, lane)?;
    if (class == Class::Appointment) != appointment_at_ms.is_some() {
        return Err(Refusal::AppointmentTime);
    }
    fresh_token(state, token)?;
    known_item(state, item)?;
    let n = Numbers::of(state, day, lane, letter).next().ok_or(Refusal::NumbersUsedUp { lane })?;
    let ticket = Ticket { day: day.day, number: Number { letter, n } };
    let (token, offline) = (token.clone(), None);
    let mut events = vec![Event::Issued { ticket, lane, class, language, token, appointment_at_ms, offline, visitor }];
    if item.is_some() {
        events.push(Event::ItemSet { ticket, window: None, item });
    }
    if present {
        let since_ms = effective_arrival(now_ms, appointment_at_ms);
        events
            .push(Joining { lane, window: None, class, since_ms, why: JoinedWhy::Arrived, item }.event(state, ticket));
    }
    Ok(events)
}

/// The living ticket of a visitor, if there is one today.
fn held(state: &State, visitor: VisitorKey) -> Option<Ticket> {
    #[cfg(feature = "planted")]
    if planted::is(planted::Bug::SecondTicket) {
        return None;
    }
    state.ticket_of_visitor(visitor)
}

/// The same slip once more, for whatever queue the visitor asked. Who booked from afar is here by now.
fn again(state: &State, ticket: Ticket, present: bool, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let mut events = vec![Event::Reprinted { ticket, at: None }];
    if present && state.visit(ticket).is_some_and(|visit| visit.stage == Stage::Issued) {
        events.extend(check_in(state, ticket, now_ms)?);
    }
    Ok(events)
}

/// R1: an early comer waits from the appointed time on.
pub(super) fn effective_arrival(now_ms: AtMs, appointment_at_ms: Option<AtMs>) -> AtMs {
    appointment_at_ms.map_or(now_ms, |appointed| appointed.max(now_ms))
}

pub(super) fn lease(state: &State, by: &Actor, lane: Lane, count: u32) -> Result<Vec<Event>, Refusal> {
    let day = open_day(state)?;
    let letter = letter(state, lane)?;
    if count == 0 || count > LEASE_MAX {
        return Err(Refusal::LeaseSize { max: LEASE_MAX });
    }
    let device = device(by)?;
    if unused(state, day, &device, lane, letter).saturating_add(count) > LEASED_UNUSED_MAX {
        return Err(Refusal::LeasedUnused { max: LEASED_UNUSED_MAX });
    }
    let first = Numbers::of(state, day, lane, letter).block(count).ok_or(Refusal::NumbersUsedUp { lane })?;
    Ok(vec![Event::Leased { device, lane, first, last: first + (count - 1) }])
}

/// How many numbers of a lane a dispenser holds of which no ticket is known.
fn unused(state: &State, day: &BusinessDay, device: &str, lane: Lane, letter: char) -> u32 {
    let ranges = day.leases.get(device).into_iter().flatten().filter(|range| range.lane == lane);
    let numbers = ranges.flat_map(|range| range.first..=range.last).map(|n| Number { letter, n });
    let unused = numbers.filter(|&number| state.visit(Ticket { day: day.day, number }).is_none());
    u32::try_from(unused.count()).unwrap_or(u32::MAX)
}

pub(super) fn void_lease(state: &State, device: &str) -> Vec<Event> {
    let holds = state.day.as_ref().is_some_and(|day| day.leases.contains_key(device));
    if holds { vec![Event::LeaseVoided { device: device.to_owned() }] } else { vec![] }
}

/// The paper is out there: this works on a closed day too. All or nothing.
pub(super) fn merge(state: &State, by: &Actor, issued: &[IssuedOffline], now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    if issued.len() > MERGE_MAX {
        return Err(Refusal::MergeSize { max: MERGE_MAX });
    }
    let day = state.day.as_ref().ok_or(Refusal::DayClosed)?;
    let mut merge = Merge {
        state,
        day,
        device: device(by)?,
        now_ms,
        since_ms: day.opened_at_ms,
        taken: BTreeMap::new(),
        events: vec![],
    };
    issued.iter().try_for_each(|issued| merge.add(issued))?;
    Ok(merge.events)
}

/// A merge under way.
struct Merge<'a> {
    state: &'a State,
    day: &'a BusinessDay,
    device: String,
    now_ms: AtMs,
    /// The effective arrival of the ticket before: the order of issue stays, whatever the dispenser's clock did.
    since_ms: AtMs,
    taken: BTreeMap<&'a str, Ticket>,
    events: Vec<Event>,
}

impl<'a> Merge<'a> {
    fn add(&mut self, issued: &'a IssuedOffline) -> Result<(), Refusal> {
        let IssuedOffline { ticket, class, language, ref token, at_ms, visitor } = *issued;
        if self.taken.get(token.as_str()).copied().or_else(|| self.state.ticket_of(token)) == Some(ticket) {
            return Ok(());
        }
        let lane = self.leased_lane(ticket).filter(|_| !self.is_known(ticket));
        let lane = lane.ok_or(Refusal::NotLeased { ticket })?;
        if class == Class::Appointment {
            return Err(Refusal::AppointmentTime);
        }
        if self.taken.contains_key(token.as_str()) {
            return Err(Refusal::BadToken);
        }
        fresh_token(self.state, token)?;
        self.taken.insert(token, ticket);
        self.since_ms = at_ms.max(self.since_ms).min(self.now_ms);
        let offline = Some(Offline { device: self.device.clone(), at_ms });
        let (token, appointment_at_ms) = (token.clone(), None);
        self.events.push(Event::Issued { ticket, lane, class, language, token, appointment_at_ms, offline, visitor });
        let (window, since_ms, why, item) = (None, self.since_ms, JoinedWhy::Arrived, None);
        self.events.push(Joining { lane, window, class, since_ms, why, item }.event(self.state, ticket));
        Ok(())
    }

    fn is_known(&self, ticket: Ticket) -> bool {
        self.state.visit(ticket).is_some() || self.taken.values().any(|taken| *taken == ticket)
    }

    /// Paper of another day is nobody's today, though its number may be reserved again.
    fn leased_lane(&self, Ticket { day, number }: Ticket) -> Option<Lane> {
        let plan = self.state.plan.as_ref().filter(|_| day == self.day.day)?;
        let ranges = self.day.leases.get(&self.device)?;
        let holds = ranges.iter().find(|range| {
            plan.letters.get(&range.lane) == Some(&number.letter) && (range.first..=range.last).contains(&number.n)
        });
        holds.map(|range| range.lane)
    }
}

fn open_day(state: &State) -> Result<&BusinessDay, Refusal> {
    state.day.as_ref().filter(|day| day.open).ok_or(Refusal::DayClosed)
}

fn letter(state: &State, lane: Lane) -> Result<char, Refusal> {
    let letter = state.plan.as_ref().and_then(|plan| plan.letters.get(&lane));
    letter.copied().ok_or(Refusal::LaneNotOffered { lane })
}

fn device(by: &Actor) -> Result<String, Refusal> {
    if let Actor::Device(name) = by { Ok(name.clone()) } else { Err(Refusal::NotAllowed) }
}

fn fresh_token(state: &State, token: &str) -> Result<(), Refusal> {
    let fits = !token.is_empty() && token.chars().count() <= TOKEN_CHARS_MAX;
    if fits && state.ticket_of(token).is_none() { Ok(()) } else { Err(Refusal::BadToken) }
}
