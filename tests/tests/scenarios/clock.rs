//! Somebody sets the computer's clock, and midnight comes, while everybody presses.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rand::{RngExt, rngs::StdRng};
use serde_json::Value;
use tempfile::TempDir;
use tests::hall::{Hall, Setup};
use tokio::task::JoinHandle;

use tests::book::Book;
use tests::sent::{Sent, check_answers};

use crate::presser::{Does, Presser};
use crate::race::window_presser;
use crate::{moment, seeded, times, until};

/// Steps of the clock and midnights; `YIHAO_CLOCK=50` is the long run.
const STEPS: u32 = 12;
/// People who take numbers all the time.
const PRESSERS: u32 = 3;
/// Debian's faketime.
const LIBRARIES: &str = "/usr/lib";
/// Larger than any time in this century, ms, and than any duration: what is larger began as a negative number.
const MS_MAX: u64 = 4_102_444_800_000;

/// What happens to the clock.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// It is set forward or back by so many seconds.
    Set(i64),
    /// It is set to shortly before the hall's next midnight, which then comes by itself.
    Midnight,
    /// It is set while no server runs.
    SetWhileDown(i64),
}

/// The clock of a server, apart from this machine's.
struct Clock {
    own: TempDir,
    /// Seconds by which it is ahead of this machine's clock.
    ahead_s: i64,
    /// The latest time that it ever showed, s.
    latest_s: i64,
}

impl Clock {
    fn new() -> Self {
        let mut clock = Self { own: tempfile::tempdir().unwrap(), ahead_s: 0, latest_s: 0 };
        clock.set(0);
        clock
    }

