//! Numbers: given out, reserved, merged.

use hall::{command::NUMBER_MAX, words::Lane};

use crate::harness::{Hall, carrying, clock, plan, script, ticket};

#[test]
fn every_lane_counts_for_itself_from_001() {
    script(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take issuing               | B001 issued, B001 waits (arrived)
         09:00 take acceptance            | A002 issued, A002 waits (arrived)
         09:00 take consulting            | C001 issued, C001 waits (arrived)",
    );
}

#[test]
fn a_number_needs_a_fresh_token_and_an_appointment_its_time() {
    script(
        "09:00 take acceptance token x    | A001 issued, A001 waits (arrived)
         09:00 take acceptance token x    | refused: bad_token
         09:00 take acceptance token none | refused: bad_token
         09:00 take acceptance at 10:00   | refused: appointment_time
         09:00 take acceptance appointment | refused: appointment_time
         09:00 take acceptance appointment at 10:00 | A002 issued, A002 waits (arrived)",
    );
    let long = "x".repeat(65);
    script(&format!("09:00 take acceptance token {long} | refused: bad_token"));
}

#[test]
fn who_got_a_number_in_advance_waits_from_the_check_in() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance later      | A001 issued
         09:05 take acceptance            | A002 issued, A002 waits (arrived)
         09:10 A001 check-in              | A001 waits (arrived)
         09:10 A001 check-in              | refused: wrong_stage",
    );
    assert_eq!(hall.order(1, "09:11"), "A002 A001");
}

#[test]
fn an_early_comer_waits_from_the_appointed_time_on() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance appointment at 10:00 | A001 issued, A001 waits (arrived)
         09:49 take acceptance            | A002 issued, A002 waits (arrived)
         09:51 take acceptance            | A003 issued, A003 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:52"), "A002 A001 A003");
    assert_eq!(hall.order(1, "10:20"), "A002 A001 A003");
}

#[test]
fn reserved_numbers_are_given_to_nobody_else() {
    script(
        "09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 lease k1 acceptance 3      | k1 holds 997 to 999
         09:00 lease k2 acceptance 2      | k2 holds 995 to 996
         09:00 lease k1 acceptance 0      | refused: lease_size
         09:00 lease k1 acceptance 201    | refused: lease_size
         09:01 take acceptance            | A002 issued, A002 waits (arrived)",
    );
}

#[test]
fn the_first_number_of_a_day_is_001_though_two_dispensers_reserved_theirs_before() {
    script(
        "08:30 lease k1 acceptance 50     | k1 holds 950 to 999
         08:30 lease k2 acceptance 50     | k2 holds 900 to 949
         08:30 lease k1 issuing 50        | k1 holds 950 to 999
         09:00 take acceptance            | A001 issued, A001 waits (arrived)
         09:00 take issuing               | B001 issued, B001 waits (arrived)",
    );
}

#[test]
fn numbers_that_are_given_out_jump_over_what_is_reserved() {
    let mut hall = Hall::open(plan());
    hall.follow("08:30 lease k1 acceptance 10     | k1 holds 990 to 999");
    given_out(&mut hall, 988);
    hall.follow(
        "09:00 take acceptance            | A989 issued, A989 waits (arrived)
         09:00 take acceptance            | A1000 issued, A1000 waits (arrived)
         09:00 merge k1 A990@08:50        | A990 issued, A990 waits (arrived)
         09:00 take acceptance            | A1001 issued, A1001 waits (arrived)",
    );
}

#[test]
fn when_no_three_digits_are_left_numbers_are_reserved_above() {
    let mut hall = Hall::open(plan());
    given_out(&mut hall, 700);
    hall.follow(
        "09:00 lease k1 acceptance 200    | k1 holds 800 to 999
         09:00 lease k2 acceptance 200    | k2 holds 1000 to 1199
         09:00 lease k1 acceptance 100    | k1 holds 1200 to 1299
         09:00 lease k1 acceptance 99     | k1 holds 701 to 799
         09:01 take acceptance            | A1300 issued, A1300 waits (arrived)
         09:01 lease k2 acceptance 1      | k2 holds 1301 to 1301
         09:01 take acceptance            | A1302 issued, A1302 waits (arrived)
         09:02 merge k2 A1000@09:00       | A1000 issued, A1000 waits (arrived)
         09:02 take acceptance            | A1303 issued, A1303 waits (arrived)",
    );
}

#[test]
fn a_dispenser_that_reserves_and_gives_out_nothing_is_stopped() {
    let mut hall = Hall::open(plan());
    for first in (50..=950).rev().step_by(50) {
        hall.follow(&format!("09:00 lease k1 acceptance 50 | k1 holds {first} to {}", first + 49));
    }
    hall.follow(
        "09:00 lease k1 acceptance 51     | refused: leased_unused
         09:00 lease k1 acceptance 50     | k1 holds 1000 to 1049
         09:00 lease k1 acceptance 1      | refused: leased_unused
         09:00 lease k1 issuing 50        | k1 holds 950 to 999
         09:00 lease k2 acceptance 1      | k2 holds 49 to 49
         09:01 merge k1 A950@09:00        | A950 issued, A950 waits (arrived)
         09:01 lease k1 acceptance 2      | refused: leased_unused
         09:01 lease k1 acceptance 1      | k1 holds 48 to 48
         09:02 void k1                    | k1 holds none
         09:02 lease k1 acceptance 50     | k1 holds 1050 to 1099",
    );
}

