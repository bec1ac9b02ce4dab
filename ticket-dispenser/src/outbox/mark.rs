//! How far the list is known to be durable, in a small file beside it: what is missing before that was lost, not torn.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::FileExt,
    path::Path,
};

const NAME: &str = "outbox.mark";
/// Sixteen digits of a length.
const DIGITS: usize = 16;

/// The mark of an open outbox. It is written after the list was synced and is not synced itself: whenever it reaches the
/// disk, it speaks only of what had reached it before.
#[derive(Debug)]
pub(super) struct Mark(File);

impl Mark {
    /// How many bytes of the list in `directory` had been durable; 0 when nothing readable tells.
    pub fn read(directory: &Path) -> u64 {
        let text = fs::read_to_string(directory.join(NAME)).unwrap_or_default();
        let Some((digits, crc)) = text.trim_end().split_once(' ') else { return 0 };
        let is_whole = u32::from_str_radix(crc, 16).is_ok_and(|crc| crc == crc32fast::hash(digits.as_bytes()));
        if is_whole { u64::from_str_radix(digits, 16).unwrap_or(0) } else { 0 }
    }

    /// Takes the mark of a list away that is about to be replaced.
    pub fn remove(directory: &Path) -> io::Result<()> {
        match fs::remove_file(directory.join(NAME)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => File::open(directory)?.sync_all(),
        }
    }

    /// A new mark.
    pub fn create(directory: &Path) -> io::Result<Self> {
        OpenOptions::new().write(true).create(true).truncate(true).open(directory.join(NAME)).map(Self)
    }

    /// So many bytes are durable. A mark that can't be written says less than is there, or nothing: no harm.
    pub fn note(&self, bytes: u64) {
        let digits = format!("{bytes:0DIGITS$x}");
        let _ = self.0.write_all_at(format!("{digits} {:08x}\n", crc32fast::hash(digits.as_bytes())).as_bytes(), 0);
    }
}
