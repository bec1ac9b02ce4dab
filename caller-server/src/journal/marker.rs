//! The head marker: the last position that is known to be durable, in two slots that are written in turn.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk::{Disk, DiskFile};
use super::error::{Act, Damage, Fault};
use super::format::{self, Position, SLOT_BYTES, SLOT_STRIDE_BYTES};

/// The newest readable slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub counter: u64,
    pub at: Position,
}

/// The marker, open for writing.
pub(super) struct Marker {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    counter: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The last position is durable.
    Settled,
    /// It is written and not synced.
    Noted,
    /// Writing or syncing it failed: it must be written again.
    Stale,
}

impl Marker {
    /// Opens or creates the marker and makes `at` durable in both slots: were one of them unreadable, a torn write of the
    /// other would leave nothing. `counter` is that of the newest slot so far.
    pub fn open(disk: &dyn Disk, dir: &Path, counter: u64, at: &Position) -> Result<Self, Fault> {
        let path = marker_path(dir);
        let file = match disk.open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => disk.create(&path),
            other => other,
        };
        let file = file.map_err(Fault::io(Act::Open, &path))?;
        let mut marker = Self { file, path, counter, state: State::Stale };
        for _ in 0..2 {
            marker.state = State::Stale;
            marker.settle(at)?;
        }
        disk.sync_dir(dir).map_err(Fault::io(Act::Sync, dir))?;
        Ok(marker)
    }

    /// Writes `at`, which is durable, without a sync. A failure is made up for by [`Marker::settle`].
    pub fn note(&mut self, at: &Position) {
        self.state = if self.write(at).is_ok() { State::Noted } else { State::Stale };
    }

    /// Makes `at`, the position noted last, durable in the marker.
    pub fn settle(&mut self, at: &Position) -> Result<(), Fault> {
        if self.state == State::Settled {
            return Ok(());
        }
        if self.state == State::Stale {
            self.write(at).map_err(Fault::io(Act::Write, &self.path))?;
        }
        self.state = State::Stale;
        self.file.sync_data().map_err(Fault::io(Act::Sync, &self.path))?;
        self.state = State::Settled;
        Ok(())
    }

    /// The counter of the newest slot.
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// A write that failed may have destroyed its slot; the next one tries the same slot, never the other.
    fn write(&mut self, at: &Position) -> io::Result<()> {
        let counter = self.counter + 1;
        self.file.write_all_at(&format::marker_slot(counter, at), counter % 2 * SLOT_STRIDE_BYTES as u64)?;
        self.counter = counter;
        Ok(())
    }
}

/// The file of the marker.
pub(super) fn marker_path(dir: &Path) -> PathBuf {
    dir.join("head")
}

/// The newest readable slot of the marker in `dir`, if there is one.
pub(super) fn read_marker(dir: &Path) -> Result<Option<Slot>, Fault> {
    let path = marker_path(dir);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.map_err(Fault::io(Act::Read, &path))?,
    };
    let mut newest: Option<Slot> = None;
    for (offset, slot) in (0..).step_by(SLOT_STRIDE_BYTES).zip(bytes.chunks(SLOT_STRIDE_BYTES)).take(2) {
        let parsed = format::parse_slot(&slot[..slot.len().min(SLOT_BYTES)]);
        let parsed = parsed.map_err(|flaw| Damage { file: path.clone(), offset, seq: 0, flaw })?;
        if let Some((counter, at)) = parsed
            && newest.is_none_or(|newest| newest.counter < counter)
        {
            newest = Some(Slot { counter, at });
        }
    }
    Ok(newest)
}
