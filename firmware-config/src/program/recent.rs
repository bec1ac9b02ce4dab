//! The last lines of the log, for who asks from afar: a device's own log lies in its memory too, but nobody is there to read it.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use protocol::attend::{LOG_LINE_BYTES_MAX, LOG_LINES_MAX};
use tracing_subscriber::fmt::MakeWriter;

/// The last lines of the log; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Recent(Arc<Mutex<VecDeque<String>>>);

impl Recent {
    /// Up to [`LOG_LINES_MAX`] lines, oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// An event comes in one piece, a line.
impl Write for Recent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in text.lines().filter(|line| !line.is_empty()) {
            if lines.len() == LOG_LINES_MAX {
                lines.pop_front();
            }
            lines.push_back(line.get(..line.floor_char_boundary(LOG_LINE_BYTES_MAX)).unwrap_or_default().to_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Recent {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_long_ones_are_cut() {
        let mut recent = Recent::default();
        for number in 0..LOG_LINES_MAX + 3 {
            writeln!(recent, "{number}").unwrap();
        }
        let long = "号".repeat(LOG_LINE_BYTES_MAX);
        recent.write_all(format!("{long}\n").as_bytes()).unwrap();
        let lines = recent.lines();
        assert_eq!((lines.len(), lines[0].as_str()), (LOG_LINES_MAX, "4"));
        let last = lines.last().unwrap();
        assert!(last.len() <= LOG_LINE_BYTES_MAX && long.starts_with(last.as_str()), "{last}");
    }
}
