//! One harness for all tests of the store: a journal in memory, a directory, and what every test asks of them.

mod damage;
mod live;
mod position;
mod record;
mod search;
mod snapshot;
mod story;
mod waits;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use hall::Entry;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::base::Base;
use super::{Opened, Phase, ReadJournal, Status, Store, StoreReader, StoreWriter};
use crate::journal::{Head, Record};

/// A journal in memory.
#[derive(Clone, Default)]
struct TestJournal(Arc<Mutex<Vec<Record>>>);

impl TestJournal {
    fn of(entries: &[Entry]) -> Self {
        let journal = Self::default();
        journal.append(entries);
        journal
    }

    fn append(&self, entries: &[Entry]) {
        let mut records = self.0.lock().unwrap();
        for entry in entries {
            let before = records.last().map_or([0; 32], |record| record.hash);
            let payload = serde_json::to_vec(entry).unwrap();
            let hash = Sha256::new().chain_update(before).chain_update(entry.seq.to_le_bytes()).chain_update(&payload);
            records.push(Record { seq: entry.seq, hash: hash.finalize().into(), payload });
        }
    }

    fn head(&self) -> Head {
        self.0.lock().unwrap().last().map_or(Head::default(), |record| Head { seq: record.seq, hash: record.hash })
    }

    fn read(&self) -> ReadJournal {
        let records = Arc::clone(&self.0);
        Box::new(move |from, to, each| {
            let records = records.lock().unwrap().clone();
            let wanted = records.into_iter().filter(|record| (from..=to.seq).contains(&record.seq));
            for record in wanted {
                if !each(record) {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// A directory with a store in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A place with a store that has all of the journal and was closed properly.
    fn with(journal: &TestJournal) -> Self {
        let place = Self::new();
        place.settle(journal);
        place
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn open(&self, journal: &TestJournal) -> Opened {
        Store::open(&self.dir(), journal.head(), journal.read())
    }

    /// Starts the store's thread and lets it come to rest.
    fn start(&self, journal: &TestJournal) -> (StoreWriter, StoreReader) {
        let (writer, reader) = StoreWriter::spawn(self.open(journal).store).unwrap();
        rest(&reader, journal.head().seq);
        (writer, reader)
    }

    /// Opens, lets the store come to rest and closes it; the status at rest and what opening said.
    fn settle(&self, journal: &TestJournal) -> (Status, Option<protocol::Text>) {
        let Opened { store, note, .. } = self.open(journal);
        let (writer, reader) = StoreWriter::spawn(store).unwrap();
        let status = rest(&reader, journal.head().seq);
        drop(writer);
        (status, note)
    }

    /// Everything that is in the closed store.
    fn contents(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let base = Base::open(&self.dir()).unwrap();
        base.verify(|| true).unwrap();
        let pairs = base.tree().iter().map(|pair| pair.unwrap());
        let contents = pairs.map(|(key, value)| (key.to_vec(), value.to_vec())).collect();
        base.close();
        contents
    }

    fn broken(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut broken: Vec<String> = names.filter(|name| name.contains("broken")).collect();
        broken.sort();
        broken
    }
}

/// Waits until the store has read `seq` and checked what it holds.
fn rest(reader: &StoreReader, seq: u64) -> Status {
    wait(reader, |status| status.phase == Phase::Live && status.seq >= seq && status.is_verified)
}

fn wait(reader: &StoreReader, is_so: impl Fn(&Status) -> bool) -> Status {
    let begun = Instant::now();
    loop {
        let status = reader.status();
        if is_so(&status) {
            return status;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the store does not come to rest: {status:?}");
        sleep(Duration::from_millis(2));
    }
}

/// A copy of everything in `from`: what a killed server leaves behind.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
