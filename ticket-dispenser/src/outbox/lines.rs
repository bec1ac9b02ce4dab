//! The bytes of an outbox: one record a line, with a CRC.

use super::Found;
use crate::dispenser::{Book, Record};

/// A record as a line of the file.
pub fn line(record: &Record) -> Vec<u8> {
    // A record is plain data with text keys: it always becomes JSON. An empty line would be read back as damage.
    let json = serde_json::to_string(record).unwrap_or_default();
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes()
}

/// What the list says, of which `durable` bytes had been on the disk.
pub fn read_back(bytes: &[u8], durable: u64) -> (Book, Found) {
    let (mut book, mut damaged, mut torn) = (Book::default(), 0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match read_line(line) {
            Some(record) => book.apply(&record),
            // A line that has its end was written whole once: it was not torn.
            None if line.ends_with(b"\n") => damaged += 1,
            None => torn = line.len(),
        }
    }
    let missing = durable.saturating_sub(bytes.len() as u64);
    // A line without its end that had been durable was not torn either.
    let lost_end = torn > 0 && ((bytes.len() - torn) as u64) < durable;
    let found = match (damaged + usize::from(lost_end), torn) {
        _ if missing > 0 => Found::Short(missing),
        (0, 0) => Found::Whole,
        (0, torn) => Found::Torn(torn),
        (damaged, _) => Found::Damaged(damaged),
    };
    (book, found)
}

fn read_line(line: &[u8]) -> Option<Record> {
    let (crc, json) = std::str::from_utf8(line).ok()?.strip_suffix('\n')?.split_once(' ')?;
    let crc = u32::from_str_radix(crc, 16).ok()?;
    if crc == crc32fast::hash(json.as_bytes()) { serde_json::from_str(json).ok() } else { None }
}
