//! Sees everything that reaches people, and knows the promises. The first that is broken is told with what was seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use caller_server::answers::Outcome;
use hall::{
    Entry,
    words::{Actor, WindowId},
};
use protocol::Answer;
use ticket_dispenser::dispenser::{Given, Slip};

use crate::act::{Life, Ms, WishId};
use crate::model::{Model, Where};

/// How long after a newer call an older one may still come up: what the network holds back before a link counts as dead.
const STALE_MS_MAX: Ms = 10_000;

/// Within this time of calm every device is connected again, ms.
const SETTLED_MS: Ms = 30_000;

/// A promise that is broken, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// Each number once a day.
    NumberTwice(String),
    /// An answer, and paper, mean that it is in the journal for good.
    AcknowledgedLost(String),
    /// At most one live window a ticket, and one ticket a window.
    TwoWindows(String),
    /// A retry gets the first answer.
    RetryDiffers(String),
    /// One wish is done once.
    DoneTwice(String),
    /// Who is next follows from the rules alone.
    WrongChoice(String),
    /// The calls on a display come in the order of the journal, and none is old.
    OrderOfCalls(String),
    /// What is shown and spoken has happened.
    NeverCalled(String),
    /// A display that can be reached shows every call from its window.
    NotShown(String),
    /// One voice at a time in a zone.
    TwoVoices(String),
    /// No window is idle while somebody waits whom it may call.
    IdleWindow(String),
    /// The hall's time never goes back, and nobody waits less than nothing.
    TimeWentBack(String),
    /// One business day begins once.
    DayTwice(String),
    /// The journal goes on where it was, unchanged.
    Journal(String),
    /// A server that was started again opens its journal.
    FailedOpen(String),
    /// A restart is a replay.
    RestartDiffers(String),
    /// A visitor with a card gets no second ticket from a server that knows a living one.
    SecondTicket(String),
    /// No slip twice without the word "reprint", and none under a number that another holds.
    PaperTwice(String),
    /// Who is gone does not look any more.
    GhostLooks(String),
    /// When all is well, everybody gets an answer and is served.
    Stuck(String),
}

impl Broken {
    /// The name of the promise.
    pub fn promise(&self) -> String {
        let told = format!("{self:?}");
        told.split('(').next().unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Witness {
    /// The hall, from the journal alone.
    pub model: Model,
    /// The first promise that was broken.
    pub broken: Option<Broken>,
    /// Answers that say that something was done: the first, by who asked and under which key.
    answers: BTreeMap<(Actor, String), Answer>,
    /// Refusals of "next" because nobody waits, until they are told: whether that was true.
    nobody: BTreeMap<WishId, Nobody>,
    /// When each call became durable, by position: the true time.
    called_at: BTreeMap<u64, (WindowId, Ms)>,
    /// Every number that was made durable by a dispenser, by the key of the press.
    given: BTreeMap<String, Given>,
    /// Every slip that came out.
    paper: BTreeMap<String, Slip>,
    /// The last call that each display showed and spoke.
    last: BTreeMap<(usize, &'static str), (Life, u64)>,
    /// Calls that were shown, by position.
    shown: BTreeSet<u64>,
    /// The displays that speak, and which call. All stand in one zone.
    speaking: BTreeMap<usize, u64>,
    /// Since when nothing goes wrong any more: the true time.
    pub calm_since_ms: Option<Ms>,
    /// Tokens of those who gave up.
    gave_up: BTreeSet<String>,
    /// Figures for the report.
    pub seen: Seen,
}

/// How much was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Orders that were answered as done.
    pub done: u64,
    /// Retries that got an answer again.
    pub again: u64,
    /// Calls shown.
    pub shown: u64,
    /// Calls spoken.
    pub spoken: u64,
    /// Slips.
    pub paper: u64,
    /// Slips with a number from a reserve.
    pub offline: u64,
    /// Starts of the server.
    pub starts: u64,
    /// Starts that a disk in trouble refused.
    pub refused_starts: u64,
    /// Faults.
    pub faults: u64,
}

impl Seen {
    /// Adds what was seen elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.again += other.again;
        self.shown += other.shown;
        self.spoken += other.spoken;
        self.paper += other.paper;
        self.offline += other.offline;
        self.starts += other.starts;
        self.refused_starts += other.refused_starts;
        self.faults += other.faults;
    }
}

#[derive(Debug)]
struct Nobody {
    seq: u64,
    window: WindowId,
    waits: Option<bool>,
}

impl Witness {
    /// Notes the first broken promise.
    pub fn breaks(&mut self, broken: Broken) {
        self.broken.get_or_insert(broken);
    }

    /// An entry is durable.
    pub fn durable(&mut self, entry: &Entry, now_ms: Ms) {
        if let Err(broken) = self.model.follow(entry) {
            self.breaks(broken);
        }
        for (window, calls) in &self.model.calls {
            if let Some(call) = calls.last().filter(|call| call.seq == entry.seq) {
                self.called_at.insert(call.seq, (*window, now_ms));
            }
        }
        self.look_who_waits();
    }

