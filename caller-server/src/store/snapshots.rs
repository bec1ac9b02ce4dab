//! Snapshots of the hall: bytes that the desk understands, kept so that a start need not read the whole journal.

use sled::{Batch, Db, Tree};

use super::Fault;
use crate::journal::{Hash, Head};

/// The newest, and one more in case it is damaged.
const KEPT: usize = 2;
/// sled keeps larger values in files of their own.
const CHUNK_BYTES: usize = 64 * 1024;
const NAME: &str = "snapshots";
/// What stands before the bytes: CRC-32 of the rest 4, sequence number 8, hash 32.
const HEAD_BYTES: usize = 44;

/// The hall at one point of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The last record that is in it.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// The desk's own bytes.
    pub bytes: Vec<u8>,
}

impl Snapshot {
    /// The point of the journal.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + self.bytes.len());
        bytes.extend([0; 4]);
        bytes.extend(self.seq.to_le_bytes());
        bytes.extend(self.hash);
        bytes.extend(&self.bytes);
        let crc = crc32fast::hash(&bytes[4..]);
        bytes[..4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (crc, rest) = bytes.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*crc) != crc32fast::hash(rest) {
            return None;
        }
        let (seq, rest) = rest.split_first_chunk::<8>()?;
        let (hash, bytes) = rest.split_first_chunk::<32>()?;
        Some(Self { seq: u64::from_le_bytes(*seq), hash: *hash, bytes: bytes.to_vec() })
    }
}

/// The tree of snapshots: pieces by sequence number (big-endian) and place.
pub(super) struct Snapshots(Tree);

impl Snapshots {
    pub fn open(db: &Db) -> Result<Self, Fault> {
        Ok(Self(db.open_tree(NAME)?))
    }

    /// Puts one in and drops all but the newest [`KEPT`]; all of it or nothing.
    pub fn put(&self, snapshot: &Snapshot) -> Result<(), Fault> {
        let mut batch = Batch::default();
        let mut numbers = self.numbers()?;
        numbers.retain(|seq| *seq != snapshot.seq);
        let stale = numbers.len().saturating_sub(KEPT - 1);
        for seq in numbers.drain(..stale).chain([snapshot.seq]) {
            for key in self.0.scan_prefix(seq.to_be_bytes()).keys() {
                batch.remove(key?);
            }
        }
        for (place, piece) in (0_u32..).zip(snapshot.to_bytes().chunks(CHUNK_BYTES)) {
            batch.insert(key(snapshot.seq, place).as_slice(), piece);
        }
        Ok(self.0.apply_batch(batch)?)
    }

    /// The newest that is whole and that `lies_on` the journal. Others are passed over with a line in the log.
    pub fn latest(&self, mut lies_on: impl FnMut(Head) -> bool) -> Result<Option<Snapshot>, Fault> {
        for seq in self.numbers()?.into_iter().rev() {
            let snapshot = self.read(seq)?;
            let is_whole = snapshot.is_some();
            if let Some(snapshot) = snapshot.filter(|snapshot| lies_on(snapshot.head())) {
                return Ok(Some(snapshot));
            }
            let (zh, en) = if is_whole {
                ("不属于本日志", "does not lie on this journal")
            } else {
                ("已损坏", "is damaged")
            };
            tracing::warn!(seq, "a snapshot {en} and is passed over / 快照{zh}，跳过");
        }
        Ok(None)
    }

    /// The sequence number of the newest; 0 for none.
    pub fn newest(&self) -> Result<u64, Fault> {
        Ok(self.numbers()?.last().copied().unwrap_or(0))
    }

    fn read(&self, seq: u64) -> Result<Option<Snapshot>, Fault> {
        let mut bytes = Vec::new();
        for piece in self.0.scan_prefix(seq.to_be_bytes()).values() {
            bytes.extend(&*piece?);
        }
        Ok(Snapshot::from_bytes(&bytes).filter(|snapshot| snapshot.seq == seq))
    }

    fn numbers(&self) -> Result<Vec<u64>, Fault> {
        let mut numbers = Vec::new();
        for key in self.0.iter().keys() {
            let key = key?;
            let seq = key.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
            numbers.extend(seq);
        }
        numbers.dedup();
        Ok(numbers)
    }
}

fn key(seq: u64, place: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&seq.to_be_bytes());
    key[8..].copy_from_slice(&place.to_be_bytes());
    key
}
