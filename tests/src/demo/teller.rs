//! What the one who started the demonstration reads: messages, and one line that lives.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Without a terminal the line is written this often.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Back to the first column, and delete what stands there.
const CLEAR: &str = "\r\x1b[2K";

/// Writes to stdout. What can't be written is nobody's concern: the hall goes on.
pub struct Teller(Mutex<Inner>);

struct Inner {
    out: Box<dyn Write + Send>,
    is_terminal: bool,
    /// What stands in the last line, and since when.
    line: Option<(String, Instant)>,
}

impl Teller {
    /// Writes to stdout.
    pub fn new() -> Self {
        let out = io::stdout();
        let is_terminal = out.is_terminal();
        Self(Mutex::new(Inner { out: Box::new(out), is_terminal, line: None }))
    }

    /// Writes nowhere.
    #[cfg(test)]
    pub fn silent() -> Self {
        Self(Mutex::new(Inner { out: Box::new(io::sink()), is_terminal: false, line: None }))
    }

    /// A message that stays, above the line that lives.
    pub fn say(&self, message: &str) {
        self.with(|inner| {
            if !inner.is_terminal {
                return writeln!(inner.out, "{message}");
            }
            let line = inner.line.as_ref().map_or("", |(line, _)| line.as_str());
            write!(inner.out, "{CLEAR}{message}\n{line}")
        });
    }

    /// The line that lives.
    pub fn live(&self, line: String) {
        self.with(|inner| {
            let now = Instant::now();
            if inner.is_terminal {
                write!(inner.out, "{CLEAR}{line}")?;
            } else if inner.line.as_ref().is_none_or(|(_, at)| now - *at >= LINE_EVERY) {
                writeln!(inner.out, "{line}")?;
            } else {
                return Ok(());
            }
            inner.line = Some((line, now));
            Ok(())
        });
    }

    /// The line stays as it is; what comes stands below it.
    pub fn settle(&self) {
        self.with(|inner| match inner.line.take() {
            Some(_) if inner.is_terminal => writeln!(inner.out),
            _ => Ok(()),
        });
    }

    fn with(&self, write: impl FnOnce(&mut Inner) -> io::Result<()>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write(&mut inner).and_then(|()| inner.out.flush());
    }
}

impl Default for Teller {
    fn default() -> Self {
        Self::new()
    }
}
