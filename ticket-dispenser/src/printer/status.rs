//! What a printer says of itself: answers to `DLE EOT n`, the packets of Automatic Status Back, the answer to `GS r 1`. Pure.
//!
//! The bytes come without a frame; what each is can be told from its fixed bits (Epson's ESC/POS reference):
//!
//! | byte | fixed bits | what |
//! |---|---|---|
//! | `0xx1xx10` | `0x93` = `0x12` | an answer to `DLE EOT n`; to which `n` is known only by who asked |
//! | `0xx1xx00` | `0x93` = `0x10` | the first of the four bytes of a packet |
//! | `0xx0xxxx` | `0x90` = `0x00` | one of the other three; alone, an answer to `GS r 1` |
//! | `0x11`, `0x13` | | flow control, which says nothing |

use crate::dispenser::PrinterStatus;

/// Asks for the cause of everything, one question after another: `DLE EOT n`.
pub const QUESTIONS: [Question; 4] = [Question::Printer, Question::Offline, Question::Error, Question::Paper];
/// Bytes of a packet.
const PACKET_BYTES: usize = 4;
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;

/// A question to a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether it is online.
    Printer,
    /// Why it is offline.
    Offline,
    /// Which error it has.
    Error,
    /// How much paper there is.
    Paper,
}

impl Question {
    /// The three bytes that ask it.
    pub fn bytes(self) -> [u8; 3] {
        let n = match self {
            Self::Printer => 1,
            Self::Offline => 2,
            Self::Error => 3,
            Self::Paper => 4,
        };
        [0x10, 0x04, n]
    }
}

/// Something that a printer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The answer to a question; [`Condition::answered`] reads it.
    Answer(u8),
    /// Without being asked: how it is.
    Packet(Condition),
    /// Everything that was sent before the question `GS r 1` is done.
    Done,
}

/// What is wrong with a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// It does not print now.
    pub offline: bool,
    /// Its cover is open.
    pub cover_open: bool,
    /// The end of the roll is near.
    pub paper_low: bool,
    /// There is no paper.
    pub paper_out: bool,
    /// The cutter is stuck.
    pub cutter: bool,
    /// It says that it can't be helped.
    pub broken: bool,
    /// It has another error, which may pass: a head that is too hot, a jam.
    pub error: bool,
}

impl Condition {
    /// With the answer to a question; see the table of `DLE EOT` in Epson's reference.
    pub fn answered(self, question: Question, byte: u8) -> Self {
        let is = |bits: u8| byte & bits != 0;
        match question {
            Question::Printer => Self { offline: is(0x08), ..self },
            Question::Offline => Self {
                cover_open: is(0x04),
                paper_out: self.paper_out | is(0x20),
                error: self.error | is(0x40),
                ..self
            },
            Question::Error => {
                Self { cutter: is(0x08), broken: is(0x20), error: self.error | is(0x04) | is(0x40), ..self }
            }
            Question::Paper => Self { paper_low: is(0x0C), paper_out: self.paper_out | is(0x60), ..self },
        }
    }

    /// Of the first three bytes of a packet; see the table of `GS a` in Epson's reference.
    fn packet(bytes: [u8; PACKET_BYTES]) -> Self {
        let [printer, error, paper, _] = bytes;
        Self {
            offline: printer & 0x08 != 0,
            cover_open: printer & 0x20 != 0,
            paper_low: paper & 0x03 != 0,
            paper_out: paper & 0x0C != 0,
            cutter: error & 0x08 != 0,
            broken: error & 0x20 != 0,
            error: error & 0x44 != 0,
        }
    }

    /// The word for people: what they must mend first.
    pub fn status(self) -> PrinterStatus {
        match self {
            Self { cover_open: true, .. } => PrinterStatus::CoverOpen,
            Self { paper_out: true, .. } => PrinterStatus::PaperOut,
            Self { cutter: true, .. } => PrinterStatus::CutterError,
            Self { broken: true, .. } => PrinterStatus::Broken,
            Self { error: true, .. } | Self { offline: true, .. } => PrinterStatus::Offline,
            Self { paper_low: true, .. } => PrinterStatus::PaperLow,
            Self { .. } => PrinterStatus::Ready,
        }
    }
}

/// Listens to a printer, byte by byte, however they are torn.
#[derive(Debug, Clone, Default)]
pub struct Ear {
    packet: [u8; PACKET_BYTES],
    /// How many bytes of a packet are there.
    begun: usize,
    /// Whether somebody waits for the answer to `GS r 1`.
    waits: bool,
    garbage: u32,
}

impl Ear {
    /// Takes in a byte.
    pub fn hear(&mut self, byte: u8) -> Option<Heard> {
        if byte == XON || byte == XOFF {
            return None;
        }
        if self.begun > 0 && byte & 0x90 == 0 {
            return self.next_of_packet(byte);
        }
        // A packet that does not go on was none.
        self.lost(self.begun);
        self.begun = 0;
        match byte {
            _ if byte & 0x93 == 0x12 => Some(Heard::Answer(byte)),
            _ if byte & 0x93 == 0x10 => {
                self.packet[0] = byte;
                self.begun = 1;
                None
            }
            _ if byte & 0x90 == 0 && self.waits => {
                self.waits = false;
                Some(Heard::Done)
            }
            _ => {
                self.lost(1);
                None
            }
        }
    }

