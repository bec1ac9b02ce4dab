//! The thread that writes while the desk decides.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use super::super::Journal;
use super::super::error::JournalError;
use super::super::forgetful::Trouble;
use super::super::writer::{Job, Kind, Outcome, Writer};
use super::super::{Head, Records};
use super::{Place, batch};

/// Counts how often it was settled and does nothing else.
#[derive(Clone, Default)]
struct Counting(Arc<Mutex<usize>>);

impl Counting {
    fn settled(&self) -> usize {
        *self.0.lock().expect("no panic")
    }
}

impl Journal for Counting {
    fn append(&mut self, _: u64, _: &[Vec<u8>]) -> Result<(), JournalError> {
        Ok(())
    }

    fn read(&self, _: u64) -> Result<Records<'_>, JournalError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn head(&self) -> Head {
        Head::default()
    }

    fn recover(&mut self) -> Result<(), JournalError> {
        Ok(())
    }

    fn settle(&mut self) -> Result<(), JournalError> {
        *self.0.lock().expect("no panic") += 1;
        Ok(())
    }
}

fn spawn(journal: impl Journal + 'static) -> (Writer, UnboundedReceiver<Outcome>) {
    Writer::spawn(Box::new(journal)).expect("a thread")
}

fn job(expected_seq: u64, batch: Vec<Vec<u8>>) -> Job {
    Job::Append { expected_seq, batch }
}

#[test]
fn outcomes_come_in_order_and_stopping_gives_the_journal_back() {
    let place = Place::new();
    let (writer, mut outcomes) = spawn(place.open().0);
    for seq in 0..20 {
        writer.submit(job(seq + 1, vec![vec![7]])).expect("the writer lives");
        let outcome = outcomes.blocking_recv().expect("an outcome");
        assert_eq!((outcome.kind, outcome.result.expect("durable").seq), (Kind::Append, seq + 1));
    }
    let journal = writer.stop().expect("a thread had it");
    assert!(outcomes.blocking_recv().is_none(), "the outcomes end with the writer");
    assert_eq!(journal.read(1).expect("readable").count(), 20);
}

#[tokio::test]
async fn a_simulated_flush_takes_its_time_and_is_done_wholly_or_not_at_all() {
    let place = Place::new();
    let flush = Duration::from_millis(2);
    let (writer, mut outcomes) = Writer::simulated(Box::new(place.open().0), flush);
    for seq in 0..20 {
        let begun = Instant::now();
        writer.submit(job(seq + 1, vec![vec![7]])).expect("the writer lives");
        let outcome = outcomes.recv().await.expect("an outcome");
        assert_eq!((outcome.kind, outcome.result.expect("durable").seq), (Kind::Append, seq + 1));
        assert!(begun.elapsed() >= flush);
    }
    drop(writer);
    assert!(outcomes.recv().await.is_none(), "the outcomes end with the writer");
    assert_eq!(place.open().0.head().seq, 20);
}

#[test]
fn a_failure_is_an_outcome_and_a_recovery_is_a_job() {
    let place = Place::new();
    let (writer, mut outcomes) = spawn(place.open().0);
    let mut ask = |job| {
        writer.submit(job).expect("the writer lives");
        outcomes.blocking_recv().expect("an outcome")
    };
    place.disk.trouble_after(0, Trouble::Full);
    assert!(matches!(ask(job(1, batch(0, 1))).result, Err(JournalError::Fault(_))));
    assert!(matches!(ask(Job::Recover), Outcome { kind: Kind::Recover, result: Err(_), .. }));
    assert!(matches!(ask(job(1, batch(0, 1))).result, Err(JournalError::Broken)));
    place.disk.heal();
    assert_eq!(ask(Job::Recover).result.expect("well again").seq, 0);
    assert_eq!(ask(job(1, batch(0, 1))).result.expect("durable").seq, 1);
}

#[test]
fn the_journal_is_settled_once_after_work_and_once_at_the_end() {
    let journal = Counting::default();
    let (writer, mut outcomes) = spawn(journal.clone());
    writer.submit(job(1, Vec::new())).expect("the writer lives");
    outcomes.blocking_recv().expect("an outcome");
    let begun = Instant::now();
    while journal.settled() == 0 && begun.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(5));
    }
    assert!(begun.elapsed() >= Duration::from_millis(40), "not before it was idle");
    thread::sleep(Duration::from_millis(120));
    assert_eq!(journal.settled(), 1, "there was nothing more to settle");
    drop(writer);
    assert_eq!(journal.settled(), 2);
}

#[test]
fn a_desk_that_is_gone_ends_the_writer() {
    let (writer, outcomes) = spawn(Counting::default());
    drop(outcomes);
    writer.submit(job(1, Vec::new())).expect("not yet noticed");
    writer.stop();
}