    /// What starts a program under this clock. Its monotonic clock stays true, as a computer's does.
    fn under(&self) -> Vec<String> {
        let preload = format!("LD_PRELOAD={}", library().display());
        let file = format!("FAKETIME_TIMESTAMP_FILE={}", self.file().display());
        let words =
            ["env", &preload, &file, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"];
        words.map(str::to_owned).to_vec()
    }

    /// Sets it by so many seconds forward or back.
    fn set(&mut self, by_s: i64) {
        self.note();
        self.ahead_s += by_s;
        // Whole or not at all: the server reads it all the time.
        let new = self.own.path().join("new");
        fs::write(&new, format!("{:+}\n", self.ahead_s)).unwrap();
        fs::rename(new, self.file()).unwrap();
        self.note();
    }

    /// Seconds until the next midnight of the hall, whose time never goes back.
    fn until_midnight_s(&self) -> i64 {
        let midnight = self.date().tomorrow().unwrap().at(0, 0, 0, 0);
        hall_zone().to_timestamp(midnight).unwrap().as_second() - self.now_s()
    }

    /// The hall's calendar day: that of the latest time.
    fn date(&self) -> Date {
        let latest_s = self.latest_s.max(self.now_s());
        hall_zone().to_datetime(Timestamp::from_second(latest_s).unwrap()).date()
    }

    fn note(&mut self) {
        self.latest_s = self.latest_s.max(self.now_s());
    }

    fn now_s(&self) -> i64 {
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        i64::try_from(now_s).unwrap() + self.ahead_s
    }

    fn file(&self) -> PathBuf {
        self.own.path().join("clock")
    }
}

/// Steps in all kinds, in any order.
fn steps(rng: &mut StdRng) -> Vec<Step> {
    let count = times("YIHAO_CLOCK", STEPS);
    let one = |nth: u32, rng: &mut StdRng| {
        let by_s = *[3_600, -3_600, 86_400, -86_400].get(rng.random_range(0..4)).unwrap();
        match nth % 6 {
            0 => Step::Midnight,
            1 => Step::Set(3_600),
            2 => Step::Set(-3_600),
            3 => Step::Set(86_400),
            4 => Step::Set(-86_400),
            _ => Step::SetWhileDown(by_s),
        }
    };
    (0..count).map(|nth| one(nth, rng)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sets_the_clock_no_number_comes_twice_and_a_day_begins_once() {
    let mut rng = seeded();
    let mut clock = Clock::new();
    let mut hall = Hall::start(Setup { under: clock.under(), ..Setup::default() }).await;
    let mut answered = Vec::new();
    let mut crowd = Crowd::start(&hall, &mut rng).await;
    for step in steps(&mut rng) {
        moment(&mut rng, 300).await;
        match step {
            Step::Set(by_s) => clock.set(by_s),
            Step::Midnight => {
                let before = clock.date();
                clock.set(clock.until_midnight_s() - 1);
                until("midnight comes", async || clock.date() > before).await;
            }
            Step::SetWhileDown(by_s) => {
                hall.kill();
                answered.extend(crowd.stop().await);
                clock.set(by_s);
                hall.run().await;
                crowd = Crowd::start(&hall, &mut rng).await;
            }
        }
        until(&format!("{step:?}: the day is the hall's"), async || {
            hall.health().await.1["day"].as_str() == Some(&clock.date().to_string())
        })
        .await;
        answered.extend(serve(&hall, &mut rng).await);
        println!("{step:?}: {}", clock.date());
    }
    answered.extend(crowd.stop().await);
    let found = hall.manager().await.get("/api/search?q=A").await;
    all_is_positive(&serde_json::from_slice(&found.body).unwrap());
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let done = check_answers(&book, answered.iter());
    let opened: Vec<&str> = book.of_kind("day_opened").iter().map(|event| event["day"].as_str().unwrap()).collect();
    let days: BTreeSet<&str> = opened.iter().copied().collect();
    assert_eq!(opened, days.into_iter().collect::<Vec<_>>(), "a day began twice, or after a later one");
    for (_, event) in book.events() {
        all_is_positive(event);
    }
    println!("{} days, {done} orders, no number twice", opened.len());
}

/// People who take numbers until they are told to stop.
struct Crowd {
    stop: Arc<AtomicBool>,
    pressing: Vec<JoinHandle<Vec<Sent>>>,
}

impl Crowd {
    async fn start(hall: &Hall, rng: &mut StdRng) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut pressing = Vec::new();
        for _ in 0..PRESSERS {
            let presser = Presser::new(hall.dispenser(1).await, hall.address, Does::Issue, rng).await;
            pressing.push(tokio::spawn(press(presser, stop.clone())));
        }
        Self { stop, pressing }
    }

    async fn stop(self) -> Vec<Sent> {
        self.stop.store(true, Relaxed);
        let mut answered = Vec::new();
        for one in self.pressing {
            answered.extend(one.await.unwrap());
        }
        answered
    }
}

/// Presses until told to stop, or until the server is gone. Who asks for a number gets one, at any time of any clock.
async fn press(mut presser: Presser, stop: Arc<AtomicBool>) -> Vec<Sent> {
    while !stop.load(Relaxed) {
        let Some(reply) = presser.press().await else { break };
        assert_eq!(reply.status, 200, "no number: {:?}", reply.body);
    }
    presser.answered
}

/// A clerk signs in and serves a little.
async fn serve(hall: &Hall, rng: &mut StdRng) -> Vec<Sent> {
    let mut clerk = window_presser(hall, 1, rng).await;
    let mut called = 0;
    for _ in 0..12 {
        let reply = clerk.press().await.unwrap_or_else(|| panic!("the server does not answer"));
        called += u32::from(reply.status == 200);
    }
    assert!(called > 0, "nothing could be done at a window");
    clerk.answered
}

/// No number in it was below zero before it was written.
fn all_is_positive(value: &Value) {
    match value {
        Value::Object(fields) => fields.values().for_each(all_is_positive),
        Value::Array(items) => items.iter().for_each(all_is_positive),
        // Generations and the like are drawn from all numbers; they stand in no event.
        Value::Number(number) => assert!(number.as_u64().is_none_or(|n| n < MS_MAX), "{number} began below zero"),
        _ => {}
    }
}

fn hall_zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// Where Debian's faketime has its library for programs with threads.
fn library() -> PathBuf {
    let dirs = fs::read_dir(LIBRARIES).unwrap().map(|entry| entry.unwrap().path());
    let mut files = dirs.map(|dir| dir.join("faketime/libfaketimeMT.so.1"));
    files.find(|file| file.exists()).unwrap_or_else(|| panic!("this scenario sets a clock: install Debian's faketime"))
}
