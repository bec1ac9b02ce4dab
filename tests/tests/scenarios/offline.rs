//! A hall of twenty dispensers whose server goes and comes, and which die themselves: everybody holds paper, once.
//!
//! `YIHAO_OFFLINE` is how many numbers are taken in all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use tests::book::Book;
use tests::hall::{Hall, Setup};
use tests::process::Usage;
use tokio::task::JoinHandle;

use crate::device::Dispenser;
use crate::{moment, seeded, times, until_within};

const DISPENSERS: u16 = 20;
/// Numbers by default.
const TICKETS: u32 = 400;
/// How long the server is there, and is away, at most, ms.
const UP_MS: u64 = 4_000;
const DOWN_MS: u64 = 3_000;
/// A dispenser dies once in so many presses.
const DIES_ONCE_IN: u32 = 25;
/// Numbers that one dispenser may hold in reserve: the server gives no more at a time.
const RESERVE_MAX: u32 = 200;
/// Everything is told and merged by then, or never will be.
const MERGES_WITHIN: Duration = Duration::from_secs(60);
/// What a dispenser may take, KiB.
const MEMORY_KIB_MAX: u64 = 25 * 1024;
/// By how much the order among dispensers may differ from that of the presses, ms.
const ORDER_MS: u64 = 1_000;

