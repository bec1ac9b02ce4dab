//! Whatever happens to the files: the store comes to rest and holds what a fresh one holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::{Place, TestJournal, copy, rest, story};
use crate::store::{StoreError, StoreWriter, keys};

/// A closed store of which copies are damaged. It is not opened again: sled would write new files.
struct Whole {
    place: Place,
    journal: TestJournal,
    contents: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Whole {
    fn new() -> Self {
        let journal = TestJournal::of(&story::days(3));
        let place = Place::with(&journal);
        // Opening writes sled's own snapshot file.
        place.settle(&journal);
        let contents = Place::with(&journal).contents();
        Self { place, journal, contents }
    }

    fn damaged(&self, damage: impl FnOnce(PathBuf)) -> Place {
        let place = Place::new();
        copy(&self.place.dir(), &place.dir());
        damage(place.dir());
        place
    }

    fn recovers(&self, place: &Place, what: &str) {
        place.settle(&self.journal);
        assert_eq!(place.contents(), self.contents, "{what}");
    }

    /// The bytes that say something: sled's file is mostly zeros.
    fn places(&self, file: &str, count: usize) -> Vec<usize> {
        let bytes = fs::read(self.place.dir().join(file)).unwrap();
        let filled: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
        filled.iter().step_by((filled.len() / count).max(1)).copied().collect()
    }

    fn survives_flips(&self, file: &str, count: usize) {
        let places = self.places(file, count);
        assert!(!places.is_empty(), "{file} holds nothing to damage");
        let mut noticed = 0;
        for (turn, at) in places.into_iter().enumerate() {
            let place = self.damaged(|dir| {
                let mut bytes = fs::read(dir.join(file)).unwrap();
                bytes[at] ^= 1 << (turn % 8);
                fs::write(dir.join(file), bytes).unwrap();
            });
            self.recovers(&place, &format!("bit {} of byte {at} of {file}", turn % 8));
            noticed += place.broken().len();
        }
        assert!(noticed > 0, "no damage to {file} was noticed: what was damaged is never read");
    }
}

#[test]
fn a_store_that_is_not_damaged_is_kept() {
    let whole = Whole::new();
    let place = whole.damaged(|_| {});
    whole.recovers(&place, "no damage");
    assert_eq!(place.broken(), [""; 0]);
}

#[test]
fn flipped_bits_in_the_data_are_survived() {
    Whole::new().survives_flips("db", 40);
}

#[test]
fn flipped_bits_in_sleds_snapshot_are_survived() {
    let whole = Whole::new();
    let files = fs::read_dir(whole.place.dir()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let snap = files.filter(|name| name.starts_with("snap.")).max().expect("sled's snapshot");
    whole.survives_flips(&snap, 15);
}

#[test]
fn flipped_bits_in_the_configuration_are_survived() {
    Whole::new().survives_flips("conf", 15);
}

#[test]
fn a_truncated_file_is_survived() {
    let whole = Whole::new();
    let bytes = fs::metadata(whole.place.dir().join("db")).unwrap().len();
    for length in [0, 1, bytes / 4, bytes / 2, bytes - 1] {
        let place =
            whole.damaged(|dir| fs::File::options().write(true).open(dir.join("db")).unwrap().set_len(length).unwrap());
        whole.recovers(&place, &format!("cut to {length} bytes"));
    }
}

#[test]
fn a_zeroed_file_is_survived() {
    let whole = Whole::new();
    let bytes = fs::metadata(whole.place.dir().join("db")).unwrap().len();
    for (from, to) in [(0, bytes), (0, bytes / 2), (bytes / 2, bytes)] {
        let place = whole.damaged(|dir| {
            let mut data = fs::read(dir.join("db")).unwrap();
            data[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()].fill(0);
            fs::write(dir.join("db"), data).unwrap();
        });
        whole.recovers(&place, &format!("zeros from {from} to {to}"));
    }
}

#[test]
fn missing_files_are_survived() {
    let whole = Whole::new();
    for missing in ["db", "conf"] {
        let place = whole.damaged(|dir| fs::remove_file(dir.join(missing)).unwrap());
        whole.recovers(&place, &format!("without {missing}"));
    }
    let place = whole.damaged(|dir| {
        fs::remove_dir_all(&dir).unwrap();
        fs::create_dir(&dir).unwrap();
    });
    whole.recovers(&place, "an empty directory");
}

/// Takes something away from a store, behind its back.
type Loss = fn(&sled::Db, &[u8]);

#[test]
fn what_is_lost_without_a_word_is_found() {
    let whole = Whole::new();
    let visit = keys::visit(story::ticket(2, 7));
    let losses: [(&str, Loss); 3] = [
        ("a lost pair", |db, key| drop(db.remove(key).unwrap())),
        ("an old value", |db, key| {
            drop(db.insert(key, db.get(keys::visit(story::ticket(2, 8))).unwrap().unwrap()).unwrap())
        }),
        ("a pair too many", |db, _| drop(db.insert(b"x", b"y").unwrap())),
    ];
    for (what, lose) in losses {
        let place = whole.damaged(|dir| lose(&sled::open(dir).unwrap(), &visit));
        whole.recovers(&place, what);
        assert_eq!(place.broken(), ["store.broken-1"], "{what}");
    }
}

#[test]
fn what_a_reader_finds_damaged_is_rebuilt_while_the_server_runs() {
    let whole = Whole::new();
    let place = whole.damaged(|_| {});
    let store = place.open(&whole.journal).store;
    let tree = store.base.as_ref().unwrap().tree();
    let (writer, reader) = StoreWriter::spawn(store).unwrap();
    rest(&reader, whole.journal.head().seq);
    let ticket = story::ticket(2, 7);
    let kept = reader.visit(ticket).unwrap();
    tree.insert(keys::visit(ticket), b"not a visit").unwrap();
    drop(tree);
    assert_eq!(reader.visit(ticket), Err(StoreError::Rebuilding));
    super::wait(&reader, |status| status.rebuilds == 1);
    rest(&reader, whole.journal.head().seq);
    assert_eq!(reader.visit(ticket).unwrap(), kept);
    assert!(reader.status().trouble.expect("a sentence").en.contains("not readable"));
    drop(writer);
}
