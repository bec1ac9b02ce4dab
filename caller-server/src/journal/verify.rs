//! `caller-server journal verify | print | export`: reads a journal, also that of a running server, and changes nothing.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::Path;
use std::str;

use serde::de::IgnoredAny;

use super::error::{Act, Fault, OpenError};
use super::format::{Hash, RawRecord};
use super::walk::walk;

/// What [`verify`] found in a sound journal. `Display` is one paragraph in English and one in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Records, which is also the number of the last one.
    pub seq: u64,
    /// Hash of the last record: whoever noted it earlier can tell that nothing before it was changed.
    pub hash: Hash,
    /// Segment files.
    pub segments: usize,
    /// Their size without torn bytes.
    pub bytes: u64,
    /// The number that the head marker vouches for.
    pub marker_seq: u64,
    /// Bytes behind the last record that are not a record.
    pub torn_bytes: u64,
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { seq, hash, segments, bytes, marker_seq, torn_bytes } = self;
        let hash = Base16(hash);
        writeln!(
            f,
            "The journal is sound. Records: {seq}, segments: {segments}, bytes: {bytes}; the head marker stands at {marker_seq}."
        )?;
        writeln!(f, "The hash of the last record is {hash}.")?;
        if *torn_bytes > 0 {
            writeln!(
                f,
                "{torn_bytes} bytes at the end are of an append that is not finished. If no server is running, the next start sets them aside; nothing in them was acknowledged."
            )?;
        }
        writeln!(f, "日志完好：{segments}个段文件，{seq}条记录，{bytes}字节；head标记位于{marker_seq}。")?;
        writeln!(f, "最后一条记录的哈希为{hash}。")?;
        if *torn_bytes > 0 {
            writeln!(
                f,
                "末尾有{torn_bytes}字节属于未完成的写入。如果没有服务器在运行，下次启动时会将其移出；其中没有任何已确认的内容。"
            )?;
        }
        Ok(())
    }
}

/// Verifies every byte of the journal in `dir`.
///
/// # Errors
/// The first damage found, or a failure of the disk.
pub fn verify(dir: &Path) -> Result<Report, OpenError> {
    let walked = walk(dir, &mut |_| Ok(()))?;
    Ok(Report {
        seq: walked.at.seq,
        hash: walked.at.hash,
        segments: walked.segments.len(),
        bytes: walked.bytes,
        marker_seq: walked.marker.map_or(0, |slot| slot.at.seq),
        torn_bytes: walked.torn.map_or(0, |torn| torn.bytes),
    })
}

/// Writes the records from `from_seq` on for people: number, beginning of the hash, payload. `out` should be buffered.
///
/// # Errors
/// As [`verify`], after the records before the damage; or `out` failed.
pub fn print(dir: &Path, from_seq: u64, out: &mut dyn io::Write) -> Result<(), OpenError> {
    each(dir, from_seq, out, &mut |raw, out| {
        let hash = Base16(&raw.hash[..6]);
        match Payload::of(raw.payload) {
            Payload::Json(text) => writeln!(out, "{:>10}  {hash}  {text}", raw.seq),
            Payload::Other(bytes) => writeln!(out, "{:>10}  {hash}  base16 {bytes}", raw.seq),
        }
    })
}

/// Writes all records as JSON Lines `{"seq", "hash", "entry"}`. A payload that is not JSON becomes `"entry_base16"`.
///
/// # Errors
/// As [`print`].
pub fn export(dir: &Path, out: &mut dyn io::Write) -> Result<(), OpenError> {
    each(dir, 1, out, &mut |raw, out| {
        let (seq, hash) = (raw.seq, Base16(&raw.hash));
        match Payload::of(raw.payload) {
            Payload::Json(text) => writeln!(out, r#"{{"seq":{seq},"hash":"{hash}","entry":{text}}}"#),
            Payload::Other(bytes) => writeln!(out, r#"{{"seq":{seq},"hash":"{hash}","entry_base16":"{bytes}"}}"#),
        }
    })
}

type WriteRecord<'a> = &'a mut dyn FnMut(&RawRecord<'_>, &mut dyn io::Write) -> io::Result<()>;

fn each(dir: &Path, from_seq: u64, out: &mut dyn io::Write, write: WriteRecord<'_>) -> Result<(), OpenError> {
    let output = Path::new("output");
    walk(dir, &mut |raw| {
        if raw.seq < from_seq {
            return Ok(());
        }
        write(raw, out).map_err(Fault::io(Act::Write, output))
    })?;
    out.flush().map_err(Fault::io(Act::Write, output))?;
    Ok(())
}

enum Payload<'a> {
    /// On one line, otherwise exactly as it was appended: writing it anew could change a number.
    Json(String),
    Other(Base16<'a>),
}

impl<'a> Payload<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
                // Line breaks are never part of a JSON string: between tokens a space says the same.
                Self::Json(text.replace(['\n', '\r'], " "))
            }
            _ => Self::Other(Base16(bytes)),
        }
    }
}

struct Base16<'a>(&'a [u8]);

impl Display for Base16<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
