//! Rules R2 to R6 and R8, one by one.

use std::collections::BTreeSet;

use hall::{
    Command, Event, Plan, Refusal,
    balance::{
        BadRules, Because, IdlePick, NoShowRule, Patch, Ratio, Reserve, Rules, Switch, When, ZoneMode, ZoneRule,
        direction, next_for, presets::Preset,
    },
    words::{Actor, Class, Lane, WindowId, ZoneId},
};

use crate::harness::{Hall, clock, plan, read, ticket};

fn hall(rules: Rules) -> Hall {
    with_plan(rules, plan())
}

fn with_plan(rules: Rules, plan: Plan) -> Hall {
    let mut hall = Hall::open(plan);
    let set = Command::SetRules { rules, reason: "a try".into() };
    hall.ask(read::manager(), set, clock("08:00")).expect("rules that make sense");
    hall
}

fn auto(windows: &[u16]) -> Rules {
    Rules { auto_call: windows.iter().copied().map(WindowId).collect(), ..Rules::default() }
}

/// Ticks until nothing is due; the calls that came.
fn calls(hall: &mut Hall, time: &str) -> String {
    let mut calls = vec![];
    while hall.state.next_deadline().is_some_and(|at_ms| at_ms <= clock(time)) {
        for event in hall.ask(Actor::System, Command::Tick, clock(time)).expect("a tick") {
            if let Event::Called { ticket, window, .. } = event {
                calls.push(format!("{} to {window}", ticket.number));
            }
        }
    }
    calls.join(", ")
}

#[test]
fn classes_take_turns_in_a_ratio_and_a_class_that_is_empty_saves_nothing() {
    let parts = [(Class::Normal, 1), (Class::Returning, 1), (Class::Priority, 3), (Class::Appointment, 1)];
    let mut hall = hall(Rules { ratio: Some(Ratio(parts.into())), ..Rules::default() });
    for _ in 0..3 {
        hall.follow(
            "09:00 take acceptance | A00N issued, A00N waits (arrived)".replace("A00N", &next_number(&hall)).as_str(),
        );
    }
    for _ in 0..7 {
        let number = next_number(&hall);
        hall.follow(&format!("09:00 take acceptance priority | {number} issued, {number} waits (arrived)"));
    }
    assert_eq!(hall.order(1, "09:01"), "A004 A001 A005 A006 A007 A002 A008 A009 A010 A003");
    hall.follow("09:01 1 open | 1 opened by clerk1");
    let why = next_for(&hall.state, WindowId(1), clock("09:01")).map(|(_, why)| why).expect("somebody waits");
    assert_eq!(
        (why.because, why.credits.get(&Class::Priority), why.credits.get(&Class::Normal)),
        (Because::Turn, Some(&-1), Some(&1))
    );
    hall.follow("09:01 1 next | A004 called to 1 (turn)");
    assert_eq!(hall.order(1, "09:01"), "A001 A005 A006 A007 A002 A008 A009 A010 A003", "the counters go on");
    assert_eq!(hall.order(1, "09:46").split(' ').next(), Some("A001"), "over the cap nobody waits for a turn");
}

fn next_number(hall: &Hall) -> String {
    let last =
        hall.state.day.as_ref().and_then(|day| day.last_number.get(&Lane::Acceptance)).copied().unwrap_or_default();
    format!("A{:03}", last + 1)
}

