//! Reads the records of one segment in large pieces, without an allocation a record.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::{Act, Damage, Fault, Flaw};
use super::format::{self, HEADER_BYTES, Position, RECORD_HEAD_BYTES, RawRecord};

/// Small enough to stay in a processor's cache between reading, checksum and hash.
const BUFFER_BYTES: usize = 256 * 1024;
const SUFFIX: &str = "seg";

/// A segment that is being read.
pub(super) struct SegmentScan {
    file: File,
    path: PathBuf,
    buffer: Vec<u8>,
    from: usize,
    until: usize,
    at: Position,
}

/// What stands at the position of a scan.
pub(super) enum Step<'a> {
    /// A record that continues the chain; the scan now stands behind it.
    Record(RawRecord<'a>),
    /// The end of the file.
    End,
    /// Something else; the scan stays before it.
    Flawed(Flaw),
}

impl SegmentScan {
    /// Opens the segment that begins with sequence number `first` and checks its header and name.
    pub fn open(dir: &Path, first: u64) -> Result<Self, Fault> {
        let path = segment_path(dir, first);
        let file = File::open(&path).map_err(Fault::io(Act::Open, &path))?;
        let mut scan = Self { file, path, buffer: Vec::new(), from: 0, until: 0, at: Position::default() };
        scan.fill(HEADER_BYTES)?;
        let header = format::parse_header(&scan.buffer[..scan.until]);
        let flaw = match header {
            Ok(at) if at.segment == first => {
                scan.at = at;
                scan.from = HEADER_BYTES;
                return Ok(scan);
            }
            Ok(_) => Flaw::Name,
            Err(flaw) => flaw,
        };
        Err(Damage { file: scan.path, offset: 0, seq: first, flaw }.into())
    }

    /// Where the scan stands.
    pub fn at(&self) -> Position {
        self.at
    }

    /// The next record, verified.
    pub fn step(&mut self) -> Result<Step<'_>, Fault> {
        let available = self.fill(RECORD_HEAD_BYTES)?;
        if available == 0 {
            return Ok(Step::End);
        }
        if available >= RECORD_HEAD_BYTES {
            match format::record_bytes(&self.buffer[self.from..]) {
                Ok(whole) => self.fill(whole)?,
                Err(flaw) => return Ok(Step::Flawed(flaw)),
            };
        }
        let raw = match format::parse_record(&self.buffer[self.from..self.until]) {
            Ok(raw) => raw,
            Err(flaw) => return Ok(Step::Flawed(flaw)),
        };
        if raw.seq != self.at.seq + 1 {
            return Ok(Step::Flawed(Flaw::Sequence { found: raw.seq }));
        }
        if format::chain(&self.at.hash, raw.seq, raw.payload) != raw.hash {
            return Ok(Step::Flawed(Flaw::Chain));
        }
        self.from += raw.bytes();
        self.at = Position { end: self.at.end + raw.bytes() as u64, seq: raw.seq, hash: raw.hash, ..self.at };
        Ok(Step::Record(raw))
    }

    /// Damage at the place where the scan stands.
    pub fn damage(&self, flaw: Flaw) -> Damage {
        Damage { file: self.path.clone(), offset: self.at.end, seq: self.at.seq + 1, flaw }
    }

    /// Reads until `needed` bytes are in the buffer or the file ends; returns how many there are.
    fn fill(&mut self, needed: usize) -> Result<usize, Fault> {
        if self.until - self.from < needed {
            self.buffer.copy_within(self.from..self.until, 0);
            self.until -= self.from;
            self.from = 0;
            if self.buffer.len() < needed {
                self.buffer.resize(needed.max(BUFFER_BYTES), 0);
            }
            while self.until < needed {
                match self.file.read(&mut self.buffer[self.until..]) {
                    Ok(0) => break,
                    Ok(read) => self.until += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(Fault::io(Act::Read, &self.path)(error)),
                }
            }
        }
        Ok(self.until - self.from)
    }
}

/// The file of the segment that begins with sequence number `first`.
pub(super) fn segment_path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.{SUFFIX}"))
}

/// First sequence numbers of all segments, in order.
pub(super) fn list_segments(dir: &Path) -> Result<Vec<u64>, Fault> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(dir).map_err(Fault::io(Act::List, dir))? {
        let path = entry.map_err(Fault::io(Act::List, dir))?.path();
        if path.extension().is_none_or(|suffix| suffix != SUFFIX) {
            continue;
        }
        let first = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).unwrap_or(0);
        if segment_path(dir, first) != path {
            return Err(Damage { file: path, offset: 0, seq: first, flaw: Flaw::Name }.into());
        }
        segments.push(first);
    }
    segments.sort_unstable();
    Ok(segments)
}

/// The bytes of a file from `offset` to its end.
pub(super) fn read_from(path: &Path, offset: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(Fault::io(Act::Open, path))?;
    file.seek(SeekFrom::Start(offset)).map_err(Fault::io(Act::Read, path))?;
    file.read_to_end(&mut bytes).map_err(Fault::io(Act::Read, path))?;
    Ok(bytes)
}
