//! Entries that become durable together, and the answers that wait for them.

use std::sync::Arc;

use hall::Entry;
use protocol::Refused;
use tokio::sync::oneshot;

use crate::answers::Outcome;

/// The most entries of one batch: about 150 kB, written in well under a millisecond.
const ENTRIES_MAX: usize = 512;
/// The most answers that wait for one batch; most belong to an entry.
const REPLIES_MAX: usize = 2 * ENTRIES_MAX;

/// Entries that become durable together.
#[derive(Default)]
pub struct Batch {
    entries: Vec<Arc<Entry>>,
    replies: Replies,
}

/// Answers that wait for a batch.
#[derive(Default)]
pub struct Replies(Vec<(oneshot::Sender<Outcome>, Outcome)>);

impl Batch {
    /// Adds an entry.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(Arc::new(entry));
    }

    /// Adds an answer. Also a refusal waits: it may rest on an entry that is not durable yet.
    pub fn reply(&mut self, to: oneshot::Sender<Outcome>, outcome: Outcome) {
        self.replies.0.push((to, outcome));
    }

    /// The answers alone.
    pub fn take_replies(&mut self) -> Replies {
        std::mem::take(&mut self.replies)
    }

    /// Adds answers that rest on this batch.
    pub fn add_replies(&mut self, replies: Replies) {
        self.replies.0.extend(replies.0);
    }

    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether no more orders should be decided before this batch is on its way.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= ENTRIES_MAX || self.replies.0.len() >= REPLIES_MAX
    }

    /// The records of the journal.
    pub fn payloads(&self) -> Vec<Vec<u8>> {
        let bytes = |entry: &Arc<Entry>| serde_json::to_vec(entry.as_ref());
        self.entries.iter().map(|entry| bytes(entry).expect("invariant: every event has a JSON form")).collect()
    }

    /// The entries and the answers.
    pub fn into_parts(self) -> (Vec<Arc<Entry>>, Replies) {
        (self.entries, self.replies)
    }
}

impl Replies {
    /// Tells everybody what came of their order. One who is gone will ask again under the same key.
    pub fn send(self) {
        for (to, outcome) in self.0 {
            let _ = to.send(outcome);
        }
    }

    /// Tells everybody that nothing came of it.
    pub fn refuse(self, why: &Arc<Refused>) {
        for (to, _) in self.0 {
            let _ = to.send(Err(why.clone()));
        }
    }
}
