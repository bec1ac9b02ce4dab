//! How long a server needs until it is ready, by the length of its journal.

use std::path::{Path, PathBuf};

use caller_server::config::HallConfig;
use caller_server::journal::{FileJournal, Journal, Options};
use hall::{
    Command, Entry, Request, State,
    command::{Issue, WindowAct},
    decide,
    words::{Actor, Class, Day, Lane, Language, WindowId},
};
use serde::Serialize;

use super::progress;
use crate::hall::{Hall, Setup};

/// A hall's day has about so many entries.
const DAY_ENTRIES: u64 = 10_000;
/// Entries that are written together.
const BATCH: usize = 1_000;

/// How long a server needs until it is ready, s.
#[derive(Debug, Serialize)]
pub struct Start {
    /// A fresh hall.
    pub empty_s: f64,
    /// After a day of 10,000 entries, from the journal alone: no snapshot, no store.
    pub day_s: f64,
    /// Entries of the long journal.
    pub long_entries: u64,
    /// After the long journal, from the journal alone.
    pub long_s: f64,
    /// After the long journal, with the snapshot of a graceful stop.
    pub long_with_snapshot_s: f64,
}

/// Measures.
pub async fn measure(entries: u64, data_dir: Option<PathBuf>) -> Start {
    progress(&format!("start: a day of {DAY_ENTRIES} entries, and {entries}"));
    let sub = |name: &str| data_dir.as_ref().map(|dir| dir.join(name));
    let mut empty = Hall::set_up(Setup { data_dir: sub("start-empty"), ..Setup::default() });
    let empty_s = empty.run().await.as_secs_f64();
    let (_, day_s) = start_after(DAY_ENTRIES, sub("start-day")).await;
    let (mut long, long_s) = start_after(entries, sub("start-long")).await;
    long.settle().await;
    long.stop();
    let long_with_snapshot_s = long.run().await.as_secs_f64();
    Start { empty_s, day_s, long_entries: entries, long_s, long_with_snapshot_s }
}

async fn start_after(entries: u64, data_dir: Option<PathBuf>) -> (Hall, f64) {
    let mut hall = Hall::set_up(Setup { data_dir, ..Setup::default() });
    write_journal(&hall.data_dir().join("journal"), entries);
    let took = hall.run().await;
    (hall, took.as_secs_f64())
}

/// A journal as a hall's work leaves it: days of 10,000 entries, each visit issued, called, started and finished.
pub fn write_journal(dir: &Path, entries: u64) {
    let (mut journal, _) = FileJournal::open(dir, Options::default()).unwrap();
    let mut work = Work::new();
    while work.state.seq < entries {
        let batch: Vec<Vec<u8>> = (0..BATCH).map(|_| serde_json::to_vec(&work.next()).unwrap()).collect();
        journal.append(work.state.seq - batch.len() as u64 + 1, &batch).unwrap();
    }
}

/// A hall at work, without a server.
struct Work {
    state: State,
    now_ms: u64,
    day: u8,
    turn: u64,
}

impl Work {
    fn new() -> Self {
        Self { state: State::default(), now_ms: 1_700_000_000_000, day: 0, turn: 0 }
    }

    fn next(&mut self) -> Entry {
        self.now_ms += 1_000;
        let (by, command) = self.step();
        let events = decide(&self.state, &Request { by: by.clone(), command }, self.now_ms).unwrap();
        let key = Some(format!("key-{:012}", self.state.seq));
        let entry = Entry { seq: self.state.seq + 1, at_ms: self.now_ms, by, key, events };
        self.state.apply(&entry);
        entry
    }

    /// Plan, then days: open, sit down, and four entries a visit.
    fn step(&mut self) -> (Actor, Command) {
        let in_day = (self.state.seq.saturating_sub(1)) % DAY_ENTRIES;
        let clerk = || Actor::Clerk { name: "clerk".into(), console: "console".into() };
        let window = WindowId(1);
        match (self.state.seq, in_day) {
            (0, _) => {
                let config = HallConfig::parse(&Setup::default().config).unwrap();
                (Actor::System, Command::AdoptPlan(config.plan().unwrap()))
            }
            (_, 0) => {
                self.day += 1;
                self.turn = 0;
                let day = Day { year: 2023 + u16::from(self.day / 28), month: 1, day: self.day % 28 + 1 };
                (Actor::System, Command::OpenDay { day })
            }
            (1..=3, _) => (clerk(), Command::OpenWindow { window, take_over: false }),
            _ => {
                self.turn += 1;
                match self.turn % 4 {
                    1 => (Actor::Device("dispenser-1".into()), Command::Issue(self.issue())),
                    2 => (clerk(), Command::AtWindow { window, act: WindowAct::CallNext }),
                    3 => (clerk(), Command::AtWindow { window, act: WindowAct::Start }),
                    _ => (clerk(), Command::AtWindow { window, act: WindowAct::Finish }),
                }
            }
        }
    }

    fn issue(&self) -> Issue {
        Issue {
            lane: Lane::Acceptance,
            class: Class::Normal,
            language: Language::Zh,
            appointment_at_ms: None,
            token: format!("token-of-22-chars-{:08}", self.state.seq),
            present: true,
            visitor: None,
            item: None,
        }
    }
}
