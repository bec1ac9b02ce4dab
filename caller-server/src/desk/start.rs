//! Where the desk begins: the last snapshot, and what the journal says since.

use std::sync::Arc;

use hall::{Entry, State};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::answers::{Answers, Kept, Known, Name};
use crate::journal::{Head, Journal, JournalError, Record};
use crate::store::Snapshot;
use crate::views;

/// Where the desk begins.
pub struct Beginning {
    /// The hall as the journal left it.
    pub state: State,
    /// Where the journal ends.
    pub head: Head,
    /// The first answers of late.
    pub answers: Answers,
    /// Entries that were read since the snapshot.
    pub replayed: u64,
}

/// Why the desk can't begin.
#[derive(Debug, Error)]
pub enum StartError {
    /// The journal can't be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record of the journal is no entry.
    #[error(
        "record {seq} of the journal is not an entry of this version of the program ({error}); run the newer version that wrote it"
    )]
    NoEntry {
        /// Which record.
        seq: u64,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) struct Kernel<S, A> {
    pub state: S,
    pub answers: A,
}

/// Reads the journal from the snapshot on. A snapshot that does not lie on this journal, or that this version does not
/// understand, is passed over: the journal alone is enough.
///
/// # Errors
/// The journal can't be read, or holds what is no entry.
pub fn replay(journal: &dyn Journal, snapshot: Option<&Snapshot>) -> Result<Beginning, StartError> {
    let mut beginning = snapshot.and_then(|snapshot| from_snapshot(journal, snapshot)).unwrap_or_else(|| Beginning {
        state: State::default(),
        head: journal.head(),
        answers: Answers::default(),
        replayed: 0,
    });
    let from_seq = beginning.state.seq + 1;
    #[cfg(feature = "planted")]
    let from_seq = from_seq + u64::from(from_seq > 1 && planted::is(planted::Bug::EntryPassedOver));
    for record in journal.read(from_seq)? {
        beginning.apply(entry(&record?)?);
    }
    Ok(beginning)
}

/// The entry in a record.
///
/// # Errors
/// It holds none.
pub fn entry(record: &Record) -> Result<Entry, StartError> {
    serde_json::from_slice(&record.payload).map_err(|error| StartError::NoEntry { seq: record.seq, error })
}

/// A snapshot for the next start. It only saves time: if it can't be made, the log says so and nothing is lost.
pub fn snapshot(head: Head, state: &State, answers: &Answers) -> Option<Snapshot> {
    let bytes = serde_json::to_vec(&Kernel { state, answers: answers.keep() });
    let bytes = bytes.inspect_err(|error| {
        tracing::warn!(%error, "no snapshot was made; the next start reads more of the journal");
    });
    Some(Snapshot { seq: head.seq, hash: head.hash, bytes: bytes.ok()? })
}

impl Beginning {
    fn apply(&mut self, mut entry: Entry) {
        self.state.apply(&entry);
        self.replayed += 1;
        if let Some(key) = entry.key.take() {
            let answer = Arc::new(views::answer(&self.state, &entry));
            let known = Known { seq: Some(entry.seq), digest: None, outcome: Ok(answer) };
            self.answers.put(entry.at_ms, Arc::new(Name { by: entry.by, key }), known);
        }
    }
}

fn from_snapshot(journal: &dyn Journal, snapshot: &Snapshot) -> Option<Beginning> {
    let on_this_journal = match journal.read(snapshot.seq).ok()?.next()? {
        Ok(record) => record.seq == snapshot.seq && record.hash == snapshot.hash,
        Err(_) => false,
    };
    if !on_this_journal {
        tracing::warn!(
            seq = snapshot.seq,
            "the snapshot does not lie on this journal; the journal is read from its start"
        );
        return None;
    }
    let kernel: Kernel<State, Vec<Kept>> = serde_json::from_slice(&snapshot.bytes)
        .inspect_err(
            |error| tracing::warn!(%error, "the snapshot is of another version; the journal is read from its start"),
        )
        .ok()?;
    Some(Beginning {
        state: kernel.state,
        head: journal.head(),
        answers: Answers::from_kept(kernel.answers),
        replayed: 0,
    })
}