#[test]
fn a_lane_runs_out_of_numbers_with_a_word() {
    let mut hall = Hall::open(plan());
    given_out(&mut hall, NUMBER_MAX - 1);
    hall.follow(
        "09:00 lease k1 acceptance 2      | refused: numbers_used_up
         09:00 take acceptance            | A9999999 issued, A9999999 waits (arrived)
         09:00 take acceptance            | refused: numbers_used_up
         09:00 take issuing               | B001 issued, B001 waits (arrived)",
    );
}

#[test]
fn what_was_printed_while_cut_off_is_merged_once_in_the_order_of_issue() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         09:30 take acceptance            | A001 issued, A001 waits (arrived)
         10:00 merge k1 A995@09:00 A996@08:59 A997@11:00 | A995 issued, A995 waits (arrived), A996 issued, A996 waits (arrived), A997 issued, A997 waits (arrived)
         10:00 merge k1 A995@09:00 A996@08:59 | nothing
         10:01 merge k1 A995@09:00/other  | refused: not_leased
         10:01 merge k1 A998@09:00/A995@09:00 | refused: bad_token
         10:01 merge k1 A998/new A999/new | refused: bad_token
         10:01 merge k1 A001/other        | refused: not_leased
         10:01 merge k2 A998              | refused: not_leased
         10:01 merge k1 B998              | refused: not_leased",
    );
    assert_eq!(hall.order(1, "10:01"), "A995 A996 A001 A997");
    let arrival = |number| hall.state.visit(ticket(number)).map(|visit| visit.arrival_ms);
    assert_eq!(arrival("A996"), Some(clock("09:00")), "the order of issue stays although the clock went back");
    assert_eq!(arrival("A997"), Some(clock("10:00")), "nobody arrives later than now");
}

#[test]
fn paper_of_yesterday_is_never_merged_as_a_number_of_today_though_it_is_reserved_again() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         16:50 merge k1 A995@16:40        | A995 issued, A995 waits (arrived)
         32:00 day 2026-11-24             | day closed, 2026-11-24 opened, A995 waits (carried_over)
         32:01 lease k1 acceptance 4      | k1 holds 996 to 999
         32:02 merge k1 A996@16:55        | refused: not_leased
         32:02 merge k1 2026-11-25+A996   | refused: not_leased
         32:02 merge k1 A995@16:40        | nothing
         32:02 merge k1 2026-11-24+A996@08:01 | A996 issued, A996 waits (arrived)
         32:02 merge k1 A996@16:55        | refused: not_leased",
    );
}

#[test]
fn a_merge_is_all_or_nothing_and_bounded() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         10:00 merge k1 A995 A994         | refused: not_leased",
    );
    assert_eq!(hall.state.visits.len(), 0);
    let many = (1..=501).map(|n| format!("A{n:03}")).collect::<Vec<_>>().join(" ");
    hall.follow(&format!("10:00 merge k1 {many} | refused: merge_size"));
}

#[test]
fn the_numbers_of_a_dead_dispenser_are_void_and_never_given_out() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         08:31 void k2                    | nothing
         08:31 void k1                    | k1 holds none
         08:32 merge k1 A995              | refused: not_leased
         08:32 lease k1 acceptance 5      | k1 holds 990 to 994
         08:32 void k1                    | k1 holds none",
    );
    given_out(&mut hall, 989);
    hall.follow("08:33 take acceptance            | A1000 issued, A1000 waits (arrived)");
}

#[test]
fn what_is_left_of_a_reserve_is_known_until_it_is_void() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         08:30 lease k1 issuing 3         | k1 holds 997 to 999",
    );
    assert_eq!((hall.state.reserve_left("k1"), hall.state.reserve_left("k2")), (8, 0));
    hall.follow("08:31 merge k1 A995@08:30 | A995 issued, A995 waits (arrived)");
    assert_eq!(hall.state.reserve_left("k1"), 7);
    hall.follow("08:32 void k1 | k1 holds none");
    assert_eq!(hall.state.reserve_left("k1"), 0);
}

#[test]
fn paper_that_is_out_there_is_merged_on_a_closed_day_too() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 995 to 999
         17:00 close                      | day closed
         17:01 take acceptance            | refused: day_closed
         17:01 lease k1 acceptance 5      | refused: day_closed
         17:01 merge k1 A995@16:50        | A995 issued, A995 waits (arrived)",
    );
}

#[test]
fn a_new_number_skips_one_that_a_visit_from_the_day_before_still_holds() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "16:50 take acceptance            | A001 issued, A001 waits (arrived)
         16:51 take acceptance            | A002 issued, A002 waits (arrived)
         16:52 A001 leave                 | A001 left
         32:00 day 2026-11-24             | day closed, 2026-11-24 opened, A002 waits (carried_over)
         32:01 take acceptance            | A001 issued, A001 waits (arrived)
         32:02 take acceptance            | A003 issued, A003 waits (arrived)",
    );
}

#[test]
fn a_reserve_steps_below_a_number_that_a_visit_from_the_day_before_still_holds() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "16:40 lease k1 acceptance 5      | k1 holds 995 to 999
         16:50 merge k1 A995@16:50 A996@16:51 | A995 issued, A995 waits (arrived), A996 issued, A996 waits (arrived)
         16:52 A995 leave                 | A995 left
         32:00 day 2026-11-24             | day closed, 2026-11-24 opened, A996 waits (carried_over)
         32:01 lease k1 acceptance 4      | k1 holds 992 to 995
         32:01 lease k1 acceptance 3      | k1 holds 997 to 999
         32:01 lease k2 acceptance 1      | k2 holds 991 to 991",
    );
}

/// As if all numbers up to this one had been given out.
fn given_out(hall: &mut Hall, last: u32) {
    hall.state.day.as_mut().expect("open").last_number.insert(Lane::Acceptance, last);
}
