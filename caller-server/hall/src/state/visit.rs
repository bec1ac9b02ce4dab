//! One visit and where it is.

use serde::{Deserialize, Serialize};

use super::{Deadline, Due, Line, StageName};
use crate::{
    event::Unserved,
    plan::{ItemId, Plan},
    words::{AtMs, Class, Lane, Language, Ticket, WindowId, ZoneId},
};

/// One visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Whose queue it is in, or was last.
    pub lane: Lane,
    /// The zone to which its holder was directed last.
    pub zone: ZoneId,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// Unguessable name of the citizen's page.
    pub token: String,
    /// When the number was given out.
    pub issued_at_ms: AtMs,
    /// The effective arrival from which its wait counts, before penalties.
    pub arrival_ms: AtMs,
    /// The appointed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_at_ms: Option<AtMs>,
    /// The window to which it comes back after a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub come_back_to: Option<WindowId>,
    /// The kind of business, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// How often its slip was asked for again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reprints: u32,
    /// Where it is.
    pub stage: Stage,
}

/// Where a visit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Has a number, is not in the hall yet.
    Issued,
    /// Stands in a queue.
    Waiting {
        /// The effective arrival, with penalties.
        since_ms: AtMs,
        /// The only window that may call it, if there is one.
        window: Option<WindowId>,
    },
    /// Is called to a window.
    Called {
        /// Which.
        window: WindowId,
        /// Recalls so far.
        recalls: u32,
        /// When it was announced last.
        announced_at_ms: AtMs,
    },
    /// Is at a window.
    Serving {
        /// Which.
        window: WindowId,
        /// Since when.
        since_ms: AtMs,
    },
    /// Waits aside.
    Parked {
        /// Who parked it.
        window: WindowId,
        /// When it waits again by itself.
        until_ms: Option<AtMs>,
        /// Why.
        reason: String,
    },
    /// Fetches a missing paper.
    Supplement {
        /// Who sent.
        window: WindowId,
        /// What is missing.
        missing: String,
    },
    /// Was called and did not come.
    NoShow {
        /// Until when a rejoin is possible.
        grace_until_ms: AtMs,
    },
    /// Was served.
    Finished {
        /// When.
        at_ms: AtMs,
        /// Where.
        window: WindowId,
    },
    /// Ended without service.
    Unserved {
        /// When.
        at_ms: AtMs,
        /// How.
        how: Unserved,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Visit {
    /// Whether the visit has not ended.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Finished { .. } | Stage::Unserved { .. })
    }

    /// The line in which it waits, and its effective arrival there, ms.
    pub(crate) fn place(&self, plan: Option<&Plan>) -> Option<(Line, AtMs)> {
        let Stage::Waiting { since_ms, window } = self.stage else { return None };
        let restricted = self.item.filter(|item| plan.is_some_and(|plan| plan.is_restricted(*item)));
        let line = match (window, restricted) {
            (Some(window), _) => Line::Window(window),
            (None, Some(item)) => Line::Item(self.lane, self.zone, item),
            (None, None) => Line::Lane(self.lane, self.zone),
        };
        Some((line, since_ms))
    }
}

impl Stage {
    /// Its name, without its data.
    #[must_use]
    pub fn name(&self) -> StageName {
        match self {
            Self::Issued => StageName::Issued,
            Self::Waiting { .. } => StageName::Waiting,
            Self::Called { .. } => StageName::Called,
            Self::Serving { .. } => StageName::Serving,
            Self::Parked { .. } => StageName::Parked,
            Self::Supplement { .. } => StageName::Supplement,
            Self::NoShow { .. } => StageName::NoShow,
            Self::Finished { .. } => StageName::Finished,
            Self::Unserved { how: Unserved::Cancelled, .. } => StageName::Cancelled,
            Self::Unserved { how: Unserved::Left, .. } => StageName::Left,
            Self::Unserved { how: Unserved::Expired, .. } => StageName::Expired,
        }
    }

    /// The window at which the holder is, or to which it is called.
    #[must_use]
    pub fn at_window(&self) -> Option<WindowId> {
        match self {
            Self::Called { window, .. } | Self::Serving { window, .. } => Some(*window),
            _ => None,
        }
    }

    /// What is due for a visit that is here.
    pub(crate) fn deadline(&self, ticket: Ticket) -> Option<Deadline> {
        match *self {
            Self::Parked { until_ms: Some(at_ms), .. } => Some(Deadline { at_ms, due: Due::Unpark(ticket) }),
            Self::NoShow { grace_until_ms: at_ms } => Some(Deadline { at_ms, due: Due::Expire(ticket) }),
            _ => None,
        }
    }
}
