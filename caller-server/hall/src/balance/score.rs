//! R1: how waiting tickets compare.

use std::cmp::Ordering;

use crate::words::AtMs;

/// The largest part of a rate, above or below the line.
pub const RATE_PART_MAX: u32 = 1_000_000;
/// The largest offset, either way, ms: far more than anybody waits, so that strict priority can be written as offsets.
pub const OFFSET_MS_MAX: i64 = 1_000_000_000_000;

/// R1 for one class, exact: `score = offset + rate × (now − effective arrival)`, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Head start, ms of waiting.
    pub offset_ms: i64,
    /// Growth of the score with the wait.
    pub rate: Rate,
    /// A ticket that waited longer joins the top band, first come first served, ms; `None` = never.
    pub cap_ms: Option<u64>,
}

/// A rate as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    above: u32,
    below: u32,
}

impl Rate {
    /// One second a second.
    pub const ONE: Self = Self { above: 1, below: 1 };

    /// The fraction `above / below`; `None` with nothing below the line, or with more than [`RATE_PART_MAX`] on either side.
    #[must_use]
    pub fn new(above: u32, below: u32) -> Option<Self> {
        (below > 0 && above <= RATE_PART_MAX && below <= RATE_PART_MAX).then_some(Self { above, below })
    }
}

/// The place of a waiting ticket among others: the least is next.
///
/// A ticket that has waited longer than its class's cap comes before all that have not, first come first served. Ties go by
/// the ticket's number. Among tickets whose score does not grow the earlier arrival comes first: they would all be ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank<K> {
    within_cap: bool,
    /// Signed: with equal rates two tickets keep their order even while an appointed time is still to come. Over the cap it is
    /// the arrival that counts, and this is the time since then.
    score_above: i128,
    score_below: u32,
    tie_since_ms: AtMs,
    number: K,
}

impl Score {
    /// The place of a ticket that waits since `since_ms`, among tickets told apart by their number.
    pub fn rank<K>(self, now_ms: AtMs, since_ms: AtMs, number: K) -> Rank<K> {
        let waited_ms = i128::from(now_ms) - i128::from(since_ms);
        let within_cap = self.cap_ms.is_none_or(|cap_ms| now_ms.saturating_sub(since_ms) <= cap_ms);
        let (score_above, score_below) =
            if within_cap { (self.above(waited_ms), self.rate.below) } else { (waited_ms, 1) };
        let tie_since_ms = if self.rate.above == 0 { since_ms } else { 0 };
        Rank { within_cap, score_above, score_below, tie_since_ms, number }
    }

    /// The score as people read it, ms: whole, and 0 where it is still below.
    #[must_use]
    pub fn in_ms(self, now_ms: AtMs, since_ms: AtMs) -> u64 {
        let above = self.above(i128::from(now_ms) - i128::from(since_ms));
        u64::try_from(above.max(0) / i128::from(self.rate.below)).unwrap_or(u64::MAX)
    }

    /// The score times the lower part of the rate.
    fn above(self, waited_ms: i128) -> i128 {
        i128::from(self.offset_ms) * i128::from(self.rate.below) + i128::from(self.rate.above) * waited_ms
    }
}

impl<K> Rank<K> {
    /// Whether the ticket has waited longer than its class's cap.
    pub fn is_over_cap(&self) -> bool {
        !self.within_cap
    }
}

impl<K: Ord> Ord for Rank<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        // a / x against b / y, without a division; the higher score is the lesser rank.
        let scores = if self.score_below == other.score_below {
            other.score_above.cmp(&self.score_above)
        } else {
            (other.score_above * i128::from(self.score_below)).cmp(&(self.score_above * i128::from(other.score_below)))
        };
        let bands = self.within_cap.cmp(&other.within_cap);
        bands.then(scores).then(self.tie_since_ms.cmp(&other.tie_since_ms)).then_with(|| self.number.cmp(&other.number))
    }
}

impl<K: Ord> PartialOrd for Rank<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
