//! One zone: who waits to be spoken, and who has the floor.

use std::collections::BTreeSet;

use protocol::view::CallView;

use super::VoiceId;
use super::limits::{LONGEST_MS, START_MS_MAX};

/// A call that waits to be spoken.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The call.
    pub call: CallView,
    /// Since when.
    pub since_ms: u64,
    /// Devices that could not speak it.
    pub tried: BTreeSet<String>,
}

/// How far a turn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The voice was asked whether it is ready.
    Asked,
    /// It has leave to begin.
    Granted,
    /// It said that it began.
    Speaking,
    /// It had leave and said nothing: it may sound.
    Doubtful,
}

/// A call that has the floor.
#[derive(Debug)]
pub struct Turn {
    /// The call.
    pub what: Waiting,
    /// Who speaks it.
    pub voice: VoiceId,
    /// Its device.
    pub name: String,
    /// How far.
    pub phase: Phase,
    /// When this phase is over, whatever comes.
    pub until_ms: u64,
}

/// One zone.
#[derive(Debug, Default)]
pub struct Floor {
    /// In the order in which they are to be spoken; at most one a window.
    pub waiting: Vec<Waiting>,
    /// Who has the floor.
    pub turn: Option<Turn>,
}

impl Turn {
    /// It may have begun just before its leave ended, and nobody can tell.
    pub fn doubtful(self, now_ms: u64) -> Self {
        Self { phase: Phase::Doubtful, until_ms: now_ms + START_MS_MAX + LONGEST_MS, ..self }
    }
}

impl Floor {
    /// Lets a call wait in its place: recalls first, then in the order of the journal.
    pub fn wait(&mut self, waiting: Waiting) {
        let place = |waiting: &Waiting| (waiting.call.recalls == 0, waiting.call.seq);
        let at = self.waiting.partition_point(|other| place(other) < place(&waiting));
        self.waiting.insert(at, waiting);
    }

    /// All that does not sound yet.
    pub fn unspoken(&self) -> impl Iterator<Item = &Waiting> {
        let turn = self.turn.as_ref().filter(|turn| turn.phase != Phase::Speaking);
        self.waiting.iter().chain(turn.map(|turn| &turn.what))
    }
}
