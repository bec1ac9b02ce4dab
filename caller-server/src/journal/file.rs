//! The journal in a directory of segment files.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::disk::{Disk, DiskFile, RealDisk};
use super::error::{Act, Damage, Fault, Flaw, JournalError, OpenError};
use super::format::{self, HEADER_BYTES, Position, RECORD_BYTES_MAX};
use super::marker::Marker;
use super::open::{Opened, create_segment, lock, make_ready};
use super::read::FileRecords;
use super::scan::{SegmentScan, Step, segment_path};
use super::{Head, Journal, Records};

/// Enough for the next batch of a busy hall: a disk that takes this takes an append.
const PROBE_BYTES: usize = 64 * 1024;

/// What may be set for a [`FileJournal`].
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A segment that a batch would make larger than this ends before it, bytes. One batch is never split.
    pub segment_bytes_max: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes_max: 64 * 1024 * 1024 }
    }
}

/// A [`Journal`] in a directory; see the doc of [`super`] for its files and rules.
pub struct FileJournal {
    dir: PathBuf,
    options: Options,
    disk: Box<dyn Disk>,
    /// First sequence numbers of all segments; the last one is the one written to.
    segments: Vec<u64>,
    file: Box<dyn DiskFile>,
    /// The end of the last durable record.
    at: Position,
    marker: Marker,
    /// The batch as bytes; kept to be used again.
    buffer: Vec<u8>,
    is_broken: bool,
    /// Held as long as the journal is open.
    _lock: File,
}

impl FileJournal {
    /// Opens the journal in `dir` after verifying all of it, or begins one there.
    ///
    /// # Errors
    /// Another server has it open, the disk fails, or anything but a torn tail is not as it was written.
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Opened), OpenError> {
        Self::open_on(Box::new(RealDisk), dir, options)
    }

    /// The same on another disk than the system's, such as one that forgets.
    ///
    /// # Errors
    /// As for [`FileJournal::open`].
    pub fn open_on(disk: Box<dyn Disk>, dir: &Path, options: Options) -> Result<(Self, Opened), OpenError> {
        let lock = lock(&*disk, dir)?;
        let ready = make_ready(&*disk, dir)?;
        let marker = Marker::open(&*disk, dir, ready.counter, &ready.at)?;
        let journal = Self {
            dir: dir.to_owned(),
            options,
            disk,
            segments: ready.segments,
            file: ready.file,
            at: ready.at,
            marker,
            buffer: Vec::new(),
            is_broken: false,
            _lock: lock,
        };
        Ok((journal, ready.opened))
    }

    /// Fills the buffer with the batch and returns where it will end if it begins at the current position.
    fn encode(&mut self, batch: &[Vec<u8>]) -> Head {
        self.buffer.clear();
        let Position { mut seq, mut hash, .. } = self.at;
        for (place, payload) in (0..).zip(batch) {
            seq += 1;
            hash = format::push_record(&mut self.buffer, &hash, seq, place, payload);
        }
        Head { seq, hash }
    }

    fn write(&mut self, end: Head) -> Result<(), Fault> {
        let bytes = self.buffer.len() as u64;
        if self.at.end > HEADER_BYTES as u64 && self.at.end + bytes > self.options.segment_bytes_max {
            self.begin_segment()?;
        }
        let path = self.path();
        self.file.write_all_at(&self.buffer, self.at.end).map_err(Fault::io(Act::Write, &path))?;
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::MarkerBeforeSync) {
            self.marker.note(&Position { end: self.at.end + bytes, seq: end.seq, hash: end.hash, ..self.at });
        }
        let synced = self.file.sync_data();
        #[cfg(feature = "planted")]
        let synced =
            synced.or_else(|error| if planted::is(planted::Bug::SyncErrorIgnored) { Ok(()) } else { Err(error) });
        synced.map_err(Fault::io(Act::Sync, &path))?;
        self.at = Position { end: self.at.end + bytes, seq: end.seq, hash: end.hash, ..self.at };
        self.marker.note(&self.at);
        Ok(())
    }

    fn begin_segment(&mut self) -> Result<(), Fault> {
        let next = self.at.at_next_segment();
        self.file = create_segment(&*self.disk, &self.dir, &next)?;
        self.segments.push(next.segment);
        self.at = next;
        self.marker.note(&self.at);
        self.marker.settle(&self.at)
    }

    /// A segment that could not be begun has a name already, perhaps. The marker cannot have named it.
    fn remove_unborn_segment(&self) -> Result<(), Fault> {
        let unborn = self.at.at_next_segment().segment;
        if unborn == self.at.segment {
            return Ok(());
        }
        let path = segment_path(&self.dir, unborn);
        match self.disk.remove(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Fault::io(Act::Remove, &path)(error)),
            _ => self.disk.sync_dir(&self.dir).map_err(Fault::io(Act::Sync, &self.dir)),
        }
    }

    /// Opens the current segment anew and cuts it back to what was durable.
    fn cut_back(&mut self) -> Result<(), Fault> {
        let path = self.path();
        let bytes = fs::metadata(&path).map_err(Fault::io(Act::Read, &path))?.len();
        if bytes < self.at.end {
            return Err(Damage { file: path, offset: bytes, seq: self.at.segment, flaw: Flaw::Short }.into());
        }
        self.file = self.disk.open(&path).map_err(Fault::io(Act::Open, &path))?;
        self.file.set_len(self.at.end).map_err(Fault::io(Act::Truncate, &path))?;
        self.file.sync_all().map_err(Fault::io(Act::Sync, &path))
    }

    /// Asks the disk whether it would take a batch. Cutting a file succeeds on a full disk, too.
    fn probe(&self) -> Result<(), Fault> {
        let path = self.dir.join("probe");
        match self.disk.remove(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Fault::io(Act::Remove, &path)(error)),
            _ => {}
        }
        let mut file = self.disk.create(&path).map_err(Fault::io(Act::Create, &path))?;
        let written = file.write_all_at(&[0; PROBE_BYTES], 0).map_err(Fault::io(Act::Write, &path));
        let written = written.and_then(|()| file.sync_all().map_err(Fault::io(Act::Sync, &path)));
        self.disk.remove(&path).map_err(Fault::io(Act::Remove, &path))?;
        written
    }

    /// Reads the current segment: its records must lead to the head that is known in memory.
    fn verify_segment(&self) -> Result<(), Fault> {
        let mut scan = SegmentScan::open(&self.dir, self.at.segment)?;
        let flaw = loop {
            match scan.step()? {
                Step::Record(_) => {}
                Step::End => break None,
                Step::Flawed(flaw) => break Some(flaw),
            }
        };
        if flaw.is_none() && scan.at() == self.at {
            return Ok(());
        }
        Err(scan.damage(flaw.unwrap_or(Flaw::Short)).into())
    }

    fn path(&self) -> PathBuf {
        segment_path(&self.dir, self.at.segment)
    }
}

