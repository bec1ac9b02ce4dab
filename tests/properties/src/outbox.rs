//! A dispenser's outbox: one record a line.

use std::{cell::RefCell, fs, path::Path};

use tempfile::TempDir;
use ticket_dispenser::{
    dispenser::{Book, Record},
    outbox::{Found, Outbox},
};

use crate::{living::reads_back, scratch};

thread_local! {
    /// One directory for all inputs.
    static PLACE: RefCell<TempDir> = RefCell::new(scratch::directory());
}

/// Any lines, those that begin with `{` with their checksum put before them: opened to a book that is written and read back
/// as the same, that goes on, and whose damage is kept aside.
pub fn any_lines(bytes: &[u8]) {
    PLACE.with_borrow(|place| {
        let dir = place.path();
        scratch::empty(dir);
        fs::write(dir.join("outbox.jsonl"), sealed(bytes)).expect("an outbox");
        opens(dir);
    });
}

fn opens(dir: &Path) {
    let (outbox, found) = Outbox::open(dir).expect("memory does not fail");
    let book = outbox.book().clone();
    drop(outbox);
    let aside = dir.join("outbox.damaged").exists();
    match found {
        Found::Damaged(lines) => assert!(lines > 0 && aside && book.reserve.is_empty(), "damage is kept for people"),
        Found::Torn(bytes) => assert!(bytes > 0 && !aside),
        Found::Whole => assert!(!aside),
        Found::Short(_) => panic!("there is no mark that could say so"),
    }
    compacts(&book);

    let (mut outbox, found) = Outbox::open(dir).expect("what opened once opens again");
    assert_eq!(found, Found::Whole, "the first start left something to do");
    assert_eq!(outbox.book().records(), book.records(), "a second start finds something else");
    book.records().iter().for_each(|record| drop(reads_back(record)));
    outbox.append(&[Record::Settled { key: "k".into() }]).expect("it goes on");
}

/// Panics unless the shortest list of records says the same as the book.
pub fn compacts(book: &Book) {
    let again = together(&book.records());
    assert_eq!(again.records(), book.records(), "a compacted outbox says something else");
    let open = |book: &Book| [book.asked.len(), book.unmerged.len(), book.unprinted.len(), book.set_aside.len()];
    assert_eq!(open(&again), open(book), "a compacted outbox forgets or invents something: {book:?}");
}

/// What records say together.
pub fn together(records: &[Record]) -> Book {
    let mut book = Book::default();
    records.iter().for_each(|record| book.apply(record));
    book
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let seal = |line: &[u8]| match line.strip_suffix(b"\n") {
        Some(json) if json.starts_with(b"{") => [format!("{:08x} ", crc32fast::hash(json)).as_bytes(), line].concat(),
        _ => line.to_vec(),
    };
    bytes.split_inclusive(|byte| *byte == b'\n').flat_map(seal).collect()
}
