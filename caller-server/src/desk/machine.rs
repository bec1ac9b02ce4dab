//! The desk without its surroundings: it decides, gathers and remembers. Whoever drives it flushes, tells and waits.
//!
//! What happens goes in, what is to be done comes out; nothing here waits, and no task or thread is known. Time and tokens come
//! from what it is given, so the same inputs give the same outputs.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use hall::{
    Command, Entry, Request, State, decide, evolve,
    forecast::{Moment, Outlook},
    words::{Actor, AtMs},
};
use protocol::{Refused, Text};

use super::batch::{Batch, Replies};
use super::{Ask, Beginning, DayTimes, What, day, refused, start};
use crate::answers::{Answers, Known, Name, Outcome};
use crate::clock::HallClock;
use crate::journal::{Head, JournalError, writer::Job};
use crate::orders::{self, BadOrder, Fresh};
use crate::store::Snapshot;
use crate::views;

/// The most ticks in a row: a call for each window, so that orders have their turn whatever is due.
const TICKS_MAX: usize = hall::plan::WINDOWS_MAX;

/// Where a desk has its time and its tokens from.
pub struct Sources {
    /// The hall's time.
    pub clock: HallClock,
    /// When the business day opens and closes by itself.
    pub day: DayTimes,
    /// Unguessable names for citizens' pages.
    pub token: Box<dyn FnMut() -> String + Send>,
    /// What holders of numbers are told of their waits.
    pub outlook: Outlook,
}

/// Something happened. `R` is where an answer goes.
#[expect(clippy::large_enum_variant, reason = "one exists at a time, and the large one is a failure of the disk")]
pub enum Input<R> {
    /// Somebody asks.
    Asked(Ask<R>),
    /// Time went by: something may be due.
    Due,
    /// The batch is durable; the journal's head now.
    Written(Head),
    /// The batch is not durable. With the state that is: what the world has seen.
    Failed(JournalError, State),
    /// The journal came back from a failure, or did not.
    Recovered(Result<Head, JournalError>),
    /// A journal that did not recover is to be asked again.
    RecoverAgain,
}

/// To be done, in this order.
pub enum Output<R> {
    /// Hand this to the journal; one outcome comes back as an input.
    Journal(Job),
    /// These entries are durable: tell everybody who looks, and the store.
    Durable(Vec<Arc<Entry>>, Head),
    /// Tell everybody what came of their order.
    Reply(Replies<R>),
    /// Tell everybody who looks whether the journal takes anything; the text says why not.
    Storage(Option<Text>),
    /// Come back with [`Input::RecoverAgain`] after a while.
    RecoverLater,
    /// The state is small now and all of it durable: a good moment for [`Machine::snapshot`].
    Snapshot,
}

/// The machine.
pub struct Machine<R> {
    state: State,
    head: Head,
    answers: Answers,
    gathering: Batch<R>,
    flushing: Option<Batch<R>>,
    storage: Storage,
    snapshot_wanted: bool,
    sources: Sources,
    out: Vec<Output<R>>,
}

/// Whether the journal takes anything.
enum Storage {
    Well,
    Recovering(Arc<Refused>),
}

impl<R> Machine<R> {
    /// A desk that goes on where the journal ends.
    pub fn new(beginning: Beginning, sources: Sources) -> Self {
        Self {
            state: beginning.state,
            head: beginning.head,
            answers: beginning.answers,
            gathering: Batch::default(),
            flushing: None,
            storage: Storage::Well,
            snapshot_wanted: false,
            sources,
            out: Vec::new(),
        }
    }

    /// Takes in what happened. Several orders may be taken in before [`Machine::outputs`]: they share a batch.
    pub fn apply(&mut self, input: Input<R>) {
        match input {
            Input::Asked(ask) => self.answer(ask),
            Input::Due => self.due(),
            Input::Written(head) => self.durable(head),
            Input::Failed(error, durable) => self.failed(&error, durable),
            Input::Recovered(Ok(_)) => {
                self.storage = Storage::Well;
                self.out.push(Output::Storage(None));
            }
            Input::Recovered(Err(error)) => {
                self.storage = Storage::Recovering(refused::storage_failed(&error));
                self.out.push(Output::RecoverLater);
            }
            Input::RecoverAgain => self.out.push(Output::Journal(Job::Recover)),
        }
    }

