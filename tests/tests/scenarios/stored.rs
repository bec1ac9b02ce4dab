//! A thousand single faults in the stored files. Each is told, by the name of the file, or harmless: a server or dispenser
//! starts with all that was acknowledged, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use caller_server::gate::Gate;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use tests::hall::{Hall, Setup};
use ticket_dispenser::outbox::{Found, Outbox};

use crate::device::Dispenser;
use crate::fault::{Fault, all_files};
use crate::specimen::{Specimen, look_up, open_journal};
use crate::{seeded, times};

/// Single faults; `YIHAO_FAULTS=1000` is the long run.
const FAULTS: u32 = 300;

/// What came of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// It changed nothing that is read.
    Harmless,
    /// The start was refused, and the file was named.
    Refused,
    /// What was never acknowledged was set aside.
    Torn,
    /// The store was begun anew and shows what it showed.
    Rebuilt,
    /// The dispenser said so, kept the file aside and gave up its reserve.
    Told,
    /// A list of people or devices, or the key, is gone: the log says so.
    Missing,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_fault_in_a_stored_file_is_told_and_costs_nothing_that_was_acknowledged() {
    let mut rng = seeded();
    let specimen = Specimen::make().await;
    let mut came: BTreeMap<(&str, Came), u32> = BTreeMap::new();
    for _ in 0..times("YIHAO_FAULTS", FAULTS) {
        let (which, what) = match rng.random_range(0..20) {
            0..8 => ("journal", journal(&specimen, &mut rng)),
            8..10 => ("end of the journal", end_of_journal(&specimen, &mut rng)),
            10..14 => ("store", store(&specimen, &mut rng).await),
            14..17 => ("lists and key", lists(&specimen, &mut rng)),
            _ => ("outbox", outbox(&specimen, &mut rng)),
        };
        *came.entry((which, what)).or_default() += 1;
    }
    for ((which, what), count) in came {
        println!("{which}: {what:?} {count}");
    }
}

/// Everything was acknowledged: it is all there, or the journal is not opened and not changed.
fn journal(specimen: &Specimen, rng: &mut StdRng) -> Came {
    let copy = specimen.copy("hall/journal");
    let file = any_of(copy.path(), &["seg", ""], rng);
    let fault = match rng.random_range(0..8) {
        0 if is_head(&file) => Fault::Garbage,
        1 if is_head(&file) => Fault::Replaced(any_of(&specimen.path("heads"), &[""], rng)),
        0 => Fault::Swapped(any_of(copy.path(), &["seg"], rng)),
        1 => Fault::Replaced(any_of(copy.path(), &["seg"], rng)),
        2 => Fault::Twice(copy.path().join(format!("{:020}.seg", rng.random_range(0..specimen.records.len() * 2)))),
        _ => Fault::any(len(&file), rng),
    };
    println!("{fault:?} in {}", file.display());
    let is_changed = fault.befall(&file, rng);
    let before = contents(copy.path());
    match open_journal(copy.path()) {
        Ok(records) => {
            assert_eq!(records, specimen.records, "the journal opens without what was acknowledged");
            assert!(!is_changed || is_head(&file), "a damaged segment is taken for a sound one");
            Came::Harmless
        }
        Err(said) => {
            assert!(said.contains(&*copy.path().to_string_lossy()) && is_changed, "{said}");
            assert_eq!(contents(copy.path()), before, "something was changed: {said}");
            Came::Refused
        }
    }
}

/// The last batch was not yet known to be durable: a fault in it looks like the end of an interrupted write. Whatever is
/// before it stays.
fn end_of_journal(specimen: &Specimen, rng: &mut StdRng) -> Came {
    let copy = specimen.copy("hall/journal");
    fs::copy(specimen.path("head-before"), copy.path().join("head")).unwrap();
    let file = all_files(copy.path()).into_iter().rfind(|file| file.extension().is_some()).unwrap();
    let tail: usize = specimen.records[specimen.records.len() - specimen.last_batch()..].iter().map(Vec::len).sum();
    let whole = len(&file);
    let at = rng.random_range(whole - tail..whole);
    let fault = if rng.random() { Fault::Cut { to: at } } else { Fault::Flip { at, bit: rng.random_range(0..8) } };
    println!("{fault:?} in the last batch in {}", file.display());
    fault.befall(&file, rng);
    let records = open_journal(copy.path()).unwrap();
    assert!(specimen.records.starts_with(&records), "the journal opens with what was never written");
    let least = specimen.records.len() - specimen.last_batch();
    assert!(records.len() >= least, "{} records are left of {least} that were known to be durable", records.len());
    let is_kept = all_files(copy.path()).iter().any(|file| file.to_string_lossy().contains("torn-"));
    assert!(is_kept || matches!(fault, Fault::Cut { .. }), "what was torn was thrown away");
    Came::Torn
}

