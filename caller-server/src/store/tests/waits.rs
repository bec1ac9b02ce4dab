//! Who was overtaken, by whom, and under which rule.

use hall::{
    Event,
    balance::{Because, Why},
    event::JoinedWhy,
    words::{Class, Lane, WindowId, ZoneId},
};

use super::story::{Story, issued, ticket};
use super::{Place, TestJournal};
use crate::store::{OvertakingRule, overtakings};

/// Numbers, each as: class, effective arrival, where it waits; then calls. Ticket `n` is issued at second `n`.
fn day(visits: &[(Class, u64, char)], calls: &[(u32, Because)]) -> Vec<(u32, u32, OvertakingRule)> {
    let mut story = Story::default().open(5);
    for (n, &(class, later_s, zone)) in (1..).zip(visits) {
        let since_ms = super::story::at_ms(u64::from(n)) + later_s * 1000;
        let joined = Event::Joined {
            ticket: ticket(1, n),
            lane: Lane::Acceptance,
            zone: ZoneId(zone),
            window: None,
            class,
            since_ms,
            why: JoinedWhy::Arrived,
        };
        story = story.then(hall::words::Actor::System, vec![issued(ticket(1, n)), joined]);
    }
    for &(n, because) in calls {
        let class = visits[n as usize - 1].0;
        let why = Why {
            because,
            class,
            waited_ms: 0,
            score_ms: 0,
            runner_up: None,
            window: None,
            from_zone: None,
            credits: Default::default(),
            item: None,
            barred: Vec::new(),
            passed_over: Vec::new(),
        };
        story = story.at(5, Event::Called { ticket: ticket(1, n), window: WindowId(5), why });
    }
    let place = Place::new();
    let (_writer, reader) = place.start(&TestJournal::of(&story.0));
    let all = overtakings(&reader.day(super::story::day(1)).unwrap());
    all.iter().map(|one| (one.ticket.number.n, one.by.number.n, one.rule)).collect()
}

#[test]
fn whoever_came_later_and_was_called_sooner_is_listed_with_the_rule() {
    use Class::{Normal, Priority};
    let normal = [(Normal, 0, 'A'); 3];
    assert_eq!(day(&normal, &[(1, Because::Score), (2, Because::Score), (3, Because::Score)]), []);
    assert_eq!(
        day(&normal, &[(3, Because::ByHand), (1, Because::Score)]),
        [(1, 3, OvertakingRule::ByHand), (2, 3, OvertakingRule::ByHand)]
    );
    let classes = [(Normal, 0, 'A'), (Priority, 0, 'A')];
    assert_eq!(day(&classes, &[(2, Because::Score)]), [(1, 2, OvertakingRule::ClassScore)]);
    assert_eq!(day(&classes, &[(2, Because::Turn)]), [(1, 2, OvertakingRule::Ratio)]);
    assert_eq!(day(&classes, &[(2, Because::Cap)]), [(1, 2, OvertakingRule::Cap)]);
    let zones = [(Normal, 0, 'A'), (Normal, 0, 'B')];
    assert_eq!(day(&zones, &[(2, Because::Score)]), [(1, 2, OvertakingRule::KeptWindow)]);
}

#[test]
fn each_wait_keeps_the_call_that_ended_it() {
    let story = Story::default().open(5).issue(ticket(1, 1)).call(ticket(1, 1), 5);
    let place = Place::new();
    let (_writer, reader) = place.start(&TestJournal::of(&story.0));
    let visit = reader.visit(ticket(1, 1)).unwrap().unwrap();
    let [wait] = visit.waits.as_slice() else { panic!("{:?}", visit.waits) };
    assert_eq!(wait.until_ms, visit.called_at_ms);
    assert_eq!(wait.call.as_ref().map(|call| (call.window, call.why.because)), Some((WindowId(5), Because::Score)));
}
