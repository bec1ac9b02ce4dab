//! What holds whatever is commanded, by whomever, whenever.

use hall::{
    Command, Event, Request, State,
    balance::{self, Why},
    command::WindowAct,
    decide, evolve,
    state::{Doing, Seat, Stage, Visit},
    words::{Actor, Lane, Ticket, WindowId},
};
use proptest::prelude::*;

use crate::{
    draft::{Dice, draft, number_steps, steps},
    harness::{Hall, plan, read},
    invariants,
    states::{Changes, documented},
    visitors,
};

/// Lets the dice command a hall; after each command its outcome is seen.
pub fn play(hall: &mut Hall, steps: &[Dice], mut see: impl FnMut(&State, &Request, &Hall, bool)) {
    for &dice in steps {
        let (request, now_ms) = draft(&hall.state, dice);
        let before = hall.state.clone();
        let outcome = hall.ask(request.by.clone(), request.command.clone(), now_ms);
        see(&before, &request, hall, outcome.is_err());
    }
}

fn events(hall: &Hall) -> impl Iterator<Item = &Event> {
    hall.entries.iter().flat_map(|entry| &entry.events)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_state_is_sound_and_no_number_is_given_twice(steps in steps(250)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |_, _, hall, _| invariants::check(&hall.state));
        invariants::no_number_twice(events(&hall));
    }

    #[test]
    fn no_number_is_given_twice_when_the_three_digits_run_out(
        last in 0..1000_u32, counts in proptest::collection::vec(150..=200_u32, 2..7), steps in number_steps(120),
    ) {
        let mut hall = Hall::open(plan());
        hall.state.day.as_mut().expect("open").last_number.insert(Lane::Acceptance, last);
        for (at, count) in counts.into_iter().enumerate() {
            let lease = Command::Lease { lane: Lane::Acceptance, count };
            hall.ask(read::device(&format!("kiosk{}", at % 2)), lease, hall.state.at_ms).expect("room above");
        }
        play(&mut hall, &steps, |_, _, hall, _| invariants::check(&hall.state));
        invariants::no_number_twice(events(&hall));
    }

    #[test]
    fn nobody_gets_a_second_ticket_while_one_of_today_lives(steps in number_steps(200)) {
        let mut hall = Hall::open(plan());
        let mut seen = Vec::new();
        play(&mut hall, &steps, |before, _, hall, _| {
            if before.seq < hall.state.seq {
                let events = hall.entries.last().map(|entry| entry.events.clone()).unwrap_or_default();
                seen.extend(events.into_iter().map(|event| (before.clone(), event)));
            }
        });
        visitors::one_living_ticket_a_visitor(seen.iter().map(|(before, event)| (before, event)));
    }

    #[test]
    fn a_refused_command_changes_nothing_and_an_accepted_one_can_be_repeated_exactly(steps in steps(60)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |before, request, hall, refused| {
            if refused {
                assert_eq!(before, &hall.state);
            } else if before != &hall.state {
                let again = decide(before, request, hall.state.at_ms).expect("decided once");
                assert_eq!(Some(&again), hall.entries.last().map(|entry| &entry.events));
            }
        });
    }

    #[test]
    fn a_restart_is_a_replay_and_a_snapshot_reads_back_the_same(steps in steps(150)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |_, _, _, _| {});
        let mut replayed = State::default();
        for entry in &hall.entries {
            let line = serde_json::to_string(entry).expect("an entry is JSON");
            replayed.apply(&serde_json::from_str(&line).expect("and reads back"));
        }
        prop_assert_eq!(&replayed, &hall.state);
        let snapshot = serde_json::to_string(&hall.state).expect("a state is JSON");
        prop_assert_eq!(&serde_json::from_str::<State>(&snapshot).expect("and reads back"), &hall.state);
    }

    #[test]
    fn events_that_do_not_fit_leave_a_sound_hall(steps in steps(120), order in any::<Vec<prop::sample::Index>>()) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |_, _, _, _| {});
        let events: Vec<Event> = events(&hall).cloned().collect();
        for at in order {
            evolve(&mut hall.state, at.get(&events));
            invariants::check_indexes(&hall.state);
        }
        let snapshot = serde_json::to_string(&hall.state).expect("a state is JSON");
        prop_assert_eq!(&serde_json::from_str::<State>(&snapshot).expect("and reads back"), &hall.state);
        for &dice in &steps {
            let (request, now_ms) = draft(&hall.state, dice);
            let _ = hall.ask(request.by, request.command, now_ms);
        }
    }

    #[test]
    fn no_stage_changes_outside_the_tables(steps in steps(150)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |_, _, _, _| {});
        let seen = Changes::of(&hall.entries);
        let documented = documented();
        prop_assert!(seen.visits.is_subset(&documented.visits) && seen.windows.is_subset(&documented.windows));
    }

    #[test]
    fn after_a_tick_nothing_is_due(steps in steps(150)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |_, _, _, _| {});
        let now_ms = hall.state.next_deadline().unwrap_or(hall.state.at_ms);
        let now_ms = now_ms.max(hall.state.at_ms);
        let is_due = |deadline: &hall::state::Deadline| deadline.at_ms <= now_ms;
        let (waited_for, due) = (hall.state.deadlines.len(), hall.state.deadlines.iter().filter(|at| is_due(at)).count());
        let came = hall.ask(Actor::System, Command::Tick, now_ms).expect("the clock stands right").len();
        prop_assert!(due == 0 || came == due && hall.state.deadlines.len() + came == waited_for, "each happens once");
        settle(&mut hall, now_ms);
    }

    #[test]
    fn under_auto_call_no_window_is_free_while_somebody_waits_whom_it_may_call(steps in steps(200)) {
        let mut hall = Hall::open(plan());
        for dice in steps {
            play(&mut hall, &[dice], |_, _, _, _| {});
            let now_ms = hall.state.at_ms;
            settle(&mut hall, now_ms);
            for &window in &hall.state.in_force().auto_call {
                if hall.state.windows.get(&window).is_some_and(|window| window.doing == Doing::Idle) {
                    prop_assert_eq!(balance::next_for(&hall.state, window, now_ms), None, "window {} is free", window);
                    prop_assert_eq!(waits_for(&hall.state, window), None, "window {} is free", window);
                }
            }
            invariants::check(&hall.state);
        }
    }

    #[test]
    fn the_preview_is_the_decision_and_nobody_is_kept_waiting_by_a_free_window(steps in steps(150)) {
        let mut hall = Hall::open(plan());
        play(&mut hall, &steps, |before, request, hall, refused| {
            let Command::AtWindow { window, act: WindowAct::CallNext } = request.command else { return };
            let free = |doing: &Doing| matches!(doing, Doing::Idle | Doing::WrapUp { .. });
            let is_free = before.windows.get(&window).is_some_and(|window| free(&window.doing));
            let last = hall.entries.last().filter(|_| !refused);
            if let Some(entry) = last {
                let called = entry.events.iter().find_map(called);
                assert_eq!(called, balance::next_for(before, window, entry.at_ms));
                assert!(called.is_some_and(|(_, why)| why.waited_ms <= entry.at_ms), "a wait is never negative");
            } else if is_free && sits_there(before, &request.by, window) && decide(before, request, before.at_ms).is_err() {
                assert_eq!(balance::in_order(before, window, before.at_ms, 1), vec![]);
            }
        });
    }
}

