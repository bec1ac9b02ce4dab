//! The store's thread: catches up with the journal, then follows the desk; puts right what fails.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use hall::Entry;
use protocol::Text;

use super::{
    Fault, Phase, Store,
    base::Base,
    shared::{Shared, lock},
    writer::Durable,
};
use crate::journal::{Head, Record};

/// Entries in one batch of sled: larger ones cost memory and are hardly faster.
const BATCH_MAX: usize = 256;
/// A batch of the desk is applied whole, because only the hash of its end is told. A larger one is read in the journal.
const LIVE_MAX: usize = 1024;
/// How long it sleeps while it gathers: to be woken for every batch of the desk would cost the desk more than the batch.
const GATHER_STEP: Duration = Duration::from_millis(5);
/// How much a power cut may make the next start read again. A sync competes with those of the journal: seldom.
const SYNC_EVERY: Duration = Duration::from_secs(30);
/// Between two attempts to put a store right; the first is made at once.
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(60);
/// After so long without a fault, the next one is the first.
const CALM: Duration = Duration::from_secs(600);

/// How long the worker waits for what it is told.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// How long entries are gathered for one batch.
    gather: Duration,
    /// How often it looks for what is not told through the channel: snapshots, missed entries, suspicions.
    tick: Duration,
}

impl Pace {
    /// Each batch costs sled writes that compete with the flushes of the journal, and nobody looks a visit up within a tenth
    /// of a second.
    pub const THREAD: Self = Self { gather: Duration::from_millis(100), tick: Duration::from_millis(200) };
    /// Whoever calls has told everything and waits.
    pub const IN_PLACE: Self = Self { gather: Duration::ZERO, tick: Duration::ZERO };
}

/// What the thread works with.
pub(super) struct Worker {
    store: Store,
    shared: Arc<Shared>,
    inbox: Receiver<Durable>,
    pace: Pace,
    unsynced_since: Option<Instant>,
    faulted_at: Option<Instant>,
    retry: Duration,
}

#[derive(PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    Stop,
}

impl Worker {
    pub fn new(store: Store, shared: Arc<Shared>, inbox: Receiver<Durable>, pace: Pace) -> Self {
        Self { store, shared, inbox, pace, unsynced_since: None, faulted_at: None, retry: Duration::ZERO }
    }

    /// Works until the desk is gone.
    pub fn run(mut self) {
        while self.step() == Next::GoOn {}
        self.shared.publish(None);
        if let Some(base) = self.store.base.take() {
            base.close();
        }
    }

    /// Does what is to be done now, and puts right what fails.
    pub fn step(&mut self) -> Next {
        match self.turn() {
            Ok(next) => next,
            Err(fault) => self.put_right(&fault),
        }
    }

    /// The same for one that works in place: how the store is then is said at once.
    pub fn step_and_say(&mut self) {
        self.step();
        self.publish();
    }

    fn turn(&mut self) -> Result<Next, Fault> {
        if let Some(fault) = lock(&self.shared.suspicion).take() {
            return Err(fault);
        }
        if self.store.base.is_none() {
            self.store.acquire()?;
        }
        let missed = *lock(&self.shared.missed);
        self.aim(missed);
        self.publish();
        self.verify()?;
        self.catch_up()?;
        self.publish();
        self.write_snapshot()?;
        if self.unsynced_since.is_some_and(|since| since.elapsed() >= SYNC_EVERY) {
            self.sync()?;
        }
        let next = self.receive()?;
        if matches!(next, Next::Stop) {
            self.write_snapshot()?;
            self.sync()?;
        }
        Ok(next)
    }

    /// The journal reaches at least so far.
    fn aim(&mut self, head: Head) {
        if head.seq > self.store.target.seq {
            self.store.target = head;
        }
    }

    /// Checks the whole content of a store that was opened. It finds what sled lost without a word.
    fn verify(&mut self) -> Result<(), Fault> {
        let Some(base) = self.store.base.as_ref().filter(|_| !self.store.is_verified) else { return Ok(()) };
        base.verify(|| !self.shared.is_stopping.load(Relaxed))?;
        self.store.is_verified = true;
        Ok(())
    }

    /// Reads in the journal what is missing up to the target.
    fn catch_up(&mut self) -> Result<(), Fault> {
        let Store { base: Some(base), read, target, .. } = &mut self.store else { return Ok(()) };
        if base.head().seq >= target.seq || self.shared.is_stopping.load(Relaxed) {
            return Ok(());
        }
        self.unsynced_since.get_or_insert_with(Instant::now);
        let head = base.head();
        let mut reading = Reading { base, shared: &self.shared, entries: Vec::new(), head, result: Ok(()) };
        read(head.seq + 1, *target, &mut |record| reading.take(record))?;
        reading.finish(*target)?;
        if self.store.is_rebuilding && !self.shared.is_stopping.load(Relaxed) {
            self.store.is_rebuilding = false;
            self.sync()?;
            tracing::info!(zh = "查询数据已重建完成", seq = self.store.target.seq, "the store is complete again");
        }
        Ok(())
    }

