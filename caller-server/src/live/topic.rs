//! One view and everybody who sees it.

use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use protocol::{Subject, View};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::ConnectionId;

/// One view and everybody who sees it.
#[derive(Debug, Default)]
pub struct Topic {
    /// Who sees it.
    pub members: Vec<Member>,
    shown: Option<View>,
    sent_at: Option<Instant>,
    stale: Stale,
}

/// One connection.
#[derive(Debug)]
pub struct Member {
    /// Which.
    pub id: ConnectionId,
    /// Whether it is a device, which acknowledges.
    pub device: bool,
    /// Where messages go.
    pub outbox: mpsc::Sender<Utf8Bytes>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stale {
    #[default]
    No,
    /// To be made again when the gap is over.
    Yes,
    /// To be made again at once.
    Now(Instant),
}

/// The least time between two views of a subject.
pub fn gap(subject: &Subject) -> Duration {
    Duration::from_millis(match subject {
        Subject::Window { .. } | Subject::Display { .. } => 0,
        Subject::Board { .. } | Subject::Clerk { .. } => 100,
        Subject::Manager | Subject::Ticket { .. } => 500,
        Subject::Dispenser => 1_000,
    })
}

/// The subject under which connections share a view: a display sees what the public page of its window shows.
pub fn shared(subject: Subject) -> Subject {
    match subject {
        Subject::Display { window } => Subject::Window { window },
        other => other,
    }
}

impl Topic {
    /// The view may have changed.
    pub fn is_stale(&mut self) {
        if self.stale == Stale::No {
            // Where nothing was sent to all yet, there is no gap to keep.
            self.stale = if self.sent_at.is_some() { Stale::Yes } else { Stale::Now(Instant::now()) };
        }
    }

    /// The view changed, and somebody waits for it.
    pub fn is_due(&mut self, now: Instant) {
        if !matches!(self.stale, Stale::Now(_)) {
            self.stale = Stale::Now(now);
        }
    }

    /// When it is to be made again.
    pub fn due_at(&self, subject: &Subject) -> Option<Instant> {
        match (self.stale, self.sent_at) {
            (Stale::No, _) => None,
            (Stale::Now(at), _) => Some(at),
            (Stale::Yes, sent_at) => sent_at.map(|sent_at| sent_at + gap(subject)),
        }
    }

    /// The view was made; says whether it differs from the last one.
    pub fn sent(&mut self, view: Option<&View>) -> bool {
        self.stale = Stale::No;
        self.sent_at = Some(Instant::now());
        let changed = self.shown.as_ref() != view;
        self.shown = view.cloned();
        changed
    }
}

impl Member {
    /// Puts a message into the outbox; `false` when the connection is gone or too slow.
    pub fn send(&self, text: &Utf8Bytes) -> bool {
        self.outbox.try_send(text.clone()).is_ok()
    }
}
