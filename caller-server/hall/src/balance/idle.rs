//! R5: which free window gets the next ticket.

use serde::{Deserialize, Serialize};

use crate::words::AtMs;

/// R5: which free window gets the next ticket. Ties go to the lowest number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum IdlePick {
    /// That has been free for the longest time.
    #[default]
    LongestIdle,
    /// 均衡接件: that has taken the fewest tickets.
    FewestAccepted,
    /// That has spent the least time on services.
    LeastBusy,
    /// The lowest number.
    LowestNumber,
}

/// What R5 asks of a free window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    /// Since when it is free.
    pub since_ms: AtMs,
    /// Tickets that it took today.
    pub accepted: u64,
    /// Time that it spent on services today, ms.
    pub busy_ms: u64,
}

impl IdlePick {
    /// The measure of a free window: the least gets the ticket, ties go to the lowest number.
    #[must_use]
    pub fn measure(self, idle: Idle) -> u64 {
        match self {
            Self::LongestIdle => idle.since_ms,
            Self::FewestAccepted => idle.accepted,
            Self::LeastBusy => idle.busy_ms,
            Self::LowestNumber => 0,
        }
    }
}
