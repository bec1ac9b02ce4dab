//! The disk takes nothing, again and again, while everybody presses.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use rand::RngExt;
use tests::client::Client;
use tests::hall::{Hall, Setup};

use crate::disk::fill;
use crate::kill::{answers, four_and_four, go_on, together};
use crate::mount::{Mount, run};
use tests::book::Book;
use tests::sent::check_answers;

use crate::presser::Presser;
use crate::{moment, seeded, times, until_within};

/// How often the disk is full; `YIHAO_FULL=50` is the long run.
const FULL: u32 = 6;
/// How often it takes no writes; `YIHAO_READ_ONLY=20` is the long run.
const READ_ONLY: u32 = 4;
/// How long everybody presses before the trouble begins, at most, ms.
const PRESS_MS_MAX: u64 = 400;
/// A slow machine that builds beside it may take long; what it took is printed.
const RESUMES_WITHIN: Duration = Duration::from_secs(30);
/// What is promised: the long runs, which want a quiet machine, hold it to that.
const PROMISED: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_again_and_again_loses_nothing_that_was_answered() {
    let mut rng = seeded();
    let Some(disk) = Mount::new(32) else { return };
    let mut hall = begin(&disk).await;
    let mut pressers = four_and_four(&hall, &mut rng).await;
    let mut took = Vec::new();
    for _ in 0..times("YIHAO_FULL", FULL) {
        let pressing = tokio::spawn(together(pressers.into_iter().map(Presser::press_until_cut)));
        moment(&mut rng, PRESS_MS_MAX).await;
        let filler = disk.dir("filler");
        let full = filler.clone();
        tokio::task::spawn_blocking(move || fill(&full)).await.unwrap();
        pressers = pressing.await.unwrap();
        fs::remove_file(filler).unwrap();
        took.push(resumes(&hall, "YIHAO_FULL").await);
        pressers = go_on(&hall, pressers).await;
    }
    end(&mut hall, &pressers, "a full disk", took);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_no_writes_again_and_again_loses_nothing_that_was_answered() {
    let mut rng = seeded();
    let Some(disk) = Mount::new(32) else { return };
    let mut hall = begin(&disk).await;
    let mut pressers = four_and_four(&hall, &mut rng).await;
    let mut took = Vec::new();
    for _ in 0..times("YIHAO_READ_ONLY", READ_ONLY) {
        let pressing = tokio::spawn(together(pressers.into_iter().map(Presser::press_until_cut)));
        moment(&mut rng, PRESS_MS_MAX).await;
        let whole: bool = rng.random();
        let stopped_at = Instant::now();
        if whole {
            disk.turn_read_only()
        } else {
            protect(&hall, "+i")
        }
        pressers = pressing.await.unwrap();
        if whole {
            // As with a power cut: who was told while it happened was told by a machine that no longer wrote.
            pressers.iter_mut().for_each(|presser| presser.doubt_after(stopped_at));
            hall.kill();
            disk.power_on();
            hall.launch(&[]);
        } else {
            protect(&hall, "-i");
        }
        took.push(resumes(&hall, "YIHAO_READ_ONLY").await);
        pressers = go_on(&hall, pressers).await;
    }
    end(&mut hall, &pressers, "a disk that takes no writes", took);
}

async fn begin(disk: &Mount) -> Hall {
    Hall::start(Setup { clerks: 4, data_dir: Some(disk.dir("hall")), ..Setup::default() }).await
}

/// Makes the journal's files unchangeable, or gives them free.
fn protect(hall: &Hall, how: &str) {
    run(Command::new("chattr").args(["-R", how]).arg(hall.journal_dir())).unwrap();
}

/// How long it takes from now until an order is taken: not longer than promised, in the long run that this variable asks for.
async fn resumes(hall: &Hall, long_run: &str) -> Duration {
    let patience = if std::env::var_os(long_run).is_some() { PROMISED } else { RESUMES_WITHIN };
    let key = &hall.dispenser_keys[0];
    let is_taken = async || match Client::try_connect(hall.address).await {
        Some(client) => client.with_key(key).issue().await.status == 200,
        None => false,
    };
    until_within(patience, "an order is taken again", is_taken).await
}

/// What was answered is in the journal of a server that was given no time to put anything right.
fn end(hall: &mut Hall, pressers: &[Presser], what: &str, mut took: Vec<Duration>) {
    hall.kill();
    let done = check_answers(&Book::read(&hall.journal_dir()), answers(pressers));
    took.sort();
    let (least, median, most) = (took[0], took[took.len() / 2], took[took.len() - 1]);
    println!("{what}, {} times: {done} orders, none lost or twice", took.len());
    println!("until an order was taken again: {least:?} at least, {median:?} in the middle, {most:?} at most");
    assert!(done > took.len() * 8, "hardly anybody pressed: {done} orders");
}