    /// What is to be done after all that was taken in.
    pub fn outputs(&mut self) -> Vec<Output<R>> {
        self.submit();
        std::mem::take(&mut self.out)
    }

    /// Whether more orders should be taken in now.
    pub fn takes_orders(&self) -> bool {
        !self.gathering.is_full() && !self.snapshot_wanted
    }

    /// Whether everything that was decided is durable or refused.
    pub fn is_idle(&self) -> bool {
        self.flushing.is_none() && self.gathering.is_empty()
    }

    /// The position of the last entry that was decided; it may not be durable yet.
    pub fn seq(&self) -> u64 {
        self.state.seq
    }

    /// How long until something is due, ms of the hall's time; `None` = nothing is foreseen.
    pub fn due_in_ms(&self) -> Option<u64> {
        self.state.next_deadline().map(|at_ms| at_ms.saturating_sub(self.now_ms()))
    }

    /// What makes the next start short; `None` while something is decided that is not durable.
    pub fn snapshot(&self) -> Option<Snapshot> {
        if self.head.seq == self.state.seq { start::snapshot(self.head, &self.state, &self.answers) } else { None }
    }

    fn answer(&mut self, ask: Ask<R>) {
        let is_plan = matches!(ask.what, What::Command(_));
        let outcome = self.outcome_of(ask.by, ask.key, ask.what);
        self.gathering.reply(ask.reply, outcome);
        if is_plan {
            // The hall opens with its plan, not a moment later: whoever finds the server ready gets a number.
            self.due();
        }
    }

    fn outcome_of(&mut self, by: Actor, key: Option<String>, what: What) -> Outcome {
        let digest = digest(&what);
        let name = key.map(|key| Arc::new(Name { by: by.clone(), key }));
        let known = name.as_deref().and_then(|name| self.answers.get(name));
        #[cfg(feature = "planted")]
        let known = known.filter(|_| !planted::is(planted::Bug::NoIdempotency));
        if let Some(known) = known {
            let same = digest.is_none() || known.digest.is_none() || known.digest == digest;
            return if same { known.outcome.clone() } else { Err(refused::key_reused()) };
        }
        if let Storage::Recovering(why) = &self.storage {
            return Err(why.clone());
        }
        let now_ms = self.now_ms();
        let command = match self.command(what, now_ms) {
            // A stranger: it rests on nothing and is kept nowhere, else whoever tries tokens would fill the memory.
            Err(bad @ BadOrder::UnknownToken) => return Err(Arc::new(bad.refused())),
            command => command,
        };
        let key = name.as_ref().map(|name| name.key.clone());
        let (seq, outcome) = match command {
            Ok(command) => self.decide(by, key, command, now_ms),
            Err(bad) => (None, Err(Arc::new(bad.refused()))),
        };
        if !self.state.in_force().auto_call.is_empty() {
            // A free window does not wait for the next look.
            self.tick(now_ms);
        }
        if let Some(name) = name {
            self.answers.put(now_ms, name, Known { seq, digest, outcome: outcome.clone() });
        }
        outcome
    }

    fn decide(&mut self, by: Actor, key: Option<String>, command: Command, now_ms: AtMs) -> (Option<u64>, Outcome) {
        let request = Request { by, command };
        let events = match decide(&self.state, &request, now_ms) {
            Ok(events) => events,
            Err(refusal) => return (None, Err(Arc::new(views::refused(&refusal)))),
        };
        // What changes nothing has an entry only where a retry may come: after a restart it must find its first answer, not a hall in
        // which it would change something.
        if events.is_empty() && key.is_none() {
            return (None, Ok(Arc::new(protocol::Answer::Done { seq: self.state.seq })));
        }
        let entry = Entry { seq: self.state.seq + 1, at_ms: now_ms, by: request.by, key, events };
        let answer = Arc::new(self.evolve(entry));
        (Some(self.state.seq), Ok(answer))
    }

    fn evolve(&mut self, mut entry: Entry) -> protocol::Answer {
        self.state.apply(&entry);
        self.foresee(&mut entry);
        self.snapshot_wanted |= day::begins_in(&entry);
        let answer = views::answer(&self.state, &entry);
        self.gathering.push(entry);
        answer
    }

