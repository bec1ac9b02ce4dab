//! A conversation with one printer over one open line.

use std::{
    io::{self, ErrorKind},
    time::{Duration, Instant},
};

use super::{
    bytes::{ARE_YOU_DONE, REST_OF_A_BAND},
    error::PrinterError,
    line::Line,
    status::{Condition, Ear, Heard, QUESTIONS},
};

/// So many times a printer is asked anew when what it said made no sense: a line that is opened has a stray byte or two.
const ROUNDS_MAX: u32 = 3;
/// Bytes that are read at a time; a status is one, or four.
const READ_BYTES: usize = 64;
/// Bytes of a slip at a time; between them the printer is listened to.
const CHUNK_BYTES: usize = 4_096;
/// What is there already is read without waiting.
const AT_ONCE: Duration = Duration::from_millis(1);
/// A printer that never stops talking is not listened to for longer.
const DRAINED_BYTES_MAX: usize = 4_096;
/// While a slip comes out, the printer is asked so often how it is.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// A printer that has taken everything still has this long to print what it holds: 4 KB at its slowest, and the cut.
const END_WITHIN: Duration = Duration::from_secs(15);
/// While it prints, it may take longer to take bytes and to answer: its memory is full, its head is hot.
const BUSY: Duration = Duration::from_secs(5);
/// One that can't say that it is done must stay well for so long after the last byte.
const STAYS_WELL: Duration = Duration::from_millis(1_500);

pub(super) struct Talk {
    line: Box<dyn Line>,
    place: String,
    ear: Ear,
    /// It said that what was sent is done.
    done: bool,
    /// What it said of itself unasked, since it was asked.
    told: Option<Condition>,
    patience: Duration,
}

impl Talk {
    pub fn new(line: Box<dyn Line>, place: String, patience: Duration) -> Self {
        Self { line, place, ear: Ear::default(), done: false, told: None, patience }
    }

    pub fn place(&self) -> &str {
        &self.place
    }

    /// Asks the printer how it is.
    ///
    /// # Errors
    /// The line is broken, or nothing comes back that makes sense.
    pub fn condition(&mut self) -> Result<Condition, PrinterError> {
        let mut garbage = 0;
        for _ in 0..ROUNDS_MAX {
            self.drain()?;
            self.ear.take_garbage();
            // What it said before is answered anew.
            self.told = None;
            let condition = self.round(self.patience)?;
            garbage = self.ear.take_garbage();
            match condition {
                Some(condition) if garbage == 0 => return Ok(condition),
                // Silence does not end by asking again.
                None if garbage == 0 => break,
                _ => {}
            }
        }
        Err(PrinterError::Silent { place: self.place.clone(), garbage })
    }

    /// Whether the printer says when it is done; tried on each new line, while nothing is to be done.
    ///
    /// # Errors
    /// The line is broken.
    pub fn confirms(&mut self) -> Result<bool, PrinterError> {
        self.ear.wait_for_done();
        self.done = false;
        self.write_all(&REST_OF_A_BAND, BUSY)?;
        self.write_all(&ARE_YOU_DONE, self.patience)?;
        let until = Instant::now() + self.patience;
        while !self.done && Instant::now() < until {
            self.listen(until.saturating_duration_since(Instant::now()))?;
        }
        Ok(self.done)
    }

    /// Hears what came unasked.
    ///
    /// # Errors
    /// The line is broken.
    pub fn drain(&mut self) -> Result<(), PrinterError> {
        for _ in 0..DRAINED_BYTES_MAX / READ_BYTES {
            if self.listen(AT_ONCE)?.0 == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Sends a slip.
    ///
    /// # Errors
    /// The line is broken, the printer takes nothing, or says meanwhile that it has stopped.
    pub fn send(&mut self, slip: &[u8]) -> Result<(), PrinterError> {
        self.well()?;
        self.done = false;
        self.ear.wait_for_done();
        for chunk in slip.chunks(CHUNK_BYTES) {
            self.write_all(chunk, BUSY)?;
            self.listen(AT_ONCE)?;
            self.well()?;
        }
        Ok(())
    }

    /// Waits until the printer says that the slip is done: true. One that can't say that (`confirms` is false) must be well for
    /// a while: false.
    ///
    /// # Errors
    /// The line is broken; the printer stopped, is silent, or never said it.
    pub fn end(&mut self, confirms: bool) -> Result<bool, PrinterError> {
        let sent = Instant::now();
        loop {
            let next = Instant::now() + ASK_EVERY;
            while !self.done && Instant::now() < next {
                self.listen(next.saturating_duration_since(Instant::now()))?;
                self.well()?;
            }
            if self.done {
                return Ok(true);
            }
            let condition = self.round(BUSY)?;
            if self.done {
                return Ok(true);
            }
            let silent = || PrinterError::Silent { place: self.place.clone(), garbage: 0 };
            self.told = Some(condition.ok_or_else(silent)?);
            self.well()?;
            match sent.elapsed() {
                waited if !confirms && waited >= STAYS_WELL => return Ok(false),
                waited if waited >= END_WITHIN => return Err(PrinterError::Unconfirmed { place: self.place.clone() }),
                _ => {}
            }
        }
    }

    /// All bytes, in as many pieces as the line wants.
    ///
    /// # Errors
    /// The line is broken, or takes none for longer than `patience`.
    pub fn write_all(&mut self, mut bytes: &[u8], patience: Duration) -> Result<(), PrinterError> {
        let mut took = Instant::now();
        while !bytes.is_empty() {
            match self.line.write(bytes) {
                Ok(written) => {
                    bytes = bytes.get(written..).unwrap_or_default();
                    took = Instant::now();
                }
                Err(why) if why.kind() == ErrorKind::TimedOut && took.elapsed() < patience => {}
                Err(why) => return Err(self.lost(why)),
            }
        }
        Ok(())
    }

    /// Whether the printer has said that it stopped.
    fn well(&mut self) -> Result<(), PrinterError> {
        match self.told.take().map(Condition::status) {
            Some(status) if !status.prints() => Err(PrinterError::Stopped { place: self.place.clone(), status }),
            _ => Ok(()),
        }
    }

    /// Asks all questions, one after another; `None` when one of them has no answer.
    fn round(&mut self, patience: Duration) -> Result<Option<Condition>, PrinterError> {
        let mut condition = Condition::default();
        for question in QUESTIONS {
            self.write_all(&question.bytes(), patience)?;
            let until = Instant::now() + patience;
            let answer = loop {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(None);
                }
                if let (_, Some(answer)) = self.listen(left)? {
                    break answer;
                }
            };
            condition = condition.answered(question, answer);
        }
        Ok(Some(condition))
    }

    /// Listens once: how many bytes came, and the last answer among them.
    fn listen(&mut self, patience: Duration) -> Result<(usize, Option<u8>), PrinterError> {
        let mut bytes = [0; READ_BYTES];
        let read = self.line.read(&mut bytes, patience).map_err(|why| self.lost(why))?;
        let mut answered = None;
        for byte in bytes.iter().take(read) {
            match self.ear.hear(*byte) {
                Some(Heard::Answer(byte)) => answered = Some(byte),
                Some(Heard::Packet(condition)) => self.told = Some(condition),
                Some(Heard::Done) => self.done = true,
                None => {}
            }
        }
        Ok((read, answered))
    }

    fn lost(&self, why: io::Error) -> PrinterError {
        let place = self.place.clone();
        match why.kind() {
            ErrorKind::TimedOut => PrinterError::Stuck { place },
            _ => PrinterError::Lost { place, why },
        }
    }
}