/// Lets everything happen that is due, one after another. A tick that is due does something, and it comes to an end.
fn settle(hall: &mut Hall, now_ms: u64) {
    for _ in 0..200 {
        if hall.state.next_deadline().is_none_or(|at_ms| at_ms > now_ms) {
            return;
        }
        let came = hall.ask(Actor::System, Command::Tick, now_ms).expect("the clock stands right");
        assert!(!came.is_empty(), "a tick was due and nothing happened");
    }
    panic!("something is due for ever: {:?}", hall.entries.last());
}

/// Somebody who waits and whom a window may serve, where neither zones nor reserves keep anybody: by going through everybody.
fn waits_for(state: &State, window: WindowId) -> Option<Ticket> {
    let rules = state.in_force();
    let everywhere = rules.zones.steal_after_s == Some(0) && rules.reserved.is_empty();
    let may = |visit: &Visit| match visit.stage {
        Stage::Waiting { window: Some(bound), .. } => bound == window,
        Stage::Waiting { window: None, .. } => {
            let serves_item = visit.item.is_none_or(|item| invariants::may_serve(state, window, item));
            everywhere && serves_item && state.serves(window, visit.lane)
        }
        _ => false,
    };
    state.visits.iter().find(|(_, visit)| may(visit)).map(|(ticket, _)| *ticket)
}

fn called(event: &Event) -> Option<(Ticket, Why)> {
    if let Event::Called { ticket, why, .. } = event { Some((*ticket, why.clone())) } else { None }
}

fn sits_there(state: &State, by: &Actor, window: WindowId) -> bool {
    let seat = state.windows.get(&window).and_then(|window| window.seat.as_ref());
    let own =
        |seat: &Seat| matches!(by, Actor::Clerk { name, console } if seat.clerk == *name && seat.console == *console);
    seat.is_some_and(own)
}
