//! What a printer makes of its bytes: rows of dots, feeds, cuts. Whatever else comes is kept as unknown.

use super::Fault;

/// Paper that was printed on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slip {
    /// What was sent for it, without questions that are answered out of turn.
    pub bytes: Vec<u8>,
    /// Bytes in a row of dots.
    pub row_bytes: usize,
    /// The rows.
    pub rows: Vec<u8>,
}

/// The paper, and what waits for it.
#[derive(Debug, Default)]
pub(super) struct Paper {
    pub slips: Vec<Slip>,
    pub hanging: Slip,
    pub unknown: Vec<Vec<u8>>,
    /// Whether it was told to report changes.
    pub reports: bool,
    /// Received and not yet worked off.
    waits: Vec<u8>,
    /// Of the band that is being printed: bytes that are still to come.
    band_left: usize,
}

/// What came of a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It has nothing whole to work on, or stands still.
    Nothing,
    /// A slip began.
    Began,
    /// It went on.
    Went,
    /// It was asked, in its turn, how much paper there is.
    Asked,
    /// It was told to report changes.
    Reports,
    /// It has cut.
    Cut,
}

impl Paper {
    /// Takes in bytes, and says which questions among them are to be answered at once.
    pub fn receive(&mut self, came: &[u8], fault: Fault) -> Vec<u8> {
        self.waits.extend(came);
        let mut questions = Vec::new();
        // Also in the middle of a picture, as printers do: nothing there may look like a question.
        while let Some(at) = self.waits.windows(3).position(|three| matches!(three, [0x10, 0x04, 1..=4])) {
            let question: Vec<u8> = self.waits.drain(at..at + 3).collect();
            questions.extend((fault != Fault::Mute).then_some(question[2]));
        }
        questions
    }

    /// Loses what it was sent and had no time for.
    pub fn forget_what_waits(&mut self) {
        self.waits.clear();
        self.band_left = 0;
    }

    /// Works on what waits, one command or piece of a picture.
    pub fn step(&mut self, stands_still: bool) -> Step {
        if stands_still || self.waits.is_empty() {
            return Step::Nothing;
        }
        if self.band_left > 0 {
            return self.row();
        }
        let (length, step) = match self.waits[..] {
            [0, ..] => return self.zero(),
            [0x1B, b'@', ..] => (2, Step::Began),
            [0x1B, b'd', _, ..] => (3, Step::Went),
            [0x1D, b'a', n, ..] => {
                self.reports = n != 0;
                (3, Step::Reports)
            }
            [0x1D, b'r', 1, ..] => (3, Step::Asked),
            [0x1D, b'V', b'A', _, ..] => (4, Step::Cut),
            [0x1D, b'v', b'0', 0, width, width_high, height, height_high, ..] => {
                let [row_bytes, rows] = [[width, width_high], [height, height_high]].map(u16::from_le_bytes);
                self.hanging.row_bytes = row_bytes.into();
                self.band_left = usize::from(row_bytes) * usize::from(rows);
                (8, Step::Went)
            }
            [0x10] | [0x10, 0x04] | [0x1B | 0x1D] | [0x1B | 0x1D, _] | [0x1D, _, _] | [0x1D, b'v', ..] => {
                return Step::Nothing;
            }
            _ => {
                let strange = std::mem::take(&mut self.waits);
                self.unknown.push(strange);
                return Step::Nothing;
            }
        };
        self.spend(length);
        if step == Step::Cut {
            self.slips.push(std::mem::take(&mut self.hanging));
        }
        step
    }

    /// Zeros between commands are nothing.
    fn zero(&mut self) -> Step {
        self.waits.remove(0);
        Step::Went
    }

    fn row(&mut self) -> Step {
        let length = self.waits.len().min(self.band_left).min(self.hanging.row_bytes.max(1));
        self.hanging.rows.extend(&self.waits[..length]);
        self.band_left -= length;
        self.spend(length);
        Step::Went
    }

    /// So many of the bytes that wait have been worked off.
    fn spend(&mut self, length: usize) {
        self.hanging.bytes.extend(self.waits.drain(..length));
    }
}
