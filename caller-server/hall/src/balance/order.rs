//! The tickets that windows may call, next first.

use super::{
    Credits, Decided, Head, Ratio, Score, Turns, choose,
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
    pub decided: Decided<Class>,
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

    fn choose(&self) -> Option<(Head<usize, Ticket>, Decided<Class>)> {
        let part = |class| self.ratio.map_or(0, |ratio| ratio.part(class));
        let turns: Option<Turns<'_, Class>> = self.ratio.map(|_| (&part as &dyn Fn(Class) -> u32, &self.credits));
        choose(|| self.heads(), |of| self.queues[*of].class, turns, self.now_ms)
    }
}

impl Iterator for Order<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        let chosen = self.choose();
        #[cfg(feature = "planted")]
        let chosen = if planted::is(planted::Bug::LastLineFirst) {
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
