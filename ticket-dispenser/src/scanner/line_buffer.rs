//! From the bytes of a reader to its lines.

use super::LINE_BYTES_MAX;

/// A reader types a line without a pause; what stands for longer is the rest of something else, ms.
const PAUSE_MS_MAX: u64 = 1_000;

/// What came of a byte.
#[derive(Clone, PartialEq, Eq)]
pub enum Read {
    /// The line goes on.
    More,
    /// A line, without its end.
    Line(String),
    /// A line that was too long; it is forgotten.
    TooLong,
}

/// A line that is being read. It is never shown.
#[derive(Default)]
pub struct LineBuffer {
    line: String,
    last_ms: u64,
    too_long: bool,
}

impl LineBuffer {
    /// A character, and when it came: ms of a clock that never goes back. A line ends with CR or LF; empty ones are none.
    pub fn push(&mut self, c: char, now_ms: u64) -> Read {
        if now_ms.saturating_sub(self.last_ms) > PAUSE_MS_MAX {
            self.clear();
        }
        self.last_ms = now_ms;
        if matches!(c, '\r' | '\n') {
            return self.end();
        }
        if self.line.len() + c.len_utf8() > LINE_BYTES_MAX {
            self.too_long = true;
        } else {
            self.line.push(c);
        }
        Read::More
    }

    fn end(&mut self) -> Read {
        let line = std::mem::take(&mut self.line);
        let too_long = std::mem::take(&mut self.too_long);
        match line.is_empty() {
            _ if too_long => Read::TooLong,
            true => Read::More,
            false => Read::Line(line),
        }
    }

    fn clear(&mut self) {
        self.line.clear();
        self.too_long = false;
    }
}
