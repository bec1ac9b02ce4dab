//! What a hall and a dispenser have stored after a morning's work: to be damaged, and to be compared with.

use std::fs;
use std::path::{Path, PathBuf};

use caller_server::desk;
use caller_server::journal::{FileJournal, Journal, Options, read_beside};
use caller_server::store::{DayFigures, Phase, Query, Store, StoreReader, StoreWriter, VisitRecord};
use hall::State;
use protocol::order::{Class, Lane, Language, OfflineIssue};
use tempfile::TempDir;
use tests::hall::{Hall, Setup};
use ticket_dispenser::dispenser::{Book, Given, Record, Slip};
use ticket_dispenser::outbox::Outbox;

use crate::fault::copy_all;
use crate::until;

/// Numbers that were given out; a search shows them all.
const VISITS: usize = 120;
/// Small, so that there are many segments.
const SEGMENT: Options = Options { segment_bytes_max: 24 * 1024 };
/// Records that are written together.
const BATCH: usize = 4;
/// Numbers that the dispenser gave out while cut off.
const OFFLINE: usize = 40;

/// A data directory and an outbox, with all that was acknowledged.
pub struct Specimen {
    own: TempDir,
    /// Every record of the journal.
    pub records: Vec<Vec<u8>>,
    /// The hall after the last one.
    pub state: State,
    /// What a store has to show, built from the journal alone.
    pub shown: Shown,
    /// The dispenser's list.
    pub book: Book,
}

/// What people can look up in a store.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    visits: Vec<VisitRecord>,
    figures: DayFigures,
}

impl Specimen {
    /// Lets a real server work, and a dispenser's list grow.
    pub async fn make() -> Self {
        let own = in_memory();
        let mut hall = Hall::start(Setup { data_dir: Some(own.path().join("hall")), ..Setup::default() }).await;
        work(&hall).await;
        hall.stop();
        let records = divide(&hall.journal_dir(), own.path());
        let book = give_out(&own.path().join("outbox"));
        let (journal, _) = FileJournal::open(&hall.journal_dir(), SEGMENT).unwrap();
        let state = desk::replay(&journal, None).unwrap().state;
        drop(journal);
        let scratch = own.path().join("scratch");
        copy_all(&hall.journal_dir(), &scratch.join("journal"));
        let (shown, _, _) = look_up(&scratch, &state).await;
        Self { own, records, state, shown, book }
    }

    /// A copy of one of its directories: `hall` or `outbox`.
    pub fn copy(&self, name: &str) -> TempDir {
        let copy = in_memory();
        copy_all(&self.path(name), copy.path());
        copy
    }

    /// One of its files or directories. `heads` holds earlier head markers; `head-before` is the last of them.
    pub fn path(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    /// How many records were written last, together.
    pub fn last_batch(&self) -> usize {
        (self.records.len() - 1) % BATCH + 1
    }
}

/// Opens a journal that may be damaged: its records, or why not.
pub fn open_journal(dir: &Path) -> Result<Vec<Vec<u8>>, String> {
    let (journal, _) = FileJournal::open(dir, SEGMENT).map_err(|error| error.to_string())?;
    Ok(journal.read(1).unwrap().map(|record| record.unwrap().payload).collect())
}

/// Opens the journal and the store in a data directory as the server does, and looks everything up when the store has come to
/// rest. Says whether a snapshot was used, and whether the store was begun anew.
pub async fn look_up(data_dir: &Path, state: &State) -> (Shown, bool, bool) {
    let dir = data_dir.join("journal");
    let (journal, _) = FileJournal::open(&dir, SEGMENT).unwrap();
    let head = journal.head();
    let read = Box::new(move |from, head, show: &mut dyn FnMut(_) -> bool| read_beside(&dir, from, head, show));
    let opened = Store::open(&data_dir.join("store"), head, read);
    let beginning = desk::replay(&journal, opened.snapshot.as_ref()).unwrap();
    assert_eq!(&beginning.state, state, "the hall begins elsewhere than its journal ends");
    let (writer, reader) = StoreWriter::spawn(opened.store).unwrap();
    until("the store has everything", async || {
        let status = reader.status();
        status.phase == Phase::Live && status.seq == head.seq && status.is_verified
    })
    .await;
    let shown = Shown::read(&reader, state);
    let rebuilt = reader.status().rebuilds > 0;
    drop(writer);
    (shown, opened.snapshot.is_some(), rebuilt)
}

impl Shown {
    fn read(reader: &StoreReader, state: &State) -> Self {
        let day = state.day.as_ref().unwrap().day;
        let visits = reader.search(&Query { limit: 200, ..Query::default() }).unwrap();
        assert_eq!(visits.len(), VISITS);
        Self { visits, figures: reader.day_figures(day).unwrap() }
    }
}

/// In memory where there is such a place: a thousand copies are made here, and no power is cut.
pub fn in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

async fn work(hall: &Hall) {
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    for n in 0..VISITS {
        dispenser.issue().await.number();
        if n % 3 == 0 {
            clerk.at(1, "call_next").await.number();
            assert_eq!(clerk.at(1, "start").await.status, 200);
        }
    }
    hall.settle().await;
}

/// Writes the records of a journal anew, into many segments; the chain of their hashes stays the same. Keeps the head markers
/// that there were on the way.
fn divide(journal: &Path, own: &Path) -> Vec<Vec<u8>> {
    let records = open_journal(journal).unwrap();
    fs::remove_dir_all(journal).unwrap();
    fs::create_dir(own.join("heads")).unwrap();
    let (mut divided, _) = FileJournal::open(journal, SEGMENT).unwrap();
    for (n, batch) in records.chunks(BATCH).enumerate() {
        fs::copy(journal.join("head"), own.join("heads").join(format!("{n:04}"))).unwrap();
        fs::copy(journal.join("head"), own.join("head-before")).unwrap();
        divided.append(divided.head().seq + 1, batch).unwrap();
    }
    divided.settle().unwrap();
    records
}

/// A dispenser's list with a reserve, numbers that were merged and numbers that were not.
fn give_out(directory: &Path) -> Book {
    let (mut outbox, _) = Outbox::open(directory).unwrap();
    let day = || "2026-11-23".to_owned();
    let mut records =
        vec![Record::Leased { lane: Lane::Acceptance, first: "A051".into(), last: "A150".into(), day: day() }];
    for n in 0..OFFLINE {
        let key = format!("press-{n}");
        records.push(Record::Given(given(&key, &format!("A{:03}", 51 + n), day())));
        records.push(Record::Printed { key: key.clone() });
        if n == OFFLINE / 2 {
            records.push(Record::Merged { through: key });
        }
    }
    for record in records {
        outbox.append(&[record]).unwrap();
    }
    outbox.book().clone()
}

fn given(key: &str, number: &str, day: String) -> Given {
    let slip = Slip {
        key: key.into(),
        number: number.into(),
        hall: protocol::Text::new("大厅", "Hall"),
        lane: Lane::Acceptance,
        lane_name: protocol::Text::default(),
        zone: None,
        ahead: None,
        wait: None,
        at_ms: 1,
        url: format!("http://hall/t/{key}"),
        offline: true,
        reprint: false,
        class: Class::Normal,
        language: Language::Zh,
    };
    let ticket = format!("{day}/{number}");
    let offline = OfflineIssue {
        ticket,
        class: Class::Normal,
        language: Language::Zh,
        token: key.into(),
        at_ms: 1,
        visitor: None,
    };
    Given { slip, day, offline: Some(offline) }
}
