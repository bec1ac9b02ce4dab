//! Following the desk.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use hall::Entry;

use super::{Place, TestJournal, rest, story, wait};
use crate::journal::Head;
use crate::store::{Phase, Query, ReadJournal, Store, StoreError, StoreReader, StoreWriter};

/// A desk that tells the store what it writes, in batches of seven.
struct Desk {
    journal: TestJournal,
    batches: Vec<(Vec<Arc<Entry>>, Head)>,
}

impl Desk {
    fn new() -> Self {
        let journal = TestJournal::default();
        let batches = story::days(3)
            .chunks(7)
            .map(|entries| {
                journal.append(entries);
                (entries.iter().cloned().map(Arc::new).collect(), journal.head())
            })
            .collect();
        Self { journal, batches }
    }

    fn tell(&self, writer: &mut StoreWriter, is_told: impl Fn(usize) -> bool) {
        for (_, (entries, head)) in self.batches.iter().enumerate().filter(|(turn, _)| is_told(*turn)) {
            writer.durable(entries.clone(), *head);
        }
    }
}

/// A journal that counts how often it is read.
fn counted(journal: &TestJournal) -> (ReadJournal, Arc<AtomicU64>) {
    let (mut read, reads) = (journal.read(), Arc::new(AtomicU64::new(0)));
    let counter = Arc::clone(&reads);
    let counting = move |from, to, each: &mut dyn FnMut(_) -> bool| {
        counter.fetch_add(1, Relaxed);
        read(from, to, each)
    };
    (Box::new(counting), reads)
}

fn is_as_fresh(place: &Place, journal: &TestJournal) {
    assert_eq!(place.contents(), Place::with(journal).contents());
}

#[test]
fn what_the_desk_tells_needs_no_journal() {
    let (desk, place) = (Desk::new(), Place::new());
    let (read, reads) = counted(&desk.journal);
    let (mut writer, reader) = StoreWriter::spawn(Store::open(&place.dir(), Head::default(), read).store).unwrap();
    desk.tell(&mut writer, |_| true);
    rest(&reader, desk.journal.head().seq);
    drop(writer);
    assert_eq!(reads.load(Relaxed), 0);
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn without_a_thread_it_has_everything_at_once() {
    let (desk, place) = (Desk::new(), Place::new());
    let first = desk.batches[0].1;
    let store = Store::open(&place.dir(), first, desk.journal.read()).store;
    let (mut writer, reader) = StoreWriter::in_place(store);
    let at = |reader: &StoreReader| (reader.status().phase, reader.status().seq);
    assert_eq!(at(&reader), (Phase::Live, first.seq), "it has caught up");
    for (entries, head) in &desk.batches[1..] {
        writer.durable(entries.clone(), *head);
        assert_eq!(at(&reader), (Phase::Live, head.seq));
    }
    drop(writer);
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn what_was_not_told_is_read_in_the_journal() {
    let (desk, place) = (Desk::new(), Place::new());
    let last = desk.batches.len() - 1;
    let (read, reads) = counted(&desk.journal);
    let (mut writer, reader) = StoreWriter::spawn(Store::open(&place.dir(), Head::default(), read).store).unwrap();
    desk.tell(&mut writer, |turn| turn % 3 == 1 || turn == last);
    rest(&reader, desk.journal.head().seq);
    drop(writer);
    assert!(reads.load(Relaxed) > 0);
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn a_batch_that_is_told_twice_counts_once() {
    let (desk, place) = (Desk::new(), Place::new());
    let (mut writer, reader) =
        StoreWriter::spawn(Store::open(&place.dir(), Head::default(), desk.journal.read()).store).unwrap();
    desk.tell(&mut writer, |_| true);
    rest(&reader, desk.journal.head().seq);
    desk.tell(&mut writer, |_| true);
    drop(writer);
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn the_desk_never_waits_and_nothing_is_lost_by_it() {
    let (desk, place) = (Desk::new(), Place::new());
    let (go, gate) = mpsc::channel::<()>();
    let mut read = desk.journal.read();
    let stuck: ReadJournal = Box::new(move |from, to, each| {
        let _ = gate.recv();
        read(from, to, each)
    });
    // It has the first batch to catch up with, and its journal hangs.
    let first = desk.batches[0].1;
    let (mut writer, reader) = StoreWriter::spawn(Store::open(&place.dir(), first, stuck).store).unwrap();
    let begun = Instant::now();
    for _ in 0..100 {
        desk.tell(&mut writer, |turn| turn > 0);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "the desk waited {:?}", begun.elapsed());
    assert_eq!(reader.search(&Query { limit: 1, ..Query::default() }), Err(StoreError::Rebuilding));
    drop(go);
    rest(&reader, desk.journal.head().seq);
    drop(writer);
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn a_journal_that_fails_is_asked_again_and_the_store_is_kept() {
    let (desk, place) = (Desk::new(), Place::new());
    let (mut read, times) = (desk.journal.read(), AtomicU64::new(0));
    let flaky: ReadJournal = Box::new(move |from, to, each| {
        // The first answer ends too early.
        let enough = if times.fetch_add(1, Relaxed) == 0 { 40 } else { to.seq };
        read(from, to, &mut |record| record.seq <= enough && each(record))
    });
    let (writer, reader) = StoreWriter::spawn(Store::open(&place.dir(), desk.journal.head(), flaky).store).unwrap();
    rest(&reader, desk.journal.head().seq);
    let status = reader.status();
    drop(writer);
    assert_eq!(place.broken(), [""; 0]);
    assert!(status.trouble.expect("a sentence").en.contains("does not show record 41"));
    is_as_fresh(&place, &desk.journal);
}

#[test]
fn a_store_that_can_not_be_created_does_not_keep_the_hall_from_working() {
    let (desk, place) = (Desk::new(), Place::new());
    // A file stands where the directory should be.
    fs::write(place.dir(), "in the way").unwrap();
    let opened = place.open(&desk.journal);
    assert!(opened.note.is_some());
    let (mut writer, reader) = StoreWriter::spawn(opened.store).unwrap();
    wait(&reader, |status| status.phase != Phase::CatchingUp);
    desk.tell(&mut writer, |_| true);
    drop(writer);
}