    /// From now on an answer to `GS r 1` makes sense.
    pub fn wait_for_done(&mut self) {
        self.waits = true;
    }

    /// How many bytes made no sense since this was asked last.
    pub fn take_garbage(&mut self) -> u32 {
        std::mem::take(&mut self.garbage)
    }

    fn next_of_packet(&mut self, byte: u8) -> Option<Heard> {
        if let Some(place) = self.packet.get_mut(self.begun) {
            *place = byte;
        }
        self.begun += 1;
        (self.begun >= PACKET_BYTES).then(|| {
            self.begun = 0;
            Heard::Packet(Condition::packet(self.packet))
        })
    }

    fn lost(&mut self, bytes: usize) {
        self.garbage = self.garbage.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is heard, a word each, and how many bytes made no sense.
    fn hear(bytes: &[u8], waits: bool) -> (Vec<Heard>, u32) {
        let mut ear = Ear { waits, ..Ear::default() };
        let heard = bytes.iter().filter_map(|byte| ear.hear(*byte)).collect();
        (heard, ear.take_garbage())
    }

    fn asked(answers: [u8; 4]) -> PrinterStatus {
        let all = QUESTIONS.into_iter().zip(answers);
        all.fold(Condition::default(), |condition, (question, byte)| condition.answered(question, byte)).status()
    }

    #[test]
    fn every_answer_becomes_the_word_that_people_must_act_upon() {
        for (answers, status) in [
            ([0x12, 0x12, 0x12, 0x12], PrinterStatus::Ready),
            // The drawer's pin, which nobody uses here.
            ([0x16, 0x12, 0x12, 0x12], PrinterStatus::Ready),
            ([0x12, 0x12, 0x12, 0x1E], PrinterStatus::PaperLow),
            ([0x1A, 0x32, 0x12, 0x7E], PrinterStatus::PaperOut),
            // Either bit alone says it: the roll's sensor, or that printing stopped because of it.
            ([0x12, 0x12, 0x12, 0x72], PrinterStatus::PaperOut),
            ([0x1A, 0x32, 0x12, 0x12], PrinterStatus::PaperOut),
            ([0x1A, 0x16, 0x12, 0x7E], PrinterStatus::CoverOpen),
            ([0x1A, 0x52, 0x1A, 0x12], PrinterStatus::CutterError),
            ([0x1A, 0x52, 0x32, 0x12], PrinterStatus::Broken),
            ([0x1A, 0x52, 0x52, 0x12], PrinterStatus::Offline),
            ([0x1A, 0x12, 0x12, 0x12], PrinterStatus::Offline),
        ] {
            assert_eq!(asked(answers), status, "{answers:02x?}");
        }
    }

    #[test]
    fn every_packet_becomes_the_same_word() {
        for (packet, status) in [
            ([0x10, 0, 0, 0], PrinterStatus::Ready),
            ([0x14, 0, 0, 0x0F], PrinterStatus::Ready),
            ([0x10, 0, 0x03, 0], PrinterStatus::PaperLow),
            ([0x18, 0, 0x0F, 0], PrinterStatus::PaperOut),
            ([0x38, 0, 0x0F, 0], PrinterStatus::CoverOpen),
            ([0x18, 0x08, 0, 0], PrinterStatus::CutterError),
            ([0x18, 0x20, 0, 0], PrinterStatus::Broken),
            ([0x18, 0x40, 0, 0], PrinterStatus::Offline),
            ([0x18, 0, 0, 0], PrinterStatus::Offline),
        ] {
            let (heard, garbage) = hear(&packet, false);
            let [Heard::Packet(condition)] = heard[..] else { panic!("{packet:02x?} is {heard:?}") };
            assert_eq!((condition.status(), garbage), (status, 0), "{packet:02x?}");
        }
    }

    #[test]
    fn a_packet_that_breaks_off_is_garbage_and_what_follows_is_heard() {
        let well = Heard::Packet(Condition::default());
        assert_eq!(hear(&[0x10, 0, 0x12], false), (vec![Heard::Answer(0x12)], 2));
        assert_eq!(hear(&[0x10, 0, 0x10, 0, 0, 0], false), (vec![well], 2));
        assert_eq!(hear(&[0x10, 0x13, 0, 0x11, 0, 0], false), (vec![well], 0), "flow control is nobody's");
        assert_eq!(hear(&[0xFF, 0x80, 0x01, 0x12], false), (vec![Heard::Answer(0x12)], 3));
    }

    #[test]
    fn the_end_of_a_slip_is_heard_once_and_only_when_it_was_asked_for() {
        assert_eq!(hear(&[0x00], false), (vec![], 1));
        assert_eq!(hear(&[0x00, 0x0C], true), (vec![Heard::Done], 1));
        let packet_first = hear(&[0x10, 0, 0, 0, 0x03], true);
        assert_eq!(packet_first, (vec![Heard::Packet(Condition::default()), Heard::Done], 0));
    }
}
