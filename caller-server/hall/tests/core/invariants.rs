//! What is true of every hall at every time. Each has a name; a failure says which.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Event, State,
    plan::{Clerk, ItemId},
    state::{Counts, Deadline, Doing, Due, Line, Stage, WindowCount},
    words::{Class, Lane, Number, Ticket, WindowId},
};

/// Checks everything that must be true of a state.
pub fn check(state: &State) {
    check_indexes(state);
    a_visit_and_its_window_agree(state);
    nobody_waits_for_a_closed_window(state);
    no_two_live_tickets_share_a_number(state);
    a_seat_is_where_a_window_is_open(state);
    nobody_has_two_windows(state);
    the_day_knows_what_is_reserved(state);
    nobody_from_before_holds_a_reserved_number(state);
}

/// Checks what must be true even after events that did not fit.
pub fn check_indexes(state: &State) {
    lines_hold_who_waits(state);
    deadlines_are_those_of_visits_and_windows(state);
    tokens_lead_to_their_visits(state);
    windows_are_counted(state);
}

/// Checks that no number is given or reserved twice on one day, and a reserved one is given by its dispenser alone, while
/// its reserve is not void.
pub fn no_number_twice<'a>(events: impl Iterator<Item = &'a Event>) {
    let mut given = BTreeSet::new();
    let mut reserved: BTreeMap<(Lane, u32), Option<&str>> = BTreeMap::new();
    for event in events {
        match event {
            Event::DayOpened { .. } => (given, reserved) = Default::default(),
            Event::Leased { device, lane, first, last } => {
                for n in *first..=*last {
                    assert!(!given.contains(&(*lane, n)), "no_number_twice: {lane:?} {n} was given and is reserved");
                    let before = reserved.insert((*lane, n), Some(device));
                    assert_eq!(before, None, "no_number_twice: {lane:?} {n} is reserved again");
                }
            }
            Event::LeaseVoided { device } => {
                reserved.values_mut().filter(|holder| **holder == Some(device)).for_each(|holder| *holder = None);
            }
            Event::Issued { ticket, lane, offline, .. } => {
                let number = (*lane, ticket.number.n);
                assert!(given.insert(number), "no_number_twice: {ticket}");
                let by = offline.as_ref().map(|offline| Some(offline.device.as_str()));
                assert_eq!(reserved.get(&number).copied(), by, "no_number_twice: whose is {ticket}?");
            }
            _ => {}
        }
    }
}

fn a_visit_and_its_window_agree(state: &State) {
    let at_windows: BTreeMap<_, _> =
        state.windows.iter().filter_map(|(&id, window)| Some((window.doing.ticket()?, id))).collect();
    let held = state.windows.values().filter(|window| window.doing.ticket().is_some()).count();
    assert_eq!(at_windows.len(), held, "a ticket is at two windows");
    let visits: BTreeMap<_, _> =
        state.visits.iter().filter_map(|(&ticket, visit)| Some((ticket, visit.stage.at_window()?))).collect();
    assert_eq!(at_windows, visits, "a_visit_and_its_window_agree");
    for (ticket, window) in visits {
        let doing = &state.windows[&window].doing;
        let doing = if let Doing::Emergency { before } = doing { before } else { doing };
        let serving = matches!(state.visits[&ticket].stage, Stage::Serving { .. });
        assert_eq!(matches!(doing, Doing::Serving { .. }), serving, "{ticket} is served on one side only");
    }
}

fn lines_hold_who_waits(state: &State) {
    let mut waiting: BTreeMap<(Line, Class), BTreeSet<_>> = BTreeMap::new();
    let mut directed = BTreeMap::new();
    for (&ticket, visit) in &state.visits {
        if let Stage::Waiting { since_ms, window } = visit.stage {
            let restricted = visit.item.filter(|item| state.windows.keys().any(|id| !may_serve(state, *id, *item)));
            let line = match (window, restricted) {
                (Some(window), _) => Line::Window(window),
                (None, Some(item)) => Line::Item(visit.lane, visit.zone, item),
                (None, None) => Line::Lane(visit.lane, visit.zone),
            };
            waiting.entry((line, visit.class)).or_default().insert((since_ms, ticket));
            *directed.entry((visit.lane, visit.zone)).or_default() += 1;
        }
    }
    assert_eq!(state.lines.waiting, waiting, "lines_hold_who_waits");
    assert_eq!(state.lines.directed, directed, "lines count by zone");
}

