//! How long it takes, and how that is learned.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Command, Plan,
    balance::{Rules, ZoneMode, ZoneRule},
    forecast::{Moment, Outlook, Wait, WaitRange},
    plan::{Clerk, Hours, WindowPlan},
    state::Learned,
    words::{Lane, WindowId, ZoneId},
};

use crate::harness::{Hall, MIDNIGHT_MS, clock, plan, read::manager, ticket};

fn outlook() -> Outlook {
    Outlook::default()
}

fn moment(time: &str) -> Moment {
    Moment { now_ms: clock(time), midnight_ms: MIDNIGHT_MS }
}

fn of_a_comer(hall: &Hall, lane: Lane, time: &str) -> Wait {
    outlook().of_a_comer(&hall.state, lane, moment(time)).expect("the lane has a curve")
}

fn minutes(ms: Option<u64>) -> f64 {
    ms.map_or(f64::NAN, |ms| ms as f64 / 60_000.0)
}

#[test]
fn who_comes_to_an_idle_window_waits_not_at_all_and_without_a_window_nobody_knows() {
    let mut hall = Hall::open(plan());
    assert_eq!(of_a_comer(&hall, Lane::Acceptance, "08:10"), Wait::default());
    assert_eq!(WaitRange::of(&of_a_comer(&hall, Lane::Acceptance, "08:10")), None);
    hall.follow("08:50 1 open | 1 opened by clerk1");
    let wait = of_a_comer(&hall, Lane::Acceptance, "08:51");
    assert_eq!((wait.mean_ms, wait.p10_ms, wait.p90_ms), (Some(0), Some(0), Some(0)));
    assert_eq!(of_a_comer(&hall, Lane::Issuing, "08:51"), Wait::default(), "window 1 does not issue");
    hall.follow("08:52 1 pause tea | 1 paused: tea");
    assert_eq!(of_a_comer(&hall, Lane::Acceptance, "08:53"), Wait::default());
}

#[test]
fn each_ticket_before_adds_a_service_and_the_time_that_has_passed_counts() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                     | 1 opened by clerk1
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 1 next                     | A001 called to 1 (score)
         09:00 1 start                    | A001 started
         09:00 take acceptance            | A002 issued, A002 waits (arrived)
         09:00 take acceptance            | A003 issued, A003 waits (arrived)",
    );
    let waits = ["A002", "A003"].map(|number| outlook().of(&hall.state, ticket(number), moment("09:00")));
    // Ten minutes a visit and twenty seconds between two.
    let means = waits.map(|wait| minutes(wait.expect("it waits").mean_ms));
    assert!((means[0] - 10.33).abs() < 0.05 && (means[1] - 20.67).abs() < 0.1, "{means:?}");
    let later = minutes(outlook().of(&hall.state, ticket("A002"), moment("09:08")).and_then(|wait| wait.mean_ms));
    assert!((5.0..9.0).contains(&later), "what is left of a long visit shrinks slower than time goes: {later}");
    assert_eq!(outlook().of(&hall.state, ticket("A001"), moment("09:08")), None, "it does not wait");
}

#[test]
fn a_right_to_be_served_sooner_counts() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                     | 1 opened by clerk1
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 1 next                     | A001 called to 1 (score)
         09:01 take acceptance            | A002 issued, A002 waits (arrived)
         09:02 take acceptance priority   | A003 issued, A003 waits (arrived)",
    );
    let mean = |number| outlook().of(&hall.state, ticket(number), moment("09:03")).and_then(|wait| wait.mean_ms);
    assert!(mean("A003") < mean("A002"));
}

#[test]
fn a_window_that_shares_a_lane_helps_and_what_waits_for_the_other_lane_hinders() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 5 open                     | 5 opened by clerk5
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take acceptance            | A002 issued, A002 waits (arrived)",
    );
    let consulting = minutes(of_a_comer(&hall, Lane::Consulting, "09:01").mean_ms);
    assert!((consulting - 20.67).abs() < 0.2, "both are called first: {consulting}");
    hall.follow("09:02 1 open | 1 opened by clerk1");
    let helped = minutes(of_a_comer(&hall, Lane::Consulting, "09:02").mean_ms);
    assert!((helped - 10.33).abs() < 0.2, "{helped}");
}

