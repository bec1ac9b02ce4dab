//! One decision in a full hall, and days replayed under other rules. In this process: no socket, no disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use hall::{
    Command, Entry, Plan, Request, State,
    command::{Issue, WindowAct},
    decide,
    plan::{AtClosing, Clerk, WindowPlan},
    words::{Actor, Class, Day, Lane, Language, WindowId, ZoneId},
};
use serde::Serialize;

use super::stats::Percentiles;
use crate::studies::one_day;

const WAITING: u32 = 2_000;
const DECISIONS: u32 = 20_000;
const DAYS: u64 = 1_000;
const MORNING_MS: u64 = 1_795_395_600_000;

/// How long choices take.
#[derive(Debug, Serialize)]
pub struct Choices {
    /// "Next" with 2,000 waiting, ms.
    pub decide_next_with_2000_waiting_ms: Percentiles,
    /// The same by auto-call, all of 20 windows free.
    pub auto_call_with_2000_waiting_ms: Percentiles,
    /// A what-if of a day of 860 visits at 20 windows, ms.
    pub what_if_day_ms: Percentiles,
    /// A thousand of them, s.
    pub what_if_1000_days_s: f64,
}

/// Measures them.
pub fn measure() -> Choices {
    let (state, clerk) = full();
    let press = Request { by: clerk, command: Command::AtWindow { window: WindowId(1), act: WindowAct::CallNext } };
    let mut auto = state.clone();
    auto.rules.auto_call = (1..=20).map(WindowId).collect();
    for window in 2..=20 {
        let clerk = Actor::Clerk { name: format!("c{window}"), console: format!("c{window}") };
        ask(&mut auto, clerk, Command::OpenWindow { window: WindowId(window), take_over: false });
    }
    let tick = Request { by: Actor::System, command: Command::Tick };
    let begin = Instant::now();
    let what_if_day_ms = Percentiles::of((0..DAYS).map(what_if).collect());
    Choices {
        decide_next_with_2000_waiting_ms: decisions(&state, &press),
        auto_call_with_2000_waiting_ms: decisions(&auto, &tick),
        what_if_day_ms,
        what_if_1000_days_s: begin.elapsed().as_secs_f64(),
    }
}

fn what_if(seed: u64) -> std::time::Duration {
    let (day, terms) = one_day(seed);
    let begin = Instant::now();
    let served = hall::whatif::replay(&day, &terms).unwrap();
    std::hint::black_box(hall::whatif::tally(&day, terms.classes.len(), &served, 900_000));
    begin.elapsed()
}

fn decisions(state: &State, request: &Request) -> Percentiles {
    let one = |_| {
        let begin = Instant::now();
        let events = decide(state, request, state.at_ms + 1_000).unwrap();
        assert!(!std::hint::black_box(events).is_empty(), "nobody was called");
        begin.elapsed()
    };
    Percentiles::of((0..DECISIONS).map(one).collect())
}

/// Twenty windows in two zones, one of them open, and 2,000 people of all classes.
fn full() -> (State, Actor) {
    let zone = |window: u16| if window <= 10 { ZoneId('A') } else { ZoneId('B') };
    let window = |window| {
        (
            WindowId(window),
            WindowPlan {
                zone: zone(window),
                lanes: vec![Lane::Acceptance],
                hours: Vec::new(),
                clerk: Clerk::default(),
                excludes: BTreeSet::new(),
            },
        )
    };
    let plan = Plan {
        zones: vec![ZoneId('A'), ZoneId('B')],
        letters: [(Lane::Acceptance, 'A')].into(),
        windows: (1..=20).map(window).collect(),
        items: BTreeMap::new(),
        at_closing: AtClosing::Expire,
        wrap_up_s: 0,
    };
    let mut state = State { at_ms: MORNING_MS, ..State::default() };
    ask(&mut state, Actor::System, Command::AdoptPlan(plan));
    ask(&mut state, Actor::System, Command::OpenDay { day: Day { year: 2026, month: 11, day: 23 } });
    let clerk = Actor::Clerk { name: "c1".into(), console: "c1".into() };
    ask(&mut state, clerk.clone(), Command::OpenWindow { window: WindowId(1), take_over: false });
    for number in 0..WAITING {
        let class = [Class::Normal, Class::Normal, Class::Priority, Class::Appointment][number as usize % 4];
        let issue = Issue {
            lane: Lane::Acceptance,
            class,
            language: Language::Zh,
            appointment_at_ms: (class == Class::Appointment).then_some(state.at_ms),
            visitor: None,
            item: None,
            token: number.to_string(),
            present: true,
        };
        state.at_ms += 500;
        ask(&mut state, Actor::Device("kiosk".into()), Command::Issue(issue));
    }
    (state, clerk)
}

fn ask(state: &mut State, by: Actor, command: Command) {
    let request = Request { by: by.clone(), command };
    let (seq, at_ms) = (state.seq + 1, state.at_ms);
    let events = decide(state, &request, at_ms).unwrap();
    state.apply(&Entry { seq, at_ms, by, key: None, events });
}