impl Journal for FileJournal {
    fn append(&mut self, expected_seq: u64, batch: &[Vec<u8>]) -> Result<(), JournalError> {
        let next = self.at.seq + 1;
        if self.is_broken {
            return Err(JournalError::Broken);
        }
        if expected_seq != next {
            return Err(JournalError::WrongSeq { expected: expected_seq, next });
        }
        if let Some(payload) = batch.iter().find(|payload| payload.len() > RECORD_BYTES_MAX) {
            return Err(JournalError::TooLarge { bytes: payload.len() });
        }
        if batch.is_empty() {
            return Ok(());
        }
        let end = self.encode(batch);
        self.is_broken = true;
        self.write(end)?;
        self.is_broken = false;
        Ok(())
    }

    fn read(&self, from_seq: u64) -> Result<Records<'_>, JournalError> {
        let head = self.head();
        if from_seq > head.seq + 1 {
            return Err(JournalError::NotThere { from: from_seq, head: head.seq });
        }
        Ok(Box::new(FileRecords::new(&self.dir, &self.segments, from_seq, head)))
    }

    fn head(&self) -> Head {
        Head { seq: self.at.seq, hash: self.at.hash }
    }

    fn recover(&mut self) -> Result<(), JournalError> {
        if self.is_broken {
            self.remove_unborn_segment()?;
            self.cut_back()?;
            self.probe()?;
            self.verify_segment()?;
            self.marker = Marker::open(&*self.disk, &self.dir, self.marker.counter(), &self.at)?;
            self.is_broken = false;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), JournalError> {
        Ok(self.marker.settle(&self.at)?)
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        // An unsynced marker is still a true one: there is nothing to report and no one to report to.
        let _ = self.settle();
    }
}
