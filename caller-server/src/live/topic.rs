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
    due_at: Option<Instant>,
}

/// One connection.
#[derive(Debug)]
pub struct Member {
    /// Which.
    pub id: ConnectionId,
    /// The device's name, if it is one: a device acknowledges.
    pub device: Option<String>,
    /// Where messages go.
    pub outbox: mpsc::Sender<Utf8Bytes>,
}

/// The least time between two views of a subject.
fn gap(subject: &Subject) -> Duration {
    Duration::from_millis(match subject {
        Subject::Window { .. } | Subject::Display { .. } | Subject::Speaker => 0,
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
    /// The view may have changed: it is made again when the gap is over.
    pub fn is_stale(&mut self, subject: &Subject, now: Instant) {
        let earliest = self.sent_at.map_or(now, |sent_at| sent_at + gap(subject));
        self.due_at.get_or_insert(earliest);
    }

    /// The view changed, and somebody waits for it: it is made again at once.
    pub fn is_due(&mut self, now: Instant) {
        self.due_at = Some(self.due_at.map_or(now, |due_at| due_at.min(now)));
    }

    /// When it is to be made again.
    pub fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// The view was made; says whether it differs from the last one.
    pub fn sent(&mut self, view: Option<&View>, now: Instant) -> bool {
        self.due_at = None;
        self.sent_at = Some(now);
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
