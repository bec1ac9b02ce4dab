//! The desk: the single writer. It selects what happened and applies it; no lock stands around the state.
//!
//! An order is decided on the state as it will be, gathered with others into a batch, and answered when the batch is durable;
//! while one batch is being flushed the next one is decided. If the journal fails, everything that was not durable is
//! refused and forgotten, and the desk goes on from the durable state as soon as the journal has recovered.

mod batch;
mod day;
mod start;
#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use hall::{
    Command, Entry, Request, State, decide,
    words::{Actor, AtMs},
};
use metrics::{counter, histogram};
use protocol::{Order, Refused, Text};
use rand::distr::{Alphanumeric, SampleString};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use batch::Batch;
pub use day::DayTimes;
pub use start::{Beginning, StartError, replay};

use crate::answers::{Answers, Known, Outcome};
use crate::clock::HallClock;
use crate::journal::{Head, JournalError, writer};
use crate::live::Live;
use crate::orders::{self, Fresh};
use crate::store::StoreWriter;
use crate::views;

/// The most orders that wait for the desk: what it decides in about 0.1 s. More are told that the hall is busy.
const ASKS_MAX: usize = 4_096;
/// How long to wait before a journal that did not recover is asked again.
const RECOVER_AGAIN: Duration = Duration::from_millis(500);
/// The desk looks at least this often whether something is due: the day may change, and the clock may be set.
const LOOK_AT_LEAST: Duration = Duration::from_secs(1);
/// And at most this often, so that orders have their turn whatever is due.
const LOOK_AT_MOST: Duration = Duration::from_millis(5);
/// Characters of a citizen's token: 131 bits.
const TOKEN_CHARS: usize = 22;

/// Something that is asked of the desk.
pub struct Ask {
    /// Who asks.
    pub by: Actor,
    /// Names this wish, so that a retry gets the first answer.
    pub key: Option<String>,
    /// What is asked.
    pub what: What,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Outcome>,
}

/// What is asked.
pub enum What {
    /// By people and devices.
    Order(Order),
    /// By the server itself.
    Command(Command),
}

/// Asks the desk; cheap to clone.
#[derive(Clone)]
pub struct DeskHandle(mpsc::Sender<Ask>);

impl DeskHandle {
    /// Asks, and waits until the answer is durable.
    ///
    /// # Errors
    /// The order was refused; nothing changed. Code `storage_failed`, `busy` or `stopping` says that it may be asked again
    /// under the same key.
    pub async fn ask(&self, by: Actor, key: Option<String>, what: What) -> Outcome {
        let (reply, answer) = oneshot::channel();
        match self.0.try_send(Ask { by, key, what, reply }) {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(stopping())),
            Err(mpsc::error::TrySendError::Full(_)) => Err(busy()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(stopping()),
        }
    }
}

/// The single writer.
pub struct Desk {
    state: State,
    head: Head,
    answers: Answers,
    gathering: Batch,
    flushing: Option<Batch>,
    storage: Storage,
    snapshot_wanted: bool,
    /// When it looked last whether something is due. Orders that keep coming must not put the next look off.
    looked: Instant,
    /// When a journal that did not recover is asked again.
    recover_at: Instant,
    asks: mpsc::Receiver<Ask>,
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
}

/// Whether the journal takes anything.
enum Storage {
    Well,
    Recovering(Arc<Refused>),
    RecoverAgain(Arc<Refused>),
}

