//! The ticket that a window gets next, and why.

use serde::{Deserialize, Serialize};

use super::{Score, score::Rank};
use crate::{
    state::{Stage, State, Visit},
    words::{AtMs, Class, Ticket, WindowId},
};

/// Why this ticket: one sentence of data, kept in the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What decided.
    pub because: Because,
    /// How it competed.
    pub class: Class,
    /// Its wait since the effective arrival, ms.
    pub waited_ms: u64,
    /// Its score under R1, ms.
    pub score_ms: u64,
    /// Who would have been next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The highest score.
    Score,
    /// It waited longer than its class's cap.
    Cap,
    /// A clerk called it out of turn.
    ByHand,
}

/// Who would have been next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Whose ticket.
    pub ticket: Ticket,
    /// Its score, ms.
    pub score_ms: u64,
}

/// The head of a line of waiting tickets of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<L, K> {
    /// Which line.
    pub of: L,
    /// R1 for its class.
    pub score: Score,
    /// Its effective arrival, ms.
    pub since_ms: AtMs,
    /// Its number: ties go to the lowest.
    pub number: K,
}

impl<L, K: Copy> Head<L, K> {
    /// Its place among all that wait.
    pub fn rank(&self, now_ms: AtMs) -> Rank<K> {
        self.score.rank(now_ms, self.since_ms, self.number)
    }
}

/// R1: of the heads of all lines that may be called, the one that is next. Every choice is made here.
pub fn first<L, K: Copy + Ord>(
    heads: impl IntoIterator<Item = Head<L, K>>,
    now_ms: AtMs,
) -> Option<(Head<L, K>, Rank<K>)> {
    heads
        .into_iter()
        .map(|head| (head.rank(now_ms), head))
        .min_by(|a, b| a.0.cmp(&b.0))
        .map(|(rank, head)| (head, rank))
}

/// The ticket that a window would get now, and why; `None` if nobody waits whom it may call.
#[must_use]
pub fn next_for(state: &State, window: WindowId, now_ms: AtMs) -> Option<(Ticket, Why)> {
    let mut order = Order::new(state, window, now_ms);
    let first = order.next()?;
    let because = if first.rank.is_over_cap() { Because::Cap } else { Because::Score };
    let why = Why {
        because,
        class: first.class,
        waited_ms: now_ms.saturating_sub(first.since_ms),
        score_ms: first.score_ms,
        runner_up: order.next().map(|second| second.runner_up()),
    };
    Some((first.ticket, why))
}

/// The order in which a window would call if all were called now, with the score of each, ms.
#[must_use]
pub fn in_order(state: &State, window: WindowId, now_ms: AtMs, limit: usize) -> Vec<(Ticket, u64)> {
    Order::new(state, window, now_ms).take(limit).map(|place| (place.ticket, place.score_ms)).collect()
}

/// Why a visit is called that a clerk chose; who would have been next stands beside it.
pub(crate) fn by_hand(state: &State, window: WindowId, ticket: Ticket, visit: &Visit, now_ms: AtMs) -> Why {
    let since_ms = if let Stage::Waiting { since_ms, .. } = visit.stage { since_ms } else { visit.arrival_ms };
    let others = Order::new(state, window, now_ms);
    Why {
        because: Because::ByHand,
        class: visit.class,
        waited_ms: now_ms.saturating_sub(since_ms),
        score_ms: state.rules.of(visit.class).in_ms(now_ms, since_ms),
        runner_up: others.map(|place| place.runner_up()).find(|other| other.ticket != ticket),
    }
}

/// A ticket that another window has called: for a test that wants it called twice.
#[cfg(feature = "planted")]
pub(crate) fn called_elsewhere(state: &State, window: WindowId) -> Option<Ticket> {
    let elsewhere = |visit: &Visit| matches!(visit.stage, Stage::Called { window: other, .. } if other != window);
    let mut visits = state.visits.iter().filter(|_| planted::is(planted::Bug::CalledTwice));
    visits.find(|(_, visit)| elsewhere(visit)).map(|(&ticket, _)| ticket)
}

/// The tickets that a window may call, next first: merges its lines, of which only the heads are looked at.
struct Order<'a> {
    now_ms: AtMs,
    queues: Vec<Queue<'a>>,
}

/// The rest of one class in one line.
struct Queue<'a> {
    class: Class,
    score: Score,
    head: (AtMs, Ticket),
    rest: Box<dyn Iterator<Item = (AtMs, Ticket)> + 'a>,
}

/// A ticket in its place.
struct Place {
    ticket: Ticket,
    class: Class,
    since_ms: AtMs,
    rank: Rank<Ticket>,
    score_ms: u64,
}

impl<'a> Order<'a> {
    fn new(state: &'a State, window: WindowId, now_ms: AtMs) -> Self {
        let each = state.lines_of(window).flat_map(|line| Class::ALL.map(|class| (line, class)));
        let queues = each.filter_map(|(line, class)| {
            let mut rest = state.lines.of(line, class);
            Some(Queue { class, score: state.rules.of(class), head: rest.next()?, rest: Box::new(rest) })
        });
        Self { now_ms, queues: queues.collect() }
    }

    fn heads(&self) -> impl DoubleEndedIterator<Item = Head<usize, Ticket>> {
        self.queues.iter().enumerate().map(|(of, queue)| {
            let (since_ms, number) = queue.head;
            Head { of, score: queue.score, since_ms, number }
        })
    }
}

impl Iterator for Order<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        let chosen = first(self.heads(), self.now_ms);
        #[cfg(feature = "planted")]
        let chosen = if planted::is(planted::Bug::UnorderedMap) {
            self.heads().next_back().map(|head| (head, head.rank(self.now_ms)))
        } else {
            chosen
        };
        let (Head { of: at, score, since_ms, number: ticket }, rank) = chosen?;
        let class = self.queues[at].class;
        match self.queues[at].rest.next() {
            Some(head) => self.queues[at].head = head,
            None => drop(self.queues.swap_remove(at)),
        }
        Some(Place { ticket, class, since_ms, rank, score_ms: score.in_ms(self.now_ms, since_ms) })
    }
}

impl Place {
    fn runner_up(&self) -> RunnerUp {
        RunnerUp { ticket: self.ticket, score_ms: self.score_ms }
    }
}
