//! Every wait of a visit, with the call that ended it, and who was overtaken meanwhile.

use hall::{
    balance::{Because, Why},
    plan::ItemId,
    words::{AtMs, Class, Lane, Ticket, WindowId, ZoneId},
};
use serde::{Deserialize, Serialize};

use super::VisitRecord;

/// The most waits that are kept of a visit; then the second is dropped, so that the first and the latest stay.
const WAITS_MAX: usize = 20;

/// A wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRecord {
    /// From when.
    pub from_ms: AtMs,
    /// Until when; `None` while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<AtMs>,
    /// In which queue.
    pub lane: Lane,
    /// The zone to which its holder was directed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// How it competed.
    pub class: Class,
    /// The effective arrival from which this wait counted (rule R1), with penalties.
    pub since_ms: AtMs,
    /// Its kind of business, as far as it was known then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The only window that might call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<WindowId>,
    /// The call that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallRecord>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// To which window.
    pub window: WindowId,
    /// Why this ticket and why this window.
    pub why: Why,
}

/// Somebody who came later was called sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overtaking {
    /// Who waited.
    pub ticket: Ticket,
    /// When that visit's first wait began to count, ms.
    pub arrived_at_ms: AtMs,
    /// Who was called.
    pub by: Ticket,
    /// When that visit's first wait began to count, ms.
    pub by_arrived_at_ms: AtMs,
    /// When it was called.
    pub at_ms: AtMs,
    /// Where to.
    pub window: WindowId,
    /// By which rule.
    pub rule: OvertakingRule,
}

/// The rule by which somebody is overtaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OvertakingRule {
    /// A clerk called out of turn.
    ByHand,
    /// The called one had been sent to that very window.
    Bound,
    /// R1: the head start or the rate of its class.
    ClassScore,
    /// R1: it had waited longer than the cap of its class, and counted from an earlier time.
    Cap,
    /// R2: the turn of its class.
    Ratio,
    /// The window does not serve the item of the overtaken one.
    Item,
    /// R3 or R4: the windows were kept for its class, or for its zone.
    KeptWindow,
    /// R7: the overtaken one came late to a call and had a penalty, or waited for a later appointed time.
    LaterClaim,
}

impl VisitRecord {
    pub(super) fn begin_wait(&mut self, wait: WaitRecord) {
        self.end_wait(wait.from_ms, None);
        if self.waits.len() >= WAITS_MAX {
            self.waits.remove(1);
        }
        self.waits.push(wait);
    }

    pub(super) fn end_wait(&mut self, at_ms: AtMs, call: Option<CallRecord>) {
        let Some(wait) = self.waits.last_mut().filter(|wait| wait.until_ms.is_none()) else { return };
        (wait.until_ms, wait.call) = (Some(at_ms), call);
    }
}

/// Everybody among these visits of a day who was overtaken by another of them, in the order of the calls.
#[must_use]
pub fn overtakings(visits: &[VisitRecord]) -> Vec<Overtaking> {
    let arrived = visits.iter().filter_map(|visit| Some((visit, visit.arrived_at_ms?)));
    let waits: Vec<_> = arrived
        .flat_map(|(visit, arrived_ms)| visit.waits.iter().map(move |wait| (visit.ticket, arrived_ms, wait)))
        .collect();
    let mut all: Vec<Overtaking> = Vec::new();
    for &(by, by_arrived_at_ms, called) in &waits {
        let (Some(at_ms), Some(call)) = (called.until_ms, &called.call) else { continue };
        let overtaken = waits.iter().filter(|(ticket, arrived_ms, wait)| {
            let waits_then = wait.from_ms <= at_ms && wait.until_ms.is_none_or(|until_ms| until_ms > at_ms);
            let earlier = (*arrived_ms, *ticket) < (by_arrived_at_ms, by) && *ticket != by;
            earlier && waits_then && wait.lane == called.lane && wait.bound.is_none()
        });
        all.extend(overtaken.map(|&(ticket, arrived_at_ms, wait)| Overtaking {
            ticket,
            arrived_at_ms,
            by,
            by_arrived_at_ms,
            at_ms,
            window: call.window,
            rule: rule(wait, called, call),
        }));
    }
    all.sort_by_key(|overtaking| (overtaking.at_ms, overtaking.by, overtaking.ticket));
    all
}

fn passes_over(call: &CallRecord, item: ItemId) -> bool {
    call.why.passed_over.iter().any(|other| other.item == item)
}

fn rule(overtaken: &WaitRecord, called: &WaitRecord, call: &CallRecord) -> OvertakingRule {
    match call.why.because {
        Because::ByHand => OvertakingRule::ByHand,
        _ if called.bound.is_some() => OvertakingRule::Bound,
        _ if overtaken.item.is_some_and(|item| passes_over(call, item)) => OvertakingRule::Item,
        Because::Turn if called.class != overtaken.class => OvertakingRule::Ratio,
        _ if called.since_ms < overtaken.since_ms => OvertakingRule::LaterClaim,
        Because::Cap => OvertakingRule::Cap,
        _ if called.class != overtaken.class => OvertakingRule::ClassScore,
        _ => OvertakingRule::KeptWindow,
    }
}