/// Everything that can happen to the desk.
enum Happened {
    Asked(Ask),
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
        let desk = Self {
            state: beginning.state,
            head: beginning.head,
            answers: beginning.answers,
            gathering: Batch::default(),
            flushing: None,
            storage: Storage::Well,
            snapshot_wanted: false,
            looked: Instant::now(),
            recover_at: Instant::now(),
            asks,
            outcomes,
            parts,
        };
        (desk, DeskHandle(handle))
    }

    /// Works until `stop`, then finishes what was decided and leaves a snapshot for the next start.
    pub async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            match self.select(&mut stop).await {
                Happened::Asked(ask) => self.take(ask),
                Happened::Written(outcome) => self.written(outcome).await,
                Happened::RecoverAgain => self.recover(),
                Happened::Due => self.due(),
                Happened::Stop => break,
            }
            self.submit();
        }
        self.finish().await;
    }

    async fn select(&mut self, stop: &mut oneshot::Receiver<()>) -> Happened {
        let open = !self.gathering.is_full() && !self.snapshot_wanted;
        let look_at =
            (Instant::now() + self.until_due()).clamp(self.looked + LOOK_AT_MOST, self.looked + LOOK_AT_LEAST);
        let again = matches!(self.storage, Storage::RecoverAgain(_));
        tokio::select! {
            biased;
            outcome = self.outcomes.recv() => outcome.map_or(Happened::Stop, Happened::Written),
            _ = stop => Happened::Stop,
            () = sleep_until(self.recover_at), if again => Happened::RecoverAgain,
            () = sleep_until(look_at), if !again => Happened::Due,
            ask = self.asks.recv(), if open => ask.map_or(Happened::Stop, Happened::Asked),
        }
    }

    /// Decides an order, and those behind it that fit into the same batch.
    fn take(&mut self, ask: Ask) {
        let is_plan = matches!(ask.what, What::Command(_));
        self.answer(ask);
        if is_plan {
            // The hall opens with its plan, not a moment later: whoever finds the server ready gets a number.
            self.due();
        }
        while !self.gathering.is_full() && !self.snapshot_wanted {
            match self.asks.try_recv() {
                Ok(ask) => self.answer(ask),
                Err(_) => break,
            }
        }
    }

    fn answer(&mut self, ask: Ask) {
        let outcome = self.outcome_of(ask.by, ask.key, ask.what);
        counter!("yihao_orders_total", "outcome" => if outcome.is_ok() { "done" } else { "refused" }).increment(1);
        self.gathering.reply(ask.reply, outcome);
    }

    fn outcome_of(&mut self, by: Actor, key: Option<String>, what: What) -> Outcome {
        let digest = digest(&what);
        if let Some(known) = key.as_deref().and_then(|key| self.answers.get(&by, key)) {
            let same = digest.is_none() || known.digest.is_none() || known.digest == digest;
            return if same { known.outcome.clone() } else { Err(key_reused()) };
        }
        if let Storage::Recovering(why) | Storage::RecoverAgain(why) = &self.storage {
            return Err(why.clone());
        }
        let now_ms = self.now_ms();
        let (seq, outcome) = self.decide(by.clone(), key.clone(), what, now_ms);
        if let Some(key) = key {
            self.answers.put(now_ms, by, key, Known { seq, digest, outcome: outcome.clone() });
        }
        outcome
    }

    fn decide(&mut self, by: Actor, key: Option<String>, what: What, now_ms: AtMs) -> (Option<u64>, Outcome) {
        let command = match self.command(what, now_ms) {
            Ok(command) => command,
            Err(bad) => return (None, Err(Arc::new(bad.refused()))),
        };
        let request = Request { by, command };
        let events = match decide(&self.state, &request, now_ms) {
            Ok(events) => events,
            Err(refusal) => return (None, Err(Arc::new(views::refused(&refusal)))),
        };
        if events.is_empty() {
            return (None, Ok(Arc::new(protocol::Answer::Done { seq: self.state.seq })));
        }
        let entry = Entry { seq: self.state.seq + 1, at_ms: now_ms, by: request.by, key, events };
        let answer = Arc::new(self.evolve(entry));
        (Some(self.state.seq), Ok(answer))
    }

    fn evolve(&mut self, entry: Entry) -> protocol::Answer {
        self.state.apply(&entry);
        self.snapshot_wanted |= day::begins_in(&entry);
        let answer = views::answer(&self.state, &entry);
        self.gathering.push(entry);
        answer
    }

    fn command(&self, what: What, now_ms: AtMs) -> Result<Command, orders::BadOrder> {
        match what {
            What::Command(command) => Ok(command),
            What::Order(order) => {
                let token = Alphanumeric.sample_string(&mut rand::rng(), TOKEN_CHARS);
                orders::command(&self.state, order, Fresh { now_ms, today: self.parts.clock.today(), token })
            }
        }
    }

    /// Hands the gathered batch to the journal, if it is free. Answers without an entry of their own rest on what is being
    /// flushed, if anything is.
    fn submit(&mut self) {
        if self.gathering.is_empty() {
            let replies = self.gathering.take_replies();
            match &mut self.flushing {
                Some(batch) => batch.add_replies(replies),
                None => replies.send(),
            }
        }
        if self.flushing.is_some() || !matches!(self.storage, Storage::Well) {
            return;
        }
        if self.gathering.is_empty() {
            return self.snapshot_if_wanted();
        }
        let batch = std::mem::take(&mut self.gathering);
        let job = writer::Job::Append { expected_seq: self.head.seq + 1, batch: batch.payloads() };
        self.flushing = Some(batch);
        if self.parts.writer.submit(job).is_err() {
            tracing::error!("the journal's thread has ended");
        }
    }

    async fn written(&mut self, outcome: writer::Outcome) {
        histogram!("yihao_flush_seconds").record(outcome.took);
        match (outcome.kind, outcome.result) {
            (writer::Kind::Append, Ok(head)) => self.durable(head),
            (writer::Kind::Append, Err(error)) => self.failed(&error).await,
            (writer::Kind::Recover, Ok(_)) => {
                self.storage = Storage::Well;
                self.parts.live.storage(None);
            }
            (writer::Kind::Recover, Err(error)) => {
                self.recover_at = Instant::now() + RECOVER_AGAIN;
                self.storage = Storage::RecoverAgain(storage_failed(&error));
            }
        }
    }

    /// The batch is durable: now, and only now, everybody is told. Those who look first, so that nobody who has an answer
    /// can look and not see it.
    fn durable(&mut self, head: Head) {
        self.head = head;
        if let Some(batch) = self.flushing.take() {
            let (entries, replies) = batch.into_parts();
            counter!("yihao_entries_total").increment(entries.len() as u64);
            self.parts.live.durable(entries.clone());
            self.parts.store.durable(entries, head);
            replies.send();
        }
    }

    /// The batch is not durable: nobody was told, everybody who asked is refused, and the state is as if it had not been.
    async fn failed(&mut self, error: &JournalError) {
        tracing::error!(%error, "the journal does not take records; orders are refused until it does");
        let why = storage_failed(error);
        for batch in self.flushing.take().into_iter().chain([std::mem::take(&mut self.gathering)]) {
            batch.into_parts().1.refuse(&why);
        }
        self.parts.live.storage(Some(why.text.clone()));
        if let Some(durable) = self.parts.live.look(|hall| hall.state.clone()).await {
            self.state = durable;
        }
        self.answers.forget_after(self.state.seq);
        self.snapshot_wanted = false;
        self.storage = Storage::Recovering(why);
        self.recover();
    }

    fn recover(&mut self) {
        if let Storage::RecoverAgain(why) | Storage::Recovering(why) = &self.storage {
            self.storage = Storage::Recovering(why.clone());
            if self.parts.writer.submit(writer::Job::Recover).is_err() {
                tracing::error!("the journal's thread has ended");
            }
        }
    }

    fn now_ms(&self) -> AtMs {
        self.parts.clock.now_ms().max(self.state.at_ms)
    }

    fn until_due(&self) -> Duration {
        let deadline = self.state.next_deadline();
        let due_in = deadline.map(|at_ms| self.parts.clock.sleep_ms(at_ms.saturating_sub(self.now_ms())));
        due_in.map_or(LOOK_AT_LEAST, |due_in| due_in.min(LOOK_AT_LEAST))
    }

    /// Lets the server's own commands happen: what is due, and the business day.
    fn due(&mut self) {
        self.looked = Instant::now();
        if !matches!(self.storage, Storage::Well) || self.gathering.is_full() {
            return;
        }
        let now_ms = self.now_ms();
        let tick = self.state.next_deadline().filter(|at_ms| *at_ms <= now_ms).map(|_| Command::Tick);
        let day = self.parts.day.due(self.state.day.as_ref(), &self.parts.clock);
        for command in tick.into_iter().chain(day) {
            let (_, outcome) = self.decide(Actor::System, None, What::Command(command), now_ms);
            if let Err(refused) = outcome {
                tracing::warn!(code = refused.code, "what was due was refused: {}", refused.text.en);
            }
        }
    }

    fn snapshot_if_wanted(&mut self) {
        if std::mem::take(&mut self.snapshot_wanted) {
            start::snapshot(&self.parts.store, self.head, &self.state, &self.answers);
        }
    }

    async fn finish(mut self) {
        while self.flushing.is_some() || !self.gathering.is_empty() {
            self.submit();
            match self.outcomes.recv().await {
                Some(outcome) => self.written(outcome).await,
                None => break,
            }
        }
        if self.head.seq == self.state.seq {
            start::snapshot(&self.parts.store, self.head, &self.state, &self.answers);
        }
    }
}

