use super::{check, stage::Stage};

#[test]
fn a_dispenser_that_never_saw_the_server_says_so() {
    check(
        &mut Stage::new(),
        "> printer ready
         show (cut off): Connecting to the server. No numbers yet, please wait.
         > press 1
         > up
         show: Connecting to the server. No numbers yet, please wait.
         tell: all is well
         > ticket 1 A001
         > done 1
         > refused 1 day_closed",
    );
}

#[test]
fn no_record_no_paper_and_no_ghost() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > ticket 1 A001
         store given A001 1
         > store fails
         send 1-c: Withdraw 2026-11-23/A001
         show: The dispenser can't record numbers, so none was given. Please tell the staff.
         tell: The dispenser can't record numbers, so none was given. Please tell the staff.
         > time gap 1
         > down
         show (cut off): The dispenser can't record numbers, so none was given. Please tell the staff.
         > press 2
         store given A051 2 offline
         show (cut off): working
         > store fails
         show (cut off): The dispenser can't record numbers, so none was given. Please tell the staff.
         > time gap 2
         > press 3
         store given A052 3 offline
         show (cut off): working
         > stored
         print A052, ahead unknown, http://h/t/own-3",
    );
}

#[test]
fn a_torn_slip_is_told_and_printed_again_under_its_number() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored");
    check(
        &mut stage,
        "> torn 1
         show: Number A001 may not have been printed. The staff can reprint it.
         tell: Number A001 may not have been printed. The staff can reprint it.
         > printed 1
         > reprint
         print A001 again, ahead 7, http://h/t/tok-1
         tell: all is well
         > reprint
         > time print 1
         tell: Number A001 may not have been printed. The staff can reprint it.
         > printer out
         tell: No paper. Please tell the staff.
         > reprint
         > printer ready
         tell: Number A001 may not have been printed. The staff can reprint it.
         > reprint
         print A001 again, ahead 7, http://h/t/tok-1
         tell: all is well
         > printed 1
         store printed 1",
    );
}

#[test]
fn a_printer_that_falls_silent_holds_up_nobody() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored");
    check(
        &mut stage,
        "> time print 1
         show: Number A001 may not have been printed. The staff can reprint it.
         tell: Number A001 may not have been printed. The staff can reprint it.
         > time gap 1
         > press 2
         store asked 2
         show: working
         > stored
         send 2: issue Acceptance Normal",
    );
}

#[test]
fn a_lease_that_makes_no_sense_is_not_used() {
    let mut stage = Stage::new().after("printer ready; up; view open");
    check(
        &mut stage,
        "> done i1-l1 leased A053 A051
         > view open
         > time retry
         send i1-l2: lease Acceptance 3
         > done i1-l2
         > time retry
         send i1-l3: lease Acceptance 3
         > refused i1-l3 storage_failed
         > down
         show (cut off): Cut off from the server, and the reserved numbers are used up. Please ask at the consulting desk.
         > press 1",
    );
}