    /// A window asks for the next, decided right after this entry; a retry is not decided again.
    pub fn asked_next(&mut self, wish: WishId, window: WindowId, seq: u64) {
        self.nobody.entry(wish).or_insert(Nobody { seq, window, waits: None });
        self.look_who_waits();
    }

    /// A wish was decided, or the hall could decide nothing: then it is decided when it comes again.
    pub fn decided(&mut self, wish: WishId, outcome: &Outcome) {
        if outcome.as_ref().is_err_and(|refused| passes(&refused.code)) {
            self.nobody.remove(&wish);
        }
    }

    /// The server forgets its refusals.
    pub fn refusals_forgotten(&mut self) {
        self.nobody.clear();
    }

    /// Somebody got an answer.
    pub fn answered(&mut self, wish: WishId, by: &Actor, key: &str, outcome: &Outcome) {
        let name = (by.clone(), key.to_owned());
        match outcome {
            Err(refused) => {
                if let Some(first) = self.answers.get(&name).filter(|_| !passes(&refused.code)) {
                    let (code, first) = (&refused.code, first.clone());
                    self.breaks(Broken::RetryDiffers(format!("{by:?} was told {first:?} and then {code}")));
                }
                if refused.code == "nobody_waiting" {
                    self.nobody_waits(wish);
                }
            }
            Ok(answer) => self.done(name, answer),
        }
    }

    fn done(&mut self, name: (Actor, String), answer: &Answer) {
        let is_durable = match answer {
            Answer::Done { seq } => *seq <= self.model.seq && self.model.keys.contains_key(&name),
            _ => self.model.keys.contains_key(&name),
        };
        if !is_durable {
            self.breaks(Broken::AcknowledgedLost(format!(
                "{:?} was told {answer:?}; the journal has no such entry",
                name.0
            )));
        }
        match self.answers.get(&name) {
            Some(first) if first != answer => {
                let first = first.clone();
                self.breaks(Broken::RetryDiffers(format!("{:?} was told {first:?} and then {answer:?}", name.0)));
            }
            Some(_) => self.seen.again += 1,
            None => {
                self.seen.done += 1;
                self.answers.insert(name, answer.clone());
            }
        }
    }

    fn nobody_waits(&mut self, wish: WishId) {
        if let Some(Nobody { seq, window, waits: Some(true) }) = self.nobody.get(&wish) {
            let (seq, window) = (*seq, *window);
            self.breaks(Broken::IdleWindow(format!("window {window} was told that nobody waits, after entry {seq}")));
        }
    }

    fn look_who_waits(&mut self) {
        for nobody in self.nobody.values_mut().filter(|nobody| nobody.waits.is_none()) {
            if nobody.seq <= self.model.seq {
                let exactly = nobody.seq == self.model.seq;
                nobody.waits = Some(exactly && self.model.next_for(nobody.window).is_some());
            }
        }
    }

    /// A dispenser has a number on its disk.
    pub fn given(&mut self, given: &Given) {
        let other = self.given.values().find(|other| {
            other.slip.key != given.slip.key
                && (&other.day, &other.slip.number) == (&given.day, &given.slip.number)
                && !is_again(&given.slip, &other.slip)
        });
        if other.is_some() {
            let (day, number) = (&given.day, &given.slip.number);
            self.breaks(Broken::NumberTwice(format!("{day}/{number} is given to two presses")));
        }
        self.given.insert(given.slip.key.clone(), given.clone());
    }

    /// A slip came out of a printer; the token of its holder comes back.
    pub fn paper(&mut self, slip: &Slip) -> Option<String> {
        let day = self.day_of(slip);
        if day.is_none() {
            self.breaks(Broken::AcknowledgedLost(format!("{} is on paper and on no disk", slip.number)));
        }
        if let Some(before) = self.paper.get(&slip.key)
            && !slip.reprint
        {
            let number = before.number.clone();
            self.breaks(Broken::PaperTwice(format!("{number} came out twice, and the second does not say so")));
        }
        let same = |other: &Slip| other.key != slip.key && self.day_of(other) == day;
        let is_another = |other: &Slip| other.number == slip.number && !is_again(slip, other);
        if self.paper.values().any(|other| same(other) && is_another(other)) {
            self.breaks(Broken::PaperTwice(format!("two people hold {}", slip.number)));
        }
        self.seen.paper += 1;
        self.seen.offline += u64::from(slip.offline);
        self.paper.insert(slip.key.clone(), slip.clone());
        token(slip)
    }

    /// The day of a slip: whoever gave out its number made it durable, or the staff wants it once more, which the journal knows.
    fn day_of(&self, slip: &Slip) -> Option<String> {
        let given = self.given.get(&slip.key).map(|given| given.day.clone());
        let again = || {
            let holder = token(slip).filter(|_| slip.reprint)?;
            let (ticket, _) = self.model.visits.iter().find(|(_, visit)| visit.token == holder)?;
            Some(ticket.day.to_string())
        };
        given.or_else(again)
    }

    /// The holder of a token gave up.
    pub fn gave_up(&mut self, token: &str) {
        self.gave_up.insert(token.to_owned());
    }

