use super::{check, stage::Stage};

#[test]
fn a_press_is_asked_stored_printed_and_shown_in_this_order() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > ticket 1 A001
         store given A001 1
         > stored
         print A001, ahead 7, http://h/t/tok-1
         > printed 1
         store printed 1
         show: taken A001
         > time screen 1
         show: ready",
    );
}

#[test]
fn presses_in_quick_succession_are_one_press() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > press 2
         > ticket 1 A001
         store given A001 1
         > stored
         print A001, ahead 7, http://h/t/tok-1
         > printed 1
         store printed 1
         show: taken A001
         > press 3
         > time screen 1
         > time gap 1
         > press 4
         store asked 4
         show: working
         > stored
         send 4: issue Acceptance Normal",
    );
}

#[test]
fn the_printers_truth_comes_before_the_number() {
    check(
        &mut Stage::open(),
        "> printer out
         show: No paper. Please tell the staff.
         tell: No paper. Please tell the staff.
         > press 1
         > printer open
         tell: The printer is open. Please tell the staff.
         > printer low
         tell: Paper is low. Please change the roll.
         > time screen 1
         show: ready
         > press 2
         store asked 2
         show: working
         > stored
         send 2: issue Acceptance Normal",
    );
}

#[test]
fn an_answer_in_time_counts_and_its_timer_no_more() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > ticket 1 A001
         store given A001 1
         > time answer 1
         > time late 1
         > ticket 1 A001
         > stored
         print A001, ahead 7, http://h/t/tok-1
         > ticket 1 A001",
    );
}

#[test]
fn a_late_answer_is_cancelled_so_that_no_ghost_stays_in_line() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > time answer 1
         store given A051 1 offline
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001
         > ticket 1 A001
         > stored
         print A051, ahead unknown, http://h/t/own-1
         send 1-m1: merge 2026-11-23/A051 own-1
         > done 1-c
         store settled 1
         > ticket 1 A001",
    );
}

#[test]
fn a_refusal_of_the_wish_is_shown_and_a_server_in_trouble_is_passed_by() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > refused 1 day_closed
         store settled 1
         show: refused: day_closed
         > time gap 1
         > press 2
         store asked 2
         show: working
         > stored
         send 2: issue Acceptance Normal
         > refused 2 storage_failed
         store given A051 2 offline",
    );
}

#[test]
fn a_closed_hall_gives_no_numbers() {
    check(
        &mut Stage::open(),
        "> view closed
         store hall closed 2026-11-23
         show: closed
         > press 1
         > down
         show (cut off): closed
         > press 2",
    );
}

#[test]
fn what_is_not_offered_here_is_said() {
    check(
        &mut Stage::open(),
        "> press 1 issuing
         show: This hall does not offer that service. Please choose another.
         > press 2 appointment
         show: For an appointment please check in at the consulting desk.
         > press 3 priority
         store asked 3
         show: working
         > stored
         send 3: issue Acceptance Priority",
    );
}

#[test]
fn without_a_reserve_a_slow_server_is_waited_for_longer() {
    let mut stage =
        Stage::open().after("down; press a; stored; time gap 1; press b; stored; time gap 2; press c; stored").after(
            "printed a; printed b; printed c; time gap 3; time screen 3; up; view open; done a-m3; refused i1-l2 busy",
        );
    check(
        &mut stage,
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > time answer 1
         > time late 1
         show: The server does not answer. Please press again.
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001",
    );
}
