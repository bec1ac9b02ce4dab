//! A disk that fails on demand, and that forgets at a power cut what was not synced: for tests and simulations.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

use super::disk::{Disk, DiskFile, RealDisk};

/// What a disk writes wholly or not at all, bytes.
const SECTOR_BYTES: usize = 512;

/// What the disk does instead of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Half of what would make a file longer fits.
    Full,
    /// Nothing can be changed.
    ReadOnly,
    /// A sync fails; the kernel shows the bytes, takes them for clean, and the disk does not have them.
    SyncFails,
    /// A sync fails, but the disk has the bytes.
    SyncFailsLate,
    /// Half of this call goes through, then nothing any more.
    PowerOff,
    /// Nothing works.
    Dead,
}

/// Files in a real directory; syncs are only remembered, which makes them fast.
#[derive(Clone, Default)]
pub struct ForgetfulDisk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Contents at the last sync of each file.
    durable: BTreeMap<PathBuf, Vec<u8>>,
    /// What was written to each file since: all that a sync brings to the disk.
    dirty: BTreeMap<PathBuf, Vec<Range<usize>>>,
    /// Names at the last sync of the directory.
    linked: BTreeSet<PathBuf>,
    /// Trouble, and how many more calls succeed before it.
    trouble: Option<(Trouble, u32)>,
    /// The file that was being written when the power went: one write is torn, not two.
    torn: Option<PathBuf>,
}

impl ForgetfulDisk {
    /// So many calls succeed, then there is trouble.
    pub fn trouble_after(&self, calls: u32, trouble: Trouble) {
        self.state().trouble = Some((trouble, calls));
    }

    /// Whether the power went.
    pub fn has_struck(&self) -> bool {
        matches!(self.state().trouble, Some((Trouble::Dead, _)))
    }

    /// No trouble any more.
    pub fn heal(&self) {
        self.put_back(None);
    }

    /// What is wrong with the disk, and how many more calls succeed before it shows.
    pub fn trouble(&self) -> Option<(Trouble, u32)> {
        self.state().trouble
    }

    /// The disk is in the trouble again in which it was: no process and no power cut mends it.
    pub fn put_back(&self, trouble: Option<(Trouble, u32)>) {
        self.state().trouble = trouble;
    }

    /// Leaves in `dir` what a disk may hold after a power cut: of what was not synced any sectors, names included.
    ///
    /// # Errors
    /// The directory that stands for the disk can't be read or written.
    pub fn cut_power(&self, dir: &Path, seed: u64) -> io::Result<()> {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut state = self.state();
        state.trouble = None;
        let torn = state.torn.take();
        for path in names(dir)?.union(&state.linked).cloned().collect::<BTreeSet<_>>() {
            let old = state.durable.get(&path).cloned().unwrap_or_default();
            let may_tear = path.ends_with("head") && torn.as_ref() != Some(&path);
            let kept = match (state.linked.contains(&path), fs::read(&path).ok()) {
                (true, Some(new)) => Some(mixed(&old, &new, may_tear, &mut dice)),
                (false, Some(new)) => dice.random_bool(0.5).then(|| mixed(&old, &new, may_tear, &mut dice)),
                (_, None) => dice.random_bool(0.5).then_some(old),
            };
            match &kept {
                Some(bytes) => fs::write(&path, bytes)?,
                None => drop(fs::remove_file(&path)),
            }
        }
        drop(state);
        self.keep_all(dir)
    }