    /// Adds to an entry in which a number was given out what its holder is told: it is kept with what happened, so that a
    /// replay needs no forecast and a retry gets the same answer.
    fn foresee(&mut self, entry: &mut Entry) {
        self.sources.outlook.apply(entry);
        let moment = Moment { now_ms: entry.at_ms, midnight_ms: self.sources.clock.midnight_ms(entry.at_ms) };
        let foreseen = self.sources.outlook.at_printing(&self.state, entry, moment);
        entry.events.extend(foreseen.inspect(|event| evolve(&mut self.state, event)));
    }

    fn command(&mut self, what: What, now_ms: AtMs) -> Result<Command, BadOrder> {
        match what {
            What::Command(command) => Ok(command),
            What::Order(order) => {
                let Sources { clock, token, .. } = &mut self.sources;
                orders::command(&self.state, order, Fresh { now_ms, today: &|| clock.today(), token })
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
                None if replies.is_empty() => {}
                None => self.out.push(Output::Reply(replies)),
            }
        }
        if self.flushing.is_some() || !matches!(self.storage, Storage::Well) {
            return;
        }
        if self.gathering.is_empty() {
            if std::mem::take(&mut self.snapshot_wanted) {
                self.out.push(Output::Snapshot);
            }
            return;
        }
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::AnswerBeforeDurable) {
            self.out.push(Output::Reply(self.gathering.take_replies()));
        }
        let batch = std::mem::take(&mut self.gathering);
        self.out.push(Output::Journal(Job::Append { expected_seq: self.head.seq + 1, batch: batch.payloads() }));
        self.flushing = Some(batch);
    }

    /// The batch is durable: now, and only now, everybody is told. Those who look first, so that nobody who has an answer
    /// can look and not see it.
    fn durable(&mut self, head: Head) {
        self.head = head;
        if let Some(batch) = self.flushing.take() {
            let (entries, replies) = batch.into_parts();
            self.out.push(Output::Durable(entries, head));
            self.out.push(Output::Reply(replies));
        }
    }

    /// The batch is not durable: nobody was told, everybody who asked is refused, and the state is as if it had not been.
    fn failed(&mut self, error: &JournalError, durable: State) {
        tracing::error!(%error, "the journal does not take records; orders are refused until it does");
        let why = refused::storage_failed(error);
        for batch in self.flushing.take().into_iter().chain([std::mem::take(&mut self.gathering)]) {
            self.out.push(Output::Reply(batch.into_parts().1.refused(&why)));
        }
        self.out.push(Output::Storage(Some(why.text.clone())));
        self.state = durable;
        self.sources.outlook.forget();
        #[cfg(feature = "planted")]
        let durable_seq = if planted::is(planted::Bug::AnswersOutliveFailure) { u64::MAX } else { self.state.seq };
        #[cfg(not(feature = "planted"))]
        let durable_seq = self.state.seq;
        self.answers.forget_after(durable_seq);
        self.snapshot_wanted = false;
        self.storage = Storage::Recovering(why);
        self.out.push(Output::Journal(Job::Recover));
    }

    fn now_ms(&self) -> AtMs {
        self.sources.clock.now_ms().max(self.state.at_ms)
    }

    /// Lets the server's own commands happen: what is due, and the business day.
    fn due(&mut self) {
        if !matches!(self.storage, Storage::Well) || self.gathering.is_full() {
            return;
        }
        let now_ms = self.now_ms();
        self.tick(now_ms);
        if let Some(command) = self.sources.day.due(self.state.day.as_ref(), &self.sources.clock) {
            self.by_itself(command, now_ms);
        }
    }

    /// Lets happen what is due. One tick makes room for the next: a call by auto-call leaves other free windows and tickets.
    fn tick(&mut self, now_ms: AtMs) {
        for _ in 0..TICKS_MAX {
            if self.state.next_deadline().is_none_or(|at_ms| at_ms > now_ms) || self.gathering.is_full() {
                break;
            }
            self.by_itself(Command::Tick, now_ms);
        }
    }

    fn by_itself(&mut self, command: Command, now_ms: AtMs) {
        let (_, outcome) = self.decide(Actor::System, None, command, now_ms);
        if let Err(refused) = outcome {
            tracing::warn!(code = refused.code, "what was due was refused: {}", refused.text.en);
        }
    }
}

/// Tells an order from another under the same key. The server's own commands have no key.
fn digest(what: &What) -> Option<u64> {
    let What::Order(order) = what else { return None };
    let mut hasher = DefaultHasher::new();
    order.hash(&mut hasher);
    Some(hasher.finish())
}