/// The store is never asked for the truth: what it shows after any fault is what the journal says.
async fn store(specimen: &Specimen, rng: &mut StdRng) -> Came {
    let copy = specimen.copy("hall");
    let files = all_files(&copy.path().join("store"));
    let file = files.choose(rng).unwrap();
    let mut fault = Fault::any(len(file), rng);
    if let Fault::Flip { at, .. } = &mut fault {
        // Most of sled's file is empty: a bit is worth more where something is.
        let bytes = fs::read(file).unwrap();
        let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
        *at = used.choose(rng).copied().unwrap_or(*at);
    }
    println!("{fault:?} in {}", file.display());
    fault.befall(file, rng);
    let (shown, _, rebuilt) = look_up(copy.path(), &specimen.state).await;
    assert_eq!(shown, specimen.shown, "the store shows what the journal does not say");
    if rebuilt { Came::Rebuilt } else { Came::Harmless }
}

/// People, devices and the key that signs cookies.
fn lists(specimen: &Specimen, rng: &mut StdRng) -> Came {
    let copy = specimen.copy("hall");
    let name = *["accounts.json", "devices.json", "secret.key"].choose(rng).unwrap();
    let file = copy.path().join(name);
    let sound = read_lists(copy.path()).unwrap();
    let fault = Fault::any(len(&file), rng);
    println!("{fault:?} in {name}");
    fault.befall(&file, rng);
    match read_lists(copy.path()) {
        Ok(_) if fault == Fault::Gone => Came::Missing,
        Ok(lists) => {
            assert_eq!(lists, sound, "{name} is damaged and was taken for sound");
            Came::Harmless
        }
        Err(said) => {
            assert!(said.contains(name), "{said}");
            Came::Refused
        }
    }
}

/// A dispenser goes on, because it must; but never with a number that may be out already.
fn outbox(specimen: &Specimen, rng: &mut StdRng) -> Came {
    let copy = specimen.copy("outbox");
    let list = copy.path().join("outbox.jsonl");
    let file = if rng.random_ratio(1, 5) { copy.path().join("outbox.mark") } else { list.clone() };
    let fault = Fault::any(len(&file), rng);
    println!("{fault:?} in {}", file.display());
    fault.befall(&file, rng);
    let left = fs::read(&list).unwrap_or_default();
    let (outbox, found) = Outbox::open(copy.path()).unwrap();
    match found {
        Found::Whole => {
            assert_eq!(outbox.book(), &specimen.book, "the list is damaged and was taken for whole");
            Came::Harmless
        }
        Found::Torn(_) => panic!("what was acknowledged was taken for the end of an interrupted write"),
        Found::Damaged(_) | Found::Short(_) => {
            assert!(outbox.book().reserve.is_empty(), "a number that may be out is given out again");
            assert_eq!(fs::read(copy.path().join("outbox.damaged")).unwrap(), left);
            assert!(found.to_string().contains("outbox.jsonl"), "{found}");
            Came::Told
        }
    }
}

#[tokio::test]
async fn a_server_does_not_begin_anew_where_a_journal_was() {
    let mut hall = Hall::start(Setup::default()).await;
    hall.dispenser(1).await.issue().await.number();
    hall.stop();
    let (journal, elsewhere) = (hall.journal_dir(), hall.data_dir().join("elsewhere"));
    fs::rename(&journal, &elsewhere).unwrap();
    for what in ["is gone", "is empty"] {
        let log = refused(&mut hall).await;
        assert!(log.contains(&*journal.to_string_lossy()), "the journal {what}:\n{log}");
        assert!(!journal.join("head").exists(), "a new journal was begun where one {what}");
        fs::create_dir_all(&journal).unwrap();
    }
    fs::remove_dir(&journal).unwrap();
    fs::rename(&elsewhere, &journal).unwrap();
    hall.run().await;
    assert_eq!(hall.dispenser(1).await.issue().await.number(), "A002");
}

