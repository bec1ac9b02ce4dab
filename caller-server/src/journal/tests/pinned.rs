//! The bytes of format version 1. This file is never edited: what is written today must be readable for ever.

use std::fs;

use super::super::scan::segment_path;
use super::Place;

const SEGMENT: &str = "\
    594948414f4a4e4c01000000c956ac0101000000000000000000000000000000000000000000000000000000000000000000\
    000000000000070000006653f14101000000000000000000000083f60091714970d62ec783d690bf6db2c332a50a38f532bd\
    9d6d700e321f631f7b2261223a317d0000000013101227020000000000000001000000ae96ddc33d2e5e8bb1275feeeb0cfc\
    125260144ba0851ec9f5d2c59d7458e62c020000008a01723c03000000000000000000000050b1f12ae1cb3e4ee086b42037\
    5231fc5329a5f6397a6ac2e8de6ec59ae02e2500ff";
const MARKER: &str = "\
    594948414f484544420c17fa0100000004000000000000000100000000000000dd00000000000000030000000000000050b1\
    f12ae1cb3e4ee086b420375231fc5329a5f6397a6ac2e8de6ec59ae02e25594948414f484544356757700100000003000000\
    000000000100000000000000a7000000000000000200000000000000ae96ddc33d2e5e8bb1275feeeb0cfc125260144ba085\
    1ec9f5d2c59d7458e62c";

#[test]
fn version_1_is_written_as_on_the_first_day() {
    let place = Place::with(&[vec![b"{\"a\":1}".to_vec(), Vec::new()], vec![vec![0, 255]]]);
    assert_eq!(base16(&fs::read(place.last_segment()).expect("the segment")), SEGMENT);
    let marker = fs::read(place.marker()).expect("the marker");
    assert_eq!(base16(&marker[..80]) + &base16(&marker[4096..]), MARKER);
}

#[test]
fn version_1_is_read_as_on_the_first_day() {
    let place = Place::new();
    fs::write(segment_path(place.path(), 1), bytes(SEGMENT)).expect("written");
    let mut marker = bytes(MARKER);
    let second = marker.split_off(80);
    marker.resize(4096, 0);
    marker.extend(second);
    fs::write(place.marker(), marker).expect("written");
    assert_eq!(place.contents(), [b"{\"a\":1}".to_vec(), Vec::new(), vec![0, 255]]);
}

fn base16(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(base16: &str) -> Vec<u8> {
    let digits = (0..base16.len()).step_by(2).map(|at| &base16[at..at + 2]);
    digits.map(|digits| u8::from_str_radix(digits, 16).expect("base 16")).collect()
}
