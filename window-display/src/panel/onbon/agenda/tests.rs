//! A card that always answers at once, and what it was asked, by time.

use super::*;
use crate::display::PanelText;

fn wish(turn: u64, text: &str, blink: bool) -> Wish {
    Wish { turn, panel: PanelText { text: text.into(), call: None }, blink, brightness_percent: 100 }
}

fn at_work(wish: Wish, moves: bool) -> Agenda {
    let mut agenda = Agenda::new(self::wish(0, "", false));
    assert_eq!(agenda.next(0), Next::Wait(u64::MAX));
    agenda.wish(wish, moves, 0);
    agenda
}

/// Everything that is sent before `until_ms`.
fn sent(agenda: &mut Agenda, mut now_ms: u64, until_ms: u64) -> Vec<String> {
    let mut sent = Vec::new();
    while now_ms < until_ms {
        match agenda.next(now_ms) {
            Next::Wait(at_ms) => {
                assert!(at_ms > now_ms, "it would spin");
                now_ms = at_ms;
            }
            Next::Send(command) => {
                let new = if agenda.done(&command, now_ms) { " new" } else { "" };
                sent.push(match command {
                    Command::Ping => format!("{now_ms} ping"),
                    Command::Brightness(percent) => format!("{now_ms} {percent} %"),
                    Command::Text(text) => format!("{now_ms} {text}{new}"),
                    Command::Dark => format!("{now_ms} dark"),
                });
            }
        }
    }
    sent
}

#[test]
fn what_stands_is_said_again_so_that_it_stays_and_a_dead_card_is_noticed() {
    let mut agenda = at_work(wish(1, "A", false), false);
    assert_eq!(sent(&mut agenda, 0, 7_000), ["0 A new", "0 100 %", "3000 A", "6000 A"]);
}

#[test]
fn a_new_call_flashes_three_times() {
    let mut agenda = at_work(wish(1, "A", true), false);
    let expected = ["0 A new", "0 100 %", "500 dark", "1000 A", "1500 dark", "2000 A", "2500 dark", "3000 A", "6000 A"];
    assert_eq!(sent(&mut agenda, 0, 6_500), expected);
}

#[test]
fn what_moves_goes_round_and_the_card_is_asked_meanwhile() {
    let mut agenda = at_work(wish(1, "long", false), true);
    let expected = ["0 long new", "0 100 %", "3000 ping", "6000 ping", "9000 ping", "12000 long"];
    assert_eq!(sent(&mut agenda, 0, 13_000), expected);
}

#[test]
fn a_card_that_comes_back_is_told_everything_and_the_newest_text_alone() {
    let mut agenda = at_work(wish(1, "A", false), false);
    sent(&mut agenda, 0, 1_000);
    agenda.lost();
    agenda.wish(wish(2, "B", true), false, 1_000);
    agenda.wish(wish(3, "C", true), false, 1_700);
    // In what would be a dark half it is lit, because it was never there.
    assert_eq!(sent(&mut agenda, 2_300, 2_400), ["2300 C new", "2300 dark", "2300 100 %"]);
}

#[test]
fn only_the_brightness_changes() {
    let mut agenda = at_work(wish(1, "A", false), false);
    sent(&mut agenda, 0, 1_000);
    agenda.wish(Wish { brightness_percent: 40, ..wish(1, "A", false) }, false, 1_000);
    assert_eq!(sent(&mut agenda, 1_000, 2_000), ["1000 40 %"]);
}
