//! The position travels with the data.

use std::fs;

use super::super::position::{Position, VERSION};
use super::super::{Fault, Snapshot, keys};
use super::{Place, TestJournal, copy, story};
use crate::journal::Head;

/// A store of the first two of three days, and the journal of all three.
fn behind() -> (Place, TestJournal) {
    let (three, two) = (story::days(3), story::days(2).len());
    let journal = TestJournal::of(&three[..two]);
    let place = Place::with(&journal);
    journal.append(&three[two..]);
    (place, journal)
}

/// It was moved aside, once, and what there is now is what a fresh store has.
fn is_rebuilt(place: &Place, journal: &TestJournal, note: &str) {
    let (status, said) = place.settle(journal);
    let said = said.expect("a note");
    assert!(said.en.contains(note), "{}", said.en);
    assert!(said.zh.contains("重建"), "{}", said.zh);
    assert_eq!(status.rebuilds, 1);
    assert_eq!(place.broken(), ["store.broken-1"]);
    assert_eq!(place.contents(), Place::with(journal).contents());
}

fn put_position(place: &Place, bytes: &[u8]) {
    let db = sled::open(place.dir()).unwrap();
    db.insert(keys::POSITION, bytes).unwrap();
    db.flush().unwrap();
}

#[test]
fn a_first_start_says_nothing() {
    let place = Place::new();
    let (status, note) = place.settle(&TestJournal::default());
    assert_eq!((status.rebuilds, note), (0, None));
}

#[test]
fn a_store_that_is_missing_is_built_and_that_is_said() {
    let journal = TestJournal::of(&story::days(1));
    let (status, note) = Place::new().settle(&journal);
    assert_eq!(status.seq, journal.head().seq);
    assert!(note.expect("a note").en.contains("there is no store"));
}

#[test]
fn a_store_that_is_behind_reads_on() {
    let (place, journal) = behind();
    let (status, note) = place.settle(&journal);
    assert_eq!((status.rebuilds, note), (0, None));
    assert_eq!(place.contents(), Place::with(&journal).contents());
}

#[test]
fn a_store_that_was_killed_reads_on() {
    let journal = TestJournal::of(&story::days(2));
    let (place, killed) = (Place::new(), Place::new());
    let running = place.start(&journal);
    copy(&place.dir(), &killed.dir());
    drop(running);
    let (status, note) = killed.settle(&journal);
    assert_eq!((status.rebuilds, note), (0, None));
    assert_eq!(killed.contents(), place.contents());
}

#[test]
fn a_store_ahead_of_its_journal_is_rebuilt() {
    let place = Place::with(&TestJournal::of(&story::days(2)));
    is_rebuilt(&place, &TestJournal::of(&story::days(1)), "ahead of the journal");
}

#[test]
fn a_store_of_another_journal_is_rebuilt_at_the_same_length() {
    let mut entries = story::days(1);
    let place = Place::with(&TestJournal::of(&entries));
    entries[0].at_ms += 1;
    is_rebuilt(&place, &TestJournal::of(&entries), "belongs to another journal");
}

#[test]
fn a_store_of_another_journal_is_rebuilt_when_it_is_behind() {
    let place = Place::with(&TestJournal::of(&story::days(1)));
    let mut entries = story::days(2);
    entries[0].at_ms += 1;
    is_rebuilt(&place, &TestJournal::of(&entries), "belongs to another journal");
}

#[test]
fn a_store_of_an_unknown_version_is_rebuilt() {
    let journal = TestJournal::of(&story::days(1));
    let place = Place::with(&journal);
    put_position(&place, &(VERSION + 1).to_le_bytes());
    is_rebuilt(&place, &journal, &format!("format version {}", VERSION + 1));
}

#[test]
fn a_store_without_a_position_is_rebuilt() {
    let journal = TestJournal::of(&story::days(1));
    let place = Place::with(&journal);
    sled::open(place.dir()).unwrap().remove(keys::POSITION).unwrap();
    is_rebuilt(&place, &journal, "the store is empty");
}

#[test]
fn a_store_whose_opening_was_cut_off_too_often_is_rebuilt() {
    let journal = TestJournal::of(&story::days(1));
    let place = Place::with(&journal);
    fs::write(place.dir().join("openings"), "2").unwrap();
    assert_eq!(place.settle(&journal).1, None);
    fs::write(place.dir().join("openings"), "3").unwrap();
    is_rebuilt(&place, &journal, "ended 3 times");
}

#[test]
fn a_store_that_somebody_else_has_open_is_left_alone() {
    let journal = TestJournal::of(&story::days(1));
    let place = Place::with(&journal);
    let other = sled::open(place.dir()).unwrap();
    let opened = place.open(&journal);
    assert!(opened.note.expect("a note").en.contains("could not acquire lock"));
    assert_eq!(place.broken(), [""; 0]);
    drop(other);
    assert_eq!(place.settle(&journal).0.rebuilds, 0);
}

#[test]
fn at_most_three_broken_stores_are_kept() {
    let (one, two) = (TestJournal::of(&story::days(1)), TestJournal::of(&story::days(2)));
    let place = Place::with(&two);
    for _ in 0..4 {
        place.settle(&one);
        place.settle(&two);
        fs::remove_dir_all(place.dir()).unwrap();
        place.settle(&two);
    }
    place.settle(&one);
    assert_eq!(place.broken(), ["store.broken-3", "store.broken-4", "store.broken-5"]);
}

#[test]
fn a_position_reads_as_it_was_written_and_notices_every_flipped_bit() {
    let mut position = Position { head: Head { seq: 7, hash: [3; 32] }, ..Position::default() };
    position.sum.add(b"key", b"value");
    let bytes = position.to_bytes();
    assert_eq!(Position::from_bytes(&bytes).unwrap(), position);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let error = Position::from_bytes(&flipped).expect_err("a flipped bit");
        assert!(matches!(error, Fault::Version(_) | Fault::Damaged(_)));
    }
}

#[test]
fn a_snapshot_of_another_journal_is_passed_over() {
    let journal = TestJournal::of(&story::days(1));
    let place = Place::new();
    let (writer, _) = place.start(&journal);
    writer.put_snapshot(Head { seq: 5, hash: [9; 32] }, vec![1]);
    drop(writer);
    assert_eq!(place.open(&journal).snapshot, None::<Snapshot>);
}
