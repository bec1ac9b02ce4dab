use super::{check, stage::Stage};

#[test]
fn shut_out_it_gives_out_nothing_although_it_has_a_reserve() {
    check(
        &mut Stage::open(),
        "> revoked
         show (cut off): This machine was revoked at the server and gives out no numbers. Please use another one, or ask at the desk.
         > press 1
         > up
         show: This machine was revoked at the server and gives out no numbers. Please use another one, or ask at the desk.
         tell: all is well
         > time screen 1
         show: ready",
    );
}

#[test]
fn a_press_whose_answer_is_lost_when_it_is_shut_out_gets_no_number() {
    check(
        &mut Stage::open(),
        "> press 1
         store asked 1
         show: working
         > stored
         send 1: issue Acceptance Normal
         > revoked
         show (cut off): This machine was revoked at the server and gives out no numbers. Please use another one, or ask at the desk.",
    );
}
