//! The ticket that a window gets next, and why.

use serde::{Deserialize, Serialize};

use crate::{
    state::State,
    words::{AtMs, Class, Ticket, WindowId},
};

/// Why this ticket: one sentence of data, kept in the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What decided.
    pub because: Because,
    /// How it competed.
    pub class: Class,
    /// Its wait since the effective arrival, ms.
    pub waited_ms: u64,
    /// Its score under R1, ms.
    pub score_ms: u64,
    /// Who would have been next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The highest score.
    Score,
    /// It waited longer than its class's cap.
    Cap,
    /// A clerk called it out of turn.
    ByHand,
}

/// Who would have been next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Whose ticket.
    pub ticket: Ticket,
    /// Its score, ms.
    pub score_ms: u64,
}
