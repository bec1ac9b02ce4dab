//! A disk that fails on demand, and that forgets at a power cut what was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::super::disk::{Disk, DiskFile, RealDisk};

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
pub struct TestDisk(Arc<Mutex<State>>);

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

impl TestDisk {
    pub fn trouble_after(&self, calls: u32, trouble: Trouble) {
        self.state().trouble = Some((trouble, calls));
    }

    pub fn heal(&self) {
        self.state().trouble = None;
    }

    /// Leaves in `dir` what a disk may hold after a power cut: of what was not synced any sectors, names included.
    pub fn cut_power(&self, dir: &Path, seed: u64) {
        let mut dice = Dice(seed);
        let mut state = self.state();
        state.trouble = None;
        let torn = state.torn.take();
        for path in names(dir).union(&state.linked).cloned().collect::<BTreeSet<_>>() {
            let old = state.durable.get(&path).cloned().unwrap_or_default();
            let may_tear = path.ends_with("head") && torn.as_ref() != Some(&path);
            let kept = match (state.linked.contains(&path), fs::read(&path).ok()) {
                (true, Some(new)) => Some(mixed(&old, &new, may_tear, &mut dice)),
                (false, Some(new)) => dice.coin().then(|| mixed(&old, &new, may_tear, &mut dice)),
                (_, None) => dice.coin().then_some(old),
            };
            match &kept {
                Some(bytes) => fs::write(&path, bytes).expect("a writable file"),
                None => drop(fs::remove_file(&path)),
            }
        }
        drop(state);
        self.keep_all(dir);
    }

    /// As if all that is in `dir` had been there for ever.
    pub fn keep_all(&self, dir: &Path) {
        let names = names(dir);
        let mut state = self.state();
        state.dirty.clear();
        state.durable = names.iter().map(|path| (path.clone(), fs::read(path).expect("readable"))).collect();
        state.linked = names;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the disk")
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
        Box::new(TestFile { disk: self.clone(), path: path.to_owned(), file })
    }
}

impl Disk for TestDisk {
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
                let names = names(dir);
                let mut state = self.state();
                state.durable.retain(|path, _| names.contains(path));
                state.linked = names;
                Ok(())
            }
            Some(_) => Err(io::Error::other("directory not synced")),
        }
    }
}

struct TestFile {
    disk: TestDisk,
    path: PathBuf,
    file: Box<dyn DiskFile>,
}

impl TestFile {
    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).expect("a small file");
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

impl DiskFile for TestFile {
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
fn names(dir: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(dir).expect("the directory can be listed");
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| !path.ends_with("lock")).collect()
}

/// Some sectors of `new`, the others as they were; those that never were may be zeros or noise.
fn mixed(old: &[u8], new: &[u8], mut may_tear: bool, dice: &mut Dice) -> Vec<u8> {
    let len = if new.len() >= old.len() {
        old.len() + dice.below(new.len() - old.len() + 1)
    } else if dice.coin() {
        new.len()
    } else {
        old.len()
    };
    let mut bytes = old.to_vec();
    bytes.resize(len, 0);
    for start in (0..len).step_by(SECTOR_BYTES) {
        let end = (start + SECTOR_BYTES).min(len);
        let unsynced = start.max(old.len().min(end))..end;
        match dice.below(4) {
            0 => {}
            1 if may_tear && old.get(start..end) != new.get(start..end) => {
                may_tear = false;
                bytes[start..end].fill_with(|| dice.byte());
            }
            2 => bytes[unsynced].fill_with(|| dice.byte()),
            _ => {
                let fresh = new.get(start..end.min(new.len())).unwrap_or_default();
                bytes[start..start + fresh.len()].copy_from_slice(fresh);
            }
        }
    }
    bytes
}

/// SplitMix64, so that a seed repeats a power cut.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("less than a usize")
    }

    fn coin(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }

    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

/// The real disk does what the seam promises: a name is taken once, and bytes land where they should.
#[test]
fn the_real_disk_writes_cuts_and_removes() {
    let dir = tempfile::TempDir::new().expect("a temporary directory");
    let path = dir.path().join("file");
    let mut file = RealDisk.create(&path).expect("a new file");
    file.write_all_at(b"number", 2).expect("written");
    file.set_len(5).expect("cut");
    file.sync_all().expect("synced");
    assert_eq!(fs::read(&path).expect("a readable file"), b"\0\0num");
    assert!(RealDisk.create(&path).is_err(), "the name is taken");
    RealDisk.remove(&path).expect("removed");
    RealDisk.sync_dir(dir.path()).expect("synced");
    assert!(File::open(&path).is_err());
}
