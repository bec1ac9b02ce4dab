//! The keys of the store: a letter, then what sorts as people count.

use hall::words::{Day, Number, Ticket};

/// Where the store stands.
pub(super) const POSITION: &[u8] = b"p";
/// Who sits at which window.
pub(super) const SEATS: &[u8] = b"w";

const VISIT: u8 = b'v';
const FIGURES: u8 = b'd';
const TURN: u8 = b't';
const RULES: u8 = b'r';
/// Letter, time, sequence number, place in the entry.
pub(super) const LOG_BYTES: usize = 19;
/// Letter, year, month, day, lane's letter, count.
const VISIT_BYTES: usize = 13;

/// A visit: by day, then letter, then count.
pub(super) fn visit(ticket: Ticket) -> [u8; VISIT_BYTES] {
    let mut key = [0; VISIT_BYTES];
    key[0] = VISIT;
    key[1..5].copy_from_slice(&day_bytes(ticket.day));
    key[5..9].copy_from_slice(&u32::from(ticket.number.letter).to_be_bytes());
    key[9..].copy_from_slice(&ticket.number.n.to_be_bytes());
    key
}

/// The ticket behind [`visit`]'s key; `None` for any other key.
pub(super) fn ticket(key: &[u8]) -> Option<Ticket> {
    let key: &[u8; VISIT_BYTES] = key.try_into().ok().filter(|key: &&[u8; VISIT_BYTES]| key[0] == VISIT)?;
    let [_, y1, y2, month, day, l1, l2, l3, l4, n1, n2, n3, n4] = *key;
    let day = Day { year: u16::from_be_bytes([y1, y2]), month, day };
    let letter = char::from_u32(u32::from_be_bytes([l1, l2, l3, l4]))?;
    Some(Ticket { day, number: Number { letter, n: u32::from_be_bytes([n1, n2, n3, n4]) } })
}

/// The first and the last possible key of the visits of these days.
pub(super) fn visits(first: Day, last: Day) -> (Vec<u8>, Vec<u8>) {
    let key = |day, filler: u8| {
        let mut key = vec![VISIT];
        key.extend(day_bytes(day));
        key.resize(VISIT_BYTES, filler);
        key
    };
    (key(first, 0), key(last, u8::MAX))
}

/// The first and the last possible key of all visits.
pub(super) fn all_visits() -> (Vec<u8>, Vec<u8>) {
    (vec![VISIT], vec![VISIT; 1].into_iter().chain([u8::MAX; VISIT_BYTES - 1]).collect())
}

/// The figures of a day.
pub(super) fn figures(day: Day) -> [u8; 5] {
    let [y1, y2, month, day] = day_bytes(day);
    [FIGURES, y1, y2, month, day]
}

/// When a window worked or did not: by time.
pub(super) fn turn(at_ms: u64, seq: u64, place: usize) -> [u8; LOG_BYTES] {
    log(TURN, at_ms, seq, place)
}

/// The first and the last possible key of what windows did from a time until another.
pub(super) fn turns(from_ms: u64, until_ms: u64) -> ([u8; LOG_BYTES], [u8; LOG_BYTES]) {
    (log(TURN, from_ms, 0, 0), log(TURN, until_ms, u64::MAX, usize::MAX))
}

/// A change of the rules: by time.
pub(super) fn rules(at_ms: u64, seq: u64, place: usize) -> [u8; LOG_BYTES] {
    log(RULES, at_ms, seq, place)
}

/// The first and the last possible key of the changes of the rules until a time.
pub(super) fn rules_until(until_ms: u64) -> ([u8; LOG_BYTES], [u8; LOG_BYTES]) {
    (log(RULES, 0, 0, 0), log(RULES, until_ms, u64::MAX, usize::MAX))
}

fn log(letter: u8, at_ms: u64, seq: u64, place: usize) -> [u8; LOG_BYTES] {
    let mut key = [letter; LOG_BYTES];
    key[1..9].copy_from_slice(&at_ms.to_be_bytes());
    key[9..17].copy_from_slice(&seq.to_be_bytes());
    key[17..].copy_from_slice(&u16::try_from(place).unwrap_or(u16::MAX).to_be_bytes());
    key
}

fn day_bytes(day: Day) -> [u8; 4] {
    let [y1, y2] = day.year.to_be_bytes();
    [y1, y2, day.month, day.day]
}
