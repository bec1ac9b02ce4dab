//! Why this ticket, and why this window: one sentence of data, kept in the event.

use serde::{Deserialize, Serialize};

use super::{Credits, IdlePick};
use crate::{
    plan::ItemId,
    words::{Class, Ticket, WindowId, ZoneId},
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
    /// Why this window; none when its clerk pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WhyWindow>,
    /// The zone that it was given, where a window of another zone took it (R4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_zone: Option<ZoneId>,
    /// What each class is owed after this turn of R2.
    #[serde(default, skip_serializing_if = "Credits::is_empty")]
    pub credits: Credits,
    /// Its item, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Free windows of its lane that may not serve its item, at most [`WhyWindow::OTHERS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred: Vec<WindowId>,
    /// Who would have been before it, had this window been one for their items; the first of each item, at most
    /// [`WhyWindow::OTHERS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
}

/// Somebody whose item is not served at the window that called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Whose ticket.
    pub ticket: Ticket,
    /// The item.
    pub item: ItemId,
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The highest score.
    Score,
    /// It waited longer than its class's cap.
    Cap,
    /// It was the turn of its class in the ratio of R2.
    Turn,
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

/// Why this window: by auto-call the rule R5 chose it among the free ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyWindow {
    /// The rule.
    pub pick: IdlePick,
    /// What it measured: a time since 1970 for the longest idle, a count of visits, a sum of service times; the least is next.
    pub measure: u64,
    /// The windows that would have been next, at most [`WhyWindow::OTHERS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherWindow>,
}

/// A window that would have been next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherWindow {
    /// Which.
    pub window: WindowId,
    /// See [`WhyWindow::measure`].
    pub measure: u64,
}

impl WhyWindow {
    /// The most windows that are named beside the chosen one.
    pub const OTHERS_MAX: usize = 3;
}
