//! Who is next and why, and where to sit.

use hall::{
    balance::{Because, ClassRule, RunnerUp, Why, direction, next_for},
    words::{Class, Lane, WindowId, ZoneId},
};

use crate::harness::{Hall, carrying, clock, plan, ticket};

#[test]
fn the_same_class_goes_first_come_first_served() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take acceptance            | A002 issued, A002 waits (arrived)
         09:01 take acceptance            | A003 issued, A003 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:02"), "A001 A002 A003");
    assert_eq!(hall.state.ahead(ticket("A003"), clock("09:02")), Some(2));
    assert_eq!(hall.state.ahead(ticket("A009"), clock("09:02")), None);
}

#[test]
fn a_head_start_is_worth_its_seconds_and_no_more() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00:00 take acceptance          | A001 issued, A001 waits (arrived)
         09:04:59 take acceptance          | A002 issued, A002 waits (arrived)
         09:09:59 take acceptance priority | A003 issued, A003 waits (arrived)
         09:14:59 take acceptance priority | A004 issued, A004 waits (arrived)
         09:15:00 take acceptance priority | A005 issued, A005 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:15"), "A003 A001 A002 A004 A005");
    assert_eq!(hall.state.ahead(ticket("A002"), clock("09:15")), Some(2));
}

#[test]
fn who_waited_longer_than_the_cap_is_first_whatever_the_class() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:08 take acceptance priority   | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:45"), "A002 A001");
    assert_eq!(hall.order(1, "09:45:01"), "A001 A002");
    let why = next_for(&hall.state, WindowId(1), clock("09:45:01")).map(|(_, why)| why);
    let expected = Why {
        because: Because::Cap,
        class: Class::Normal,
        waited_ms: 2_701_000,
        score_ms: 2_701_000,
        runner_up: Some(RunnerUp { ticket: ticket("A002"), score_ms: 2_821_000 }),
        window: None,
        from_zone: None,
        credits: Default::default(),
        item: None,
        barred: vec![],
        passed_over: vec![],
    };
    assert_eq!(why, Some(expected));
}

#[test]
fn a_window_with_two_lanes_takes_the_best_of_both() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:01 take consulting            | C001 issued, C001 waits (arrived)
         09:02 take issuing               | B001 issued, B001 waits (arrived)
         09:03 take acceptance            | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(hall.order(5, "09:04"), "A001 C001 A002");
    assert_eq!(hall.order(4, "09:04"), "B001");
    assert_eq!(hall.order(9, "09:04"), "");
}

#[test]
fn a_rate_makes_the_wait_of_a_class_count_more() {
    let mut hall = Hall::open(plan());
    let steep = ClassRule { offset_s: 0, rate_milli: 2000, cap_s: 86_400 };
    hall.state.rules.classes.insert(Class::Priority, steep);
    hall.follow(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:10 take acceptance priority   | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:20"), "A001 A002");
    assert_eq!(hall.order(1, "09:20:01"), "A002 A001");
}

#[test]
fn a_call_by_hand_says_who_would_have_been_next() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:55 1 open                     | 1 opened by clerk1
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:01 take acceptance            | A002 issued, A002 waits (arrived)
         09:01 take issuing               | B001 issued, B001 waits (arrived)
         09:02 1 call B001                | refused: not_served_here
         09:02 1 call A002                | A002 called to 1 (by_hand)",
    );
    let last = hall.entries.last().and_then(|entry| entry.events.last());
    let Some(hall::Event::Called { why, .. }) = last else { panic!("{last:?}") };
    assert_eq!(why.runner_up, Some(RunnerUp { ticket: ticket("A001"), score_ms: 120_000 }));
}

#[test]
fn holders_sit_where_most_windows_work_for_those_who_wait() {
    let mut hall = Hall::open(carrying());
    // All closed: three windows of hall A against one of hall B.
    assert_eq!(direction(&hall.state, Lane::Acceptance, None), ZoneId('A'));
    assert_eq!(direction(&hall.state, Lane::Issuing, None), ZoneId('B'), "hall A has no window for it");
    hall.follow("08:50 3 open | 3 opened by clerk3");
    assert_eq!(direction(&hall.state, Lane::Acceptance, None), ZoneId('B'), "only there a window is open");
    hall.follow(
        "08:51 1 open                     | 1 opened by clerk1
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take acceptance            | A002 issued, A002 waits (arrived)
         09:00 take acceptance            | A003 issued, A003 waits (arrived)",
    );
    let zones = ["A001", "A002", "A003"].map(|number| hall.state.visit(ticket(number)).map(|visit| visit.zone.0));
    assert_eq!(zones, [Some('A'), Some('B'), Some('A')], "equals go by the order of the zones");
    hall.follow("09:01 3 pause lunch | 3 paused: lunch");
    assert_eq!(direction(&hall.state, Lane::Acceptance, None), ZoneId('A'));
    assert_eq!((hall.state.open_windows(Lane::Acceptance), hall.state.waiting_in(Lane::Acceptance)), (1, 3));
}
