//! The store: projections of the journal in sled, for what a person looks up. Never the truth.
//!
//! Everything here follows from the journal and can be thrown away: who had which number on which day, what came of it, the
//! figures of a day, and snapshots of the hall that make a start short. The service itself never waits for the store and
//! never asks it a question on which a call depends.
//!
//! | key | value |
//! |---|---|
//! | `p` | the [`position`]: format version, journal sequence number and hash, the sum over all other pairs |
//! | `v` day number | a [`VisitRecord`] |
//! | `d` day | the [`DayFigures`] |
//! | `t` time | what made a window work, or no longer: a [`Turn`] |
//! | `r` time | a [`RulesChange`] |
//! | `w` | who sits at which window |
//!
//! Snapshots lie in a tree of their own and are no part of the sum.
//!
//! # Rules
//!
//! 1. The position is written in the same atomic batch as the data that belongs to it. A store that is behind reads on in
//!    the journal.
//! 2. A store is trusted when its version is known, its position lies on this journal (same sequence number, same hash), and
//!    the sum over its pairs is the one at its position. The last is checked by the store's thread, because it reads all;
//!    it finds pages that sled lost without a word.
//! 3. A store that is not trusted, or in which sled fails or panics, is moved aside to `store.broken-<n>` (the last three
//!    are kept) and built anew from the journal. The log says so. Meanwhile a search says that it is being rebuilt.
//! 4. sled's flush is not safe against power cuts. The store syncs sled's file itself, seldom; what a cut destroys is found
//!    by rule 2.

mod accuracy;
mod aside;
mod base;
mod error;
mod figures;
mod keys;
mod log;
mod open;
mod position;
mod projector;
mod reader;
mod record;
mod search;
mod shared;
mod snapshots;
#[cfg(test)]
mod tests;
mod thread;
mod waits;
mod writer;

pub use accuracy::Accuracy;
pub use error::{Fault, StoreError};
pub use figures::DayFigures;
pub use log::{RulesChange, Turn, TurnHow};
pub use open::{Opened, Store};
pub use reader::StoreReader;
pub use record::{Circumstances, VisitRecord, project};
pub use search::{Days, FOUND_MAX, Query};
pub use shared::{Phase, Status};
pub use snapshots::Snapshot;
pub use waits::{CallRecord, Overtaking, OvertakingRule, WaitRecord, overtakings};
pub use writer::StoreWriter;

use crate::journal::{Head, JournalError, Record};

/// Reads the journal from a thread of its own: shows the records from a sequence number to a head, in order, until the
/// reader has enough and returns `false`. The head is durable; what lies behind it is not to be looked at.
pub type ReadJournal = Box<dyn FnMut(u64, Head, &mut dyn FnMut(Record) -> bool) -> Result<(), JournalError> + Send>;
