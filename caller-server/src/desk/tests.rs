//! The desk between a journal that obeys and callers who race.

#![expect(clippy::await_holding_lock, reason = "the journal's thread waits for its breath, no task does")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hall::{
    Command, State,
    forecast::Outlook,
    state::Doing,
    words::{Actor, WindowId},
};
use protocol::{
    Answer, Order,
    order::{CitizenAct, IssueOrder, Lane, WindowAct},
};
use tempfile::TempDir;
use tokio::time::timeout;

use super::{Beginning, DayTimes, Desk, DeskHandle, Parts, What, replay};
use crate::answers::{Name, Outcome};
use crate::clock::HallClock;
use crate::config::HallConfig;
use crate::gate::Gate;
use crate::journal::{Act, Fault, Head, IoFault, Journal, JournalError, Record, Records, writer::Writer};
use crate::live::{Hall, Live, Watched};
use crate::store::{Snapshot, Store, StoreWriter};

/// A journal in memory that fails or holds its breath when told.
#[derive(Clone, Default)]
struct Obedient {
    records: Arc<Mutex<Vec<Record>>>,
    batches: Arc<Mutex<Vec<usize>>>,
    fails: Arc<AtomicBool>,
    breath: Arc<Mutex<()>>,
}

impl Journal for Obedient {
    fn append(&mut self, expected_seq: u64, batch: &[Vec<u8>]) -> Result<(), JournalError> {
        let _held = self.breath.lock().unwrap();
        if self.fails.load(Ordering::SeqCst) {
            let fault = IoFault { act: Act::Sync, path: "disk".into(), source: std::io::Error::other("full") };
            return Err(Fault::Io(fault).into());
        }
        let mut records = self.records.lock().unwrap();
        assert_eq!(expected_seq, records.len() as u64 + 1, "the desk lost count");
        for payload in batch {
            let seq = records.len() as u64 + 1;
            records.push(Record { seq, hash: [u8::try_from(seq % 251).unwrap(); 32], payload: payload.clone() });
        }
        self.batches.lock().unwrap().push(batch.len());
        Ok(())
    }

