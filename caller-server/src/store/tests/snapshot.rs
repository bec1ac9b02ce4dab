//! Snapshots of the hall.

use super::{Place, TestJournal, story};
use crate::journal::Head;
use crate::store::Snapshot;

fn journal() -> TestJournal {
    TestJournal::of(&story::days(1))
}

fn head(journal: &TestJournal, seq: u64) -> Head {
    let records = journal.0.lock().unwrap();
    let record = records.iter().find(|record| record.seq == seq).unwrap();
    Head { seq, hash: record.hash }
}

/// Larger than one piece, and no two the same.
fn bytes(seq: u64) -> Vec<u8> {
    (0..200_000_u64).map(|at| u8::try_from((at * seq) % 251).unwrap()).collect()
}

fn put(place: &Place, journal: &TestJournal, numbers: &[u64]) {
    for &seq in numbers {
        let (writer, _) = place.start(journal);
        writer.put_snapshot(head(journal, seq), bytes(seq));
    }
}

fn damage(place: &Place, seq: u64) {
    let snapshots = sled::open(place.dir()).unwrap().open_tree("snapshots").unwrap();
    let (key, value) = snapshots.scan_prefix(seq.to_be_bytes()).nth(1).unwrap().unwrap();
    let mut value = value.to_vec();
    value[9] ^= 4;
    snapshots.insert(key, value).unwrap();
}

fn latest(place: &Place, journal: &TestJournal) -> Option<u64> {
    place.open(journal).snapshot.map(|snapshot| {
        let Snapshot { seq, hash, bytes: found } = snapshot;
        assert_eq!(hash, head(journal, seq).hash);
        assert!(found == bytes(seq), "the bytes of the snapshot at {seq}");
        seq
    })
}

#[test]
fn the_newest_snapshot_is_given() {
    let (place, journal) = (Place::new(), journal());
    assert_eq!(latest(&place, &journal), None);
    put(&place, &journal, &[3, 9]);
    assert_eq!(latest(&place, &journal), Some(9));
    let (_writer, reader) = place.start(&journal);
    assert_eq!(reader.status().snapshot_seq, 9);
}

#[test]
fn two_snapshots_are_kept() {
    let (place, journal) = (Place::new(), journal());
    put(&place, &journal, &[3, 5, 9, 9]);
    let snapshots = sled::open(place.dir()).unwrap().open_tree("snapshots").unwrap();
    let mut numbers: Vec<u64> =
        snapshots.iter().keys().map(|key| u64::from_be_bytes(key.unwrap()[..8].try_into().unwrap())).collect();
    numbers.dedup();
    assert_eq!(numbers, [5, 9]);
}

#[test]
fn a_damaged_snapshot_gives_way_to_the_one_before_it() {
    let (place, journal) = (Place::new(), journal());
    put(&place, &journal, &[3, 9]);
    damage(&place, 9);
    assert_eq!(latest(&place, &journal), Some(3));
    damage(&place, 3);
    assert_eq!(latest(&place, &journal), None);
}

#[test]
fn a_snapshot_ahead_of_the_journal_is_passed_over() {
    let entries = story::days(1);
    let (place, journal) = (Place::new(), TestJournal::default());
    let long = TestJournal::of(&entries);
    journal.append(&entries[..5]);
    let (writer, _) = place.start(&journal);
    writer.put_snapshot(head(&long, 9), bytes(9));
    drop(writer);
    put(&place, &journal, &[3]);
    assert_eq!(latest(&place, &journal), Some(3));
}
