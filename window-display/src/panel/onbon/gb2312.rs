//! Text as a card's font knows it: GB 2312, in which no byte of a Chinese character looks like ASCII.

use encoding_rs::GBK;

/// `□`, for a character that GB 2312 lacks, so that it is seen to be missing.
const MISSING: [u8; 2] = [0xA1, 0xF5];
/// `＼`: a plain one begins an escape of the card.
const BACKSLASH: [u8; 2] = [0xA3, 0xDC];
/// `■`, for the block with which a panel is tested.
const BLOCK: [u8; 2] = [0xA1, 0xF6];

/// A character, one or two bytes.
pub(super) fn encode(c: char) -> Vec<u8> {
    match c {
        '\\' => BACKSLASH.to_vec(),
        '█' => BLOCK.to_vec(),
        ' '..='~' => c.to_string().into_bytes(),
        c if c.is_control() => b" ".to_vec(),
        c => {
            let mut utf8 = [0; 4];
            let (bytes, _, failed) = GBK.encode(c.encode_utf8(&mut utf8));
            match *bytes {
                // GBK is larger: its further characters have a byte below A1 or lie between the two planes.
                [lead @ (0xA1..=0xA9 | 0xB0..=0xF7), trail @ 0xA1..=0xFE] if !failed => vec![lead, trail],
                _ => MISSING.to_vec(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chinese_is_two_bytes_and_what_is_missing_is_seen() {
        let bytes: Vec<u8> = "请A1号\\镕😀\n".chars().flat_map(encode).collect();
        assert_eq!(bytes, [0xC7, 0xEB, b'A', b'1', 0xBA, 0xC5, 0xA3, 0xDC, 0xA1, 0xF5, 0xA1, 0xF5, b' ']);
    }

    proptest! {
        #[test]
        fn no_character_begins_an_escape(c: char) {
            let bytes = encode(c);
            prop_assert!(matches!(bytes[..], [b' '..=b'~'] | [0xA1..=0xF7, 0xA1..=0xFE]));
            prop_assert!(!bytes.contains(&b'\\'));
        }
    }
}