#[test]
fn a_line_of_its_own_waits_for_its_zone_alone() {
    let pooled = Rules::default();
    let zones = ZoneRule { mode: ZoneMode::RoundRobin, steal_after_s: None };
    let apart = Rules { zones, ..Rules::default() };
    let waits = [pooled, apart].map(|rules| {
        let window = |zone| WindowPlan {
            zone: ZoneId(zone),
            lanes: vec![Lane::Acceptance],
            hours: vec![],
            clerk: Clerk::default(),
            excludes: BTreeSet::new(),
        };
        let windows = [(WindowId(1), window('A')), (WindowId(2), window('B'))].into();
        let mut hall = Hall::open(Plan { windows, items: BTreeMap::new(), ..plan() });
        hall.ask(manager(), Command::SetRules { rules, reason: "r".into() }, clock("08:00")).unwrap();
        hall.follow(
            "08:50 1 open                     | 1 opened by clerk1
             08:50 2 open                     | 2 opened by clerk2
             09:00 take acceptance            | A001 issued, A001 waits (arrived)
             09:00 take acceptance            | A002 issued, A002 waits (arrived)
             09:00 2 close                    | 2 closed",
        );
        let last = ticket("A002");
        (hall.state.ahead(last, clock("09:01")), outlook().of(&hall.state, last, moment("09:01")).expect("it waits"))
    });
    let [(pooled_ahead, pooled), (apart_ahead, apart)] = waits;
    assert_eq!((pooled_ahead, apart_ahead), (Some(1), Some(0)));
    assert!((minutes(pooled.mean_ms) - 10.33).abs() < 0.05, "window 1 calls both: {pooled:?}");
    assert_eq!(apart, Wait::default(), "its zone has no open window, and the other may not take it");
}

#[test]
fn hours_are_foreseen_before_anybody_sits_there() {
    let morning = Hours { from_s: 9 * 3600, until_s: 11 * 3600 };
    let afternoon = Hours { from_s: 13 * 3600, until_s: 17 * 3600 };
    let window = WindowPlan {
        zone: ZoneId('A'),
        lanes: vec![Lane::Issuing],
        hours: vec![morning, afternoon],
        clerk: Clerk::default(),
        excludes: BTreeSet::new(),
    };
    let windows = [(WindowId(7), window)].into();
    let mut hall = Hall::open(Plan { windows, items: BTreeMap::new(), ..plan() });
    assert_eq!(of_a_comer(&hall, Lane::Issuing, "08:30").mean_ms, Some(30 * 60_000));
    hall.follow(
        "08:59 7 open                     | 7 opened by clerk7
         10:58 take issuing               | B001 issued, B001 waits (arrived)
         10:58 7 next                     | B001 called to 7 (score)",
    );
    let wait = of_a_comer(&hall, Lane::Issuing, "10:58");
    assert_eq!(wait.p50_ms, Some(122 * 60_000), "the visit ends in the pause: {wait:?}");
}

#[test]
fn what_occupies_a_window_is_learned_by_lane_and_outlives_the_day() {
    let mut hall = Hall::open(Plan { wrap_up_s: 30, ..plan() });
    hall.follow(
        "08:55 1 open                     | 1 opened by clerk1
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take acceptance            | A002 issued, A002 waits (arrived)
         09:00 1 next                     | A001 called to 1 (score)
         09:01 1 start                    | A001 started
         09:31 1 finish                   | A001 finished, 1 wraps up",
    );
    assert_eq!(hall.state.pace.occupied(Lane::Acceptance).mean_ms(), 660_000, "31 minutes among 20 of ten");
    assert_eq!(hall.state.pace.occupied(Lane::Issuing).mean_ms(), 600_000);
    hall.follow("09:32 1 next | A002 called to 1 (score)");
    assert_eq!(hall.state.pace.gap().mean_ms(), (20 * 20_000 + 60_000) / 21, "the wrap-up is in it");
    let learned: Learned = hall.state.pace.occupied(Lane::Acceptance);
    hall.follow("32:00 day 2026-11-24 | day closed, 2026-11-24 opened");
    assert_eq!(hall.state.pace.occupied(Lane::Acceptance), learned);
}

#[test]
fn who_will_yet_come_and_overtake_is_reckoned_with() {
    let mut hall = Hall::open(plan());
    let take = |hall: &mut Hall, time: &str, class: &str, number: u32| {
        hall.follow(&format!("{time} take acceptance {class} | A{number:03} issued, A{number:03} waits (arrived)"));
    };
    hall.follow("08:50 1 open | 1 opened by clerk1");
    for number in 1..=3 {
        take(&mut hall, "09:00", "", number);
    }
    let calm = minutes(of_a_comer(&hall, Lane::Acceptance, "09:00").mean_ms);
    for number in 4..=9 {
        take(&mut hall, "09:00", "priority", number);
        hall.follow(&format!("09:00 A{number:03} cancel | A{number:03} cancelled"));
    }
    // Six an hour, ten minutes' head start: one will overtake.
    let crowded = minutes(of_a_comer(&hall, Lane::Acceptance, "09:00").mean_ms);
    assert!((crowded - calm - 10.33).abs() < 1.0, "{calm}, then {crowded}");
}
