//! Readers for cards and codes that are wired to the machine: a keyboard of its own, or a serial port. One that types into the
//! kiosk page needs nothing here.
//!
//! A reader that is pulled out is looked for again. Its lines go to whoever asked and are neither kept nor logged.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use firmware_config::scanner::ScannerInput;
use protocol::kiosk::ScanText;
use rppal::uart::{Parity, Uart};
use thiserror::Error;
use tracing::{info, warn};

use crate::scanner::{LINE_BYTES_MAX, LineBuffer, Read, keys::Keys};

/// A reader that is gone is looked for so often.
const AGAIN: Duration = Duration::from_secs(3);
/// So long a serial port is waited for before it is looked whether anybody still listens, in steps of 100 ms (termios).
const SERIAL_WAIT: Duration = Duration::from_secs(1);

/// After a wait in which nothing came, ms: so a port that does not wait does not take the whole processor.
const PAUSE: Duration = Duration::from_millis(20);

/// A reader that can't be used.
#[derive(Debug, Error)]
pub enum ReaderError {
    /// It is not there, or not to be had alone.
    #[error(
        "{0}. Is the reader plugged in, and the user in the group input? 请检查读卡器连接，以及用户是否在 input 组中。"
    )]
    System(#[from] std::io::Error),
    /// A serial port.
    #[error("{0}. Is the reader plugged in, and the user in the group dialout? 请检查读卡器连接和串口权限。")]
    Serial(#[from] rppal::uart::Error),
}

/// Reads lines in a thread of its own until `tell` says that nobody listens.
pub fn start(input: &ScannerInput, mut tell: impl FnMut(ScanText) -> bool + Send + 'static) {
    let input = input.clone();
    if input == ScannerInput::Page {
        return;
    }
    thread::spawn(move || {
        let mut was_well = true;
        loop {
            let mut lines = Lines { buffer: LineBuffer::default(), began: Instant::now(), tell: &mut tell };
            let ended = match &input {
                ScannerInput::Page => return,
                ScannerInput::Keyboard(device) => read_keyboard(device, &mut lines),
                ScannerInput::Serial { device, baud } => read_serial(device, *baud, &mut lines),
            };
            match ended {
                Ok(()) => return,
                Err(why) if was_well => warn!(%why, "no reader; it is looked for again"),
                Err(_) => {}
            }
            was_well = false;
            thread::sleep(AGAIN);
        }
    });
}

/// From characters to whoever asked.
struct Lines<'a> {
    buffer: LineBuffer,
    began: Instant,
    tell: &'a mut dyn FnMut(ScanText) -> bool,
}

impl Lines<'_> {
    /// `false` when nobody listens any more.
    fn push(&mut self, c: char) -> bool {
        let now_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match self.buffer.push(c, now_ms) {
            Read::More => true,
            Read::Line(line) => (self.tell)(ScanText(line)),
            // It is longer than any that is taken, and says so.
            Read::TooLong => (self.tell)(ScanText("?".repeat(LINE_BYTES_MAX + 1))),
        }
    }
}

/// `Ok` when nobody listens any more.
fn read_keyboard(path: &Path, lines: &mut Lines<'_>) -> Result<(), ReaderError> {
    let mut device = evdev::Device::open(path)?;
    // What it types must not reach the browser as well, nor a terminal.
    device.grab()?;
    info!(device = %path.display(), "the reader is there");
    let mut keys = Keys::default();
    loop {
        for event in device.fetch_events()? {
            let typed = match event.destructure() {
                evdev::EventSummary::Key(_, key, value) => keys.key(key.code(), value),
                _ => None,
            };
            if !typed.is_none_or(|c| lines.push(c)) {
                return Ok(());
            }
        }
    }
}

/// `Ok` when nobody listens any more.
fn read_serial(path: &Path, baud: u32, lines: &mut Lines<'_>) -> Result<(), ReaderError> {
    let mut port = Uart::with_path(path, baud, Parity::None, 8, 1)?;
    port.set_read_mode(0, SERIAL_WAIT)?;
    info!(device = %path.display(), "the reader is there");
    let mut bytes = [0; LINE_BYTES_MAX];
    loop {
        let count = port.read(&mut bytes)?;
        if count == 0 {
            // A port that was pulled out says "nothing" for ever, and at once.
            std::fs::metadata(path)?;
            thread::sleep(PAUSE);
        }
        for byte in bytes.iter().take(count) {
            // Cards and codes are ASCII; what is not makes the line one that is told as unreadable.
            if !lines.push(char::from(*byte)) {
                return Ok(());
            }
        }
    }
}
