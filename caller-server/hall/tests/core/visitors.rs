//! One visit, one ticket: what a visitor key does.

use std::collections::BTreeMap;

use hall::{
    Event, State,
    state::Visit,
    words::{Ticket, VisitorKey},
};

use crate::harness::{Hall, carrying, script};

/// Checks that nobody gets a ticket from the server while one that he got today lives; `states` are those before each entry.
pub fn one_living_ticket_a_visitor<'a>(entries: impl Iterator<Item = (&'a State, &'a Event)>) {
    let mut held: BTreeMap<VisitorKey, Vec<Ticket>> = BTreeMap::new();
    for (before, event) in entries {
        match event {
            Event::DayOpened { .. } => held.clear(),
            Event::Issued { ticket, visitor: Some(visitor), offline, .. } => {
                let tickets = held.entry(*visitor).or_default();
                let lives = tickets.iter().find(|held| before.visit(**held).is_some_and(Visit::is_live));
                assert!(offline.is_some() || lives.is_none(), "one_living_ticket_a_visitor: {ticket} and {lives:?}");
                tickets.push(*ticket);
            }
            Event::Reprinted { ticket, at: None } => {
                let holds = held.values().flatten().any(|held| held == ticket);
                assert!(holds, "one_living_ticket_a_visitor: {ticket} was printed again for nobody");
            }
            _ => {}
        }
    }
}

#[test]
fn who_has_a_ticket_gets_the_same_again_whatever_is_asked() {
    script(
        "09:00 take acceptance card 7           | A001 issued, A001 waits (arrived)
         09:01 take acceptance card 7           | A001 printed again
         09:02 take issuing priority card 7     | A001 printed again
         09:03 take acceptance card 8           | A002 issued, A002 waits (arrived)
         09:04 take acceptance                  | A003 issued, A003 waits (arrived)
         09:05 take issuing card 8              | A002 printed again",
    );
}

#[test]
fn the_staff_has_a_slip_printed_again_anywhere_while_its_visit_lives() {
    script(
        "08:55 1 open                           | 1 opened by clerk1
         09:00 take acceptance                  | A001 issued, A001 waits (arrived)
         09:01 A001 reprint kiosk-2             | A001 printed again at kiosk-2
         09:02 A001 withdraw                    | nothing
         09:03 1 next                           | A001 called to 1 (score)
         09:03 A001 reprint kiosk-1             | A001 printed again at kiosk-1
         09:03 1 start                          | A001 started
         09:04 1 finish                         | A001 finished
         09:05 A001 reprint kiosk-2             | refused: wrong_stage
         09:05 A002 reprint kiosk-2             | refused: unknown_ticket",
    );
}

#[test]
fn a_visit_that_has_ended_leaves_its_visitor_free() {
    script(
        "08:55 1 open                           | 1 opened by clerk1
         09:00 take acceptance card 7           | A001 issued, A001 waits (arrived)
         09:01 1 next                           | A001 called to 1 (score)
         09:01 take acceptance card 7           | A001 printed again
         09:02 1 start                          | A001 started
         09:03 take acceptance card 7           | A001 printed again
         09:04 1 finish                         | A001 finished
         09:05 take acceptance card 7           | A002 issued, A002 waits (arrived)
         09:06 A002 cancel                      | A002 cancelled
         09:07 take acceptance card 7           | A003 issued, A003 waits (arrived)",
    );
}

#[test]
fn a_visitor_key_is_forgotten_with_its_day_though_the_ticket_lives_on() {
    let mut hall = Hall::open(carrying());
    hall.follow(
        "09:00 take acceptance card 7           | A001 issued, A001 waits (arrived)
         17:00 close                            | day closed
         17:00 take acceptance card 7           | A001 printed again
         17:00 take acceptance card 8           | refused: day_closed
         17:01 day 2026-11-24                   | 2026-11-24 opened, A001 waits (carried_over)
         17:02 take acceptance card 7           | A002 issued, A002 waits (arrived)",
    );
}

#[test]
fn paper_from_a_dispenser_that_was_cut_off_stands_in_line_beside_the_other() {
    script(
        "09:00 lease kiosk acceptance 20        | kiosk holds 980 to 999
         09:01 take acceptance card 7           | A001 issued, A001 waits (arrived)
         09:09 merge kiosk A980@09:02#7 A981@09:03#8 A982@09:04#8 | \
            A980 issued, A980 waits (arrived), A981 issued, A981 waits (arrived), A982 issued, A982 waits (arrived)
         09:10 take acceptance card 7           | A001 printed again
         09:11 A001 cancel                      | A001 cancelled
         09:12 take acceptance card 7           | A980 printed again
         09:13 take acceptance card 8           | A981 printed again",
    );
}

#[test]
fn who_booked_and_comes_is_checked_in_with_the_card() {
    script(
        "09:00 take acceptance appointment at 10:00 later card 7 | A001 issued
         09:30 take acceptance card 7           | A001 printed again, A001 waits (arrived)
         09:31 take acceptance later card 7     | A001 printed again",
    );
}

#[test]
fn a_dispenser_takes_back_only_what_nobody_got_again() {
    script(
        "09:00 take acceptance card 7           | A001 issued, A001 waits (arrived)
         09:01 take acceptance card 8           | A002 issued, A002 waits (arrived)
         09:02 take acceptance card 7           | A001 printed again
         09:03 A001 withdraw                    | nothing
         09:03 A002 withdraw                    | A002 cancelled
         09:04 take acceptance card 8           | A003 issued, A003 waits (arrived)
         09:05 A001 cancel                      | A001 cancelled",
    );
}
