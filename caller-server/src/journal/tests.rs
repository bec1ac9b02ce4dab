//! One harness for all tests of the journal: a directory, a disk that can fail, and what every test asks of them.

mod damage;
mod dice;
mod faults;
mod model;
mod pinned;
mod round_trip;
mod torn;
mod verify;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::{Damage, Fault, OpenError};
use super::forgetful::ForgetfulDisk;
use super::scan::{list_segments, segment_path};
use super::{FileJournal, Journal, Opened, Options};

/// Small, so that a handful of records fills several segments.
const OPTIONS: Options = Options { segment_bytes_max: 440 };

/// A directory for one journal, on a disk that obeys the test.
struct Place {
    dir: TempDir,
    disk: ForgetfulDisk,
}

impl Place {
    fn new() -> Self {
        // In memory: ext4 flushes each file that is cut to nothing and written anew, which these tests do thousands of times.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        Self { dir: dir.expect("a temporary directory"), disk: ForgetfulDisk::default() }
    }

    /// A place with these batches in a journal that was closed properly.
    fn with(batches: &[Vec<Vec<u8>>]) -> Self {
        let place = Self::new();
        let (mut journal, _) = place.open();
        for batch in batches {
            append(&mut journal, batch);
        }
        place
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn try_open(&self) -> Result<(FileJournal, Opened), OpenError> {
        FileJournal::open_on(Box::new(self.disk.clone()), self.path(), OPTIONS)
    }

    fn open(&self) -> (FileJournal, Opened) {
        self.try_open().expect("the journal opens")
    }

    /// Opens the journal, closes it, and gives what is in it.
    fn contents(&self) -> Vec<Vec<u8>> {
        contents(&self.open().0)
    }

    /// The damage for which opening is refused. Refusing must leave every file as it was.
    fn refusal(&self) -> Damage {
        let before = self.files();
        let damage = match self.try_open() {
            Err(OpenError::Fault(Fault::Damaged(damage))) => Some(damage),
            _ => None,
        };
        assert_eq!(self.files(), before, "a refusal changes nothing");
        damage.expect("opening is refused because of damage")
    }

    /// Every file and its bytes.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(self.path()).expect("the directory can be listed");
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), fs::read(&path).expect("a readable file")))
            .collect();
        files.sort();
        files
    }

    fn segments(&self) -> Vec<PathBuf> {
        let firsts = list_segments(self.path()).expect("the directory can be listed");
        firsts.into_iter().map(|first| segment_path(self.path(), first)).collect()
    }

    fn last_segment(&self) -> PathBuf {
        self.segments().pop().expect("a segment")
    }

    fn marker(&self) -> PathBuf {
        self.path().join("head")
    }

    /// Does `act`, then makes the marker what it was before: as if the power had gone before it reached the disk.
    fn keeping_marker(&self, act: impl FnOnce()) {
        let marker = fs::read(self.marker()).expect("the marker");
        act();
        fs::write(self.marker(), marker).expect("the marker can be put back");
    }
}

/// `count` payloads of different lengths, told apart by their first bytes.
fn batch(first: usize, count: usize) -> Vec<Vec<u8>> {
    (first..first + count).map(|number| format!("entry {number} {}", "x".repeat(number % 23)).into_bytes()).collect()
}

fn append(journal: &mut FileJournal, batch: &[Vec<u8>]) {
    let next = journal.head().seq + 1;
    journal.append(next, batch).expect("the batch is durable");
}

fn contents(journal: &FileJournal) -> Vec<Vec<u8>> {
    read(journal, 1).into_iter().map(|(_, payload)| payload).collect()
}

fn read(journal: &FileJournal, from: u64) -> Vec<(u64, Vec<u8>)> {
    let records = journal.read(from).expect("a place to read from");
    records.map(|record| record.map(|record| (record.seq, record.payload)).expect("a sound record")).collect()
}

fn change(path: &Path, act: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("a readable file");
    act(&mut bytes);
    fs::write(path, bytes).expect("a writable file");
}
