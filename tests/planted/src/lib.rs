//! Bugs that are planted on purpose. A test that finds none of them would find nothing else either.
//!
//! The packages ask [`is`] where a bug would sit, and only with their feature `planted`, which no program is built with. A bug
//! is planted for one thread, so that tests beside it go on without.

use std::cell::Cell;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// The desk answers when it has decided, not when it is durable.
    AnswerBeforeDurable,
    /// The desk does the same wish again.
    NoIdempotency,
    /// After a failure of the disk the desk still gives the answers to what was never durable.
    AnswersOutliveFailure,
    /// Nobody looks whether numbers are in a reserve already.
    UnfencedReserve,
    /// Two windows get the same ticket.
    CalledTwice,
    /// Whoever is first in the last line is next, whatever the rules say.
    LastLineFirst,
    /// Whoever is gone stays among those who look.
    DroppedUnsubscribe,
    /// The head marker speaks of records that are not synced yet.
    MarkerBeforeSync,
    /// The journal goes on when a sync has failed.
    SyncErrorIgnored,
    /// The slip is printed before its number is on the disk.
    PrintedBeforeStored,
    /// Whoever has a ticket gets a second one.
    SecondTicket,
    /// A dispenser takes back a ticket that its visitor got on paper elsewhere.
    WithdrawnPaper,
    /// A number counts as brought in when it was sent.
    MergedWhenSent,
    /// After a cut the old call stands on the panel until the first view comes.
    OldCallAfterCut,
    /// When a voice is cut off, another gets the floor at once, although the first goes on.
    FloorFreedWhenCut,
    /// After a restart the server lets somebody speak before it knows that nobody does.
    SpokenAfterRestart,
    /// Now and then a window is told that nobody waits, although somebody does.
    WaitingForgotten,
    /// A start with a snapshot passes over the first entry after it.
    EntryPassedOver,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::AnswerBeforeDurable,
        Self::NoIdempotency,
        Self::AnswersOutliveFailure,
        Self::UnfencedReserve,
        Self::CalledTwice,
        Self::LastLineFirst,
        Self::DroppedUnsubscribe,
        Self::MarkerBeforeSync,
        Self::SyncErrorIgnored,
        Self::PrintedBeforeStored,
        Self::SecondTicket,
        Self::WithdrawnPaper,
        Self::MergedWhenSent,
        Self::OldCallAfterCut,
        Self::FloorFreedWhenCut,
        Self::SpokenAfterRestart,
        Self::WaitingForgotten,
        Self::EntryPassedOver,
    ];

    /// The promise that it breaks, by the simulator's name.
    pub fn promise(self) -> &'static str {
        match self {
            Self::AnswerBeforeDurable
            | Self::AnswersOutliveFailure
            | Self::PrintedBeforeStored
            | Self::WithdrawnPaper
            | Self::MergedWhenSent => "AcknowledgedLost",
            Self::NoIdempotency => "RetryDiffers",
            Self::UnfencedReserve => "NumberTwice",
            Self::CalledTwice => "TwoWindows",
            Self::LastLineFirst => "WrongChoice",
            Self::DroppedUnsubscribe => "GhostLooks",
            Self::MarkerBeforeSync | Self::SyncErrorIgnored => "FailedOpen",
            Self::SecondTicket => "SecondTicket",
            Self::OldCallAfterCut => "OrderOfCalls",
            Self::FloorFreedWhenCut | Self::SpokenAfterRestart => "TwoVoices",
            Self::WaitingForgotten => "IdleWindow",
            Self::EntryPassedOver => "RestartDiffers",
        }
    }
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Plants a bug for this thread, in place of the one before; `None` = no bug.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether this bug is planted here.
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}
