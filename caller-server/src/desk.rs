//! The desk: the single writer. It selects what happened and applies it; no lock stands around the state.
//!
//! An order is decided on the state as it will be, gathered with others into a batch, and answered when the batch is durable;
//! while one batch is being flushed the next one is decided. If the journal fails, everything that was not durable is
//! refused and forgotten, and the desk goes on from the durable state as soon as the journal has recovered.
//!
//! - `machine`: what follows from what, without a task, a clock or chance; `batch`: what becomes durable together
//! - here: the task around it, which selects, and does what the machine says
//! - `start`: where a desk begins; `day`: when the business day opens and closes; `refused`: its own refusals

mod batch;
mod day;
mod machine;
mod refused;
mod start;
#[cfg(test)]
mod tests;

use std::time::Duration;

use hall::{Command, forecast::Outlook, words::Actor};
use metrics::{counter, histogram};
use protocol::Order;
use rand::distr::{Alphanumeric, SampleString};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

pub use batch::Replies;
pub use day::DayTimes;
pub use machine::{Input, Machine, Output, Sources};
pub use start::{Beginning, StartError, replay};

use crate::answers::Outcome;
use crate::clock::HallClock;
use crate::journal::{Head, writer};
use crate::live::Live;
use crate::store::{Snapshot, StoreWriter};

/// The most orders that wait for the desk: what it decides in about 0.1 s. More are told that the hall is busy.
const ASKS_MAX: usize = 4_096;
/// How long to wait before a journal that did not recover is asked again.
const RECOVER_AGAIN: Duration = Duration::from_millis(500);
/// The desk looks at least this often whether something is due: the day may change, and the clock may be set.
const LOOK_AT_LEAST: Duration = Duration::from_secs(1);
/// And at most this often, so that orders have their turn whatever is due.
const LOOK_AT_MOST: Duration = Duration::from_millis(5);
/// Turns that others get before a flush begins, as long as they come with orders; each takes microseconds.
const TURNS_BEFORE_FLUSH: usize = 4;
/// Characters of a citizen's token: 131 bits.
const TOKEN_CHARS: usize = 22;

/// Something that is asked of the desk. `R` is where the answer goes.
pub struct Ask<R> {
    /// Who asks.
    pub by: Actor,
    /// Names this wish, so that a retry gets the first answer.
    pub key: Option<String>,
    /// What is asked.
    pub what: What,
    /// Where the answer goes.
    pub reply: R,
}

/// What is asked.
pub enum What {
    /// By people and devices.
    Order(Order),
    /// By the server itself.
    Command(Command),
}

type Reply = oneshot::Sender<Told>;

/// What came of an order, and what share of the wait was the disk's.
pub struct Told {
    /// What came of it.
    pub outcome: Outcome,
    /// How long the flush took that made it durable; zero when it waited for none.
    pub flush: Duration,
}

/// Asks the desk; cheap to clone.
#[derive(Clone)]
pub struct DeskHandle(mpsc::Sender<Ask<Reply>>);

impl DeskHandle {
    /// Asks, and waits until the answer is durable.
    ///
    /// # Errors
    /// The order was refused; nothing changed. Code `storage_failed`, `busy` or `stopping` says that it may be asked again
    /// under the same key.
    pub async fn ask(&self, by: Actor, key: Option<String>, what: What) -> Told {
        let (reply, answer) = oneshot::channel();
        match self.0.try_send(Ask { by, key, what, reply }) {
            Ok(()) => answer.await.unwrap_or_else(|_| Told::at_once(Err(refused::stopping()))),
            Err(mpsc::error::TrySendError::Full(_)) => Told::at_once(Err(refused::busy())),
            Err(mpsc::error::TrySendError::Closed(_)) => Told::at_once(Err(refused::stopping())),
        }
    }
}

impl Told {
    fn at_once(outcome: Outcome) -> Self {
        Self { outcome, flush: Duration::ZERO }
    }
}

/// The single writer.
pub struct Desk {
    machine: Machine<Reply>,
    /// When it looked last whether something is due. Orders that keep coming must not put the next look off.
    looked: Instant,
    /// When a journal that did not recover is asked again.
    recover_at: Option<Instant>,
    /// How long the flush took that ended in this turn.
    flush: Duration,
    asks: mpsc::Receiver<Ask<Reply>>,
    outcomes: mpsc::UnboundedReceiver<writer::Outcome>,
    parts: Parts,
}

/// What the desk works with.
pub struct Parts {
    /// The thread that owns the journal.
    pub writer: writer::Writer,
    /// Everybody who looks.
    pub live: Live,
    /// The projections.
    pub store: StoreWriter,
    /// The hall's time.
    pub clock: HallClock,
    /// When the business day opens and closes by itself.
    pub day: DayTimes,
    /// What holders of numbers are told of their waits.
    pub outlook: Outlook,
}

/// Everything that can happen to the desk.
enum Happened {
    Asked(Ask<Reply>),
    Written(writer::Outcome),
    RecoverAgain,
    Due,
    Stop,
}

impl Desk {
    /// A desk that goes on where the journal ends.
    pub fn new(
        beginning: Beginning,
        outcomes: mpsc::UnboundedReceiver<writer::Outcome>,
        parts: Parts,
    ) -> (Self, DeskHandle) {
        let (handle, asks) = mpsc::channel(ASKS_MAX);
        let token = Box::new(|| Alphanumeric.sample_string(&mut rand::rng(), TOKEN_CHARS));
        let outlook = parts.outlook.clone();
        let machine = Machine::new(beginning, Sources { clock: parts.clock.clone(), day: parts.day, token, outlook });
        let desk =
            Self { machine, looked: Instant::now(), recover_at: None, flush: Duration::ZERO, asks, outcomes, parts };
        (desk, DeskHandle(handle))
    }