/// By the letter of the plan: neither excluded nor beyond a new clerk.
pub fn may_serve(state: &State, window: WindowId, item: ItemId) -> bool {
    let Some(plan) = &state.plan else { return true };
    let Some(of_item) = plan.items.get(&item) else { return true };
    let window = &plan.windows[&window];
    let is_too_hard = of_item.experienced && window.clerk == Clerk::New;
    !window.excludes.contains(&item) && !is_too_hard
}

fn windows_are_counted(state: &State) {
    let mut counts = Counts::default();
    for (id, window) in &state.windows {
        let plan = state.plan_of(*id).expect("a window has a plan");
        for lane in &plan.lanes {
            let count = counts.windows.entry((*lane, plan.zone)).or_default();
            let is_free = u64::from(window.doing == Doing::Idle);
            *count = WindowCount {
                all: count.all + 1,
                open: count.open + u64::from(window.doing.is_open()),
                free: count.free + is_free,
            };
        }
    }
    assert_eq!(state.counts, counts, "windows_are_counted");
}

fn nobody_waits_for_a_closed_window(state: &State) {
    for (ticket, visit) in &state.visits {
        if let Stage::Waiting { window: Some(window), .. } = visit.stage {
            assert_ne!(state.windows[&window].doing, Doing::Closed, "nobody_waits_for_a_closed_window: {ticket}");
        }
    }
}

fn deadlines_are_those_of_visits_and_windows(state: &State) {
    let of_visit = |(&ticket, visit): (&Ticket, &hall::state::Visit)| match visit.stage {
        Stage::Parked { until_ms: Some(at_ms), .. } => Some(Deadline { at_ms, due: Due::Unpark(ticket) }),
        Stage::NoShow { grace_until_ms: at_ms } => Some(Deadline { at_ms, due: Due::Expire(ticket) }),
        _ => None,
    };
    let mut due: BTreeSet<_> = state.visits.iter().filter_map(of_visit).collect();
    for (&id, window) in &state.windows {
        if let Doing::WrapUp { until_ms: at_ms } = window.doing {
            due.insert(Deadline { at_ms, due: Due::WrapUp(id) });
        }
    }
    assert_eq!(state.deadlines, due, "deadlines_are_those_of_visits_and_windows");
}

fn tokens_lead_to_their_visits(state: &State) {
    let tokens: BTreeMap<_, _> = state.visits.iter().map(|(&ticket, visit)| (visit.token.clone(), ticket)).collect();
    assert_eq!(state.tokens, tokens, "tokens_lead_to_their_visits");
    assert_eq!(tokens.len(), state.visits.len(), "two visits share a token");
}

fn no_two_live_tickets_share_a_number(state: &State) {
    let live: Vec<Number> =
        state.visits.iter().filter(|(_, visit)| visit.is_live()).map(|(ticket, _)| ticket.number).collect();
    let numbers: BTreeSet<_> = live.iter().collect();
    assert_eq!(numbers.len(), live.len(), "no_two_live_tickets_share_a_number");
}

fn a_seat_is_where_a_window_is_open(state: &State) {
    let plan: BTreeSet<_> = state.plan.iter().flat_map(|plan| plan.windows.keys()).collect();
    assert_eq!(state.windows.keys().collect::<BTreeSet<_>>(), plan, "the windows are those of the plan");
    for (id, window) in &state.windows {
        assert_eq!(window.seat.is_none(), window.doing == Doing::Closed, "a_seat_is_where_a_window_is_open: {id}");
    }
}

fn nobody_has_two_windows(state: &State) {
    let seats: Vec<_> = state.windows.values().filter_map(|window| window.seat.as_ref()).collect();
    let clerks: BTreeSet<_> = seats.iter().map(|seat| &seat.clerk).collect();
    assert_eq!(clerks.len(), seats.len(), "nobody_has_two_windows");
}

fn the_day_knows_what_is_reserved(state: &State) {
    let Some(day) = &state.day else { return };
    for range in day.leases.values().flatten() {
        assert_eq!(day.reserved[&range.lane].get(&range.first), Some(&range.last), "the_day_knows_what_is_reserved");
    }
}

fn nobody_from_before_holds_a_reserved_number(state: &State) {
    let (Some(day), Some(plan)) = (&state.day, &state.plan) else { return };
    let carried: Vec<Number> = state
        .visits
        .iter()
        .filter(|(ticket, visit)| ticket.day < day.day && visit.is_live())
        .map(|(ticket, _)| ticket.number)
        .collect();
    for range in day.leases.values().flatten() {
        let is_in = |number: &&Number| {
            plan.letters.get(&range.lane) == Some(&number.letter) && (range.first..=range.last).contains(&number.n)
        };
        assert_eq!(carried.iter().find(is_in), None, "nobody_from_before_holds_a_reserved_number");
    }
}
