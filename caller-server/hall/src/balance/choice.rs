//! R1: of the heads of all lines that may be called, the one that is next.

use super::{Rank, Score};
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
