use proptest::prelude::*;

use super::{keys::Keys, *};

/// Made-up numbers with right check characters.
const CARDS: [&str; 3] = ["11010519491231002X", "33048320000229001X", "830000199201300022"];

fn line(text: &str) -> Vec<Read> {
    let mut buffer = LineBuffer::default();
    text.chars().map(|c| buffer.push(c, 0)).filter(|read| *read != Read::More).collect()
}

#[test]
fn a_card_is_told_by_its_check_character_and_birthday() {
    for card in CARDS {
        assert_eq!(parse(card, "yihao:"), Ok(Scan::Card(card.into())), "{card} should end in {}", {
            char::from(check_character(card.as_bytes()))
        });
        assert_eq!(parse(&format!("\t{}\r", card.to_lowercase()), "yihao:"), Ok(Scan::Card(card.into())));
    }
    for wrong in ["110105194912310021", "11010519491331002X", "330483200102290018", "000000000000000000"] {
        assert_eq!(parse(wrong, "yihao:"), Err(Unreadable::BadCard), "{wrong}");
    }
}

#[test]
fn any_wrong_digit_and_any_two_changed_places_are_noticed() {
    let card = CARDS[0].as_bytes();
    for at in 0..17 {
        for digit in b'0'..=b'9' {
            let mut wrong = card.to_vec();
            wrong[at] = digit;
            assert_eq!(check_character(&wrong) == card[17], digit == card[at], "digit {at} as {}", digit - b'0');
        }
        let mut wrong = card.to_vec();
        wrong.swap(at, (at + 1).min(16));
        assert_eq!(check_character(&wrong) == card[17], wrong == card, "digit {at} and the next");
    }
}

#[test]
fn codes_of_the_hall_begin_with_its_word() {
    assert_eq!(parse("yihao:Abc-1_9", "yihao:"), Ok(Scan::Code("Abc-1_9".into())));
    for wrong in ["yihao:", "yihao:short", "yihao:a b c d e", "yihao:甲乙丙丁"] {
        assert_eq!(parse(wrong, "yihao:"), Err(Unreadable::BadCode), "{wrong}");
    }
    assert_eq!(parse(&format!("yihao:{}", "a".repeat(65)), "yihao:"), Err(Unreadable::BadCode));
    assert_eq!(parse("yihao:Abc-1_9", ""), Err(Unreadable::Stranger), "there are no codes");
}

#[test]
fn what_is_neither_is_said_and_told_in_both_languages() {
    assert_eq!(parse(" \t", "y:"), Err(Unreadable::Empty));
    assert_eq!(parse("https://example.org/t/abc", "y:"), Err(Unreadable::Stranger));
    assert_eq!(parse("110105491231002", "y:"), Err(Unreadable::Stranger), "cards of 15 digits are no longer valid");
    assert_eq!(parse(&"1".repeat(129), "y:"), Err(Unreadable::TooLong));
    for why in [Unreadable::Empty, Unreadable::TooLong, Unreadable::BadCard, Unreadable::BadCode, Unreadable::Stranger]
    {
        assert!(!why.text().zh.is_empty() && !why.text().en.is_empty());
    }
}

#[test]
fn nothing_that_was_read_can_reach_a_log() {
    let said = format!("{:?} {:?}", parse(CARDS[0], "y:"), parse("y:secret", "y:"));
    assert_eq!(said, "Ok(Card(…)) Ok(Code(…))");
}

#[test]
fn lines_end_with_any_end_and_a_pause_begins_a_new_one() {
    assert!(line("12\r\n\n3\n") == [Read::Line("12".into()), Read::Line("3".into())]);
    assert!(line(&format!("{}\n5\n", "x".repeat(129))) == [Read::TooLong, Read::Line("5".into())]);
    let mut buffer = LineBuffer::default();
    "rest of old".chars().for_each(|c| drop(buffer.push(c, 10)));
    let new = "7\n".chars().map(|c| buffer.push(c, 1_011)).last();
    assert!(new == Some(Read::Line("7".into())));
}

#[test]
fn keys_are_those_of_a_us_keyboard() {
    let mut keys = Keys::default();
    let mut typed = String::new();
    // 1 1 Shift+x . y : 0 on the row and on the keypad, Enter
    for (code, value) in
        [(2, 1), (2, 0), (2, 1), (42, 1), (45, 1), (39, 1), (42, 0), (52, 1), (21, 1), (11, 1), (82, 1)]
    {
        typed.extend(keys.key(code, value));
    }
    assert_eq!(typed, "11X:.y00");
    assert_eq!(
        (keys.key(28, 1), keys.key(96, 1), keys.key(96, 0), keys.key(1, 1)),
        (Some('\n'), Some('\n'), None, None)
    );
    assert_eq!((keys.key(u16::MAX, 1), keys.key(0, 1)), (None, None));
}

proptest! {
    #[test]
    fn whatever_comes_is_a_card_a_code_or_told(text in ".*", prefix in "[ -~]{0,8}") {
        match parse(&text, &prefix) {
            Ok(Scan::Card(number)) => prop_assert!(number.len() == 18 && text.contains(&number[..17])),
            Ok(Scan::Code(code)) => {
                let whole = format!("{prefix}{code}");
                prop_assert!(text.contains(&whole));
            }
            Err(why) => prop_assert!(!why.text().zh.is_empty()),
        }
    }
}