    fn read(&self, from_seq: u64) -> Result<Records<'_>, JournalError> {
        let records = self.records.lock().unwrap().clone();
        let from = usize::try_from(from_seq.saturating_sub(1)).unwrap();
        Ok(Box::new(records.into_iter().skip(from).map(Ok)))
    }

    fn head(&self) -> Head {
        let records = self.records.lock().unwrap();
        records.last().map_or_else(Head::default, |last| Head { seq: last.seq, hash: last.hash })
    }

    fn recover(&mut self) -> Result<(), JournalError> {
        if self.fails.load(Ordering::SeqCst) { self.append(u64::MAX, &[]) } else { Ok(()) }
    }

    fn settle(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

/// A desk with a hall of three windows whose day is open, and window 1 staffed.
struct Rig {
    desk: DeskHandle,
    live: Live,
    journal: Obedient,
    _dir: TempDir,
}

impl Rig {
    async fn new() -> Self {
        let rig = Self::on(Obedient::default(), None);
        let plan = HallConfig::default().plan().unwrap();
        rig.own(Command::AdoptPlan(plan)).await.unwrap();
        rig.own(Command::OpenDay { day: "2026-11-23".parse().unwrap() }).await.unwrap();
        rig.at("open", WindowAct::Open { take_over: false }).await.unwrap();
        rig
    }

    /// A desk that goes on where a journal ends.
    fn on(journal: Obedient, snapshot: Option<&Snapshot>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let beginning = replay(&journal, snapshot).unwrap();
        let (desk, live) = begin(beginning, &journal, dir.path());
        Self { desk, live, journal, _dir: dir }
    }

    async fn own(&self, command: Command) -> Outcome {
        self.desk.ask(Actor::System, None, What::Command(command)).await.outcome
    }

    async fn issue(&self, key: &str) -> Outcome {
        let order = IssueOrder {
            lane: Lane::Acceptance,
            class: Default::default(),
            language: Default::default(),
            appointment_at_ms: None,
            present: true,
            visitor: None,
            item: None,
        };
        self.desk.ask(Actor::Device("d".into()), Some(key.into()), What::Order(Order::Issue(order))).await.outcome
    }

    async fn at(&self, key: &str, act: WindowAct) -> Outcome {
        let by = Actor::Clerk { name: "wang".into(), console: "c".into() };
        let order = Order::Window { window: 1, console: "c".into(), act };
        self.desk.ask(by, Some(key.into()), What::Order(order)).await.outcome
    }

    async fn state(&self) -> State {
        self.live.look(|hall| hall.state.clone()).await.unwrap()
    }
}

fn begin(beginning: Beginning, journal: &Obedient, dir: &std::path::Path) -> (DeskHandle, Live) {
    let config = HallConfig::default();
    let clock = HallClock::system(config.tz().unwrap());
    let gate = Arc::new(Gate::open(dir).unwrap());
    let store = Store::open(&dir.join("store"), journal.head(), Box::new(|_, _, _| Ok(())));
    let (store, reader) = StoreWriter::spawn(store.store).unwrap();
    let (writer, outcomes) = Writer::spawn(Box::new(journal.clone())).unwrap();
    let watched = Watched::new(gate, Box::new(move |day| reader.day_figures(day).ok()));
    let live = Live::spawn(Hall::new(beginning.state.clone(), config.names().unwrap(), clock.clone(), watched));
    let day = DayTimes { open_at: None, close_at: None };
    let parts = Parts { writer, live: live.clone(), store, clock, day, outlook: Outlook::default() };
    let (desk, handle) = Desk::new(beginning, outcomes, parts);
    let (stop, stops) = tokio::sync::oneshot::channel();
    // Never stopped: it ends with the test's runtime.
    std::mem::forget(stop);
    tokio::spawn(desk.run(stops));
    (handle, live)
}

fn number(outcome: &Outcome) -> String {
    match outcome.as_ref().unwrap().as_ref() {
        Answer::Ticket(ticket) => ticket.number.clone(),
        Answer::Called { call } => call.number.clone(),
        other => panic!("no number in {other:?}"),
    }
}

fn code(outcome: &Outcome) -> String {
    outcome.as_ref().unwrap_err().code.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_until_its_entry_is_durable_and_so_does_everybody_who_looks() {
    let rig = Rig::new().await;
    let before = rig.state().await.seq;
    let journal = rig.journal.clone();
    let held = journal.breath.lock().unwrap();
    let mut asked = Box::pin(rig.issue("k"));
    assert!(timeout(Duration::from_millis(50), &mut asked).await.is_err(), "answered before it was durable");
    assert_eq!(rig.state().await.seq, before, "shown before it was durable");
    drop(held);
    assert_eq!(number(&asked.await), "A001");
    assert_eq!(rig.state().await.seq, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_batch_is_flushed_the_next_is_gathered() {
    let rig = Rig::new().await;
    let journal = rig.journal.clone();
    let held = journal.breath.lock().unwrap();
    let keys = ["a", "b", "c", "d", "e"];
    let all = async { futures_util::future::join_all(keys.iter().map(|key| rig.issue(key))).await };
    let mut all = Box::pin(all);
    assert!(timeout(Duration::from_millis(50), &mut all).await.is_err());
    drop(held);
    let mut numbers: Vec<String> = all.await.iter().map(number).collect();
    numbers.sort();
    assert_eq!(numbers, ["A001", "A002", "A003", "A004", "A005"]);
    let batches = rig.journal.batches.lock().unwrap();
    assert!(batches.len() <= 5 && batches.iter().sum::<usize>() == 8, "no group commit: {batches:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_gets_the_first_answer_before_and_after_it_is_durable() {
    let rig = Rig::new().await;
    let (first, double) = tokio::join!(rig.issue("k"), rig.issue("k"));
    let later = rig.issue("k").await;
    assert_eq!(first, double);
    assert_eq!(first, later);
    assert_eq!(rig.state().await.visits.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_happens_however_many_orders_keep_coming() {
    let rig = Rig::new().await;
    let plan = HallConfig { wrap_up_s: 1, ..HallConfig::default() }.plan().unwrap();
    rig.own(Command::AdoptPlan(plan)).await.unwrap();
    rig.issue("k").await.unwrap();
    for act in [WindowAct::CallNext, WindowAct::Start, WindowAct::Finish] {
        rig.at(&format!("{act:?}"), act).await.unwrap();
    }
    let press = async {
        for n in 0.. {
            rig.issue(&format!("more-{n}")).await.unwrap();
        }
    };
    let tidied_up = async {
        while !matches!(rig.state().await.windows[&WindowId(1)].doing, Doing::Idle) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = press => {}
        done = timeout(Duration::from_secs(10), tidied_up) => done.expect("the wrap-up never ended"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_names_one_wish_only() {
    let rig = Rig::new().await;
    rig.at("k", WindowAct::Pause { reason: "茶".into() }).await.unwrap();
    assert_eq!(code(&rig.at("k", WindowAct::Resume).await), "key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_first_answer_too() {
    let rig = Rig::new().await;
    assert_eq!(code(&rig.at("press", WindowAct::CallNext).await), "nobody_waiting");
    rig.issue("k").await.unwrap();
    assert_eq!(code(&rig.at("press", WindowAct::CallNext).await), "nobody_waiting");
    assert_eq!(number(&rig.at("again", WindowAct::CallNext).await), "A001");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_is_told_is_not_kept() {
    let rig = Rig::new().await;
    let wish = async |token: &str| {
        let order = Order::Citizen { token: token.into(), act: CitizenAct::Cancel };
        rig.desk.ask(Actor::Citizen, Some("k".into()), What::Order(order)).await.outcome
    };
    for token in ["one", "another"] {
        assert_eq!(code(&wish(token).await), "unknown_token", "the answer to the first was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_disk_refuses_forgets_and_recovers() {
    let rig = Rig::new().await;
    let before = rig.state().await;
    rig.journal.fails.store(true, Ordering::SeqCst);
    assert_eq!(code(&rig.issue("k").await), "storage_failed");
    assert_eq!(code(&rig.issue("l").await), "storage_failed");
    assert_eq!(rig.state().await, before);
    assert!(rig.live.look(|hall| hall.watch.storage.is_some()).await.unwrap(), "nobody was told");
    rig.journal.fails.store(false, Ordering::SeqCst);
    let again = async {
        loop {
            let outcome = rig.issue("k").await;
            if outcome.is_ok() {
                return outcome;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert_eq!(number(&timeout(Duration::from_secs(5), again).await.unwrap()), "A001");
    assert_eq!(rig.state().await.seq, before.seq + 1);
    assert!(rig.live.look(|hall| hall.watch.storage.is_none()).await.unwrap(), "the trouble is still shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_state_and_the_first_answers_are_the_same() {
    let rig = Rig::new().await;
    let (issued, called) = (rig.issue("k").await, rig.at("press", WindowAct::CallNext).await);
    let state = rig.state().await;
    let rig = Rig::on(rig.journal.clone(), None);
    assert_eq!(rig.state().await, state);
    assert_eq!((rig.issue("k").await, rig.at("press", WindowAct::CallNext).await), (issued, called));
    assert_eq!(rig.state().await.seq, state.seq);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_and_what_came_after_equal_the_journal_from_its_start() {
    let rig = Rig::new().await;
    rig.issue("k").await.unwrap();
    let begun = replay(&rig.journal, None).unwrap();
    let bytes =
        serde_json::to_vec(&super::start::Kernel { state: &begun.state, answers: begun.answers.keep() }).unwrap();
    let snapshot = Snapshot { seq: begun.head.seq, hash: begun.head.hash, bytes };
    rig.issue("l").await.unwrap();
    let from_snapshot = replay(&rig.journal, Some(&snapshot)).unwrap();
    let from_start = replay(&rig.journal, None).unwrap();
    assert_eq!((from_snapshot.replayed, from_snapshot.state), (1, from_start.state));
    let name = Name { by: Actor::Device("d".into()), key: "k".into() };
    assert!(from_snapshot.answers.get(&name).is_some(), "the snapshot lost an answer");
    let foreign = Snapshot { hash: [9; 32], ..snapshot };
    assert_eq!(replay(&rig.journal, Some(&foreign)).unwrap().replayed, from_start.replayed);
}

#[test]
fn a_record_that_is_no_entry_stops_the_start_with_a_sentence() {
    let mut journal = Obedient::default();
    journal.append(1, &[b"{}".to_vec()]).unwrap();
    let refused = replay(&journal, None).err().unwrap();
    assert!(refused.to_string().contains("record 1"), "{refused}");
}
