//! The desk's side of the store: tells what happened and never waits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

use hall::Entry;

use super::{
    Snapshot, Store, StoreReader,
    shared::{Shared, lock},
    thread::{Pace, Worker},
};
use crate::journal::Head;

/// Batches that may wait. What does not fit is read from the journal, so that a busy hour costs no memory.
const WAITING_MAX: usize = 64;
/// At a stop the thread may finish what it does, within reason.
const STOP_S_MAX: u64 = 15;

/// Entries that are durable, and the last of them.
pub(super) struct Durable {
    /// In order, without gaps.
    pub entries: Vec<Arc<Entry>>,
    /// The last.
    pub head: Head,
}

/// A handle to the store. Dropping it lets it finish what it was told, sync and close.
pub struct StoreWriter {
    batches: Option<SyncSender<Durable>>,
    shared: Arc<Shared>,
    hand: Hand,
}

/// Who does the work.
enum Hand {
    /// A thread; the channel ends with it.
    Thread(Receiver<()>),
    /// Whoever tells the store something; `None` once it has stopped.
    Here(Option<Box<Worker>>),
}

impl StoreWriter {
    /// Starts the thread, which catches up with the journal first.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn spawn(store: Store) -> io::Result<(Self, StoreReader)> {
        let (worker, batches, shared) = worker(store, Pace::THREAD);
        let (end, ended) = mpsc::channel::<()>();
        thread::Builder::new().name("store".to_owned()).spawn(move || {
            worker.run();
            drop(end);
        })?;
        Ok(Self::new(batches, shared, Hand::Thread(ended)))
    }

    /// A store without a thread, for a simulated world: it has caught up when this returns, and what it is told is in it
    /// when [`StoreWriter::durable`] returns.
    pub fn in_place(store: Store) -> (Self, StoreReader) {
        let (mut worker, batches, shared) = worker(store, Pace::IN_PLACE);
        worker.step_and_say();
        Self::new(batches, shared, Hand::Here(Some(Box::new(worker))))
    }

    fn new(batches: SyncSender<Durable>, shared: Arc<Shared>, hand: Hand) -> (Self, StoreReader) {
        let reader = StoreReader::new(Arc::clone(&shared));
        (Self { batches: Some(batches), shared, hand }, reader)
    }

    /// These entries are durable; `head` is the last of them. Returns at once, unless the store works in place.
    pub fn durable(&mut self, entries: Vec<Arc<Entry>>, head: Head) {
        let Some(batches) = &self.batches else { return };
        match batches.try_send(Durable { entries, head }) {
            Ok(()) => {}
            Err(TrySendError::Full(Durable { head, .. }) | TrySendError::Disconnected(Durable { head, .. })) => {
                *lock(&self.shared.missed) = head;
            }
        }
        if let Hand::Here(Some(worker)) = &mut self.hand {
            worker.step_and_say();
        }
    }

    /// Leaves a snapshot of the hall as it is after the record `at`. Returns at once; it is durable some time later, at the
    /// latest when this handle has been dropped.
    pub fn put_snapshot(&self, at: Head, bytes: Vec<u8>) {
        *lock(&self.shared.snapshot) = Some(Snapshot { seq: at.seq, hash: at.hash, bytes });
    }
}

impl Drop for StoreWriter {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Relaxed);
        self.batches = None;
        let ended = match &mut self.hand {
            Hand::Thread(ended) => ended,
            Hand::Here(worker) => return worker.take().into_iter().for_each(|worker| worker.run()),
        };
        if ended.recv_timeout(Duration::from_secs(STOP_S_MAX)) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::warn!(
                zh = "查询数据的线程没有结束，不再等待",
                "the store's thread does not end and is left alone"
            );
        }
    }
}

fn worker(store: Store, pace: Pace) -> (Worker, SyncSender<Durable>, Arc<Shared>) {
    let shared = Arc::new(Shared::default());
    let (batches, inbox) = mpsc::sync_channel(WAITING_MAX);
    (Worker::new(store, Arc::clone(&shared), inbox, pace), batches, shared)
}
