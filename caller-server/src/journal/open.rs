//! Opening: lock, verify, set a torn tail aside, and make sure that what was read is also durable.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::disk::{Disk, DiskFile};
use super::error::{Act, Fault, OpenError};
use super::format::{self, Position};
use super::scan::{read_from, segment_path};
use super::walk::{Torn, Walked, walk};

/// What opening found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The number of the last record, 0 for none.
    pub seq: u64,
    /// There was no journal here before.
    pub is_new: bool,
    /// What an interrupted append left behind; none of it was ever acknowledged.
    pub torn: Option<SetAside>,
}

/// Bytes that were moved out of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// How many.
    pub bytes: u64,
    /// Where they are now.
    pub file: PathBuf,
}

/// A journal whose every byte up to `at` is verified and durable.
pub(super) struct Ready {
    pub segments: Vec<u64>,
    pub at: Position,
    pub file: Box<dyn DiskFile>,
    /// Counter of the newest slot of the marker, 0 without a marker.
    pub counter: u64,
    pub opened: Opened,
}

/// Locks `dir`, which is created if need be.
pub(super) fn lock(disk: &dyn Disk, dir: &Path) -> Result<File, OpenError> {
    create_dir(disk, dir)?;
    let path = dir.join("lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let lock = lock.map_err(Fault::io(Act::Open, &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { dir: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(Fault::io(Act::Lock, &path)(error).into()),
    }
}

/// Verifies and repairs the journal in `dir`, or begins one.
pub(super) fn make_ready(disk: &dyn Disk, dir: &Path) -> Result<Ready, Fault> {
    let mut walked = walk(dir, &mut |_| Ok(()))?;
    let torn = match walked.torn {
        Some(torn) => set_aside(disk, dir, torn, walked.at.seq + 1)?,
        None => None,
    };
    let counter = walked.marker.map_or(0, |slot| slot.counter);
    let opened = Opened { seq: walked.at.seq, is_new: walked.marker.is_none(), torn };
    let file = if walked.segments.is_empty() {
        walked.at = walked.at.at_next_segment();
        walked.segments.push(walked.at.segment);
        create_segment(disk, dir, &walked.at)?
    } else {
        make_durable(disk, dir, &walked)?
    };
    Ok(Ready { segments: walked.segments, at: walked.at, file, counter, opened })
}

/// A new segment that begins at `at`, durable with its name and header.
pub(super) fn create_segment(disk: &dyn Disk, dir: &Path, at: &Position) -> Result<Box<dyn DiskFile>, Fault> {
    let path = segment_path(dir, at.segment);
    let mut file = disk.create(&path).map_err(Fault::io(Act::Create, &path))?;
    file.write_all_at(&format::segment_header(at), 0).map_err(Fault::io(Act::Write, &path))?;
    file.sync_all().map_err(Fault::io(Act::Sync, &path))?;
    disk.sync_dir(dir).map_err(Fault::io(Act::Sync, dir))?;
    Ok(file)
}

/// Writes what the marker does not vouch for once more and syncs it. The server before may have died of a failed sync, after
/// which the kernel shows bytes as clean that never reached the disk.
fn make_durable(disk: &dyn Disk, dir: &Path, walked: &Walked) -> Result<Box<dyn DiskFile>, Fault> {
    let path = segment_path(dir, walked.at.segment);
    let from = match walked.marker {
        Some(slot) if slot.at.segment == walked.at.segment => slot.at.end,
        _ => 0,
    };
    let unproven = read_from(&path, from)?;
    let mut file = disk.open(&path).map_err(Fault::io(Act::Open, &path))?;
    if !unproven.is_empty() {
        file.write_all_at(&unproven, from).map_err(Fault::io(Act::Write, &path))?;
    }
    file.sync_all().map_err(Fault::io(Act::Sync, &path))?;
    disk.sync_dir(dir).map_err(Fault::io(Act::Sync, dir))?;
    Ok(file)
}

/// Copies torn bytes to a file of their own, durable, then cuts them off, which [`make_durable`] syncs. An empty file leaves
/// nothing to keep.
fn set_aside(disk: &dyn Disk, dir: &Path, torn: Torn, seq: u64) -> Result<Option<SetAside>, Fault> {
    let path = segment_path(dir, torn.segment);
    let aside = if torn.bytes == 0 { None } else { Some(copy_aside(disk, dir, &read_from(&path, torn.from)?, seq)?) };
    if torn.from == 0 {
        disk.remove(&path).map_err(Fault::io(Act::Remove, &path))?;
        disk.sync_dir(dir).map_err(Fault::io(Act::Sync, dir))?;
    } else {
        let mut file = disk.open(&path).map_err(Fault::io(Act::Open, &path))?;
        file.set_len(torn.from).map_err(Fault::io(Act::Truncate, &path))?;
    }
    Ok(aside)
}

fn copy_aside(disk: &dyn Disk, dir: &Path, bytes: &[u8], seq: u64) -> Result<SetAside, Fault> {
    let mut number = 1;
    let (path, mut file) = loop {
        let path = dir.join(format!("torn-{seq}-{number}.bin"));
        match disk.create(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(Fault::io(Act::Create, &path)(error)),
            Ok(file) => break (path, file),
        }
    };
    file.write_all_at(bytes, 0).map_err(Fault::io(Act::Write, &path))?;
    file.sync_all().map_err(Fault::io(Act::Sync, &path))?;
    disk.sync_dir(dir).map_err(Fault::io(Act::Sync, dir))?;
    Ok(SetAside { bytes: bytes.len() as u64, file: path })
}

/// Creates `dir` and what lies above it, each name durable before the next.
fn create_dir(disk: &dyn Disk, dir: &Path) -> Result<(), Fault> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = match dir.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    create_dir(disk, parent)?;
    fs::create_dir(dir).map_err(Fault::io(Act::Create, dir))?;
    disk.sync_dir(parent).map_err(Fault::io(Act::Sync, parent))
}
