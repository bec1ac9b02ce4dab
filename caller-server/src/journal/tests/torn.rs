//! A power cut takes only what was never acknowledged.

use std::fs;

use super::super::Journal;
use super::super::forgetful::Trouble;
use super::super::format::{HEADER_BYTES, RECORD_HEAD_BYTES};
use super::super::scan::segment_path;
use super::{Place, append, batch, change};

/// Two acknowledged records, then a batch of three of which the marker knows nothing. Returns where that batch begins.
fn unsettled(place: &Place) -> usize {
    let (mut journal, _) = place.open();
    append(&mut journal, &[b"one".to_vec(), b"two".to_vec()]);
    let begin = fs::read(place.last_segment()).expect("the segment").len();
    place.keeping_marker(|| {
        append(&mut journal, &tail());
        journal.settle().expect("settled");
    });
    drop(journal);
    begin
}

fn tail() -> Vec<Vec<u8>> {
    vec![b"third".to_vec(), vec![0; 9], b"{\"fifth\":true}".to_vec()]
}

/// Applies `act` to the offset-th byte of the unsettled batch and what follows, for each offset; gives what is left.
fn after_each_cut(act: impl Fn(&mut [u8]) -> usize) {
    let ends: Vec<usize> = tail()
        .iter()
        .scan(0, |end, payload| {
            *end += RECORD_HEAD_BYTES + payload.len();
            Some(*end)
        })
        .collect();
    for cut in 0..ends[2] {
        let place = Place::new();
        let begin = unsettled(&place);
        let mut torn_bytes = 0;
        change(&place.last_segment(), |bytes| {
            let len = act(&mut bytes[begin + cut..]);
            bytes.truncate(begin + cut + len);
            torn_bytes = bytes.len() - begin;
        });
        let whole = ends.iter().filter(|&&end| end <= cut).count();
        torn_bytes -= ends[..whole].last().unwrap_or(&0);
        let (mut journal, opened) = place.open();
        assert_eq!(opened.seq, 2 + whole as u64, "cut at {cut}");
        assert_eq!(opened.torn.map_or(0, |torn| torn.bytes), torn_bytes as u64, "cut at {cut}");
        append(&mut journal, &[b"next".to_vec()]);
        drop(journal);
        let expected = [&[b"one".to_vec(), b"two".to_vec()], &tail()[..whole], &[b"next".to_vec()]].concat();
        assert_eq!(place.contents(), expected, "cut at {cut}");
    }
}

#[test]
fn a_tail_cut_at_every_byte_loses_only_what_was_not_acknowledged() {
    after_each_cut(|_| 0);
}

#[test]
fn a_tail_that_is_zeros_from_every_byte_on_loses_only_what_was_not_acknowledged() {
    after_each_cut(|rest| {
        // A zero more at the end, so that also a record which ends in zeros is cut.
        rest.fill(0);
        rest[0] = 1;
        rest.len()
    });
}

#[test]
fn torn_bytes_are_kept_in_a_file_of_their_own() {
    let place = Place::new();
    let begin = unsettled(&place);
    change(&place.last_segment(), |bytes| bytes.truncate(begin + 20));
    let torn = fs::read(place.last_segment()).expect("the segment")[begin..].to_vec();
    fs::write(place.path().join("torn-3-1.bin"), b"from an earlier cut").expect("written");
    let aside = place.open().1.torn.expect("something was set aside");
    assert_eq!(aside.file, place.path().join("torn-3-2.bin"));
    assert_eq!((aside.bytes, fs::read(aside.file).expect("readable")), (20, torn));
    assert_eq!(place.open().1.torn, None, "once only");
}

#[test]
fn torn_bytes_are_not_lost_by_another_power_cut_while_they_are_set_aside() {
    for (calls, seed) in (0..12).flat_map(|calls| (0..6).map(move |seed| (calls, seed))) {
        let place = Place::new();
        let begin = unsettled(&place);
        change(&place.last_segment(), |bytes| bytes.truncate(begin + 20));
        let segment = fs::read(place.last_segment()).expect("the segment");
        place.disk.keep_all(place.path()).expect("the directory can be written");
        place.disk.trouble_after(calls, Trouble::PowerOff);
        let opened = place.try_open().map(drop);
        place.disk.cut_power(place.path(), seed).expect("the directory can be written");
        let torn = &segment[begin..];
        let kept = place.files().iter().any(|(_, bytes)| bytes == torn || *bytes == segment);
        assert!(kept, "cut after {calls} calls, seed {seed}, {opened:?}");
    }
}

#[test]
fn a_hole_inside_one_batch_is_torn_even_if_its_end_reached_the_disk() {
    let place = Place::new();
    let begin = unsettled(&place);
    change(&place.last_segment(), |bytes| bytes[begin..begin + 40].fill(0));
    assert_eq!(place.open().1.seq, 2);
}

#[test]
fn a_hole_before_a_later_batch_is_damage_although_the_marker_is_older() {
    let place = Place::new();
    let mut begin = 0;
    place.open();
    place.keeping_marker(|| {
        begin = unsettled(&place);
        append(&mut place.open().0, &batch(6, 1));
    });
    assert_eq!(place.segments().len(), 1);
    change(&place.last_segment(), |bytes| bytes[begin..begin + 40].fill(0));
    assert_eq!(place.refusal().seq, 3);
}

#[test]
fn a_whole_record_in_the_wrong_place_is_damage_also_after_the_marker() {
    let place = Place::with(&[batch(0, 1)]);
    change(&place.last_segment(), |bytes| bytes.extend_from_within(HEADER_BYTES..));
    assert_eq!(place.refusal().seq, 2);
}

#[test]
fn a_segment_that_was_being_created_opens_at_every_length() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    append(&mut journal, &[vec![1; 300]]);
    let settled = place.files();
    append(&mut journal, &[vec![2; 300]]);
    drop(journal);
    let next = segment_path(place.path(), 2);
    let header = fs::read(&next).expect("the next segment")[..HEADER_BYTES].to_vec();
    for (path, bytes) in settled {
        fs::write(path, bytes).expect("put back");
    }
    for len in 0..=HEADER_BYTES {
        fs::write(&next, &header[..len]).expect("torn");
        let (mut journal, opened) = place.open();
        assert_eq!((opened.seq, opened.torn.is_some()), (1, len > 0 && len < HEADER_BYTES), "length {len}");
        assert_eq!(next.exists(), len == HEADER_BYTES);
        journal.append(2, &[]).expect("open for appends");
    }
}

#[test]
fn a_journal_whose_creation_was_interrupted_begins_again() {
    for len in 0..=HEADER_BYTES {
        let place = Place::with(&[]);
        fs::remove_file(place.marker()).expect("never written");
        change(&place.last_segment(), |bytes| bytes.truncate(len));
        assert!(place.open().1.is_new);
        append(&mut place.open().0, &batch(0, 2));
        assert_eq!(place.contents(), batch(0, 2));
    }
}
