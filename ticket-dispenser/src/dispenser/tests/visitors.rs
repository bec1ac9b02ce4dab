use super::{
    check,
    stage::{Stage, settings},
};
use crate::dispenser::{Book, Cards, Dispenser};

#[test]
fn a_card_is_a_press_and_the_same_card_gets_the_same_number_again() {
    check(
        &mut Stage::open(),
        "> scan 1 ann
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal for ann
         > scan 2 ann
         > ticket 1 A001
         store given A001 1
         > stored
         print A001, ahead 7, http://h/t/tok-1
         > scan 3 ann
         > printed 1
         store printed 1
         show: taken A001
         > scan 4 ann
         store asked 4
         show: working
         > stored
         send 4: issue Acceptance Normal for ann
         > again 4 A001
         store given A001 4
         > stored
         print A001 again, ahead 7, http://h/t/tok-A001
         > printed 4
         store printed 4
         show: taken A001 again",
    );
}

#[test]
fn two_cards_in_quick_succession_are_two_people_and_a_press_after_a_card_is_the_same_one() {
    check(
        &mut Stage::open(),
        "> scan 1 ann
         store asked 1
         show: working
         > scan 2 bob
         store asked 2
         > press 3
         > stored
         send 1: issue Acceptance Normal for ann
         send 2: issue Acceptance Normal for bob",
    );
}

#[test]
fn cut_off_the_dispenser_knows_its_own_numbers_until_they_are_brought_in() {
    check(
        &mut Stage::open().after("down"),
        "> scan 1 ann
         store given A051 1 offline
         show (cut off): working
         > stored
         print A051, ahead unknown, http://h/t/own-1
         > scan 2 ann
         > printed 1
         store printed 1
         show (cut off): taken A051
         > scan 3 ann
         print A051 again, ahead unknown, http://h/t/own-1
         show (cut off): working
         > scan 4 ann
         > printed 1
         show (cut off): taken A051 again
         > scan 5 ann
         print A051 again, ahead unknown, http://h/t/own-1
         show (cut off): working
         > torn 1
         show (cut off): Number A051 was not printed again. Please scan again or ask the staff. The number still holds.
         > time screen 3
         show (cut off): ready
         > up
         show: ready
         tell: all is well
         > view open
         send 1-m1: merge 2026-11-23/A051 own-1
         > scan 6 ann
         print A051 again, ahead unknown, http://h/t/own-1
         show: working
         > printed 1
         show: taken A051 again
         > done 1-m1
         store merged 1
         > down
         show (cut off): taken A051 again
         > scan 7 ann
         store given A052 7 offline
         show (cut off): working",
    );
}

#[test]
fn a_number_that_came_too_late_is_taken_back_with_its_ticket() {
    check(
        &mut Stage::open(),
        "> scan 1 ann
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal for ann
         > time answer 1
         store given A051 1 offline
         > ticket 1 A001
         send 1-c: Withdraw 2026-11-23/A001",
    );
}

#[test]
fn a_card_can_wait_for_its_press() {
    let mut stage = Stage::open();
    let book = Book::default();
    stage.dispenser =
        Dispenser::new(settings(Cards { press: false, keep_ms: 9 }), book, "i1".into(), "2026-11-23".into());
    let mut stage = stage.after("printer ready; up; view open; done i1-l1 leased A051 A053; stored");
    check(
        &mut stage,
        "> scan 1 ann
         show (card read): ready
         > press 2 issuing
         show: This hall does not offer that service. Please choose another.
         > scan 3 ann
         show (card read): ready
         > scan 4 bob
         > time card 2
         > press 5
         store asked 5
         show: working
         > stored
         send 5: issue Acceptance Normal for bob
         > scan 6 cat
         show (card read): working
         > time card 4
         show: working",
    );
}

#[test]
fn what_is_no_card_is_told() {
    check(
        &mut Stage::open(),
        "> scan nonsense
         show (unreadable): ready
         > time card 1
         show: ready
         > scan nonsense
         show (unreadable): ready
         > scan 1 ann
         store asked 1
         show: working",
    );
}

#[test]
fn a_call_for_the_staff_reaches_the_manager_or_says_that_nobody_knows() {
    check(
        &mut Stage::open(),
        "> help
         show (help Told): ready
         tell: Somebody at the dispenser calls for help. Please go there.
         > printer low
         tell: Somebody at the dispenser calls for help. Please go there. Paper is low. Please change the roll.
         > help ends
         show: ready
         tell: Paper is low. Please change the roll.
         > down
         show (cut off): ready
         > help
         show (cut off) (help Unreached): ready
         > up
         show (help Told): ready
         tell: Somebody at the dispenser calls for help. Please go there. Paper is low. Please change the roll.
         > time help 1
         > time help 2
         show: ready
         tell: Paper is low. Please change the roll.",
    );
}

#[test]
fn a_sensor_beside_the_printer_counts_when_it_says_worse() {
    check(
        &mut Stage::open(),
        "> sensor low
         tell: Paper is low. Please change the roll.
         > sensor out
         show: No paper. Please tell the staff.
         tell: No paper. Please tell the staff.
         > printer open
         show: The printer is open. Please tell the staff.
         tell: The printer is open. Please tell the staff.
         > sensor ready
         > printer ready
         show: ready
         tell: all is well",
    );
}
