use std::{
    fs,
    io::{self, Write},
    path::Path,
    thread,
    time::Duration,
};

use protocol::{
    Text,
    order::{Class, IssueOrder, Lane, Language, OfflineIssue},
};

use tempfile::TempDir;

use super::{
    Found, NAME, Outbox, OutboxError,
    durable::{List, extend},
    lines::line,
};
use crate::dispenser::{Book, Given, Record, Slip};

fn given(key: &str, number: &str) -> Record {
    let slip = Slip {
        key: key.into(),
        number: number.into(),
        hall: Text::new("大厅", "Hall"),
        lane: Lane::Acceptance,
        lane_name: Text::default(),
        zone: None,
        ahead: None,
        wait: None,
        at_ms: 1,
        url: format!("http://h/t/{key}"),
        offline: true,
        reprint: false,
        class: Class::Normal,
        language: Language::Zh,
    };
    let (class, language) = (Class::Normal, Language::Zh);
    let day = "2026-11-23";
    let ticket = format!("{day}/{number}");
    let offline = Some(OfflineIssue { ticket, class, language, token: key.into(), at_ms: 1, visitor: None });
    Record::Given(Given { slip, day: day.into(), offline })
}

fn records() -> Vec<Record> {
    let leased =
        Record::Leased { lane: Lane::Acceptance, first: "A051".into(), last: "A060".into(), day: "2026-11-23".into() };
    let printed = Record::Printed { key: "p1".into() };
    vec![leased, given("p1", "A051"), printed, given("p2", "A052"), Record::Merged { through: "p1".into() }]
}

fn book(records: &[Record]) -> Book {
    let mut book = Book::default();
    records.iter().for_each(|record| book.apply(record));
    book
}

/// In memory where there is such a place: thousands of outboxes are opened here, and no power is cut.
fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn open(directory: &Path) -> (Outbox, Found) {
    // A program that another test starts holds every lock for the moment between its fork and its exec.
    let mut tries = (0..200).map(|_| {
        let opened = Outbox::open(directory);
        if matches!(opened, Err(OutboxError::InUse(_))) {
            thread::sleep(Duration::from_millis(5));
        }
        opened
    });
    let opened = tries.find(|opened| !matches!(opened, Err(OutboxError::InUse(_))));
    opened.expect("the outbox stays in use").unwrap()
}

/// The file of an outbox to which the records were appended one by one, and its length after each.
fn file_of(records: &[Record]) -> (Vec<u8>, Vec<usize>) {
    let directory = directory();
    let path = directory.path().join(NAME);
    let (mut outbox, _) = open(directory.path());
    let mut append = |record: &Record| {
        outbox.append(std::slice::from_ref(record)).unwrap();
        fs::read(&path).unwrap().len()
    };
    let lengths = records.iter().map(&mut append).collect();
    (fs::read(&path).unwrap(), lengths)
}

#[test]
fn torn_at_any_byte_it_holds_every_record_before_and_goes_on() {
    let (bytes, lengths) = file_of(&records());
    for cut in 0..=bytes.len() {
        let directory = directory();
        fs::write(directory.path().join(NAME), &bytes[..cut]).unwrap();
        let whole = lengths.iter().filter(|length| **length <= cut).count();

        let (mut outbox, found) = open(directory.path());
        assert_eq!(outbox.book(), &book(&records()[..whole]), "cut at byte {cut}");
        let end = whole.checked_sub(1).map_or(0, |last| lengths[last]);
        assert_eq!(found, if cut == end { Found::Whole } else { Found::Torn(cut - end) }, "cut at byte {cut}");

        outbox.append(&[given("p9", "A059")]).unwrap();
        drop(outbox);
        let (outbox, found) = open(directory.path());
        assert!(found == Found::Whole && outbox.book().unmerged.iter().any(|given| given.slip.key == "p9"));
    }
}

#[test]
fn one_wrong_bit_anywhere_is_noticed_and_costs_the_reserve_and_no_other_record() {
    let (bytes, lengths) = file_of(&records());
    for at in (0..lengths[3] - 1).step_by(7).chain([lengths[2] - 1]) {
        let directory = directory();
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        fs::write(directory.path().join(NAME), &damaged).unwrap();
        let (outbox, found) = open(directory.path());
        assert!(matches!(found, Found::Damaged(_)), "byte {at}: {found:?}");
        assert!(outbox.book().reserve.is_empty());
        // Without the line end before it, p2 and its neighbour become one line.
        let p2 = lengths[2] - 1..lengths[3];
        assert_eq!(outbox.book().unprinted.contains_key("p2"), !p2.contains(&at), "byte {at}");
        assert_eq!(fs::read(directory.path().join("outbox.damaged")).unwrap(), damaged);
    }
}

