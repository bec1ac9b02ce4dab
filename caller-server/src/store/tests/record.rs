//! The record of a visit follows every event.

use hall::{
    Event,
    event::{JoinedWhy, Offline, Unserved},
    state::StageName,
    words::{Actor, Class, Lane, Language, WindowId, ZoneId},
};

use super::super::projector::Projector;
use super::story::{Story, at_ms, clerk, issued, joined, not_shown, parked, ticket, transferred};
use super::{Place, TestJournal};
use crate::store::{Circumstances, VisitRecord};

/// The record of `A001` after these entries.
fn after(story: Story) -> VisitRecord {
    let place = Place::new();
    let (_writer, reader) = place.start(&TestJournal::of(&story.0));
    reader.visit(ticket(1, 1)).unwrap().expect("a record")
}

fn issue() -> Story {
    Story::default().open(5).issue(ticket(1, 1))
}

fn call() -> Story {
    issue().call(ticket(1, 1), 5)
}

fn serve() -> Story {
    call().start(ticket(1, 1), 5)
}

#[test]
fn a_record_begins_with_the_number() {
    let story = Story::default().then(Actor::Device("kiosk".into()), vec![issued(ticket(1, 1))]);
    let visit = after(story);
    assert_eq!((visit.stage, visit.issued_at_ms, visit.arrived_at_ms), (StageName::Issued, at_ms(1), None));
    assert_eq!((visit.device.as_deref(), visit.offline, visit.zone), (Some("kiosk"), false, None));
    assert_eq!((visit.lane, visit.class, visit.language), (Lane::Acceptance, Class::Normal, Language::Zh));
}

#[test]
fn a_number_from_a_dispenser_that_was_cut_off_keeps_its_time_and_device() {
    for (printed_at_ms, issued_at_ms) in [(at_ms(0), at_ms(0)), (at_ms(9), at_ms(1))] {
        let mut event = issued(ticket(1, 1));
        if let Event::Issued { offline, .. } = &mut event {
            *offline = Some(Offline { device: "hall door".into(), at_ms: printed_at_ms });
        }
        let visit = after(Story::default().then(Actor::Device("kiosk".into()), vec![event]));
        assert_eq!(
            (visit.issued_at_ms, visit.device.as_deref(), visit.offline),
            (issued_at_ms, Some("hall door"), true)
        );
    }
}

#[test]
fn who_joins_waits_where_it_was_sent_since_the_first_arrival() {
    let again = Event::Joined {
        ticket: ticket(1, 1),
        lane: Lane::Issuing,
        zone: ZoneId('B'),
        window: None,
        class: Class::Returning,
        since_ms: at_ms(9),
        why: JoinedWhy::Transferred,
    };
    let visit = after(issue().then(Actor::System, vec![again]));
    assert_eq!((visit.stage, visit.lane, visit.zone), (StageName::Waiting, Lane::Issuing, Some(ZoneId('B'))));
    assert_eq!((visit.class, visit.arrived_at_ms), (Class::Returning, Some(at_ms(2))));
}

#[test]
fn a_call_names_window_and_clerk_and_recalls_are_counted() {
    let recall = || Event::Recalled { ticket: ticket(1, 1), window: WindowId(5) };
    let visit = after(call().at(5, recall()).at(5, recall()));
    assert_eq!((visit.stage, visit.window(), visit.clerk), (StageName::Called, Some(WindowId(5)), Some(clerk(5))));
    assert_eq!((visit.called_at_ms, visit.recalls), (Some(at_ms(3)), 2));
    let again = after(call().at(5, recall()).at(5, not_shown(ticket(1, 1), 5)).open(7).call(ticket(1, 1), 7));
    assert_eq!((again.windows, again.recalls), (vec![WindowId(5), WindowId(7)], 0));
    assert_eq!((again.first_called_at_ms, again.called_at_ms), (Some(at_ms(3)), Some(at_ms(7))));
}

#[test]
fn the_clerk_is_who_sits_there_when_service_begins() {
    let taken = Event::WindowOpened { window: WindowId(5), clerk: "late".into(), console: "d".into() };
    let visit = after(call().at(5, taken).start(ticket(1, 1), 5));
    assert_eq!(visit.clerk.as_deref(), Some("late"));
}

#[test]
fn a_window_that_closed_has_no_clerk() {
    let closed = Event::WindowClosed { window: WindowId(5) };
    assert_eq!(after(issue().at(5, closed).call(ticket(1, 1), 5)).clerk, None);
}

#[test]
fn service_is_timed_until_the_visit_is_finished() {
    let visit = after(serve().at(5, Event::EmergencyRaised { window: WindowId(5) }).finish(ticket(1, 1), 5));
    assert_eq!((visit.stage, visit.started_at_ms), (StageName::Finished, Some(at_ms(4))));
    assert_eq!((visit.ended_at_ms, visit.served_ms), (Some(at_ms(6)), 2000));
}

#[test]
fn time_at_windows_adds_up_over_parking_supplement_and_transfer() {
    let t = ticket(1, 1);
    let missing = Event::SentForSupplement { ticket: t, window: WindowId(5), missing: "photo".into() };
    let visit = after(
        serve()
            .at(5, parked(t, 5))
            .call(t, 5)
            .start(t, 5)
            .at(5, missing.clone())
            .call(t, 5)
            .start(t, 5)
            .at(5, transferred(t, 5))
            .call(t, 5)
            .start(t, 5)
            .finish(t, 5),
    );
    assert_eq!((visit.stage, visit.served_ms, visit.note), (StageName::Finished, 4000, None));
    let aside = after(serve().at(5, parked(t, 5)));
    assert_eq!((aside.stage, aside.note.as_deref()), (StageName::Parked, Some("copies")));
    let fetching = after(serve().at(5, missing));
    assert_eq!((fetching.stage, fetching.note.as_deref()), (StageName::Supplement, Some("photo")));
    assert_eq!(after(serve().at(5, transferred(t, 5))).stage, StageName::Waiting);
    let back = after(serve().at(5, parked(t, 5)).then(Actor::System, vec![joined(t, 0, JoinedWhy::Returned)]));
    assert_eq!((back.stage, back.note), (StageName::Waiting, None));
}

#[test]
fn ends_without_service_are_told_apart() {
    let t = ticket(1, 1);
    assert_eq!(after(call().at(5, not_shown(t, 5))).stage, StageName::NoShow);
    let ends = [
        (Unserved::Cancelled, StageName::Cancelled),
        (Unserved::Left, StageName::Left),
        (Unserved::Expired, StageName::Expired),
    ];
    for (how, stage) in ends {
        let visit = after(issue().end(t, how));
        assert_eq!((visit.stage, visit.ended_at_ms, visit.served_ms), (stage, Some(at_ms(3)), 0));
    }
}

#[test]
fn what_befalls_an_unknown_visit_changes_nothing() {
    let db = sled::Config::new().temporary(true).open().unwrap();
    let mut seats = std::collections::BTreeMap::new();
    let mut projector = Projector::new(&db, &mut seats);
    for entry in Story::default().call(ticket(1, 1), 5).finish(ticket(1, 1), 5).0 {
        projector.apply(&entry).unwrap();
    }
    let (batch, sum) = projector.finish(super::super::position::Sum::default()).unwrap();
    db.apply_batch(batch).unwrap();
    assert_eq!((db.len(), sum), (0, super::super::position::Sum::default()));
    let now = Circumstances { at_ms: 1, by: &Actor::System, clerk: None };
    assert_eq!(VisitRecord::begin(now, &Event::DayClosed), None);
}
