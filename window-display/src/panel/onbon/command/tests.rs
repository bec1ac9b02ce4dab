//! Packets byte for byte against those that others published.

use proptest::prelude::*;

use super::*;
use crate::panel::onbon::Decoder;

const BAR: Area = Area { screen: 1, area: 0, font: None, columns: 128, rows: 16 };

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// Frames of a program that drives these cards from an STM32, found in public sources by their first bytes: a ping, the
/// setting of brightness 12 of 15, and the answer of a card that did as it was told.
#[test]
fn the_published_ping_and_brightness_are_ours() {
    let ping = "a5 a5 a5 a5 a5 a5 a5 a5 01 00 00 80 00 00 00 00 00 00 fe 02 05 00 a2 00 01 00 00 68 f8 5a";
    assert_eq!(BAR.packet(&Command::Ping).encode(), bytes(ping));
    let light = "a5 a5 a5 a5 a5 a5 a5 a5 01 00 00 80 00 00 00 00 00 00 fe 02 07 00 A3 02 01 02 00 01 0C 26 2D 5A";
    assert_eq!(BAR.packet(&Command::Brightness(80)).encode(), bytes(light));
    let ack = "a5 a5 a5 a5 a5 a5 a5 a5 00 80 01 00 00 00 00 00 00 00 fe 02 05 00 a0 00 00 00 00 64 dc 5a";
    let read = Decoder::default().push(&bytes(ack));
    let [Ok(packet)] = &read[..] else { panic!("{read:?}") };
    assert_eq!((packet.to, packet.from, Answer::read(&packet.data)), (0x8000, 1, Answer::Ack));
}

/// Three frames for a dynamic area, published in a Python test of another program, which wants no answer (02 where we write
/// 01), run mode 1, line space 10, speed 0x17; and the vendor's parser (strongercjd/Onbon-Protocol-Analysis, Form1.cs,
/// Font_Card_Protocol_area_data_string_init) for what each byte is.
#[test]
fn the_published_areas_are_built_of_the_same_bytes() {
    let published = [
        "01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 02 00 00 00 01 2C 00 00 00 00 0C 00 40 00 0C 00 01 0A 01 02 00 00 \
         00 00 01 01 01 00 17 02 11 00 00 00 5C 46 4F 30 30 30 54 45 4D 50 45 52 3A 32 31 A1 E6 82 DA",
        "01 00 00 80 00 00 00 00 00 00 FE 02 33 00 A3 06 02 00 00 00 01 2A 00 00 00 00 18 00 40 00 0C 00 01 0A 01 02 00 00 \
         00 00 01 01 01 00 17 02 0F 00 00 00 5C 46 4F 30 30 30 48 55 4D 3A 36 36 25 52 48 36 7A",
        "01 00 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 02 00 00 00 01 23 00 00 00 00 24 00 40 00 0C 00 01 0A 01 02 00 00 \
         00 00 01 01 01 00 17 02 08 00 00 00 5C 46 4F 30 30 30 20 20 DA F6",
    ];
    let texts = ["TEMPER:21℃", "HUM:66%RH", "  "];
    for ((published, text), y) in published.iter().zip(texts).zip([0x0C, 0x18, 0x24]) {
        let theirs = [vec![0xA5; 8], bytes(published), vec![0x5A]].concat();
        let read = Decoder::default().push(&theirs);
        let [Ok(packet)] = &read[..] else { panic!("{read:?}") };
        assert_eq!(packet.encode(), theirs, "read and written again");
        let area = Area { font: Some(0), area: 1, columns: 64 * 8, rows: 12, ..BAR };
        let mut ours = area.packet(&Command::Text(text.into()));
        // As they are told to differ: their text is not in the middle, wants no answer, stands at y, and stays for ever.
        let spaces = ours.data.iter().skip(42).take_while(|byte| **byte == b' ').count();
        let own = text.chars().take_while(|c| *c == ' ').count();
        ours.data.drain(42..42 + spaces - own);
        for (offset, value) in [(2, 2), (12, y), (19, 0x0A), (20, 1), (21, 2), (30, 0x17), (31, 2)] {
            ours.data[offset] = value;
        }
        let length = |data: &[u8], from: usize| u16::from_le_bytes([data[from], data[from + 1]]);
        ours.data[7..9].copy_from_slice(&length(&packet.data, 7).to_le_bytes());
        ours.data[32..34].copy_from_slice(&length(&packet.data, 32).to_le_bytes());
        assert_eq!(ours, *packet, "{text}");
    }
}

#[test]
fn a_call_is_one_area_over_the_whole_bar() {
    let packet = BAR.packet(&Command::Text("请A012到05号窗口".into()));
    let area = "00 00 00 00 00 10 00 10 00 00 00 02 0A 00 00 00 00 01 01 01 00 04 04 10 00 00 00 \
                C7 EB 41 30 31 32 B5 BD 30 35 BA C5 B4 B0 BF DA";
    assert_eq!(packet.data, [bytes("A3 06 01 00 00 00 01 2B 00"), bytes(area)].concat());
}

#[test]
fn a_short_line_stands_in_the_middle_a_long_one_moves_and_two_are_parted() {
    let area = |text: &str| BAR.packet(&Command::Text(text.into())).data[9..].to_vec();
    assert_eq!(area("1")[27..], *b"       1");
    let long = area("请A012到05号窗口 A012 to window 05");
    assert_eq!((long[12..14].to_vec(), long[17..20].to_vec()), (vec![40, 0], vec![1, 1, 3]));
    let higher = Area { rows: 32, ..BAR };
    let area = |text: &str| higher.packet(&Command::Text(text.into())).data[9..].to_vec();
    assert_eq!(area("AB\nCDEF\nno room")[27..], *br"       AB\r\n      CDEF");
    assert_eq!(area("a\nb")[17..20], [2, 1, 1]);
}

#[test]
fn an_answer_is_yes_no_or_something_else() {
    let read = |hex: &str| Answer::read(&bytes(hex));
    assert_eq!(read("A0 00 00 00 00"), Answer::Ack);
    assert_eq!(read("A0 01 05 00 00"), Answer::Nack(5));
    assert_eq!(read("A0 00 03 00 00"), Answer::Nack(3));
    assert_eq!((read(""), read("A0"), read("A1 00 00")), (Answer::Other, Answer::Other, Answer::Other));
}

proptest! {
    #[test]
    fn any_text_is_a_packet_that_a_card_takes(text in prop::collection::vec(any::<char>(), 0..400), font in prop::option::of(0_u16..1_000)) {
        let area = Area { font, rows: 32, ..BAR };
        let packet = area.packet(&Command::Text(text.into_iter().collect()));
        prop_assert!(packet.data.len() <= 1_024 - 16);
        prop_assert_eq!(Decoder::default().push(&packet.encode()), [Ok(packet)]);
    }
}