#[test]
fn an_order_that_stands_behind_its_number_is_not_asked_again() {
    let Record::Given(number) = given("p1", "A001") else { unreachable!() };
    let number = Record::Given(Given { offline: None, ..number });
    let order = IssueOrder {
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        appointment_at_ms: None,
        present: true,
        visitor: None,
        item: None,
    };
    let book = book(&[number, Record::Asked { key: "p1".into(), order }]);
    assert_eq!(book.asked.len(), 0);
    assert_eq!(self::book(&book.records()), book, "a rewritten file says the same");
}

#[test]
fn a_list_that_lost_what_had_been_durable_is_told_from_a_torn_one_and_costs_the_reserve() {
    let directory = directory();
    let path = directory.path().join(NAME);
    let (mut outbox, _) = open(directory.path());
    records().iter().for_each(|record| outbox.append(std::slice::from_ref(record)).unwrap());
    drop(outbox);
    let (list, mark) = (fs::read(&path).unwrap(), fs::read(directory.path().join("outbox.mark")).unwrap());
    for left in 0..list.len() {
        fs::write(&path, &list[..left]).unwrap();
        fs::write(directory.path().join("outbox.mark"), &mark).unwrap();
        let (outbox, found) = open(directory.path());
        assert_eq!(found, Found::Short((list.len() - left) as u64));
        assert!(outbox.book().reserve.is_empty(), "a number of a line that is lost may be given out again");
    }
    for (left, missing) in [(None, true), (Some(list.len() - 1), false)] {
        let mut damaged = list.clone();
        if let Some(at) = left {
            damaged[at] ^= 1;
        }
        fs::write(&path, damaged).unwrap();
        fs::write(directory.path().join("outbox.mark"), &mark).unwrap();
        if missing {
            fs::remove_file(&path).unwrap();
        }
        let (outbox, found) = open(directory.path());
        let expected = if missing { Found::Short(list.len() as u64) } else { Found::Damaged(1) };
        assert!(found == expected && outbox.book().reserve.is_empty(), "{found:?}");
    }
}

#[test]
fn a_cut_before_the_mark_of_a_short_list_is_taken_away_costs_nothing_more() {
    let directory = directory();
    let (path, mark) = (directory.path().join(NAME), directory.path().join("outbox.mark"));
    let (mut outbox, _) = open(directory.path());
    records().iter().for_each(|record| outbox.append(std::slice::from_ref(record)).unwrap());
    drop(outbox);
    let (list, marked) = (fs::read(&path).unwrap(), fs::read(&mark).unwrap());
    fs::write(&path, &list[..list.len() - 1]).unwrap();
    let (outbox, found) = open(directory.path());
    assert!(matches!(found, Found::Short(_)) && outbox.book().reserve.is_empty(), "{found:?}");
    let unmerged = outbox.book().unmerged.clone();
    drop(outbox);
    // The new list is in its place, the power goes, and the old mark is still there.
    fs::write(&mark, marked).unwrap();
    let (outbox, found) = open(directory.path());
    assert!(matches!(found, Found::Short(_)) && outbox.book().reserve.is_empty(), "{found:?}");
    assert_eq!(outbox.book().unmerged, unmerged);
}

#[test]
fn a_torn_end_behind_the_mark_and_a_damaged_mark_are_no_damage_of_the_list() {
    let directory = directory();
    let path = directory.path().join(NAME);
    let (mut outbox, _) = open(directory.path());
    outbox.append(&records()).unwrap();
    drop(outbox);
    let whole = fs::read(&path).unwrap();
    let torn = b"0123abcd {\"is\":\"pri";
    fs::write(&path, [whole.as_slice(), torn].concat()).unwrap();
    assert_eq!(open(directory.path()).1, Found::Torn(torn.len()));
    for mark in ["", "00", "ffffffffffffffff 00000000\n", "\0\0"] {
        fs::write(directory.path().join("outbox.mark"), mark).unwrap();
        let (outbox, found) = open(directory.path());
        assert_eq!((found, outbox.book()), (Found::Whole, &book(&records())), "{mark:?}");
    }
}

