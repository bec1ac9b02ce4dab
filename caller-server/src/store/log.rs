//! What is kept beside the visits: when each window worked, and every change of the rules.

use hall::{
    Entry, Event,
    balance::Rules,
    words::{Actor, AtMs, WindowId},
};
use serde::{Deserialize, Serialize};

use super::keys;

/// Something that made a window work, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When.
    pub at_ms: AtMs,
    /// Which window.
    pub window: WindowId,
    /// What.
    pub how: TurnHow,
}

/// What made a window work, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnHow {
    /// Somebody sat down.
    Opened,
    /// It was closed.
    Closed,
    /// It calls nobody for a while.
    Paused,
    /// It goes on after a pause.
    Resumed,
    /// Something was badly wrong.
    Emergency,
    /// It was over.
    Cleared,
}

/// A change of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesChange {
    /// When they came into force.
    pub at_ms: AtMs,
    /// Who changed them; nothing = the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in the manager's words.
    pub reason: String,
    /// All rules from then on.
    pub rules: Rules,
}

/// What an event leaves here, with its key.
#[derive(Debug)]
pub(super) enum Logged {
    Turn([u8; keys::LOG_BYTES], Turn),
    Rules([u8; keys::LOG_BYTES], Box<RulesChange>),
}

impl Logged {
    /// `place`: which of the entry's events it is.
    pub fn of(entry: &Entry, place: usize, event: &Event) -> Option<Self> {
        let at_ms = entry.at_ms;
        let (window, how) = match event {
            Event::RulesChanged { rules, reason } => {
                let by = if let Actor::Manager(name) = &entry.by { Some(name.clone()) } else { None };
                let change = RulesChange { at_ms, by, reason: reason.clone(), rules: rules.clone() };
                return Some(Self::Rules(keys::rules(at_ms, entry.seq, place), Box::new(change)));
            }
            Event::WindowOpened { window, .. } => (window, TurnHow::Opened),
            Event::WindowClosed { window } => (window, TurnHow::Closed),
            Event::Paused { window, .. } => (window, TurnHow::Paused),
            Event::Resumed { window } => (window, TurnHow::Resumed),
            Event::EmergencyRaised { window } => (window, TurnHow::Emergency),
            Event::EmergencyCleared { window } => (window, TurnHow::Cleared),
            _ => return None,
        };
        let turn = Turn { at_ms, window: *window, how };
        Some(Self::Turn(keys::turn(at_ms, entry.seq, place), turn))
    }
}
