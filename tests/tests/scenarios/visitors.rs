//! One visit, one ticket: a card gets the same number at every dispenser, and is nowhere on a disk.

use std::{fs, path::Path};

use protocol::kiosk::KioskTaken;
use tests::book::Book;
use tests::hall::{Hall, Setup};

use crate::device::Dispenser;

/// Made-up numbers with right check characters.
const ANN: &str = "11010519491231002X";
const BOB: &str = "33048320000229001X";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_gets_one_number_in_the_whole_hall_and_is_nowhere_on_a_disk() {
    let mut hall = Hall::start(Setup { dispensers: 2, ..Setup::default() }).await;
    let keys = tempfile::tempdir().unwrap();
    let secret = keys.path().join("visitor.secret");
    fs::write(&secret, "5a".repeat(32)).unwrap();
    let scanner = format!("scanner = {{ secret_file = \"{}\" }}", secret.display());
    let door = Dispenser::start_with(&hall, 1, &scanner).await;
    let desk = Dispenser::start_with(&hall, 2, &scanner).await;
    for dispenser in [&door, &desk] {
        dispenser.is_online(true).await;
        dispenser.has_reserve().await;
    }
    let said = |taken: &KioskTaken| (taken.number.clone(), taken.reprint, taken.offline);

    let first = door.scan(ANN).await;
    assert_eq!(said(&first), ("A001".into(), false, false));
    assert_eq!(said(&desk.scan(ANN).await), ("A001".into(), true, false), "at another dispenser");
    assert_eq!(said(&door.scan(&ANN.to_lowercase()).await), ("A001".into(), true, false));
    assert_eq!(said(&door.scan(BOB).await), ("A002".into(), false, false), "another person");

    hall.kill();
    desk.is_online(false).await;
    let offline = desk.scan(ANN).await;
    assert!(!offline.reprint && offline.offline, "the dispenser can't know whether A001 lives: {offline:?}");
    assert_eq!(said(&desk.scan(ANN).await), (offline.number.clone(), true, true), "it knows its own");
    hall.run().await;
    desk.owes_nothing().await;
    door.is_online(true).await;
    // A file of a reprint is named by its number: the next would take its place unseen.
    fs::remove_dir_all(door.device.path("slips")).unwrap();
    fs::create_dir(door.device.path("slips")).unwrap();
    assert_eq!(said(&door.scan(ANN).await), ("A001".into(), true, false), "the server knows the first");

    hall.kill();
    let book = Book::read(&hall.journal_dir());
    let issued = book.of_kind("issued");
    assert_eq!((issued.len(), book.of_kind("reprinted").len()), (3, 3));
    assert!(issued.iter().all(|event| event["visitor"].as_str().is_some_and(|key| key.len() == 32)), "{issued:?}");
    for directory in [hall.data_dir(), &door.device.path(""), &desk.device.path("")] {
        names_nobody(directory);
    }
    for log in [hall.log(), door.device.log(), desk.device.log()] {
        assert!(!log.contains(&ANN[..17]) && !log.contains(&BOB[..17]), "a card's number is in a log");
    }
}

fn names_nobody(path: &Path) {
    if path.is_dir() {
        return fs::read_dir(path).unwrap().for_each(|entry| names_nobody(&entry.unwrap().path()));
    }
    let bytes = fs::read(path).unwrap_or_default();
    for card in [ANN, BOB] {
        let is_there = bytes.windows(17).any(|window| window.eq_ignore_ascii_case(&card.as_bytes()[..17]));
        assert!(!is_there, "{} holds a card's number", path.display());
    }
}
