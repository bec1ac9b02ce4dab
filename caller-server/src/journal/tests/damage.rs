//! Whatever the marker vouches for and is not as it was written is found, named and left alone.

use std::fs;

use super::super::error::Flaw;
use super::super::format::{HEADER_BYTES, RECORD_HEAD_BYTES};
use super::{Place, append, change};

/// Three segments of two records each.
fn three_segments() -> Place {
    let place = Place::with(&[vec![vec![1; 90]; 2], vec![vec![2; 90]; 2], vec![vec![3; 90]; 2]]);
    assert_eq!(place.segments().len(), 3);
    place
}

#[test]
fn a_flipped_bit_at_every_byte_of_every_segment_is_found() {
    let place = three_segments();
    for path in place.segments() {
        for at in 0..fs::read(&path).expect("the segment").len() {
            let flip = 1 << (at % 8);
            change(&path, |bytes| bytes[at] ^= flip);
            assert_eq!(place.refusal().file, path, "byte {at}");
            change(&path, |bytes| bytes[at] ^= flip);
        }
    }
    place.open();
}

#[test]
fn a_flipped_bit_at_any_byte_of_the_marker_is_harmless_and_mended() {
    let place = three_segments();
    for at in (0..80).chain(4096..4176) {
        change(&place.marker(), |bytes| bytes[at] ^= 1 << (at % 8));
        assert_eq!(place.contents().len(), 6, "byte {at}");
    }
}

#[test]
fn every_shorter_segment_is_found() {
    let place = three_segments();
    for path in place.segments() {
        let whole = fs::read(&path).expect("the segment");
        for len in 0..whole.len() {
            fs::write(&path, &whole[..len]).expect("cut");
            place.refusal();
        }
        fs::write(&path, whole).expect("put back");
    }
    place.open();
}

#[test]
fn a_removed_segment_is_found_whichever_it_is() {
    for missing in 0..3 {
        let place = three_segments();
        let path = place.segments()[missing].clone();
        fs::remove_file(&path).expect("removed");
        let damage = place.refusal();
        assert_eq!((damage.file, damage.flaw), (path, Flaw::Missing));
    }
}

#[test]
fn swapped_and_copied_segments_are_found() {
    let place = three_segments();
    let [first, second, third] = place.segments().try_into().expect("three");
    let aside = place.path().join("aside");
    fs::rename(&first, &aside).expect("renamed");
    fs::rename(&second, &first).expect("renamed");
    fs::rename(&aside, &second).expect("renamed");
    assert_eq!(place.refusal().flaw, Flaw::Name);

    let place = three_segments();
    for name in ["00000000000000000007.seg", "00000000000000000002.seg", "copy.seg", "1.seg"] {
        let copy = place.path().join(name);
        fs::copy(place.path().join(third.file_name().expect("a name")), &copy).expect("copied");
        place.refusal();
        fs::remove_file(copy).expect("removed");
    }
    place.open();
}

#[test]
fn a_segment_of_another_journal_is_found() {
    let place = three_segments();
    let other = Place::with(&[vec![vec![9; 90]; 2], vec![vec![2; 90]; 2], vec![vec![3; 90]; 2]]);
    fs::copy(&other.segments()[1], &place.segments()[1]).expect("copied");
    assert_eq!(place.refusal().flaw, Flaw::SegmentChain);
    fs::copy(&other.segments()[0], &place.segments()[0]).expect("copied");
    fs::copy(&other.segments()[2], &place.segments()[2]).expect("copied");
    assert_eq!(place.refusal().flaw, Flaw::Marker, "a whole other history, but not the one that was acknowledged");
}

#[test]
fn a_record_of_another_history_is_found_although_it_is_whole() {
    let place = Place::with(&[vec![b"mine".to_vec(), b"next".to_vec()]]);
    let other = Place::with(&[vec![b"ours".to_vec(), b"next".to_vec()]]);
    let foreign = fs::read(other.last_segment()).expect("the segment");
    let second = HEADER_BYTES + RECORD_HEAD_BYTES + 4;
    change(&place.last_segment(), |bytes| bytes[second..].copy_from_slice(&foreign[second..]));
    let damage = place.refusal();
    assert_eq!((damage.flaw, damage.seq), (Flaw::Chain, 2));
}

#[test]
fn records_without_a_marker_and_a_marker_without_records_are_damage() {
    let place = three_segments();
    let marker = fs::read(place.marker()).expect("the marker");
    fs::remove_file(place.marker()).expect("removed");
    assert_eq!(place.refusal().flaw, Flaw::NoMarker);
    fs::write(place.marker(), vec![0; marker.len()]).expect("zeroed");
    assert_eq!(place.refusal().flaw, Flaw::NoMarker);
    fs::write(place.marker(), marker).expect("put back");
    for path in place.segments() {
        fs::remove_file(path).expect("removed");
    }
    assert_eq!(place.refusal().flaw, Flaw::Missing);
}

#[test]
fn a_damaged_header_with_records_behind_it_is_never_taken_for_a_torn_one() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    append(&mut journal, &[vec![1; 300]]);
    place.keeping_marker(|| {
        append(&mut journal, &[vec![2; 300]]);
        drop(journal);
    });
    change(&place.last_segment(), |bytes| bytes[..HEADER_BYTES].fill(0));
    assert_eq!(place.refusal().flaw, Flaw::Header);
}

#[test]
fn a_newer_format_is_named_as_such() {
    let place = three_segments();
    change(&place.last_segment(), |bytes| bytes[8] = 2);
    let damage = place.refusal();
    assert_eq!(damage.flaw, Flaw::Version { found: 2 });
    assert!(damage.to_string().contains("format version 2") && damage.zh().contains("格式版本为2"));
}

#[test]
fn the_error_says_where_and_what_to_do_in_both_languages() {
    let place = three_segments();
    let path = place.segments()[1].clone();
    change(&path, |bytes| bytes[HEADER_BYTES + 60] ^= 1);
    let error = place.try_open().err().expect("refused");
    let (en, zh) = (error.to_string(), error.zh());
    for text in [&en, &zh] {
        for part in ["00000000000000000003.seg", "56", "caller-server journal verify"] {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }
    assert!(en.contains("byte 56, sequence number 3: the checksum of the record does not match"), "{en}");
    assert!(zh.contains("第56字节，序号3：记录校验和不符"), "{zh}");
}
