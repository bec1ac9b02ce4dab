//! The hall as the events left it. Only [`crate::evolve`] changes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    balance::Rules,
    event::Unserved,
    plan::Plan,
    words::{AtMs, Class, Day, Lane, Language, Number, Ticket, WindowId, ZoneId},
};

/// The hall now: its plan and rules, the windows, and every visit of the business day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct State {
    /// Position of the last entry that was applied; 0 = none.
    pub seq: u64,
    /// Time of that entry.
    pub at_ms: AtMs,
    /// What the hall consists of; `None` until the first plan was adopted.
    pub plan: Option<Plan>,
    /// The rules in force.
    pub rules: Rules,
    /// The business day, if there ever was one.
    pub day: Option<BusinessDay>,
    /// Every window of the plan.
    pub windows: BTreeMap<WindowId, Window>,
    /// Every visit of the business day, and those carried over into it.
    pub visits: BTreeMap<Ticket, Visit>,
    /// Who waits, ready for the choice.
    pub lines: Lines,
    /// Everything that is due at a time.
    pub deadlines: BTreeSet<Deadline>,
    /// The tickets by the token of the citizen's page.
    pub tokens: BTreeMap<String, Ticket>,
}

/// A business day and its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessDay {
    /// Which.
    pub day: Day,
    /// Whether numbers are given out.
    pub open: bool,
    /// The last number that was given out or reserved, by lane.
    pub last_number: BTreeMap<Lane, u32>,
    /// Reserved numbers by dispenser, as ranges from first to last, in the order of reservation.
    pub leases: BTreeMap<String, Vec<LeasedRange>>,
}

/// Numbers that a dispenser may give out while it is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeasedRange {
    /// Whose numbers.
    pub lane: Lane,
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

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

/// The name of a [`Stage`], without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// See [`Stage::Issued`].
    Issued,
    /// See [`Stage::Waiting`].
    Waiting,
    /// See [`Stage::Called`].
    Called,
    /// See [`Stage::Serving`].
    Serving,
    /// See [`Stage::Parked`].
    Parked,
    /// See [`Stage::Supplement`].
    Supplement,
    /// See [`Stage::NoShow`].
    NoShow,
    /// See [`Stage::Finished`].
    Finished,
    /// See [`Unserved::Cancelled`].
    Cancelled,
    /// See [`Unserved::Left`].
    Left,
    /// See [`Unserved::Expired`].
    Expired,
}

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

/// Who waits, by line and class, in the order of effective arrival: the head of each is all that a choice must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Lines {
    /// By line and class: (effective arrival, ticket).
    #[serde(with = "pairs")]
    pub waiting: BTreeMap<(Line, Class), BTreeSet<(AtMs, Ticket)>>,
}

/// A line of waiting tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// For any window that serves the lane.
    Lane(Lane),
    /// For this window alone.
    Window(WindowId),
}

/// Something that is due at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub at_ms: AtMs,
    /// What.
    pub due: Due,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A parked visit waits again.
    Unpark(Ticket),
    /// The grace time of an absent holder is over.
    Expire(Ticket),
    /// A window is done with tidying up.
    WrapUp(WindowId),
}

/// JSON has no maps with structured keys: written as a list of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
    }
}
