//! What the store's thread, the desk and the readers share.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use protocol::Text;
use serde::Serialize;
use sled::Tree;

use super::{Fault, Snapshot};
use crate::journal::Head;

/// How the store is, for operators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What it does.
    pub phase: Phase,
    /// The last record that is in it.
    pub seq: u64,
    /// The last record that it knows it should have.
    pub target_seq: u64,
    /// Its whole content was checked since the start.
    pub is_verified: bool,
    /// How often it was begun anew since the start.
    pub rebuilds: u64,
    /// The last record that is in the newest snapshot; 0 = there is none.
    pub snapshot_seq: u64,
    /// What was wrong last.
    pub trouble: Option<Text>,
}

/// What the store does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It answers, but not yet for the last records.
    #[default]
    CatchingUp,
    /// It is built anew and does not answer.
    Rebuilding,
    /// It has everything that the desk told.
    Live,
    /// The disk or the journal fails; it is tried again.
    Failed,
}

/// What the store's thread, the desk and the readers share.
#[derive(Default)]
pub(super) struct Shared {
    /// How the store is.
    pub status: Mutex<Status>,
    /// The last entries that did not fit into the channel.
    pub missed: Mutex<Head>,
    /// The snapshot to be written next; a newer one takes its place.
    pub snapshot: Mutex<Option<Snapshot>>,
    /// Where readers read; `None` while it is not to be read.
    pub tree: RwLock<Option<Tree>>,
    /// What a reader found wrong.
    pub suspicion: Mutex<Option<Fault>>,
    /// The server stops.
    pub is_stopping: AtomicBool,
}

impl Shared {
    /// Lets readers read there, or nowhere. Waits for those who do.
    pub fn publish(&self, tree: Option<Tree>) {
        *self.tree.write().unwrap_or_else(PoisonError::into_inner) = tree;
    }
}

/// None of these values is ever half written: a panic elsewhere does not spoil them.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
