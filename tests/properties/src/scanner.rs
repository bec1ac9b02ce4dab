//! What a reader for cards and codes types, over a serial port or as a keyboard.

use ticket_dispenser::scanner::{LINE_BYTES_MAX, LineBuffer, Read, Scan, keys::Keys, parse};

use crate::people;

/// Any bytes, as characters of a serial port and as keys of a keyboard (three bytes each): each line is a card, a code of the
/// hall, or told to its holder in both languages; and nothing that was read can be shown.
pub fn any_bytes(bytes: &[u8]) {
    let characters = bytes.iter().map(|byte| char::from(*byte));
    lines(characters);
    let mut keys = Keys::default();
    let typed = bytes
        .as_chunks::<3>()
        .0
        .iter()
        .filter_map(|[low, high, value]| keys.key(u16::from_le_bytes([*low, *high]), i32::from(*value)));
    lines(typed.collect::<Vec<_>>().into_iter());
}

fn lines(characters: impl Iterator<Item = char>) {
    let mut buffer = LineBuffer::default();
    for (at, c) in characters.enumerate() {
        if let Read::Line(line) = buffer.push(c, at as u64) {
            assert!(line.len() <= LINE_BYTES_MAX && !line.contains(['\r', '\n']), "no line: {line:?}");
            stands_for_somebody(&line);
        }
    }
}

fn stands_for_somebody(line: &str) {
    for prefix in ["", "yihao:"] {
        let scan = parse(line, prefix);
        let shown = format!("{scan:?}");
        match scan {
            Ok(Scan::Card(number)) => {
                let is_card = number.len() == 18 && number.bytes().take(17).all(|byte| byte.is_ascii_digit());
                assert!(is_card && !shown.contains(&number), "no card: {number}");
            }
            Ok(Scan::Code(code)) => {
                assert!((6..=64).contains(&code.len()) && !prefix.is_empty() && !shown.contains(&code), "{code}");
            }
            Err(why) => people::can_read(&why.text()),
        }
    }
}