    /// Works until `stop`, then finishes what was decided and leaves a snapshot for the next start.
    pub async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            match self.select(&mut stop).await {
                Happened::Asked(ask) => self.take(ask).await,
                Happened::Written(outcome) => self.written(outcome).await,
                Happened::RecoverAgain => {
                    self.recover_at = None;
                    self.machine.apply(Input::RecoverAgain);
                }
                Happened::Due => {
                    self.looked = Instant::now();
                    self.machine.apply(Input::Due);
                }
                Happened::Stop => break,
            }
            self.act();
        }
        self.finish().await;
    }

    async fn select(&mut self, stop: &mut oneshot::Receiver<()>) -> Happened {
        let open = self.machine.takes_orders();
        let look_at =
            (Instant::now() + self.until_due()).clamp(self.looked + LOOK_AT_MOST, self.looked + LOOK_AT_LEAST);
        let again = self.recover_at;
        tokio::select! {
            biased;
            outcome = self.outcomes.recv() => outcome.map_or(Happened::Stop, Happened::Written),
            _ = stop => Happened::Stop,
            () = sleep_until(again.unwrap_or(look_at)), if again.is_some() => Happened::RecoverAgain,
            () = sleep_until(look_at), if again.is_none() => Happened::Due,
            ask = self.asks.recv(), if open => ask.map_or(Happened::Stop, Happened::Asked),
        }
    }

    /// Takes in an order, and those behind it that fit into the same batch. When the journal is free, a flush would begin for
    /// this one order: whoever is ready to ask gets a turn before, so that those who ask together wait for one flush.
    async fn take(&mut self, ask: Ask<Reply>) {
        let turns = if self.machine.is_idle() { TURNS_BEFORE_FLUSH } else { 0 };
        self.machine.apply(Input::Asked(ask));
        self.take_waiting();
        for _ in 0..turns {
            yield_now().await;
            if self.take_waiting() == 0 {
                break;
            }
        }
    }

    /// Takes in the orders that wait, as far as they fit into the batch; how many.
    fn take_waiting(&mut self) -> usize {
        let mut taken = 0;
        while self.machine.takes_orders()
            && let Ok(ask) = self.asks.try_recv()
        {
            self.machine.apply(Input::Asked(ask));
            taken += 1;
        }
        taken
    }

    async fn written(&mut self, outcome: writer::Outcome) {
        histogram!("yihao_flush_seconds").record(outcome.took);
        self.flush = outcome.took;
        self.machine.apply(match (outcome.kind, outcome.result) {
            (writer::Kind::Append, Ok(head)) => Input::Written(head),
            (writer::Kind::Append, Err(error)) => match self.parts.live.look(|hall| hall.state.clone()).await {
                Some(durable) => Input::Failed(error, durable),
                // Nobody looks any more: the server stops, and whoever waits is told so when the desk is dropped.
                None => return self.outcomes.close(),
            },
            (writer::Kind::Recover, result) => Input::Recovered(result),
        });
    }

    /// Does what the machine says.
    fn act(&mut self) {
        for output in self.machine.outputs() {
            match output {
                Output::Journal(job) => {
                    if self.parts.writer.submit(job).is_err() {
                        tracing::error!("the journal's thread has ended");
                    }
                }
                Output::Durable(entries, head) => {
                    counter!("yihao_entries_total").increment(entries.len() as u64);
                    self.parts.live.durable(entries.clone());
                    self.parts.store.durable(entries, head);
                }
                Output::Reply(replies) => reply(replies, self.flush),
                Output::Storage(trouble) => self.parts.live.storage(trouble),
                Output::RecoverLater => self.recover_at = Some(Instant::now() + RECOVER_AGAIN),
                Output::Snapshot => self.leave_snapshot(),
            }
        }
        self.flush = Duration::ZERO;
    }

    fn until_due(&self) -> Duration {
        let due_in = self.machine.due_in_ms().map(|ms| self.parts.clock.sleep_ms(ms));
        due_in.map_or(LOOK_AT_LEAST, |due_in| due_in.min(LOOK_AT_LEAST))
    }

    fn leave_snapshot(&self) {
        if let Some(Snapshot { seq, hash, bytes }) = self.machine.snapshot() {
            self.parts.store.put_snapshot(Head { seq, hash }, bytes);
        }
    }

    async fn finish(mut self) {
        self.act();
        while !self.machine.is_idle() {
            match self.outcomes.recv().await {
                Some(outcome) => self.written(outcome).await,
                None => break,
            }
            self.act();
        }
        self.leave_snapshot();
    }
}

/// Tells everybody what came of their order. One who is gone will ask again under the same key.
fn reply(replies: Replies<Reply>, flush: Duration) {
    let (mut done, mut refused) = (0, 0);
    for (to, outcome) in replies {
        *(if outcome.is_ok() { &mut done } else { &mut refused }) += 1;
        let _ = to.send(Told { outcome, flush });
    }
    counter!("yihao_orders_total", "outcome" => "done").increment(done);
    counter!("yihao_orders_total", "outcome" => "refused").increment(refused);
}
