//! One window and what goes on there.

use serde::{Deserialize, Serialize};

use super::{Deadline, Due};
use crate::words::{AtMs, Ticket, WindowId};

/// One window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Who sits there.
    pub seat: Option<Seat>,
    /// What goes on there.
    pub doing: Doing,
    /// Since when.
    pub since_ms: AtMs,
    /// The last call from here: its entry and ticket; kept while the window goes on, for displays that come back.
    pub last_call: Option<LastCall>,
    /// Why the window pauses when the present visit is over here: asked for while auto-call would send the next at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_after: Option<String>,
    /// Visits that ended here today, and the time they took.
    pub served: u32,
    /// Sum of their service times, ms.
    pub served_ms: u64,
}

/// Who sits at a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The clerk's name.
    pub clerk: String,
    /// The clerk's console.
    pub console: String,
}

/// What goes on at a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doing", rename_all = "snake_case")]
pub enum Doing {
    /// Nobody sits there.
    Closed,
    /// Ready for the next.
    Idle,
    /// A ticket was called and its holder is not here yet.
    Calling {
        /// Whose.
        ticket: Ticket,
    },
    /// A visit is being served.
    Serving {
        /// Whose.
        ticket: Ticket,
    },
    /// Tidying up after a visit.
    WrapUp {
        /// When it ends by itself.
        until_ms: AtMs,
    },
    /// Calls nobody for a while.
    Paused {
        /// Why.
        reason: String,
    },
    /// Something is badly wrong.
    Emergency {
        /// What goes on afterwards.
        before: Box<Doing>,
    },
}

/// A call as displays need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCall {
    /// The entry that announced it last.
    pub seq: u64,
    /// When.
    pub at_ms: AtMs,
    /// Whose.
    pub ticket: Ticket,
    /// Recalls so far.
    pub recalls: u32,
}

impl Window {
    /// A window at which nobody sits.
    pub(crate) fn closed(since_ms: AtMs) -> Self {
        Self { seat: None, doing: Doing::Closed, since_ms, last_call: None, pause_after: None, served: 0, served_ms: 0 }
    }
}

impl Doing {
    /// The ticket that is called or served here, also behind an emergency.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Calling { ticket } | Self::Serving { ticket } => Some(*ticket),
            Self::Emergency { before } => before.ticket(),
            _ => None,
        }
    }

    /// Whether the window works: neither closed nor paused nor in emergency.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Closed | Self::Paused { .. } | Self::Emergency { .. })
    }

    /// Whether a ticket can be called without ending something first.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::Idle | Self::WrapUp { .. })
    }

    /// What is due at a window that does this.
    pub(crate) fn deadline(&self, window: WindowId) -> Option<Deadline> {
        let Self::WrapUp { until_ms } = *self else { return None };
        Some(Deadline { at_ms: until_ms, due: Due::WrapUp(window) })
    }
}
