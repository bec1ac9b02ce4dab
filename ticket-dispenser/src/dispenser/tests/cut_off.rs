use super::{check, stage::Stage};

#[test]
fn cut_off_it_gives_reserved_numbers_and_merges_them_in_the_order_of_issue() {
    check(
        &mut Stage::open(),
        "> down
         show (cut off): ready
         > press 1
         store given A051 1 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-1
         > printed 1
         store printed 1
         show (cut off): taken A051
         > time gap 1
         > press 2 priority
         store given A052 2 offline
         show (cut off): working
         > stored
         print A052, ahead unknown, http://h/t/own-2
         > up
         show: working
         tell: all is well
         > view open
         send 1-m2: merge 2026-11-23/A051 own-1, 2026-11-23/A052 own-2
         send i1-l2: lease Acceptance 3
         > done 1-m2
         store merged 2
         > done i1-l2 leased A101 A103
         store leased A101 A103
         > stored",
    );
}

#[test]
fn a_lost_link_in_the_middle_of_a_press_costs_nothing() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > down
         store given A051 1 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-1
         > printed 1
         store printed 1
         show (cut off): taken A051
         > up
         show: taken A051
         tell: all is well
         > view open
         send 1: issue Acceptance Normal
         send 1-m1: merge 2026-11-23/A051 own-1
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001
         > down
         show (cut off): taken A051
         > up
         show: taken A051
         tell: all is well
         > view open
         send 1: issue Acceptance Normal
         send 1-m1: merge 2026-11-23/A051 own-1
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001
         > refused 1-c wrong_stage
         store settled 1
         > done 1-m1
         store merged 1",
    );
}

#[test]
fn an_empty_reserve_is_said_clearly() {
    let two = "down; press a; stored; printed a; time gap 1; press b; stored; printed b; time gap 2";
    check(
        &mut Stage::open().after(two),
        "> press c
         store given A053 c offline
         show (cut off): working
         > stored
         print A053, ahead unknown, http://h/t/own-c
         > printed c
         store printed c
         show (cut off): taken A053
         > time gap 3
         > press d
         show (cut off): Cut off from the server, and the reserved numbers are used up. Please ask at the consulting desk.
         > time screen 4
         > up
         show: ready
         tell: all is well",
    );
}

#[test]
fn numbers_of_yesterday_are_never_used() {
    check(
        &mut Stage::open(),
        "> down
         show (cut off): ready
         > today 2026-11-24
         show (cut off): Cut off from the server; the reserved numbers are of 2026-11-23 and not for today. Please ask at the desk.
         > press 1
         > time screen 1
         > up
         show: ready
         tell: all is well
         > view open 2026-11-24
         store hall open 2026-11-24
         send i1-l2: lease Acceptance 3
         > done i1-l2 leased A001 A003
         store leased A001 A003
         > stored
         > time retry
         send i1-l3: lease Acceptance 3
         > done i1-l3 leased A001 A003 2026-11-24
         store leased A001 A003
         > stored
         > down
         show (cut off): ready
         > time gap 1
         > press 2
         store given A001 2 offline
         show (cut off): working",
    );
}

#[test]
fn a_number_of_yesterday_is_not_merged_into_today() {
    check(
        &mut Stage::open(),
        "> down
         show (cut off): ready
         > press 1
         store given A051 1 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-1
         > printed 1
         store printed 1
         show (cut off): taken A051
         > today 2026-11-24
         > up
         show: taken A051
         tell: all is well
         > view open 2026-11-24
         store hall open 2026-11-24
         store set aside 1
         send i1-l2: lease Acceptance 3
         tell: Number A051, given out while cut off, is not taken into the line. Please help its holder.
         > done i1-l2 leased A051 A053 2026-11-24
         store leased A051 A053
         > stored
         > down
         show (cut off): taken A051
         > time gap 1
         > press 2
         store given A051 2 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-2
         > printed 2
         store printed 2
         show (cut off): taken A051
         > up
         show: taken A051
         tell: Number A051, given out while cut off, is not taken into the line. Please help its holder.
         > view open 2026-11-24
         send 2-m1: merge 2026-11-24/A051 own-2",
    );
}

#[test]
fn one_number_that_is_refused_does_not_hold_up_the_others() {
    let mut stage =
        Stage::open().after("down; press 1; time gap 1; press 2; stored; printed 1; printed 2; time screen 2; up");
    check(
        &mut stage,
        "> view open
         send 1-m2: merge 2026-11-23/A051 own-1, 2026-11-23/A052 own-2
         send i1-l2: lease Acceptance 3
         > refused 1-m2 not_leased
         send 1-m1: merge 2026-11-23/A051 own-1
         > refused 1-m1 not_leased
         store set aside 1
         send 2-m1: merge 2026-11-23/A052 own-2
         tell: Number A051, given out while cut off, is not taken into the line. Please help its holder.
         > done 2-m1
         store merged 2",
    );
}

#[test]
fn a_server_that_cannot_merge_now_is_asked_again_later() {
    let mut stage = Stage::open().after("down; press 1; stored; printed 1; time screen 1; up");
    check(
        &mut stage,
        "> view open
         send 1-m1: merge 2026-11-23/A051 own-1
         > refused 1-m1 storage_failed
         > view open
         > time retry
         send 1-m1: merge 2026-11-23/A051 own-1",
    );
}

#[test]
fn after_a_power_cut_nothing_is_forgotten_and_no_number_comes_twice() {
    let mut stage = Stage::open().after("press 1; stored");
    check(
        &mut stage,
        "> down
         store given A051 1 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-1
         > restart
         show (cut off): The printer is starting. Please wait.
         > printer ready
         show (cut off): ready
         > press 2
         store given A052 2 offline
         show (cut off): working
         > stored
         print A052, ahead unknown, http://h/t/own-2
         > printed 2
         store printed 2
         show (cut off): taken A052
         > up
         show: taken A052
         tell: Number A051 may not have been printed. The staff can reprint it.
         not out: 2026-11-23/A051
         > view open
         send 1: issue Acceptance Normal
         send 1-m2: merge 2026-11-23/A051 own-1, 2026-11-23/A052 own-2
         send i2-l1: lease Acceptance 3
         show: taken A052
         > reprint
         print A051 again, ahead unknown, http://h/t/own-1
         tell: all is well
         not out:
         > printed 1
         store printed 1",
    );
}

#[test]
fn a_number_that_was_answered_and_never_recorded_is_cancelled_after_the_power_cut() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001");
    check(
        &mut stage,
        "> restart
         show (cut off): The printer is starting. Please wait.
         > up
         show: The printer is starting. Please wait.
         tell: The printer is starting. Please wait.
         > view open
         send 1: issue Acceptance Normal
         show: The printer is starting. Please wait.
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001",
    );
}
