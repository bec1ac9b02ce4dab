//! R1: how waiting tickets compare.

use super::ClassRule;
use crate::words::{AtMs, Ticket};

/// The place of a waiting ticket among others: the least is next.
///
/// `score = offset + rate × (now − effective arrival)`, highest first; a ticket that has waited longer than its class's cap
/// comes before all that have not, first come first served. Ties go by effective arrival, then by ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    within_cap: bool,
    /// Thousandths of a millisecond; 0 over the cap, where only the arrival counts. Signed: with equal rates two tickets keep
    /// their order even while an appointed time is still to come.
    minus_score_us: i128,
    since_ms: AtMs,
    ticket: Ticket,
}

/// The place of a ticket that waits since `since_ms` under the rule of its class.
pub(crate) fn rank(rule: ClassRule, now_ms: AtMs, since_ms: AtMs, ticket: Ticket) -> Rank {
    let within_cap = now_ms.saturating_sub(since_ms) <= u64::from(rule.cap_s) * 1000;
    let minus_score_us = if within_cap { -score_us(rule, now_ms, since_ms) } else { 0 };
    Rank { within_cap, minus_score_us, since_ms, ticket }
}

impl Rank {
    /// Whether the ticket has waited longer than its class's cap.
    pub(crate) fn is_over_cap(&self) -> bool {
        !self.within_cap
    }
}

/// The score as people read it, ms: whole, and 0 where it is still below.
pub(crate) fn score_ms(rule: ClassRule, now_ms: AtMs, since_ms: AtMs) -> u64 {
    u64::try_from(score_us(rule, now_ms, since_ms).max(0) / 1000).unwrap_or(u64::MAX)
}

fn score_us(rule: ClassRule, now_ms: AtMs, since_ms: AtMs) -> i128 {
    i128::from(rule.offset_s) * 1_000_000 + i128::from(rule.rate_milli) * (i128::from(now_ms) - i128::from(since_ms))
}