/// A slip that somebody holds.
struct Held {
    device: String,
    number: String,
    offline: bool,
    /// Between these two moments it was taken, ms since 1970.
    between_ms: (u64, u64),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_dispensers_whose_server_comes_and_goes_give_every_number_once() {
    let mut rng = seeded();
    let setup = Setup { dispensers: DISPENSERS, ..Setup::default() };
    let mut hall = Hall::start(setup).await;
    let each = times("YIHAO_OFFLINE", TICKETS) / u32::from(DISPENSERS);
    let reserve = format!("reserve = {{ count = {RESERVE_MAX}, refill_at = {} }}", RESERVE_MAX / 2);
    let mut people = Vec::new();
    for n in 1..=DISPENSERS {
        let dispenser = Dispenser::start_with(&hall, n.into(), &reserve).await;
        // Without one it may have no number for whoever comes first, and says so.
        dispenser.has_reserve().await;
        people.push(tokio::spawn(take_all(dispenser, n, each, rng.random())));
    }
    let mut cuts = 0;
    while !people.iter().all(JoinHandle::is_finished) {
        moment(&mut rng, UP_MS).await;
        hall.kill();
        cuts += 1;
        moment(&mut rng, DOWN_MS).await;
        hall.run().await;
    }
    let (mut held, mut deaths, mut dispensers) = (Vec::new(), 0, Vec::new());
    for one in people {
        let (dispenser, slips, died) = one.await.unwrap();
        dispenser.owes_nothing().await;
        held.extend(slips);
        deaths += died;
        dispensers.push(dispenser);
    }
    let memory_kib =
        dispensers.iter().filter_map(|one| Usage::of(one.device.pid())).map(|usage| usage.memory_kib).max();
    hall.settle().await;
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let offline = held.iter().filter(|slip| slip.offline).count();
    println!("{} slips, {offline} without the server, {cuts} cuts, {deaths} dispensers died", held.len());
    println!("the largest dispenser took {} KiB", memory_kib.unwrap());
    assert!(memory_kib.unwrap() <= MEMORY_KIB_MAX, "a dispenser takes {memory_kib:?} KiB");
    check(&book, &held);
    for (n, dispenser) in (1..).zip(&dispensers) {
        check_paper(&book, &format!("dispenser-{n}"), dispenser);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_out_without_the_server_is_merged_when_it_is_back() {
    let each = (times("YIHAO_OFFLINE", TICKETS) / u32::from(DISPENSERS)).min(RESERVE_MAX);
    let mut hall = Hall::start(Setup { dispensers: DISPENSERS, ..Setup::default() }).await;
    let reserve = format!("reserve = {{ count = {RESERVE_MAX}, refill_at = 1 }}");
    let mut dispensers = Vec::new();
    for n in 1..=DISPENSERS {
        dispensers.push(Dispenser::start_with(&hall, n.into(), &reserve).await);
    }
    for dispenser in &dispensers {
        dispenser.has_reserve().await;
    }
    hall.kill();
    let mut people = Vec::new();
    for (n, dispenser) in (1..).zip(dispensers) {
        dispenser.is_online(false).await;
        people.push(tokio::spawn(take_all(dispenser, n, each, 0)));
    }
    let (mut held, mut dispensers) = (Vec::new(), Vec::new());
    for one in people {
        let (dispenser, slips, _) = one.await.unwrap();
        held.extend(slips);
        dispensers.push(dispenser);
    }
    let began = Instant::now();
    hall.run().await;
    let started = began.elapsed();
    for dispenser in &dispensers {
        let merged = async || dispenser.book().unmerged.is_empty();
        until_within(MERGES_WITHIN, "everything is merged", merged).await;
    }
    println!(
        "{} numbers merged {:?} after the server began to start, of which it started {started:?}",
        held.len(),
        began.elapsed()
    );
    hall.settle().await;
    hall.stop();
    check(&Book::read(&hall.journal_dir()), &held);
}

/// Takes numbers at a dispenser that dies now and then; with seed 0 it never does.
async fn take_all(mut dispenser: Dispenser, n: u16, each: u32, seed: u64) -> (Dispenser, Vec<Held>, u32) {
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut held, mut died) = (Vec::new(), 0);
    while held.len() < each as usize {
        if seed != 0 && rng.random_ratio(1, DIES_ONCE_IN) {
            // In the middle of a press: whether its slip comes out is chance, and its number is nobody else's.
            dispenser.touch_unseen().await;
            moment(&mut rng, 60).await;
            dispenser.restart(|_| {}).await;
            died += 1;
        }
        let before_ms = now_ms();
        let taken = dispenser.press().await;
        let between_ms = (before_ms, now_ms());
        held.push(Held { device: format!("dispenser-{n}"), number: taken.number, offline: taken.offline, between_ms });
    }
    (dispenser, held, died)
}

/// Every slip is in the journal under its dispenser, once, and in the order in which people took them.
fn check(book: &Book, held: &[Held]) {
    let numbers: BTreeSet<&str> = held.iter().map(|slip| slip.number.as_str()).collect();
    assert_eq!(numbers.len(), held.len(), "two people hold the same number");
    let issued: BTreeMap<&str, &Value> =
        book.of_kind("issued").into_iter().map(|event| (number(event), event)).collect();
    for slip in held {
        let event = issued.get(slip.number.as_str()).unwrap_or_else(|| panic!("{} is lost", slip.number));
        assert_eq!(event["offline"].is_null(), !slip.offline, "{}: {event}", slip.number);
        if slip.offline {
            assert_eq!(event["offline"]["device"], *slip.device, "{event}");
            let at_ms = event["offline"]["at_ms"].as_u64().unwrap();
            let (from_ms, to_ms) = slip.between_ms;
            assert!(
                (from_ms - ORDER_MS..=to_ms + ORDER_MS).contains(&at_ms),
                "{} at {at_ms}, not in {from_ms} to {to_ms}",
                slip.number
            );
        }
    }
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for event in book.of_kind("issued").into_iter().filter(|event| !event["offline"].is_null()) {
        let (device, at_ms) =
            (event["offline"]["device"].as_str().unwrap(), event["offline"]["at_ms"].as_u64().unwrap());
        let before_ms = last.insert(device, at_ms).unwrap_or_default();
        assert!(before_ms <= at_ms, "{device} merged {} after a later one", number(event));
    }
}

/// All paper that came out of a dispenser, also while nobody looked: each number is in the journal.
fn check_paper(book: &Book, device: &str, dispenser: &Dispenser) {
    let issued: BTreeSet<&str> = book.of_kind("issued").into_iter().map(number).collect();
    for slip in dispenser.device.files("slips", "png") {
        let name = slip.file_stem().unwrap().to_string_lossy().replace("-reprint", "");
        let number = name.rsplit('-').next().unwrap();
        assert!(issued.contains(number), "{device} printed {number}, which the journal does not know");
    }
}

fn number(event: &Value) -> &str {
    event["ticket"].as_str().unwrap().split('/').nth(1).unwrap()
}

fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}
