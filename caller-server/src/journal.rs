//! The truth: what happened in the hall, in order, durable before anyone is told.
//!
//! A journal is a list of records numbered 1, 2, 3, … without gaps. What a record means is not known here: its payload is
//! bytes. Every record carries the SHA-256 of the record before it, so nothing can be changed, removed or put between later
//! without being seen. [`Journal`] is the seam; [`FileJournal`] keeps the list in one directory:
//!
//! | file | what it holds |
//! |---|---|
//! | `00000000000000000001.seg` | a segment; its name is the first sequence number it holds or will hold |
//! | `head` | the durable head marker: how far the journal is known to have reached the disk |
//! | `lock` | locked by the one server that has the journal open |
//! | `torn-<seq>-<n>.bin` | bytes of an append that a power cut interrupted, set aside on opening |
//! | `probe` | exists only while [`Journal::recover`] asks whether the disk takes writes again |
//!
//! # Format, version 1 (all numbers little-endian)
//!
//! | segment header, 56 bytes | | record, 52 bytes + payload | | marker slot, 80 bytes | |
//! |---|---|---|---|---|---|
//! | magic `YIHAOJNL` | 8 | length of the payload | 4 | magic `YIHAOHED` | 8 |
//! | version | 2 | CRC-32 of the rest | 4 | CRC-32 of the rest | 4 |
//! | zero | 2 | sequence number | 8 | version | 2 |
//! | CRC-32 of the other fields | 4 | place in its batch, from 0 | 4 | zero | 2 |
//! | first sequence number | 8 | hash | 32 | counter | 8 |
//! | hash before the first record | 32 | payload | n | segment, end offset, seq, hash | 56 |
//!
//! `hash = SHA-256(hash before ‖ sequence number ‖ payload)`; before the first record of all it is 32 zero bytes. The marker
//! has two slots, 4,096 bytes apart and written in turn: one torn write never destroys both.
//!
//! # Rules
//!
//! 1. [`Journal::append`] writes a batch with one write and one fdatasync. Only then the marker is written, unsynced: whenever
//!    it reaches the disk, it speaks only of what had reached it before. [`Journal::settle`] syncs it.
//! 2. A batch is written only when all batches before it are durable. So of the bytes that do not form a valid record, those
//!    that lie after the marker, in the last segment, with no record of a *later batch* behind them, were never acknowledged:
//!    a torn tail. It is copied aside, cut off and reported. Zeros in place of data are such bytes too.
//! 3. Everything else that is not as written is damage: [`FileJournal::open`] names file, offset and sequence number and
//!    changes nothing. Nothing is ever skipped.
//! 4. A segment is durable under its name, header included, before its first record is written. The marker is durable before
//!    the first record of all. What the marker ever named is never removed.
//! 5. An fdatasync that failed says nothing about the page cache. The journal is then broken and refuses to append until
//!    [`Journal::recover`] has cut it back to the length that was durable. On opening, the bytes after the marker are written
//!    once more before they are believed, because the server before may have died of just that.
//!
//! A disk must write a sector of 512 bytes wholly or not at all; a record that shares its sector with the next append relies
//! on it.

mod disk;
mod error;
mod file;
#[cfg(any(test, feature = "simulation"))]
pub mod forgetful;
mod format;
mod marker;
mod open;
mod read;
mod scan;
#[cfg(test)]
mod tests;
pub mod verify;
mod walk;
pub mod writer;

pub use disk::{Disk, DiskFile, RealDisk};
pub use error::{Act, Damage, Fault, Flaw, IoFault, JournalError, OpenError};
pub use file::{FileJournal, Options};
pub use format::{FORMAT_VERSION, Hash, RECORD_BYTES_MAX};
pub use open::{Opened, SetAside};
pub use read::read_beside;

/// An append-only list of records, numbered from 1 without gaps and chained by hashes.
pub trait Journal: Send {
    /// Makes a whole batch durable, or returns an error and refuses further appends until [`Journal::recover`] succeeded.
    /// `expected_seq` is the number that the first record of the batch shall have: one more than `head().seq`.
    ///
    /// # Errors
    /// [`JournalError::WrongSeq`] and [`JournalError::TooLarge`] change nothing and break nothing. After any other error it
    /// is open whether the batch is in the journal until `recover` has succeeded; then it is not.
    fn append(&mut self, expected_seq: u64, batch: &[Vec<u8>]) -> Result<(), JournalError>;

    /// The durable records from `from_seq` (0 and 1 both mean the first) to the head, verified while they are read.
    ///
    /// # Errors
    /// [`JournalError::NotThere`] when `from_seq` lies more than one beyond the head.
    fn read(&self, from_seq: u64) -> Result<Records<'_>, JournalError>;

    /// The last durable record.
    fn head(&self) -> Head;

    /// Brings a broken journal back to its last durable record. Does nothing to a journal that is not broken; may be called
    /// again and again until the disk is well.
    ///
    /// # Errors
    /// The disk still fails, or what was durable is no longer there.
    fn recover(&mut self) -> Result<(), JournalError>;

    /// Makes the head marker durable. Called when there is nothing else to do: damage to what the marker covers is always
    /// told from a torn tail.
    ///
    /// # Errors
    /// The marker could not be synced. The records themselves are not concerned.
    fn settle(&mut self) -> Result<(), JournalError>;
}

/// What [`Journal::read`] gives; after an error it ends.
pub type Records<'a> = Box<dyn Iterator<Item = Result<Record, JournalError>> + 'a>;

/// One record as it was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1.
    pub seq: u64,
    /// SHA-256 of the hash before, the number and the payload.
    pub hash: Hash,
    /// The bytes that were appended.
    pub payload: Vec<u8>,
}

/// Where a journal ends. `seq` 0 and a hash of zeros: it holds nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of the last durable record.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}