    /// Waits for the desk. Entries that do not follow on what is here are read in the journal in the next turn.
    fn receive(&mut self) -> Result<Next, Fault> {
        let first = match self.inbox.recv_timeout(self.pace.tick) {
            Ok(durable) => durable,
            Err(RecvTimeoutError::Timeout) => return Ok(Next::GoOn),
            Err(RecvTimeoutError::Disconnected) => return Ok(Next::Stop),
        };
        let mut batch = first;
        let gathered_at = Instant::now() + self.pace.gather;
        while batch.entries.len() < BATCH_MAX {
            let more = match self.inbox.try_recv() {
                Ok(more) => more,
                Err(TryRecvError::Empty) if Instant::now() < gathered_at => {
                    thread::sleep(GATHER_STEP);
                    continue;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            };
            if !follows(&batch.head, &more) {
                self.apply(&batch)?;
                batch = more;
                continue;
            }
            batch.entries.extend(more.entries);
            batch.head = more.head;
        }
        self.apply(&batch)?;
        Ok(Next::GoOn)
    }

    fn apply(&mut self, durable: &Durable) -> Result<(), Fault> {
        self.aim(durable.head);
        let Some(base) = &mut self.store.base else { return Ok(()) };
        if follows(&base.head(), durable) && durable.entries.len() <= LIVE_MAX {
            base.apply(durable.entries.iter().map(|entry| &**entry), durable.head)?;
            self.unsynced_since.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    fn write_snapshot(&mut self) -> Result<(), Fault> {
        let Some(base) = &mut self.store.base else { return Ok(()) };
        let Some(snapshot) = lock(&self.shared.snapshot).take() else { return Ok(()) };
        self.unsynced_since = None;
        base.put_snapshot(&snapshot)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        self.unsynced_since = None;
        self.store.base.as_ref().map_or(Ok(()), Base::sync)
    }

    /// Says how the store is, and lets readers read unless it is being built.
    fn publish(&self) {
        let Store { base, target, is_rebuilding, is_verified, rebuilds, .. } = &self.store;
        let seq = base.as_ref().map_or(0, |base| base.head().seq);
        let phase = match base {
            None => Phase::Failed,
            Some(_) if *is_rebuilding => Phase::Rebuilding,
            Some(_) if seq < target.seq => Phase::CatchingUp,
            Some(_) => Phase::Live,
        };
        let mut status = lock(&self.shared.status);
        (status.phase, status.seq, status.target_seq, status.rebuilds) = (phase, seq, target.seq, *rebuilds);
        status.is_verified = *is_verified;
        status.snapshot_seq = base.as_ref().map_or(0, Base::snapshot_seq);
        drop(status);
        let is_shown = self.shared.tree.read().is_ok_and(|tree| tree.is_some());
        let is_readable = matches!(phase, Phase::CatchingUp | Phase::Live);
        if is_shown != is_readable {
            self.shared.publish(base.as_ref().filter(|_| is_readable).map(Base::tree));
        }
    }

    fn put_right(&mut self, fault: &Fault) -> Next {
        self.shared.publish(None);
        let note = self.store.put_right(fault);
        self.say(note);
        self.publish();
        let is_calm = self.faulted_at.is_none_or(|at| at.elapsed() > CALM);
        self.retry = if is_calm { Duration::ZERO } else { (self.retry * 2).clamp(RETRY_MIN, RETRY_MAX) };
        self.faulted_at = Some(Instant::now());
        self.wait()
    }

    fn say(&self, note: Text) {
        lock(&self.shared.status).trouble = Some(note);
    }

    /// Lets time pass before the next attempt, but sees the end of the desk.
    fn wait(&mut self) -> Next {
        let until = Instant::now() + self.retry;
        loop {
            match self.inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(durable) => self.aim(durable.head),
                Err(RecvTimeoutError::Timeout) => return Next::GoOn,
                Err(RecvTimeoutError::Disconnected) => return Next::Stop,
            }
        }
    }
}

/// Records on their way from the journal into the store.
struct Reading<'a> {
    base: &'a mut Base,
    shared: &'a Shared,
    entries: Vec<Entry>,
    head: Head,
    result: Result<(), Fault>,
}

impl Reading<'_> {
    /// Takes one record; `false` = no more.
    fn take(&mut self, record: Record) -> bool {
        self.result = self.add(&record);
        self.result.is_ok() && !self.shared.is_stopping.load(Relaxed)
    }

    fn add(&mut self, record: &Record) -> Result<(), Fault> {
        if record.seq != self.head.seq + 1 {
            return Err(Fault::Gap(self.head.seq + 1));
        }
        let entry = serde_json::from_slice(&record.payload);
        self.entries.push(entry.map_err(|error| Fault::NoEntry { seq: record.seq, error })?);
        self.head = Head { seq: record.seq, hash: record.hash };
        if self.entries.len() < BATCH_MAX { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        self.base.apply(&self.entries, self.head)?;
        self.entries.clear();
        lock(&self.shared.status).seq = self.head.seq;
        Ok(())
    }

    fn finish(mut self, target: Head) -> Result<(), Fault> {
        std::mem::replace(&mut self.result, Ok(()))?;
        self.flush()?;
        let is_complete = self.head.seq >= target.seq || self.shared.is_stopping.load(Relaxed);
        if is_complete { Ok(()) } else { Err(Fault::Gap(self.head.seq + 1)) }
    }
}

fn follows(head: &Head, durable: &Durable) -> bool {
    let first = durable.entries.first().map(|entry| entry.seq);
    let last = durable.entries.last().map(|entry| entry.seq);
    first == Some(head.seq + 1) && last == Some(durable.head.seq)
}
