//! A receipt printer that speaks ESC/POS: asked how it is, given a slip, and believed only when it says that the slip is done.
//!
//! - [`bytes`]: a slip as bytes; [`status`]: what a printer says of itself, bit by bit; both pure
//! - `line`: network, USB, serial; `talk`: the conversation over one of them; [`error`]: what can go wrong
//!
//! Nothing waits for ever: connecting, writing and reading have their patience. After any trouble the line is closed, and the
//! next time it is opened anew. A slip of which one byte has left is never sent again from here: whether it is printed again,
//! under the word "reprint", is the machine's to say.

use std::time::Duration;

use firmware_config::dispenser::Printer as Settings;
use tracing::{info, warn};

pub mod bytes;
pub mod error;
mod line;
pub mod status;
mod talk;

pub use self::error::PrinterError;
use self::{line::Way, talk::Talk};
use crate::{dispenser::PrinterStatus, raster::Raster};

/// How sure it is that a slip is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The printer said that everything is done, the cut too.
    Confirmed,
    /// It can't say that, but stayed well until long after.
    StayedWell,
    /// It took the bytes; it can't be asked anything.
    Taken,
}

/// A printer, wherever it is.
pub struct EscPos {
    ways: Vec<Way>,
    answers: bool,
    patience: Duration,
    talk: Option<Talk>,
    /// Whether it says when it is done; `None` = not tried yet.
    confirms: Option<bool>,
    status: PrinterStatus,
}

impl EscPos {
    /// The printer of a profile. It is looked for when it is asked or given something.
    pub fn new(settings: &Settings) -> Self {
        Self {
            ways: Way::all(settings),
            answers: settings.answers,
            patience: Duration::from_millis(settings.answer_ms_max.into()),
            talk: None,
            confirms: None,
            status: PrinterStatus::Unknown,
        }
    }

    /// What was found last.
    pub fn status(&self) -> PrinterStatus {
        self.status
    }

    /// Asks it how it is.
    ///
    /// # Errors
    /// It can't be reached or understood; [`Self::status`] has the word for it.
    pub fn look(&mut self) -> Result<PrinterStatus, PrinterError> {
        let status = self.ask().map_err(|why| self.fails(why))?;
        self.status = status;
        Ok(status)
    }

    /// Where it was found.
    pub fn place(&self) -> Option<&str> {
        self.talk.as_ref().map(Talk::place)
    }

    /// Whether it says when a slip is done; `None` when that was not tried, as long as it does not print.
    pub fn confirms(&self) -> Option<bool> {
        self.confirms.filter(|_| self.answers)
    }

    /// Prints, and waits until it is done.
    ///
    /// # Errors
    /// The slip is not out, or not whole, or nobody knows.
    pub fn print(&mut self, raster: &Raster) -> Result<Proof, PrinterError> {
        let proof = self.try_print(raster).map_err(|why| self.fails(why))?;
        info!(?proof, "printed");
        Ok(proof)
    }

    fn ask(&mut self) -> Result<PrinterStatus, PrinterError> {
        // A new line has another printer on it: whether that one confirms is not known.
        self.open()?;
        let (answers, confirms) = (self.answers, self.confirms);
        let talk = self.open()?;
        if !answers {
            talk.drain()?;
            return Ok(PrinterStatus::Ready);
        }
        let status = talk.condition()?.status();
        if confirms.is_none() && status.prints() {
            let confirms = talk.confirms()?;
            if !confirms {
                warn!(place = talk.place(), "the printer does not say when a slip is done: its status must do");
            }
            self.confirms = Some(confirms);
        }
        Ok(status)
    }

    fn try_print(&mut self, raster: &Raster) -> Result<Proof, PrinterError> {
        let slip = bytes::slip(raster, self.answers)?;
        // A printer that was off since it was looked at last: nothing has left yet, so it may be tried anew.
        let is_known = self.talk.as_mut().is_some_and(|talk| talk.drain().is_ok());
        if !is_known || self.confirms.is_none() {
            self.talk = self.talk.take().filter(|_| is_known);
            let status = self.ask()?;
            if !status.prints() {
                return Err(PrinterError::Stopped { place: self.place().unwrap_or_default().to_owned(), status });
            }
        }
        let (answers, confirms) = (self.answers, self.confirms.unwrap_or(false));
        let talk = self.open()?;
        talk.send(&slip)?;
        Ok(match answers {
            true if talk.end(confirms)? => Proof::Confirmed,
            true => Proof::StayedWell,
            false => Proof::Taken,
        })
    }

    /// The open line, or a new one.
    fn open(&mut self) -> Result<&mut Talk, PrinterError> {
        let talk = match self.talk.take() {
            Some(talk) => talk,
            None => {
                let (line, place) = line::open(&self.ways, self.patience)?;
                // It may be another printer by now.
                self.confirms = None;
                let mut talk = Talk::new(line, place, self.patience);
                if !self.answers {
                    talk.write_all(&bytes::REST_OF_A_BAND, self.patience)?;
                }
                talk
            }
        };
        Ok(self.talk.insert(talk))
    }

    /// Notes the word for it, and leaves the line: what is still in it belongs to what failed.
    fn fails(&mut self, why: PrinterError) -> PrinterError {
        self.status = why.status();
        self.talk = None;
        why
    }
}
