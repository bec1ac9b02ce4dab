//! Business days.

use hall::{
    Command, Refusal,
    words::{Actor, Day, Lane},
};

use crate::harness::{Hall, carrying, clock, plan, script, ticket};

#[test]
fn a_day_opens_once_and_the_next_one_closes_it() {
    script(
        "08:00 day 2026-11-23            | refused: day_not_later
         08:00 day 2026-11-22            | refused: day_not_later
         09:00 take acceptance           | A001 issued, A001 waits (arrived)
         17:00 close                     | day closed, A001 expired
         17:00 close                     | refused: day_closed
         17:01 day 2026-11-23            | refused: day_not_later
         17:02 take acceptance           | refused: day_closed
         32:00 day 2026-11-24            | 2026-11-24 opened
         32:01 take acceptance           | A001 issued, A001 waits (arrived)
         56:00 day 2026-11-25            | day closed, A001 expired, 2026-11-25 opened",
    );
}

#[test]
fn a_visit_at_a_window_goes_on_after_closing() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                    | 1 opened by clerk1
         16:50 take acceptance           | A001 issued, A001 waits (arrived)
         16:51 take acceptance           | A002 issued, A002 waits (arrived)
         16:55 1 next                    | A001 called to 1 (score)
         17:00 close                     | day closed, A002 expired
         17:01 1 start                   | A001 started
         17:02 1 transfer issuing        | A001 sent to issuing, A001 waits (transferred)
         32:00 day 2026-11-24            | A001 expired, 2026-11-24 opened
         32:00 A001 cancel               | refused: unknown_ticket",
    );
    assert!(hall.state.visits.is_empty() && hall.state.tokens.is_empty());
}

#[test]
fn who_is_carried_over_is_first_on_the_next_day() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "08:50 1 open                    | 1 opened by clerk1
         16:40 take acceptance           | A001 issued, A001 waits (arrived)
         16:41 take acceptance           | A002 issued, A002 waits (arrived)
         16:42 take acceptance later     | A003 issued
         16:50 1 next                    | A001 called to 1 (score)
         16:51 1 start                   | A001 started
         16:52 1 supplement              | A001 sent for a paper
         17:00 close                     | day closed
         32:00 day 2026-11-24            | 2026-11-24 opened, A002 waits (carried_over)
         32:01 take acceptance priority  | A004 issued, A004 waits (arrived)
         32:02 1 next                    | A002 called to 1 (cap)
         32:03 2026-11-23/A001 return    | A001 waits (returned)
         32:04 2026-11-23/A003 check-in  | A003 waits (arrived)",
    );
    let lanes = Lane::ALL.map(|lane| hall.state.waiting_in(lane));
    assert_eq!(lanes, [3, 0, 0]);
    assert_eq!(hall.state.visit(ticket("A002")).map(|visit| visit.arrival_ms), Some(clock("16:41")));
}

#[test]
fn a_letter_stays_with_its_lane_while_numbers_are_given_out() {
    let mut hall = Hall::open(plan());
    let mut other = plan();
    other.letters.insert(Lane::Issuing, 'D');
    let adopt = Command::AdoptPlan(other);
    let refused = hall.ask(Actor::System, adopt.clone(), clock("09:00"));
    assert!(matches!(refused, Err(Refusal::BadPlan { .. })), "{refused:?}");
    hall.follow(
        "09:00 lease k1 issuing 5        | k1 holds 995 to 999
         17:00 close                     | day closed",
    );
    assert!(hall.ask(Actor::System, adopt, clock("17:01")).is_ok());
    hall.follow("17:02 merge k1 D001             | refused: not_leased");
}

#[test]
fn only_days_of_the_calendar_are_read_and_opened() {
    for day in ["2026-02-29", "2026-11-31", "2026-13-01", "2026-00-01", "2026-11-00", "26", "2026-11", "x-11-23"] {
        assert!(day.parse::<Day>().is_err(), "{day}");
    }
    for day in ["2024-02-29", "2000-02-29", "2026-12-31"] {
        assert_eq!(day.parse::<Day>().map(|day| day.to_string()), Ok(day.into()));
    }
    let day = Day { year: 2100, month: 2, day: 29 };
    let refused = Hall::open(plan()).ask(Actor::System, Command::OpenDay { day }, clock("09:00"));
    assert_eq!(refused, Err(Refusal::NoSuchDay { day }));
}

#[test]
fn a_clock_that_was_set_back_is_refused() {
    script(
        "09:00:00 take acceptance        | A001 issued, A001 waits (arrived)
         08:59:59 take acceptance        | refused: clock_behind
         09:00:00 take acceptance        | A002 issued, A002 waits (arrived)",
    );
}

#[test]
fn without_a_plan_there_is_no_day_and_no_number() {
    let mut hall = Hall::bare();
    hall.follow(
        "08:00 day 2026-11-23            | refused: no_plan
         08:00 take acceptance           | refused: day_closed
         08:00 merge k1 A001             | refused: day_closed
         08:00 1 open                    | refused: unknown_window
         08:00 tick                      | nothing",
    );
}
