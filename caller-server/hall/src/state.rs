//! The hall as the events left it. Only [`crate::evolve`] changes it.

//!
//! - `visit`, `stage_name`, `window`, `lines`, `counts`, `pace`: the nouns
//! - `indexes`: the one place where a visit or window changes and every index follows
//! - `turns`: what the rules remember
//! - `queries`: what the choice, the forecast and the screens ask

mod counts;
mod indexes;
mod lines;
mod pace;
mod pairs;
mod queries;
mod stage_name;
mod turns;
mod visit;
mod window;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

pub use counts::{Counts, WindowCount};
pub use lines::{Deadline, Due, Line, Lines};
pub use pace::{Learned, Pace, Rate, Since};
pub use stage_name::StageName;
pub use turns::Turns;
pub use visit::{Stage, Visit};
pub use window::{Doing, LastCall, Seat, Window};

use crate::{
    balance::Rules,
    event::Entry,
    evolve::evolve,
    plan::Plan,
    words::{AtMs, Day, Lane, Ticket, VisitorKey, WindowId, ZoneId},
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
    /// The rules as the manager set them; see [`State::in_force`].
    pub rules: Rules,
    /// The template of slips that a manager put in force; `None` = the one that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<SlipForm>,
    /// Zones whose voices are silent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub muted: BTreeMap<ZoneId, Muted>,
    /// What the rules remember from one choice to the next.
    #[serde(default)]
    pub turns: Turns,
    /// The business day, if there ever was one.
    pub day: Option<BusinessDay>,
    /// Every window of the plan.
    pub windows: BTreeMap<WindowId, Window>,
    /// Sums over the windows.
    pub counts: Counts,
    /// How fast the hall works, learned over all days.
    pub pace: Pace,
    /// Every visit of the business day, and those carried over into it.
    pub visits: BTreeMap<Ticket, Visit>,
    /// Who waits, ready for the choice.
    pub lines: Lines,
    /// Everything that is due at a time.
    pub deadlines: BTreeSet<Deadline>,
    /// The tickets by the token of the citizen's page.
    pub tokens: BTreeMap<String, Ticket>,
}

/// The template of slips in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipForm {
    /// Counts the changes, from 1.
    pub version: u32,
    /// The template, TOML.
    pub template: Arc<str>,
    /// Why it came, in the manager's words.
    pub reason: String,
    /// Who wanted it.
    pub by: String,
    /// Since when.
    pub at_ms: AtMs,
    /// The template before it; `None` = the one that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Arc<str>>,
}

/// Why the voices of a zone are silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Muted {
    /// In the manager's words.
    pub reason: String,
    /// Who wanted it.
    pub by: String,
    /// Since when.
    pub at_ms: AtMs,
}

/// A business day and its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessDay {
    /// Which.
    pub day: Day,
    /// When it was opened: nothing that a dispenser gave out counts from an earlier time.
    pub opened_at_ms: AtMs,
    /// Whether numbers are given out.
    pub open: bool,
    /// The last number that was given out here, by lane. They count up from 001 and jump over what is reserved.
    pub last_number: BTreeMap<Lane, u32>,
    /// Every range of numbers that was reserved today, by lane, from its first to its last number; those of a void reserve stay,
    /// so that no number is given to two people. They come down from [`LEASE_TOP`](crate::command::LEASE_TOP); when
    /// no room is left there, they are taken above it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<Lane, BTreeMap<u32, u32>>,
    /// Who may give out reserved numbers: ranges by dispenser, in the order of reservation.
    pub leases: BTreeMap<String, Vec<LeasedRange>>,
    /// The tickets that each visitor with a key got today, in the order of their coming here. It goes with the day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub visitors: BTreeMap<VisitorKey, Vec<Ticket>>,
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

impl State {
    /// Applies a record of the journal: its position, its time, and all that happened.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        self.at_ms = entry.at_ms;
        for event in &entry.events {
            evolve(self, event);
        }
    }
}