#[test]
fn a_class_keeps_its_windows_until_somebody_has_waited_long_enough() {
    let kept = Reserve { class: Class::Priority, windows: 1, release_after_s: Some(300) };
    let mut hall = hall(Rules { reserved: vec![kept], ..auto(&[1, 2, 3]) });
    hall.follow(
        "09:00 1 open          | 1 opened by clerk1
         09:00 2 open          | 2 opened by clerk2
         09:00 take acceptance | A001 issued, A001 waits (arrived)
         09:00 take acceptance | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(calls(&mut hall, "09:00"), "A001 to 1", "window 2 is kept");
    assert_eq!(hall.state.next_deadline(), Some(clock("09:05")), "then it is released");
    hall.follow("09:01 take acceptance priority | A003 issued, A003 waits (arrived)");
    assert_eq!(calls(&mut hall, "09:01"), "A003 to 2");
    hall.follow("09:02 3 open | 3 opened by clerk3");
    assert_eq!(calls(&mut hall, "09:02"), "A002 to 3", "priority has its window");
}

#[test]
fn a_zone_keeps_its_tickets_until_they_have_waited_long_enough() {
    let zones = ZoneRule { mode: ZoneMode::RoundRobin, steal_after_s: Some(120) };
    let mut hall = hall(Rules { zones, ..auto(&[1, 3]) });
    hall.follow(
        "09:00 1 open          | 1 opened by clerk1
         09:00 3 open          | 3 opened by clerk3
         09:00 1 pause lunch   | 1 paused: lunch",
    );
    let zone_of = |hall: &Hall, number| hall.state.visit(ticket(number)).map(|visit| visit.zone.0);
    hall.follow("09:00 take acceptance | A001 issued, A001 waits (arrived)");
    hall.follow("09:00 1 resume | 1 resumed");
    assert_eq!(
        (zone_of(&hall, "A001"), calls(&mut hall, "09:00")),
        (Some('B'), "A001 to 3".into()),
        "A has no open window"
    );
    hall.follow(
        "09:00 take acceptance | A002 issued, A002 waits (arrived)
         09:00 take acceptance | A003 issued, A003 waits (arrived)",
    );
    assert_eq!((zone_of(&hall, "A002"), zone_of(&hall, "A003")), (Some('A'), Some('B')), "in turn");
    assert_eq!(calls(&mut hall, "09:00"), "A002 to 1");
    hall.follow("09:01 1 start | A002 started\n 09:01 1 finish | A002 finished");
    assert_eq!(calls(&mut hall, "09:01"), "", "A003 is kept for zone B");
    assert_eq!(hall.state.next_deadline(), Some(clock("09:02")));
    assert_eq!(calls(&mut hall, "09:02"), "A003 to 1");
    let Some(Event::Called { why, .. }) = hall.entries.last().and_then(|entry| entry.events.last()) else {
        panic!("a call")
    };
    assert_eq!(
        (why.from_zone, why.window.as_ref().map(|window| window.pick)),
        (Some(ZoneId('B')), Some(IdlePick::LongestIdle))
    );
}

#[test]
fn the_free_window_is_chosen_by_the_rule_and_says_who_would_have_been_next() {
    let mut hall = hall(Rules { idle_pick: IdlePick::FewestAccepted, ..auto(&[1, 2, 3]) });
    hall.follow(
        "09:00 1 open          | 1 opened by clerk1
         09:00 2 open          | 2 opened by clerk2
         09:00 take acceptance | A001 issued, A001 waits (arrived)",
    );
    assert_eq!(calls(&mut hall, "09:00"), "A001 to 1", "ties go to the lowest number");
    hall.follow("09:01 1 start | A001 started\n 09:02 1 finish | A001 finished\n 09:03 take acceptance | A002 issued, A002 waits (arrived)");
    assert_eq!(calls(&mut hall, "09:03"), "A002 to 2");
    let Some(Event::Called { why, .. }) = hall.entries.last().and_then(|entry| entry.events.last()) else {
        panic!("a call")
    };
    let others = why.window.iter().flat_map(|window| &window.others).map(|other| (other.window.0, other.measure));
    assert_eq!(others.collect::<Vec<_>>(), [(1, 1)]);
}

#[test]
fn with_auto_call_a_clerk_asks_for_a_pause_during_a_visit() {
    let mut hall = with_plan(auto(&[1]), Plan { wrap_up_s: 30, ..plan() });
    hall.follow(
        "09:00 1 open          | 1 opened by clerk1
         09:00 take acceptance | A001 issued, A001 waits (arrived)
         09:00 take acceptance | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(calls(&mut hall, "09:00"), "A001 to 1");
    hall.follow(
        "09:01 1 start         | A001 started
         09:01 1 pause lunch   | 1 pauses afterwards: lunch
         09:01 1 resume        | 1 resumed
         09:02 1 pause tea     | 1 pauses afterwards: tea
         09:03 1 finish        | A001 finished, 1 paused: tea",
    );
    assert_eq!(calls(&mut hall, "09:04"), "");
    hall.follow("09:05 1 resume | 1 resumed");
    assert_eq!(calls(&mut hall, "09:05"), "A002 to 1");
    hall.follow("09:05 1 start | A002 started\n 09:06 1 finish | A002 finished, 1 wraps up\n 09:06 take acceptance | A003 issued, A003 waits (arrived)");
    assert_eq!(calls(&mut hall, "09:06:29"), "", "it tidies up");
    assert_eq!(calls(&mut hall, "09:06:30"), "A003 to 1", "and no longer than it may");
}

#[test]
fn a_switch_goes_on_over_one_limit_off_under_another_and_stays_for_its_time() {
    let when = When::Waiting { lane: Lane::Acceptance, over: 2, back_under: 2 };
    let then = Patch { idle_pick: Some(IdlePick::LeastBusy), ..Patch::default() };
    let mut hall =
        hall(Rules { switches: vec![Switch { name: "crowd".into(), when, dwell_s: 60, then }], ..Rules::default() });
    let pick = |hall: &Hall| hall.state.in_force().idle_pick;
    hall.follow(
        "09:00 1 open          | 1 opened by clerk1
         09:00 take acceptance | A001 issued, A001 waits (arrived)
         09:00 take acceptance | A002 issued, A002 waits (arrived)",
    );
    assert_eq!((calls(&mut hall, "09:00"), pick(&hall)), (String::new(), IdlePick::LongestIdle));
    hall.follow("09:00 take acceptance | A003 issued, A003 waits (arrived)");
    assert_eq!(hall.state.next_deadline(), Some(clock("09:00")));
    assert_eq!((calls(&mut hall, "09:00"), pick(&hall)), (String::new(), IdlePick::LeastBusy));
    hall.follow(
        "09:00:10 1 next       | A001 called to 1 (score)
         09:00:20 1 start      | A001 started",
    );
    assert_eq!(hall.state.next_deadline(), None, "two are neither more than two nor fewer");
    hall.follow("09:00:30 1 next | A001 finished, A002 called to 1 (score)");
    assert_eq!(hall.state.next_deadline(), Some(clock("09:01")), "not before its time");
    calls(&mut hall, "09:01");
    assert_eq!(pick(&hall), IdlePick::LongestIdle);
}

#[test]
fn a_switch_follows_the_time_of_day_of_the_hall() {
    // Midnight of the tests is midnight in China.
    let when = When::Clock { from_min: 690, until_min: 780, ahead_of_utc_min: 480 };
    let zones = ZoneRule { mode: ZoneMode::Lew, steal_after_s: None };
    let then = Patch { zones: Some(zones), ..Patch::default() };
    let mut hall =
        hall(Rules { switches: vec![Switch { name: "lunch".into(), when, dwell_s: 0, then }], ..Rules::default() });
    assert_eq!(hall.state.next_deadline(), Some(clock("11:30")));
    calls(&mut hall, "11:30");
    assert_eq!((hall.state.in_force().zones, hall.state.next_deadline()), (zones, Some(clock("13:00"))));
    calls(&mut hall, "13:00");
    assert_eq!((hall.state.in_force(), hall.state.next_deadline()), (&hall.state.rules, Some(clock("35:30"))));
    assert_eq!(direction(&hall.state, Lane::Issuing, None), ZoneId('B'));
}

#[test]
fn rules_that_make_no_sense_are_refused_with_the_reason_in_both_languages() {
    let kept = Reserve { class: Class::Priority, windows: 1, release_after_s: Some(60) };
    let parts = |part| Some(Ratio(Class::ALL.into_iter().map(|class| (class, part)).collect()));
    let switch =
        |when, then| Rules { switches: vec![Switch { name: "s".into(), when, dwell_s: 1, then }], ..Rules::default() };
    let changes = || Patch { idle_pick: Some(IdlePick::LeastBusy), ..Patch::default() };
    let waiting = |over, back_under| When::Waiting { lane: Lane::Issuing, over, back_under };
    let base = Rules::default;
    let bad = [
        (Rules { ratio: parts(0), ..base() }, BadRules::RatioPart(Class::Normal)),
        (
            Rules { reserved: vec![Reserve { release_after_s: None, ..kept }], ..base() },
            BadRules::NoRelease(Class::Priority),
        ),
        (Rules { reserved: vec![kept, kept], ..base() }, BadRules::ReserveTwice(Class::Priority)),
        (Rules { reserved: vec![Reserve { windows: 6, ..kept }], ..base() }, BadRules::MoreKept { kept: 6, open: 5 }),
        (Rules { zones: ZoneRule { mode: ZoneMode::Given, steal_after_s: None }, ..base() }, BadRules::GivenZones),
        (Rules { auto_call: BTreeSet::from([WindowId(9)]), ..base() }, BadRules::UnknownWindow(WindowId(9))),
        (switch(waiting(5, 7), changes()), BadRules::Hysteresis("s".into())),
        (switch(waiting(5, 5), Patch::default()), BadRules::ChangesNothing("s".into())),
        (
            switch(When::Clock { from_min: 1440, until_min: 3, ahead_of_utc_min: 0 }, changes()),
            BadRules::Clock("s".into()),
        ),
    ];
    let mut hall = Hall::open(plan());
    for (rules, why) in bad {
        let refused = hall.ask(read::manager(), Command::SetRules { rules, reason: "r".into() }, clock("08:00"));
        let (detail, detail_zh) = (why.to_string(), why.zh());
        assert_eq!(refused, Err(Refusal::BadRules { detail, detail_zh }));
    }
    hall.follow("08:30 1 open | 1 opened by clerk1");
    let rules = Rules { reserved: vec![Reserve { windows: 2, ..kept }], ..base() };
    let refused = hall.ask(read::manager(), Command::SetRules { rules, reason: "r".into() }, clock("08:31"));
    assert!(
        matches!(refused, Err(Refusal::BadRules { detail, .. }) if detail.starts_with("2 windows are kept, and 1 are open"))
    );
}

#[test]
fn every_preset_is_valid_and_leaves_auto_call_and_no_shows_as_they_are() {
    let no_show = NoShowRule { recalls: 1, ..NoShowRule::default() };
    let before = Rules { no_show, ..auto(&[1]) };
    for preset in Preset::ALL {
        let rules = preset.on(&before);
        assert_eq!((rules.validate(), &rules.auto_call, &rules.no_show), (Ok(()), &before.auto_call, &before.no_show));
    }
}