#[test]
fn an_outbox_belongs_to_one_program() {
    let directory = directory();
    let (first, _) = open(directory.path());
    assert!(matches!(Outbox::open(directory.path()), Err(OutboxError::InUse(_))));
    drop(first);
    open(directory.path());
}

#[test]
fn what_is_done_with_does_not_make_the_file_grow() {
    let directory = directory();
    let (mut outbox, _) = open(directory.path());
    for batch in 0..100 {
        let merged = (0..40).flat_map(|n| {
            let key = format!("p{batch}-{n}");
            [given(&key, "A001"), Record::Printed { key: key.clone() }, Record::Merged { through: key }]
        });
        outbox.append(&merged.collect::<Vec<_>>()).unwrap();
    }
    assert!(fs::metadata(directory.path().join(NAME)).unwrap().len() <= super::COMPACT_BYTES + 40_000);
    drop(outbox);
    open(directory.path());
    assert_eq!(fs::metadata(directory.path().join(NAME)).unwrap().len(), 0);
}

#[test]
fn a_disk_that_fails_keeps_nothing_and_works_again_when_it_can() {
    let directory = directory();
    let (mut outbox, _) = open(directory.path());
    outbox.append(&records()).unwrap();
    // A descriptor that can't be written, as a full or read-only disk would be.
    outbox.file = Some(fs::File::open(directory.path().join(NAME)).unwrap());
    let error = outbox.append(&[given("p3", "A053")]).unwrap_err().to_string();
    assert!(error.contains(NAME) && error.contains("请检查磁盘"), "{error}");
    assert_eq!(outbox.book(), &book(&records()));

    outbox.append(&[given("p4", "A054")]).unwrap();
    drop(outbox);
    let (outbox, found) = open(directory.path());
    let keys: Vec<&str> = outbox.book().unmerged.iter().map(|given| given.slip.key.as_str()).collect();
    assert_eq!((found, keys), (Found::Whole, vec!["p2", "p4"]));
}

/// The file of a list on a disk that has no room after so many bytes more, or writes all and can't sync it.
struct Failing {
    file: fs::File,
    room: Option<usize>,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fits = self.room.unwrap_or(usize::MAX).min(bytes.len());
        self.room = self.room.map(|room| room - fits);
        if fits == 0 { Err(io::ErrorKind::StorageFull.into()) } else { self.file.write(&bytes[..fits]) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl List for Failing {
    fn sync(&self) -> io::Result<()> {
        Err(io::Error::other("a disk that fails"))
    }

    fn cut(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

#[test]
fn what_was_written_and_not_synced_is_gone_after_a_restart() {
    let new: Vec<u8> = [given("p3", "A053"), given("p4", "A054")].iter().flat_map(line).collect();
    let first = line(&given("p3", "A053")).len();
    for room in [None, Some(first), Some(first + 7), Some(7), Some(0)] {
        let directory = directory();
        let (mut outbox, _) = open(directory.path());
        outbox.append(&records()).unwrap();
        let durable = outbox.bytes;
        drop(outbox);

        let file = fs::OpenOptions::new().append(true).open(directory.path().join(NAME)).unwrap();
        extend(&mut Failing { file, room }, &new, durable).unwrap_err();
        let (outbox, found) = open(directory.path());
        assert_eq!((found, outbox.book()), (Found::Whole, &book(&records())), "room for {room:?} bytes");
    }
}

#[test]
fn a_place_where_no_outbox_can_be_is_named() {
    let directory = directory();
    let path = directory.path().join("file");
    fs::write(&path, "").unwrap();
    let error = Outbox::open(&path).unwrap_err().to_string();
    assert!(error.contains("file: "), "{error}");
}

#[test]
fn each_damaged_list_is_kept_and_the_same_one_once() {
    let directory = directory();
    drop(open(directory.path()));
    let kept = |name: &str| fs::read_to_string(directory.path().join(name)).ok();
    for damage in ["first\n", "first\n", "second\n", "third\n"] {
        fs::write(directory.path().join(NAME), damage).unwrap();
        assert_eq!(open(directory.path()).1, Found::Damaged(1));
    }
    let names = ["outbox.damaged", "outbox.damaged-2", "outbox.damaged-3", "outbox.damaged-4"];
    assert_eq!(names.map(kept), [Some("first\n".into()), Some("second\n".into()), Some("third\n".into()), None]);
}