#[tokio::test]
async fn a_server_names_the_list_that_is_damaged_or_gone() {
    let mut hall = Hall::start(Setup::default()).await;
    hall.stop();
    for name in ["accounts.json", "devices.json", "secret.key"] {
        let path = hall.data_dir().join(name);
        let whole = fs::read(&path).unwrap();
        Fault::Flip { at: whole.len() / 2, bit: 0 }.befall(&path, &mut seeded());
        let log = refused(&mut hall).await;
        assert!(log.contains(name), "{log}");
        fs::remove_file(&path).unwrap();
        let log = gone(&mut hall, name).await;
        assert!(log.contains(name), "{name} is gone, and the log does not say so:\n{log}");
        fs::write(&path, whole).unwrap();
    }
    hall.run().await;
    assert_eq!(hall.dispenser(1).await.issue().await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_whose_list_lost_its_end_says_so_and_gives_no_number_twice() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    dispenser.has_reserve().await;
    hall.kill();
    dispenser.is_online(false).await;
    let mut out = BTreeSet::new();
    for _ in 0..3 {
        out.insert(dispenser.press().await.number);
    }
    dispenser
        .restart(|list| {
            let lines = fs::read_to_string(list).unwrap();
            let kept: Vec<&str> = lines.lines().take_while(|line| !line.contains(r#""is":"given""#)).collect();
            assert!(!kept.is_empty() && kept.len() < lines.lines().count());
            fs::write(list, kept.join("\n") + "\n").unwrap();
        })
        .await;
    assert!(dispenser.device.log().contains("outbox.jsonl lost its last"), "{}", dispenser.device.log());
    hall.run().await;
    dispenser.is_online(true).await;
    dispenser.has_reserve().await;
    out.insert(dispenser.press().await.number);
    hall.kill();
    dispenser.is_online(false).await;
    for _ in 0..3 {
        out.insert(dispenser.press().await.number);
    }
    assert_eq!(out.len(), 7, "a number is out twice: {out:?}");
}

/// What the log of a server says whose list or key is gone. In place of a list no other begins by itself: who means it says so.
async fn gone(hall: &mut Hall, name: &str) -> String {
    let said = hall.log().len();
    let lock = hall.data_dir().join("gate.lock");
    if name != "secret.key" {
        assert!(refused(hall).await.contains("gate.lock"));
        fs::rename(&lock, lock.with_extension("kept")).unwrap();
    }
    hall.run().await;
    hall.stop();
    if name != "secret.key" {
        fs::rename(lock.with_extension("kept"), &lock).unwrap();
    }
    hall.log()[said..].to_owned()
}

/// Starts the server, which must refuse; what it said, in both languages.
async fn refused(hall: &mut Hall) -> String {
    let said = hall.log().len();
    hall.launch(&[]);
    assert_eq!(hall.wait_until_ended().await, Some(1), "{}", hall.log());
    let log = hall.log()[said..].to_owned();
    assert!(log.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "nothing in Chinese:\n{log}");
    assert!(!log.contains("panicked"), "{log}");
    log
}

/// Any file with one of these endings; `head` has none, and what only locks is left out.
fn any_of(dir: &Path, endings: &[&str], rng: &mut StdRng) -> PathBuf {
    let ending = |file: &Path| file.extension().map_or(String::new(), |ending| ending.to_string_lossy().into_owned());
    let mut files = all_files(dir);
    files.retain(|file| endings.contains(&&*ending(file)) && file.file_name().is_some_and(|name| name != "lock"));
    files.choose(rng).unwrap().clone()
}

fn is_head(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "head")
}

fn len(file: &Path) -> usize {
    fs::read(file).unwrap().len()
}

fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    all_files(dir).into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Names and secrets, all that the gate knows.
fn read_lists(data_dir: &Path) -> Result<(String, Vec<u8>), String> {
    let gate = Gate::open(data_dir).map_err(|error| error.to_string())?;
    let (accounts, devices) = (gate.accounts().all().unwrap(), gate.devices().all().unwrap());
    Ok((format!("{accounts:?} {devices:?}"), gate.key().master().to_vec()))
}
