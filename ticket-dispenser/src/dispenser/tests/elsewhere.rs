use protocol::FromClient;

use super::{check, stage::Stage};
use crate::dispenser::{Input, Output, PrinterStatus};

#[test]
fn a_slip_that_is_not_out_after_a_while_is_the_staffs_to_print_elsewhere() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored; printer unreachable; torn 1");
    check(
        &mut stage,
        "> time elsewhere 1
         not out: 2026-11-23/A001
         > down
         show (cut off): Number A001 was not printed whole. It is printed again as soon as the printer works; please wait.
         > up
         show: Number A001 was not printed whole. It is printed again as soon as the printer works; please wait.
         tell: The printer is not connected. Please tell the staff. Number A001 may not have been printed. The staff can reprint it.
         > elsewhere A002
         > elsewhere A001
         store printed 1
         tell: The printer is not connected. Please tell the staff.
         not out:
         > printer ready
         tell: all is well
         > reprint",
    );
}

#[test]
fn a_torn_slip_that_comes_out_in_time_is_nobodys_concern() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored; torn 1; printed 1; stored");
    check(&mut stage, "> time elsewhere 1\n> elsewhere A001");
}

#[test]
fn what_was_torn_too_often_is_the_staffs_at_once_and_so_is_what_a_power_cut_left() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored; torn 1; torn 1");
    check(
        &mut stage,
        "> torn 1
         show: Number A001 may not have been printed. The staff can reprint it.
         tell: Number A001 may not have been printed. The staff can reprint it.
         not out: 2026-11-23/A001
         > restart
         show (cut off): The printer is starting. Please wait.
         > up
         show: The printer is starting. Please wait.
         tell: The printer is starting. Please wait. Number A001 may not have been printed. The staff can reprint it.",
    );
    assert_eq!(told(&mut stage, Input::LinkUp), [(false, vec!["2026-11-23/A001".to_owned()])]);
}

#[test]
fn what_the_staff_orders_is_printed_once_with_the_word_and_its_end_is_said_again_when_asked_again() {
    check(
        &mut Stage::open(),
        "> order r9 A007
         print A007 again, ahead 7, http://h/t/tok-A007
         show: working
         > order r9 A007
         > down
         show (cut off): working
         > printed r9
         show (cut off): taken A007 again
         > up
         show: taken A007 again
         tell: all is well
         > order r9 A007
         say r9 is out
         > printer out
         tell: No paper. Please tell the staff.
         > order r10 A007
         say r10 is not out
         > printer ready
         tell: all is well
         > order r10 A007
         say r10 is not out
         > order r11 A007
         print A007 again, ahead 7, http://h/t/tok-A007
         > torn r11
         say r11 is not out
         show: Number A007 was not printed again. Please scan again or ask the staff. The number still holds.",
    );
}

#[test]
fn the_staff_may_choose_the_dispenser_that_tore_it() {
    let mut stage = Stage::open().after("press 1; stored; ticket 1 A001; stored; torn 1; torn 1; torn 1");
    check(
        &mut stage,
        "> order r9 A001
         print A001 again, ahead 7, http://h/t/tok-A001
         > printed r9
         say r9 is out
         show: taken A001 again
         > elsewhere A001
         store printed 1
         tell: all is well
         not out:",
    );
}

#[test]
fn the_server_knows_whether_a_slip_would_come_out() {
    let mut stage = Stage::new().after("printer ready");
    assert_eq!(told(&mut stage, Input::LinkUp), [(true, vec![])]);
    assert_eq!(told(&mut stage, Input::Printer(PrinterStatus::PaperLow)), []);
    assert_eq!(told(&mut stage, Input::Printer(PrinterStatus::PaperOut)), [(false, vec![])]);
    stage.dispenser.handle(Input::LinkDown);
    assert_eq!(told(&mut stage, Input::Printer(PrinterStatus::Ready)), []);
    assert_eq!(told(&mut stage, Input::LinkUp), [(true, vec![])]);
}

/// Whether slips come out and which are missed, as often as it is said.
fn told(stage: &mut Stage, input: Input) -> Vec<(bool, Vec<String>)> {
    let said = stage.dispenser.handle(input).into_iter().filter_map(|output| match output {
        Output::Send(FromClient::Slips { prints, unprinted }) => {
            Some((prints, unprinted.into_iter().map(|slip| slip.ticket).collect()))
        }
        _ => None,
    });
    said.collect()
}
