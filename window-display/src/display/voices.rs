//! What is spoken and what waits for it.

use protocol::{order::Language, view::CallView};

/// A call to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The position of the call in the journal.
    pub call: u64,
    /// `A012`.
    pub number: String,
    /// Where to.
    pub window: u16,
    /// How the holder wants to be called.
    pub language: Language,
    /// How loud, percent: 0 to 100.
    pub volume_percent: u32,
    /// Whether the sentence is said as often as the profile says, or once because others wait.
    pub repeat: bool,
}

impl Announcement {
    /// Of a call as the server shows it.
    pub fn of(call: &CallView, volume_percent: u32) -> Self {
        let CallView { seq, number, window, language, .. } = call;
        let (number, window, language) = (number.clone(), *window, *language);
        Self { call: *seq, number, window, language, volume_percent, repeat: true }
    }
}

/// One announcement that is spoken, and at most one that waits for its end.
///
/// More never wait: a window calls one ticket at a time, so a recall takes the place of the same ticket's call, and the
/// next ticket that of one which nobody waits for any more. Nobody is sent to a window that has gone on to another.
#[derive(Debug, Default)]
pub(super) struct Voices {
    speaking: Option<u64>,
    waiting: Option<Announcement>,
}

impl Voices {
    pub(super) fn ask(&mut self, announcement: Announcement) {
        self.waiting = Some(announcement);
    }

    /// Drops what waits unless this call is the one that still stands.
    pub(super) fn keep_only(&mut self, standing: Option<u64>) {
        self.waiting.take_if(|waiting| Some(waiting.call) != standing);
    }

    /// This call was followed by another: neither it nor one before it is to be spoken any more.
    pub(super) fn miss(&mut self, call: u64) {
        self.waiting.take_if(|waiting| waiting.call <= call);
    }

    /// What is to be spoken now.
    pub(super) fn begin(&mut self) -> Option<Announcement> {
        let next = if self.may_speak() { self.waiting.take() } else { None }?;
        self.speaking = Some(next.call);
        Some(next)
    }

    /// Whether this call was the one that was spoken; it is no longer.
    pub(super) fn end(&mut self, call: u64) -> bool {
        self.speaking.take_if(|speaking| *speaking == call).is_some()
    }

    /// A display speaks for itself alone. When a zone's displays share one pair of ears, the server's leave to speak is
    /// asked for here.
    fn may_speak(&self) -> bool {
        self.speaking.is_none()
    }
}