    /// As if all that is in `dir` had been there for ever.
    ///
    /// # Errors
    /// The directory can't be read.
    pub fn keep_all(&self, dir: &Path) -> io::Result<()> {
        let names = names(dir)?;
        let mut state = self.state();
        state.dirty.clear();
        state.durable.clear();
        for path in &names {
            state.durable.insert(path.clone(), fs::read(path)?);
        }
        state.linked = names;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trouble that strikes this call.
    fn strike(&self) -> Option<Trouble> {
        match &mut self.state().trouble {
            Some((trouble, 0)) => {
                let struck = *trouble;
                if struck == Trouble::PowerOff {
                    *trouble = Trouble::Dead;
                }
                Some(struck)
            }
            Some((_, calls)) => {
                *calls -= 1;
                None
            }
            None => None,
        }
    }

    /// For calls that change names or lengths.
    fn check(&self) -> io::Result<()> {
        match self.strike() {
            Some(Trouble::ReadOnly) => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            Some(Trouble::PowerOff | Trouble::Dead) => Err(no_power()),
            _ => Ok(()),
        }
    }

    fn file(&self, path: &Path, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(ForgetfulFile { disk: self.clone(), path: path.to_owned(), file })
    }
}

impl Disk for ForgetfulDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.check()?;
        Ok(self.file(path, RealDisk.create(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.check()?;
        Ok(self.file(path, RealDisk.open(path)?))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.check()?;
        RealDisk.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match self.strike() {
            Some(Trouble::ReadOnly | Trouble::Full) | None => {
                let names = names(dir)?;
                let mut state = self.state();
                state.durable.retain(|path, _| names.contains(path));
                state.linked = names;
                Ok(())
            }
            Some(_) => Err(io::Error::other("directory not synced")),
        }
    }
}

struct ForgetfulFile {
    disk: ForgetfulDisk,
    path: PathBuf,
    file: Box<dyn DiskFile>,
}

impl ForgetfulFile {
    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let range = start..start + bytes.len();
        self.disk.state().dirty.entry(self.path.clone()).or_default().push(range);
        self.file.write_all_at(bytes, offset)
    }

    /// Brings what is dirty to the disk, if that `works`; it is clean afterwards in any case.
    fn clean(&self, works: bool) -> io::Result<()> {
        let shown = fs::read(&self.path)?;
        let mut state = self.disk.state();
        let dirty = state.dirty.remove(&self.path).unwrap_or_default();
        if works {
            let durable = state.durable.entry(self.path.clone()).or_default();
            durable.resize(shown.len(), 0);
            for range in dirty {
                let range = range.start.min(shown.len())..range.end.min(shown.len());
                durable[range.clone()].copy_from_slice(&shown[range]);
            }
        }
        Ok(())
    }
}

impl DiskFile for ForgetfulFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let half = &bytes[..bytes.len() / 2];
        match self.disk.strike() {
            Some(Trouble::ReadOnly) => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            Some(Trouble::Full) if offset + bytes.len() as u64 > fs::metadata(&self.path)?.len() => {
                self.write(half, offset)?;
                Err(io::ErrorKind::StorageFull.into())
            }
            Some(Trouble::PowerOff) => {
                self.disk.state().torn = Some(self.path.clone());
                self.write(half, offset)?;
                Err(no_power())
            }
            Some(Trouble::Dead) => Err(no_power()),
            _ => self.write(bytes, offset),
        }
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.disk.check()?;
        self.file.set_len(len)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.sync_all()
    }

    fn sync_all(&mut self) -> io::Result<()> {
        match self.disk.strike() {
            Some(Trouble::PowerOff | Trouble::Dead) => Err(no_power()),
            Some(trouble @ (Trouble::SyncFails | Trouble::SyncFailsLate)) => {
                self.clean(trouble == Trouble::SyncFailsLate)?;
                Err(io::Error::other("sync failed"))
            }
            _ => self.clean(true),
        }
    }
}

fn no_power() -> io::Error {
    io::Error::other("no power")
}

/// Everything in the directory but the lock, which nobody syncs.
fn names(dir: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path()));
    paths.filter(|path| !path.as_ref().is_ok_and(|path| path.ends_with("lock"))).collect()
}

/// Some sectors of `new`, the others as they were; those that never were may be zeros or noise.
fn mixed(old: &[u8], new: &[u8], mut may_tear: bool, dice: &mut StdRng) -> Vec<u8> {
    let len = if new.len() >= old.len() {
        dice.random_range(old.len()..=new.len())
    } else if dice.random_bool(0.5) {
        new.len()
    } else {
        old.len()
    };
    let mut bytes = old.to_vec();
    bytes.resize(len, 0);
    for start in (0..len).step_by(SECTOR_BYTES) {
        let end = (start + SECTOR_BYTES).min(len);
        let unsynced = start.max(old.len().min(end))..end;
        match dice.random_range(0..4) {
            0 => {}
            1 if may_tear && old.get(start..end) != new.get(start..end) => {
                may_tear = false;
                dice.fill_bytes(&mut bytes[start..end]);
            }
            2 => dice.fill_bytes(&mut bytes[unsynced]),
            _ => {
                let fresh = new.get(start..end.min(new.len())).unwrap_or_default();
                bytes[start..start + fresh.len()].copy_from_slice(fresh);
            }
        }
    }
    bytes
}
