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
         09:00 lease k1 acceptance 3      | k1 holds 2 to 4
         09:00 lease k2 acceptance 2      | k2 holds 5 to 6
         09:00 lease k1 acceptance 0      | refused: lease_size
         09:00 lease k1 acceptance 201    | refused: lease_size
         09:01 take acceptance            | A007 issued, A007 waits (arrived)",
    );
}

#[test]
fn a_lane_runs_out_of_numbers_with_a_word() {
    let mut hall = Hall::open(plan());
    hall.state.day.as_mut().expect("open").last_number.insert(Lane::Acceptance, NUMBER_MAX - 1);
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
        "08:30 lease k1 acceptance 5      | k1 holds 1 to 5
         09:30 take acceptance            | A006 issued, A006 waits (arrived)
         10:00 merge k1 A001@09:00 A002@08:59 A003@11:00 | A001 issued, A001 waits (arrived), A002 issued, A002 waits (arrived), A003 issued, A003 waits (arrived)
         10:00 merge k1 A001@09:00 A002@08:59 | nothing
         10:01 merge k1 A001@09:00/other  | refused: not_leased
         10:01 merge k1 A004@09:00/A001@09:00 | refused: bad_token
         10:01 merge k1 A004/new A005/new | refused: bad_token
         10:01 merge k1 A006/other        | refused: not_leased
         10:01 merge k2 A004              | refused: not_leased
         10:01 merge k1 B004              | refused: not_leased",
    );
    assert_eq!(hall.order(1, "10:01"), "A001 A002 A006 A003");
    let arrival = |number| hall.state.visit(ticket(number)).map(|visit| visit.arrival_ms);
    assert_eq!(arrival("A002"), Some(clock("09:00")), "the order of issue stays although the clock went back");
    assert_eq!(arrival("A003"), Some(clock("10:00")), "nobody arrives later than now");
}

#[test]
fn a_merge_is_all_or_nothing_and_bounded() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 1 to 5
         10:00 merge k1 A001 A009         | refused: not_leased",
    );
    assert_eq!(hall.state.visits.len(), 0);
    let many = (1..=501).map(|n| format!("A{n:03}")).collect::<Vec<_>>().join(" ");
    hall.follow(&format!("10:00 merge k1 {many} | refused: merge_size"));
}

#[test]
fn the_numbers_of_a_dead_dispenser_are_void() {
    script(
        "08:30 lease k1 acceptance 5      | k1 holds 1 to 5
         08:31 void k2                    | nothing
         08:31 void k1                    | k1 holds none
         08:32 merge k1 A001              | refused: not_leased
         08:32 take acceptance            | A006 issued, A006 waits (arrived)",
    );
}

#[test]
fn paper_that_is_out_there_is_merged_on_a_closed_day_too() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "08:30 lease k1 acceptance 5      | k1 holds 1 to 5
         17:00 close                      | day closed
         17:01 take acceptance            | refused: day_closed
         17:01 lease k1 acceptance 5      | refused: day_closed
         17:01 merge k1 A001@16:50        | A001 issued, A001 waits (arrived)",
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
         32:01 lease k1 acceptance 3      | k1 holds 3 to 5
         32:02 take acceptance            | A006 issued, A006 waits (arrived)",
    );
}
