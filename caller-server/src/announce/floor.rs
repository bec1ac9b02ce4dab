//! One zone: what waits to be spoken, and what has the floor.

use std::collections::BTreeSet;

use protocol::view::{CallView, NoticeView};

use super::VoiceId;
use super::limits::{LONGEST_MS, START_MS_MAX};

/// What is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A call.
    Call(CallView),
    /// A notice: between calls.
    Notice(NoticeView),
}

/// What waits to be spoken.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// What.
    pub what: What,
    /// Since when.
    pub since_ms: u64,
    /// Devices that could not speak it.
    pub tried: BTreeSet<String>,
    /// It is a trial of this device's voice: no other speaks it, and nobody misses it.
    pub only: Option<String>,
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

/// What has the floor.
#[derive(Debug)]
pub struct Turn {
    /// It.
    pub of: Waiting,
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
    /// In the order in which they are to be spoken; of calls at most one a window.
    pub waiting: Vec<Waiting>,
    /// Who has the floor.
    pub turn: Option<Turn>,
}

impl What {
    /// Its position in the journal.
    pub fn seq(&self) -> u64 {
        match self {
            Self::Call(call) => call.seq,
            Self::Notice(notice) => notice.seq,
        }
    }

    /// Where it is to be heard.
    pub fn zone(&self) -> char {
        match self {
            Self::Call(call) => call.zone,
            Self::Notice(notice) => notice.zone,
        }
    }

    /// The call, if it is one.
    pub fn call(&self) -> Option<&CallView> {
        if let Self::Call(call) = self { Some(call) } else { None }
    }

    /// Whether it is a notice of the same words.
    pub fn says(&self, notice: &NoticeView) -> bool {
        matches!(self, Self::Notice(other) if other.text == notice.text)
    }

    /// The window that calls, if one does.
    pub fn window(&self) -> Option<u16> {
        self.call().map(|call| call.window)
    }
}

impl Turn {
    /// It may have begun just before its leave ended, and nobody can tell.
    pub fn doubtful(self, now_ms: u64) -> Self {
        Self { phase: Phase::Doubtful, until_ms: now_ms + START_MS_MAX + LONGEST_MS, ..self }
    }
}

impl Floor {
    /// Lets it wait in its place: recalls first, then calls, then notices and trials, each in the order of the journal.
    pub fn wait(&mut self, waiting: Waiting) {
        let place = |waiting: &Waiting| {
            let call = waiting.what.call().filter(|_| waiting.only.is_none());
            let rank = call.map_or(2, |call| u8::from(call.recalls == 0));
            (rank, waiting.what.seq())
        };
        let at = self.waiting.partition_point(|other| place(other) < place(&waiting));
        self.waiting.insert(at, waiting);
    }

    /// All calls that do not sound yet, and since when they wait.
    pub fn unspoken(&self) -> impl Iterator<Item = (&CallView, u64)> {
        let turn = self.turn.as_ref().filter(|turn| turn.phase != Phase::Speaking);
        let all = self.waiting.iter().chain(turn.map(|turn| &turn.of)).filter(|waiting| waiting.only.is_none());
        all.filter_map(|waiting| Some((waiting.what.call()?, waiting.since_ms)))
    }
}
