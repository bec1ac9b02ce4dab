//! The tickets that windows may call, next first.

use super::{
    Credits, Head, Rank, Ratio, Score, first,
    reach::{Floor, Reach},
};
use crate::{
    state::Line,
    words::{AtMs, Class, Ticket},
};

/// Merges the lines that some windows may call from, of which only the heads are looked at.
pub(super) struct Order<'a> {
    now_ms: AtMs,
    queues: Vec<Queue<'a>>,
    ratio: Option<&'a Ratio>,
    credits: Credits,
}

/// The rest of one class in one line.
struct Queue<'a> {
    line: Line,
    class: Class,
    score: Score,
    head: (AtMs, Ticket),
    rest: Box<dyn Iterator<Item = (AtMs, Ticket)> + 'a>,
}

/// A ticket in its place.
pub(super) struct Place {
    pub ticket: Ticket,
    pub line: Line,
    pub class: Class,
    pub since_ms: AtMs,
    pub score_ms: u64,
    pub decided: Decided,
}

/// What gave a ticket its place.
pub(super) enum Decided {
    Score,
    Cap,
    /// The turn of its class, and the counters after it.
    Turn(Credits),
}

impl<'a> Order<'a> {
    /// The order of all that one of these windows may call.
    pub fn new(floor: &'a Floor<'a>, reaches: &'a [Reach<'a>]) -> Self {
        let state = floor.state;
        let queues = state.lines.waiting.iter().filter_map(|(&(line, class), tickets)| {
            let may_call = move |since_ms| reaches.iter().any(|reach| floor.may_call(reach, line, class, since_ms));
            let mut rest = tickets.iter().copied().take_while(move |&(since_ms, _)| may_call(since_ms));
            let score = floor.rules.of(class);
            Some(Queue { line, class, score, head: rest.next()?, rest: Box::new(rest) })
        });
        let ratio = floor.rules.ratio.as_ref();
        let credits = if ratio.is_some() { state.turns.credits.clone() } else { Credits::new() };
        Self { now_ms: floor.now_ms, queues: queues.collect(), ratio, credits }
    }

    fn heads(&self) -> impl DoubleEndedIterator<Item = Head<usize, Ticket>> {
        self.queues.iter().enumerate().map(|(of, queue)| {
            let (since_ms, number) = queue.head;
            Head { of, score: queue.score, since_ms, number }
        })
    }

    /// The highest score; under R2 that of the class whose turn it is. Who is over the cap waits for no turn.
    fn choose(&self) -> Option<(Head<usize, Ticket>, Decided)> {
        let (best, rank): (_, Rank<Ticket>) = first(self.heads(), self.now_ms)?;
        if rank.is_over_cap() {
            return Some((best, Decided::Cap));
        }
        let classes = self.queues.iter().map(|queue| queue.class);
        let Some((class, credits)) = self.ratio.and_then(|ratio| ratio.turn(&self.credits, classes)) else {
            return Some((best, Decided::Score));
        };
        let of_class = self.heads().filter(|head| self.queues[head.of].class == class);
        first(of_class, self.now_ms).map(|(head, _)| (head, Decided::Turn(credits)))
    }
}

impl Iterator for Order<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        let chosen = self.choose();
        #[cfg(feature = "planted")]
        let chosen = if planted::is(planted::Bug::UnorderedMap) {
            self.heads().next_back().map(|head| (head, Decided::Score))
        } else {
            chosen
        };
        let (Head { of: at, score, since_ms, number: ticket }, decided) = chosen?;
        if let Decided::Turn(credits) = &decided {
            self.credits.clone_from(credits);
        }
        let Queue { line, class, .. } = self.queues[at];
        match self.queues[at].rest.next() {
            Some(head) => self.queues[at].head = head,
            None => drop(self.queues.swap_remove(at)),
        }
        Some(Place { ticket, line, class, since_ms, score_ms: score.in_ms(self.now_ms, since_ms), decided })
    }
}
