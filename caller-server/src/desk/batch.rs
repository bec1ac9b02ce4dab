//! Entries that become durable together, and the answers that wait for them.

use std::sync::Arc;

use hall::Entry;
use protocol::Refused;

use crate::answers::Outcome;

/// The most entries of one batch: about 150 kB, written in well under a millisecond.
const ENTRIES_MAX: usize = 512;
/// The most answers that wait for one batch; most belong to an entry.
const REPLIES_MAX: usize = 2 * ENTRIES_MAX;

/// What most entries fit into.
const ENTRY_BYTES: usize = 512;

/// Entries that become durable together.
pub struct Batch<R> {
    entries: Vec<Arc<Entry>>,
    replies: Replies<R>,
}

/// Answers, each with where it goes.
pub struct Replies<R>(Vec<(R, Outcome)>);

impl<R> Default for Batch<R> {
    fn default() -> Self {
        Self { entries: Vec::new(), replies: Replies::default() }
    }
}

impl<R> Default for Replies<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> Batch<R> {
    /// Adds an entry.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(Arc::new(entry));
    }

    /// Adds an answer. Also a refusal waits: it may rest on an entry that is not durable yet.
    pub fn reply(&mut self, to: R, outcome: Outcome) {
        self.replies.0.push((to, outcome));
    }

    /// The answers alone.
    pub fn take_replies(&mut self) -> Replies<R> {
        std::mem::take(&mut self.replies)
    }

    /// Adds answers that rest on this batch.
    pub fn add_replies(&mut self, replies: Replies<R>) {
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
        let bytes = |entry: &Arc<Entry>| {
            let mut bytes = Vec::with_capacity(ENTRY_BYTES);
            serde_json::to_writer(&mut bytes, entry.as_ref()).map(|()| bytes)
        };
        self.entries.iter().map(|entry| bytes(entry).expect("invariant: every event has a JSON form")).collect()
    }

    /// The entries and the answers.
    pub fn into_parts(self) -> (Vec<Arc<Entry>>, Replies<R>) {
        (self.entries, self.replies)
    }
}

impl<R> Replies<R> {
    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells everybody that nothing came of it.
    pub fn refused(mut self, why: &Arc<Refused>) -> Self {
        self.0.iter_mut().for_each(|(_, outcome)| *outcome = Err(why.clone()));
        self
    }
}

impl<R> IntoIterator for Replies<R> {
    type Item = (R, Outcome);
    type IntoIter = std::vec::IntoIter<(R, Outcome)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
