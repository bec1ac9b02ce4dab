//! A disk that is full, read-only or failing: nothing is acknowledged, nothing is lost, and service resumes by itself.

use std::fs;

use super::super::error::{Fault, JournalError};
use super::super::forgetful::Trouble::{self, Full, ReadOnly, SyncFails, SyncFailsLate};
use super::super::{FileJournal, Journal};
use super::{Place, append, batch, change, contents};

/// Appends until the trouble strikes, which it does at a different call for each `calls`. True when it broke an append.
fn break_at(place: &Place, journal: &mut FileJournal, trouble: Trouble, calls: u32) -> bool {
    let acknowledged = contents(journal);
    place.disk.trouble_after(calls, trouble);
    let next = journal.head().seq + 1;
    let result = journal.append(next, &batch(acknowledged.len(), 3));
    if result.is_ok() {
        place.disk.heal();
        return false;
    }
    assert!(matches!(journal.append(next, &batch(0, 1)), Err(JournalError::Broken)));
    assert_eq!(contents(journal), acknowledged, "readers go on");
    true
}

#[test]
fn an_append_that_fails_at_any_call_is_undone_and_service_resumes() {
    for trouble in [Full, ReadOnly, SyncFails, SyncFailsLate] {
        let mut broken = 0;
        for calls in 0..12 {
            for records in [3, 9] {
                // With 9 records the next batch begins a segment.
                let place = Place::with(&[batch(0, records)]);
                let (mut journal, _) = place.open();
                if !break_at(&place, &mut journal, trouble, calls) {
                    continue;
                }
                broken += 1;
                for _ in 0..3 {
                    journal.recover().expect_err("the cause is still there");
                    assert!(matches!(journal.append(1, &[]), Err(JournalError::Broken)));
                }
                place.disk.heal();
                journal.recover().expect("the disk is well again");
                append(&mut journal, &batch(records, 2));
                assert_eq!(contents(&journal), batch(0, records + 2));
                drop(journal);
                assert_eq!(place.contents(), batch(0, records + 2));
            }
        }
        assert!(broken >= 4, "{trouble:?} broke {broken} appends");
    }
}

#[test]
fn what_recovery_took_back_stays_away_after_a_power_cut() {
    for seed in 0..20 {
        let place = Place::with(&[batch(0, 2)]);
        let (mut journal, _) = place.open();
        assert!(break_at(&place, &mut journal, SyncFailsLate, 1));
        place.disk.heal();
        journal.recover().expect("the disk is well again");
        place.disk.cut_power(place.path(), seed).expect("the directory can be written");
        drop(journal);
        assert_eq!(place.contents(), batch(0, 2), "seed {seed}");
    }
}

/// The kernel shows bytes that a failed sync has not brought to the disk. What opening counts must survive a power cut.
#[test]
fn what_opening_finds_behind_the_marker_is_durable_afterwards() {
    for seed in 0..20 {
        let place = Place::with(&[batch(0, 2)]);
        let (mut journal, _) = place.open();
        assert!(break_at(&place, &mut journal, SyncFails, 1));
        drop(journal);
        place.disk.heal();
        assert_eq!(place.contents(), batch(0, 5), "all of it was written");
        place.disk.cut_power(place.path(), seed).expect("the directory can be written");
        assert_eq!(place.contents(), batch(0, 5), "seed {seed}");
    }
}

#[test]
fn a_segment_is_vouched_for_by_the_marker_as_soon_as_it_is_begun() {
    for seed in 0..20 {
        let place = Place::with(&[vec![vec![1; 300]]]);
        let (mut journal, _) = place.open();
        append(&mut journal, &[vec![2; 300]]);
        place.disk.cut_power(place.path(), seed).expect("the directory can be written");
        drop(journal);
        fs::remove_file(place.last_segment()).expect("removed");
        place.refusal();
    }
}

#[test]
fn recovery_of_a_sound_journal_does_nothing() {
    let place = Place::with(&[batch(0, 3)]);
    let (mut journal, _) = place.open();
    let before = place.files();
    journal.recover().expect("nothing to do");
    assert_eq!(place.files(), before);
}

#[test]
fn recovery_is_refused_when_durable_records_are_no_longer_there() {
    for act in [|bytes: &mut Vec<u8>| bytes.truncate(150), |bytes: &mut Vec<u8>| bytes[150] ^= 1] {
        let place = Place::with(&[batch(0, 3)]);
        let (mut journal, _) = place.open();
        assert!(break_at(&place, &mut journal, Full, 0));
        place.disk.heal();
        change(&place.last_segment(), act);
        assert_eq!(place.segments().len(), 1);
        let refused = journal.recover().expect_err("the past has changed");
        assert!(matches!(refused, JournalError::Fault(Fault::Damaged(_))), "{refused}");
    }
}

#[test]
fn a_marker_that_cannot_be_written_costs_no_append_and_is_made_up_for() {
    let place = Place::with(&[batch(0, 3)]);
    let (mut journal, _) = place.open();
    place.disk.trouble_after(2, ReadOnly);
    append(&mut journal, &batch(3, 1));
    journal.settle().expect_err("nothing can be changed");
    place.disk.heal();
    journal.settle().expect("the disk is well again");
    drop(journal);
    change(&place.last_segment(), |bytes| bytes.truncate(bytes.len() - 1));
    place.refusal();
}

#[test]
fn an_error_of_the_disk_is_a_sentence_in_both_languages() {
    for (trouble, zh) in [(Full, "磁盘已满"), (ReadOnly, "磁盘处于只读状态")] {
        let place = Place::new();
        let (mut journal, _) = place.open();
        place.disk.trouble_after(0, trouble);
        let error = journal.append(1, &batch(0, 1)).expect_err("the disk is in trouble");
        assert!(error.to_string().starts_with("could not write to "), "{error}");
        assert!(error.zh().starts_with("无法写入") && error.zh().ends_with(zh), "{}", error.zh());
    }
}
