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
fn who_looks_for_a_dispenser_sees_it_for_a_while_and_numbers_go_on() {
    check(
        &mut Stage::open(),
        "> identify
         show (here): ready
         > press 1
         store asked 1
         show (here): working
         > identify
         > time here 1
         > time here 2
         show: working",
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
         store given A051 3 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-3",
    );
}

#[test]
fn a_torn_slip_is_printed_again_at_once_but_not_for_ever() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored");
    check(
        &mut stage,
        "> torn 1
         print A001 again, ahead 7, http://h/t/tok-1
         show: Number A001 was not printed whole. It is being printed again; please wait.
         tell: Number A001 is being printed again, with the word \"reprint\" on it.
         > torn 1
         print A001 again, ahead 7, http://h/t/tok-1
         > torn 1
         show: Number A001 may not have been printed. The staff can reprint it.
         tell: Number A001 may not have been printed. The staff can reprint it.
         not out: 2026-11-23/A001
         > printer ready
         > reprint
         print A001 again, ahead 7, http://h/t/tok-1
         tell: Number A001 is being printed again, with the word \"reprint\" on it.
         not out:
         > printed 1
         store printed 1
         show: taken A001
         tell: all is well
         > torn 1
         > reprint",
    );
}

#[test]
fn a_slip_that_broke_off_comes_out_when_there_is_paper_again() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored");
    check(
        &mut stage,
        "> printer out
         tell: No paper. Please tell the staff.
         > torn 1
         show: Number A001 was not printed whole. It is printed again as soon as the printer works; please wait.
         tell: No paper. Please tell the staff. Number A001 may not have been printed. The staff can reprint it.
         > reprint
         > printer low
         print A001 again, ahead 7, http://h/t/tok-1
         tell: Number A001 is being printed again, with the word \"reprint\" on it. Paper is low. Please change the roll.
         > printed 1
         store printed 1
         show: taken A001
         tell: Paper is low. Please change the roll.",
    );
}

#[test]
fn nothing_comes_out_by_itself_when_nobody_waits_any_more() {
    let mut stage =
        Stage::open().after("press 1; stored; ticket 1 A001; stored; printer unreachable; torn 1; time gone 1");
    check(
        &mut stage,
        "> time screen 1
         show: The printer is not connected. Please tell the staff.
         > printer ready
         show: ready
         tell: Number A001 may not have been printed. The staff can reprint it.
         > reprint
         print A001 again, ahead 7, http://h/t/tok-1
         tell: all is well
         not out:
         > printed 1
         store printed 1",
    );
}

#[test]
fn every_trouble_of_the_printer_has_its_sentence_and_no_number_is_given() {
    let mut stage = Stage::open();
    check(
        &mut stage,
        "> printer cutter
         show: The printer's cutter is stuck. Please tell the staff.
         tell: The printer's cutter is stuck. Please tell the staff.
         > press 1
         > printer offline
         tell: The printer has paused. Please tell the staff.
         > printer unreachable
         tell: The printer is not connected. Please tell the staff.
         > printer silent
         tell: The printer does not answer. Please tell the staff.
         > time screen 1
         show: The printer does not answer. Please tell the staff.
         > printer ready
         show: ready
         tell: all is well",
    );
}

#[test]
fn a_printer_whose_thread_hangs_holds_up_nobody() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored");
    check(
        &mut stage,
        "> time print 1
         show: Number A001 may not have been printed. The staff can reprint it.
         tell: Number A001 may not have been printed. The staff can reprint it.
         not out: 2026-11-23/A001
         > printer ready
         > time gap 1
         > press 2
         store asked 2
         show: working
         > stored
         send 2: issue Acceptance Normal",
    );
}

#[test]
fn the_patience_with_a_first_attempt_does_not_end_the_second() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored; torn 1");
    check(
        &mut stage,
        "> time print 1
         > printed 1
         store printed 1
         show: taken A001
         tell: all is well",
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

#[test]
fn a_store_that_fails_for_an_hour_costs_one_lease_a_lane_and_no_number_of_the_reserve() {
    let mut stage = Stage::new();
    let mut done = Vec::new();
    let mut play = |stage: &mut Stage, happenings: &str| {
        happenings.split("; ").for_each(|happening| done.extend(stage.play(happening)));
    };
    play(&mut stage, "printer ready; up; view open; store fails; done i1-l1 leased A051 A053; store fails");
    // Every five seconds; the link comes and goes, too, and people press.
    for turn in 0..720 {
        play(&mut stage, "view open; time store; time retry; store fails");
        if turn % 7 == 0 {
            play(&mut stage, &format!("press on-{turn}; store fails; down; up; view open; time gap {}", turn / 7 + 1));
        }
    }
    let leases: Vec<&String> = done.iter().filter(|line| line.contains("lease Acceptance")).collect();
    assert_eq!(leases, ["send i1-l1: lease Acceptance 3"]);
    assert!(!done.iter().any(|line| line.starts_with("print ")), "no record, no paper");

    // The disk is back.
    let mut stage = stage.after("time store; stored; down");
    for n in 1..=3 {
        let given = stage.play(&format!("press {n}"));
        assert_eq!(given.first(), Some(&format!("store given A05{n} {n} offline")));
        stage = stage.after(&format!("stored; printed {n}; time gap {}", 103 + n));
    }
}

#[test]
fn a_store_that_fails_over_night_asks_for_the_new_day_when_it_works() {
    let mut stage = Stage::new().after("printer ready; up; view open; stored; done i1-l1 leased A051 A053");
    check(
        &mut stage,
        "> store fails
         tell: The dispenser can't record numbers, so none was given. Please tell the staff.
         > today 2026-11-24
         > view open 2026-11-24
         store hall open 2026-11-24
         > store fails
         > time store
         store hall open 2026-11-24
         store leased A051 A053
         > stored
         tell: all is well
         send i1-l2: lease Acceptance 3
         > down
         show (cut off): Cut off from the server, and the reserved numbers are used up. Please ask at the consulting desk.",
    );
}

#[test]
fn a_disk_that_fails_while_cut_off_uses_up_no_number() {
    let mut stage = Stage::open().after("down");
    for n in 1..=20 {
        let given = stage.play(&format!("press {n}"));
        assert_eq!(given.first(), Some(&format!("store given A051 {n} offline")));
        stage = stage.after(&format!("store fails; time gap {n}"));
    }
    check(
        &mut stage,
        "> press a
         store given A051 a offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-a
         > restart
         show (cut off): The printer is starting. Please wait.
         > printer ready
         show (cut off): ready
         > press b
         store given A052 b offline
         show (cut off): working",
    );
}
