//! What goes in comes out, in order, and nobody writes where another one does.

use super::super::error::{JournalError, OpenError};
use super::super::format::RECORD_BYTES_MAX;
use super::super::{FileJournal, Journal, Opened, Options};
use super::{Place, append, batch, contents, read};

#[test]
fn records_come_back_from_every_sequence_number_over_many_segments() {
    let place = Place::new();
    let (mut journal, opened) = place.open();
    assert_eq!(opened, Opened { seq: 0, is_new: true, torn: None });
    assert_eq!((read(&journal, 0), read(&journal, 1)), (vec![], vec![]), "a new journal holds nothing");
    for first in (0..60).step_by(3) {
        append(&mut journal, &batch(first, 3));
    }
    assert!(place.segments().len() > 5);
    let expected: Vec<_> = (1..).zip(batch(0, 60)).collect();
    for from in 1..=61 {
        let records = read(&journal, u64::try_from(from).expect("small"));
        assert_eq!(records, expected[from - 1..], "from {from}");
    }
    assert_eq!(read(&journal, 0), expected);
    let head = journal.head();
    drop(journal);
    let (journal, opened) = place.open();
    assert_eq!(opened, Opened { seq: 60, is_new: false, torn: None });
    assert_eq!((journal.head(), read(&journal, 1)), (head, expected));
}

#[test]
fn the_real_disk_keeps_a_journal_in_a_directory_that_is_created_for_it() {
    let place = Place::new();
    let dir = place.path().join("hall/journal");
    let (mut journal, _) = FileJournal::open(&dir, Options::default()).expect("a new journal");
    append(&mut journal, &batch(0, 4));
    drop(journal);
    let (journal, opened) = FileJournal::open(&dir, Options::default()).expect("the same journal");
    assert_eq!((opened.seq, contents(&journal)), (4, batch(0, 4)));
}

#[test]
fn a_batch_is_never_split_and_an_empty_payload_is_a_record() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    append(&mut journal, &vec![vec![]; 20]);
    append(&mut journal, &[vec![7; RECORD_BYTES_MAX]]);
    assert_eq!(place.segments().len(), 2);
    drop(journal);
    let contents = place.contents();
    assert_eq!(contents.len(), 21);
    assert_eq!(contents[20].len(), RECORD_BYTES_MAX);
}

#[test]
fn a_wrong_sequence_number_a_large_record_and_an_empty_batch_change_nothing() {
    let place = Place::new();
    let (mut journal, _) = place.open();
    append(&mut journal, &batch(0, 2));
    let before = place.files();
    for wrong in [0, 1, 2, 4, u64::MAX] {
        let refused = journal.append(wrong, &batch(2, 1));
        assert!(matches!(refused, Err(JournalError::WrongSeq { expected, next: 3 }) if expected == wrong));
    }
    let large = [vec![1], vec![0; RECORD_BYTES_MAX + 1]];
    assert!(matches!(journal.append(3, &large), Err(JournalError::TooLarge { .. })));
    journal.append(3, &[]).expect("nothing to do");
    assert_eq!(place.files(), before);
    append(&mut journal, &batch(2, 1));
    assert_eq!(contents(&journal), batch(0, 3));
}

#[test]
fn reading_beyond_the_head_is_an_error_and_at_its_end_is_empty() {
    let place = Place::with(&[batch(0, 2)]);
    let (journal, _) = place.open();
    assert_eq!(read(&journal, 3), []);
    assert!(matches!(journal.read(4).err(), Some(JournalError::NotThere { from: 4, head: 2 })));
}

#[test]
fn a_second_server_is_refused_while_the_first_one_lives() {
    let place = Place::new();
    let (journal, _) = place.open();
    let refused = place.try_open().err().expect("the second server is refused");
    assert!(matches!(refused, OpenError::InUse { .. }));
    assert!(refused.to_string().contains("in use") && refused.zh().contains("正被另一个服务器使用"));
    drop(journal);
    place.open();
}
