//! R1 and R2: of the heads of all lines that may be called, the one that is next.

use super::{Credits, Rank, Score, ratio::turn};
use crate::words::AtMs;

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

/// What made a head the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided<C> {
    /// The highest score.
    Score,
    /// It waited longer than the cap of its class.
    Cap,
    /// The turn of its class under R2, and the counters after it.
    Turn(Credits<C>),
}

/// R2 as it stands: the part of each class, and what each is owed.
pub type Turns<'a, C> = (&'a dyn Fn(C) -> u32, &'a Credits<C>);

/// R1 with R2: the highest score; under R2 that of the class whose turn it is. Who is over the cap waits for no turn.
pub fn choose<L, K: Copy + Ord, C: Copy + Ord, I: Iterator<Item = Head<L, K>>>(
    heads: impl Fn() -> I,
    class_of: impl Fn(&L) -> C,
    turns: Option<Turns<'_, C>>,
    now_ms: AtMs,
) -> Option<(Head<L, K>, Decided<C>)> {
    let (best, rank): (_, Rank<K>) = first(heads(), now_ms)?;
    if rank.is_over_cap() {
        return Some((best, Decided::Cap));
    }
    let classes = || heads().map(|head| class_of(&head.of));
    let Some((class, credits)) = turns.and_then(|(part, credits)| turn(part, credits, classes())) else {
        return Some((best, Decided::Score));
    };
    let of_class = heads().filter(|head| class_of(&head.of) == class);
    first(of_class, now_ms).map(|(head, _)| (head, Decided::Turn(credits)))
}
