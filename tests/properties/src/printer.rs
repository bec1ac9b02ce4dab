//! What a printer says of itself, on a line that may say anything.

use ticket_dispenser::{
    dispenser::PrinterStatus,
    printer::status::{Condition, Ear, Heard, QUESTIONS},
};

use crate::people;

const XON: u8 = 0x11;
const XOFF: u8 = 0x13;

/// Any bytes, the first of which says whether the end of a slip is waited for: each byte is part of something or counted as
/// garbage, a status that prints comes of a condition without trouble, every status has its sentence in both languages, and
/// after any noise a printer is understood again.
pub fn status(bytes: &[u8]) {
    let mut ear = Ear::default();
    let (first, bytes) = bytes.split_first().unwrap_or((&0, bytes));
    if first & 1 == 1 {
        ear.wait_for_done();
    }
    let mut understood = bytes.iter().filter(|byte| [XON, XOFF].contains(byte)).count();
    let mut done = 0;
    let mut condition = Condition::default();
    for byte in bytes {
        match ear.hear(*byte) {
            Some(Heard::Answer(answer)) => {
                assert_eq!(answer, *byte);
                understood += 1;
                condition = QUESTIONS.into_iter().fold(condition, |before, question| before.answered(question, answer));
            }
            Some(Heard::Packet(told)) => {
                understood += 4;
                condition = told;
            }
            Some(Heard::Done) => {
                understood += 1;
                done += 1;
            }
            None => {}
        }
        has_its_word(condition);
    }
    assert!(done <= first & 1, "the end of a slip is heard, and nobody waits for it");
    let heard = understood + ear.take_garbage() as usize;
    assert!((heard..heard + 4).contains(&bytes.len()), "{heard} of {} bytes are accounted for", bytes.len());

    assert_eq!(ear.hear(0x12), Some(Heard::Answer(0x12)), "not understood any more");
    let packet: Vec<Heard> = [0x10, 0, 0, 0].into_iter().filter_map(|byte| ear.hear(byte)).collect();
    assert_eq!(packet, [Heard::Packet(Condition::default())]);
}

fn has_its_word(condition: Condition) {
    let Condition { offline, cover_open, paper_low, paper_out, cutter, broken, error } = condition;
    let stands = offline || cover_open || paper_out || cutter || broken || error;
    let status = condition.status();
    assert_eq!(status.prints(), !stands, "{condition:?} is {status:?}");
    assert_eq!(status == PrinterStatus::PaperLow, paper_low && !stands);
    people::can_read(&status.text());
}
