//! What owns the journal: a thread, so that a flush never holds up the desk, which decides the next batch meanwhile. In a
//! simulated world it is a task that takes its time by the runtime's clock, so that a run can be repeated.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, panic};

use thiserror::Error;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::{Head, Journal, JournalError};

/// Idle time after which the head marker is made durable. Shorter, and a hall of 50 commands a second would pay a second
/// flush for each.
const SETTLE_AFTER_IDLE: Duration = Duration::from_millis(50);
/// A journal that is never idle settles all the same, so that the marker is never older than this.
const SETTLE_AT_LATEST: Duration = Duration::from_secs(1);

/// What the desk asks for. It sends the next job when it has the outcome of the one before.
#[derive(Debug)]
pub enum Job {
    /// [`Journal::append`].
    Append {
        /// The number that the first record shall have.
        expected_seq: u64,
        /// The payloads.
        batch: Vec<Vec<u8>>,
    },
    /// [`Journal::recover`].
    Recover,
}

/// What became of one job.
#[derive(Debug)]
pub struct Outcome {
    /// Which kind of job it was.
    pub kind: Kind,
    /// The head of the journal afterwards.
    pub result: Result<Head, JournalError>,
    /// How long the journal took, the flush included.
    pub took: Duration,
}

/// The kind of a [`Job`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Job::Append`].
    Append,
    /// [`Job::Recover`].
    Recover,
}

/// The thread that would have done the job has ended.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the journal's writer has stopped")]
pub struct WriterGone;

/// A handle to the writer; dropping it waits for the job in flight of a thread, and ends it.
pub struct Writer(Hand);

/// Who does a job.
enum Hand {
    Thread {
        jobs: mpsc::Sender<Job>,
        thread: JoinHandle<Box<dyn Journal>>,
    },
    Task(UnboundedSender<Job>),
    /// It has stopped.
    Gone,
}

impl Writer {
    /// Starts the thread. The receiver yields one outcome a job, in order, and ends with the thread.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn spawn(journal: Box<dyn Journal>) -> io::Result<(Self, UnboundedReceiver<Outcome>)> {
        let (jobs, waiting) = mpsc::channel();
        let (outcomes, results) = unbounded_channel();
        let thread = thread::Builder::new().name("journal".to_owned());
        let thread = thread.spawn(move || run(journal, &waiting, &outcomes))?;
        Ok((Self(Hand::Thread { jobs, thread }), results))
    }

    /// A writer without a thread: a task of the present tokio runtime. A flush takes so long by the runtime's clock, and the
    /// journal is written in the middle of it. When the runtime is dropped, the job in flight is done wholly or not at all.
    pub fn simulated(mut journal: Box<dyn Journal>, flush: Duration) -> (Self, UnboundedReceiver<Outcome>) {
        let (jobs, mut waiting) = unbounded_channel();
        let (outcomes, results) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(job) = waiting.recv().await {
                sleep(flush / 2).await;
                let outcome = perform(&mut *journal, job);
                sleep(flush / 2).await;
                if outcomes.send(outcome).is_err() {
                    break;
                }
            }
            settle(&mut *journal);
        });
        (Self(Hand::Task(jobs)), results)
    }

    /// Hands over a job.
    ///
    /// # Errors
    /// The writer has stopped.
    pub fn submit(&self, job: Job) -> Result<(), WriterGone> {
        match &self.0 {
            Hand::Thread { jobs, .. } => jobs.send(job).map_err(|SendError(_)| WriterGone),
            Hand::Task(jobs) => jobs.send(job).map_err(|_| WriterGone),
            Hand::Gone => Err(WriterGone),
        }
    }

    /// Waits for the job in flight, settles, ends the thread and gives the journal back, so that it can be read; `None` when
    /// it belongs to a task.
    pub fn stop(mut self) -> Option<Box<dyn Journal>> {
        self.end().map(|ended| ended.unwrap_or_else(|payload| panic::resume_unwind(payload)))
    }

    fn end(&mut self) -> Option<thread::Result<Box<dyn Journal>>> {
        let Hand::Thread { jobs, thread } = std::mem::replace(&mut self.0, Hand::Gone) else { return None };
        drop(jobs);
        Some(thread.join())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A panic of the thread was reported by it and seen by the desk as the end of the outcomes.
        let _ = self.end();
    }
}

fn run(mut journal: Box<dyn Journal>, jobs: &Receiver<Job>, outcomes: &UnboundedSender<Outcome>) -> Box<dyn Journal> {
    let mut unsettled_since: Option<Instant> = None;
    loop {
        let job = match unsettled_since {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(since) if since.elapsed() >= SETTLE_AT_LATEST => Err(RecvTimeoutError::Timeout),
            Some(_) => jobs.recv_timeout(SETTLE_AFTER_IDLE),
        };
        match job {
            Ok(job) => {
                unsettled_since.get_or_insert_with(Instant::now);
                if outcomes.send(perform(&mut *journal, job)).is_err() {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                settle(&mut *journal);
                unsettled_since = None;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    settle(&mut *journal);
    journal
}

fn perform(journal: &mut dyn Journal, job: Job) -> Outcome {
    let begun = Instant::now();
    let (kind, done) = match job {
        Job::Append { expected_seq, batch } => (Kind::Append, journal.append(expected_seq, &batch)),
        Job::Recover => (Kind::Recover, journal.recover()),
    };
    Outcome { kind, result: done.map(|()| journal.head()), took: begun.elapsed() }
}

/// A marker that stays behind costs no record; the next append or recovery will show whether the disk is well.
fn settle(journal: &mut dyn Journal) {
    if let Err(error) = journal.settle() {
        tracing::warn!(%error, zh = error.zh(), "the head marker of the journal is not durable");
    }
}