/// Tells an order from another under the same key. The server's own commands have no key.
fn digest(what: &What) -> Option<u64> {
    let What::Order(order) = what else { return None };
    let mut hasher = DefaultHasher::new();
    serde_json::to_vec(order).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

fn storage_failed(error: &JournalError) -> Arc<Refused> {
    let text = Text::new(
        format!("服务器暂时无法保存数据（{}），本次操作没有生效，请稍后重试。", error.zh()),
        format!("The server cannot store anything now ({error}). Nothing was changed. Try again in a moment."),
    );
    Arc::new(Refused { code: "storage_failed".into(), text })
}

fn busy() -> Arc<Refused> {
    let text = Text::new("服务器繁忙，请稍后重试。", "The server is busy. Try again in a moment.");
    Arc::new(Refused { code: "busy".into(), text })
}

fn stopping() -> Arc<Refused> {
    let text = Text::new("服务器正在停止，请稍后重试。", "The server is stopping. Try again in a moment.");
    Arc::new(Refused { code: "stopping".into(), text })
}

fn key_reused() -> Arc<Refused> {
    let text = Text::new(
        "同一个操作编号用于了另一项操作，请重新操作。",
        "This key was used for another order. Use a new one.",
    );
    Arc::new(Refused { code: "key_reused".into(), text })
}