    /// A display shows or speaks (`how`) a call.
    pub fn announced(&mut self, display: usize, life: Life, how: &'static str, (seq, text): (u64, &str), now_ms: Ms) {
        if how == "shows" {
            self.seen.shown += 1;
            self.shown.insert(seq);
        }
        let Some((window, _)) = self.called_at.get(&seq).filter(|(window, _)| usize::from(window.0) == display + 1)
        else {
            return self
                .breaks(Broken::NeverCalled(format!("display {display} {how} {text}; entry {seq} is no such call")));
        };
        let calls = &self.model.calls[window];
        let number = calls.iter().find(|call| call.seq == seq).map(|call| call.number.clone()).unwrap_or_default();
        let newer = calls.iter().find(|call| call.seq > seq).and_then(|call| self.called_at.get(&call.seq));
        let late_ms = newer.map_or(0, |(_, at_ms)| now_ms - at_ms);
        if !text.contains(&number) {
            self.breaks(Broken::NeverCalled(format!("display {display} {how} {text}, and {number} was called")));
        }
        if late_ms > STALE_MS_MAX {
            self.breaks(Broken::OrderOfCalls(format!(
                "display {display} {how} {text}, {late_ms} ms after a newer call"
            )));
        }
        if let Some((_, before)) = self.last.insert((display, how), (life, seq))
            && before > seq
        {
            self.breaks(Broken::OrderOfCalls(format!("display {display} {how} call {seq} after {before}")));
        }
    }

    /// A display begins to speak a call.
    pub fn speaks(&mut self, display: usize, call: u64, now_ms: Ms) {
        self.seen.spoken += 1;
        if let Some((other, before)) = self.speaking.iter().find(|(other, _)| **other != display) {
            let what = format!("display {display} speaks call {call} while {other} speaks {before}, at {now_ms}");
            self.breaks(Broken::TwoVoices(what));
        }
        self.speaking.insert(display, call);
    }

    /// A display speaks no more.
    pub fn is_silent(&mut self, display: usize) {
        self.speaking.remove(&display);
    }

    /// The world has been calm for long: everything must have come to its end.
    pub fn end(&mut self) {
        self.end_of_calls();
        self.end_of_visits();
    }

    fn end_of_calls(&mut self) {
        let settled_ms = self.calm_since_ms.map_or(Ms::MAX, |since_ms| since_ms + SETTLED_MS);
        let mut in_calm = self.called_at.iter().filter(|(_, (_, at_ms))| *at_ms > settled_ms);
        if let Some((seq, (window, _))) = in_calm.find(|(seq, _)| !self.shown.contains(seq)) {
            self.breaks(Broken::NotShown(format!("call {seq} from window {window} came on no display")));
        }
    }

    fn end_of_visits(&mut self) {
        let mut lost = None;
        for slip in self.paper.values() {
            let Some(given) = self.given.get(&slip.key) else { continue };
            let Some(token) = token(slip) else { continue };
            // What was given out on another day and could not be brought in before midnight is nobody's today.
            let of_today = self.model.day.is_some_and(|day| day.to_string() == given.day);
            match self.model.by_token(&token) {
                // What a dispenser gives out although a manager wrote it off is nobody's.
                None if of_today && !self.model.is_void(&slip.number) => {
                    lost = Some(format!("{} is on paper, and the journal does not know it", slip.number))
                }
                Some((ticket, _)) if ticket.number.to_string() != slip.number => {
                    lost = Some(format!("{} is on paper, and the journal calls it {ticket}", slip.number));
                }
                Some((_, visit)) if visit.cancelled && !self.gave_up.contains(&token) => {
                    lost = Some(format!("{} is on paper, and was cancelled by nobody", slip.number));
                }
                _ => {}
            }
        }
        let missing = self
            .answers
            .iter()
            .find(|(name, answer)| !matches!(answer, Answer::Done { .. }) && !self.model.keys.contains_key(*name));
        if let Some(what) = lost.or_else(|| missing.map(|(name, answer)| format!("{:?} was told {answer:?}", name.0))) {
            self.breaks(Broken::AcknowledgedLost(what));
        }
        let waits = |at: Where| matches!(at, Where::Waiting(_) | Where::Called(_) | Where::Serving(_));
        if let Some((ticket, visit)) = self.model.visits.iter().find(|(_, visit)| waits(visit.at)) {
            let what = format!("{ticket} is {:?} although clerks press and nobody comes", visit.at);
            self.breaks(Broken::Stuck(what));
        }
    }
}

/// Whether the second slip is the first once more, for the same visitor, and says so. The first may have been lost with its
/// answer: then the second is all that there is.
fn is_again(second: &Slip, first: &Slip) -> bool {
    (second.reprint || first.reprint) && second.url == first.url
}

/// Refusals that say that the same wish may be tried again.
pub fn passes(code: &str) -> bool {
    ["storage_failed", "busy", "stopping"].contains(&code)
}

/// The token in the address of a slip.
pub fn token(slip: &Slip) -> Option<String> {
    slip.url.rsplit_once('/').map(|(_, token)| token.to_owned())
}
