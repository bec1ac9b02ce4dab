//! The serial console of an emulated Raspberry Pi. Everything that it says is kept in a file with the time since power came.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How the first program there ends its answers; the command's exit code follows.
const DID: &str = "yihao: did ";
/// How it says that something did not work.
const FAILED: &str = "yihao: failed";
/// How lines of the device program begin, which come between.
const PROGRAM: &str = "log: ";

/// A console.
pub struct Console {
    stream: UnixStream,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Console {
    /// One whose other end is this stream; its words are appended to a file.
    pub(super) fn attach(stream: UnixStream, log: PathBuf) -> Self {
        let (tell, lines) = channel();
        let (reads, keeps) = (stream.try_clone().unwrap(), File::options().append(true).open(&log).unwrap());
        thread::spawn(move || listen(reads, keeps, &tell));
        Self { stream, lines, log }
    }

    /// Waits until it says something, and gives that line.
    pub fn wait_for(&mut self, words: &str, within: Duration) -> String {
        let until = Instant::now() + within;
        loop {
            let line = self.line(words, until);
            assert!(!line.starts_with(FAILED), "{line}; see {}", self.log.display());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// What a command prints there.
    pub fn ask(&mut self, command: &str, within: Duration) -> String {
        let until = Instant::now() + within;
        // Whatever was said before is no answer.
        while self.lines.try_recv().is_ok() {}
        writeln!(self.stream, "{command}").unwrap();
        let mut answer = String::new();
        loop {
            let line = self.line(command, until);
            match line.strip_prefix(DID) {
                Some("0") => return answer,
                Some(code) => panic!("{command}: it ended with {code}: {answer}"),
                None if line.starts_with(PROGRAM) => {}
                None => answer.extend([line.as_str(), "\n"]),
            }
        }
    }

    fn line(&self, wanted: &str, until: Instant) -> String {
        let left = until.saturating_duration_since(Instant::now());
        self.lines.recv_timeout(left).unwrap_or_else(|why| match why {
            RecvTimeoutError::Timeout => {
                panic!("the emulated Raspberry Pi does not say {wanted:?} in time; see {}", self.log.display())
            }
            RecvTimeoutError::Disconnected => {
                panic!("the emulated Raspberry Pi ended before {wanted:?}; see {}", self.log.display())
            }
        })
    }
}

fn listen(stream: UnixStream, mut keeps: File, tell: &Sender<String>) {
    let (began, mut reader, mut bytes) = (Instant::now(), BufReader::new(stream), Vec::new());
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
        // The file is for people who look for what went wrong; without it the test goes on.
        let _ = writeln!(keeps, "[{:8.3}] {line}", began.elapsed().as_secs_f64());
        bytes.clear();
        if tell.send(line).is_err() {
            return;
        }
    }
}
