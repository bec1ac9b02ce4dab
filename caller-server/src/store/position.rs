//! Where a store stands in the journal, and the sum by which a lost page is seen.

use super::Fault;
use crate::journal::{Hash, Head};

/// The version of all keys and values. Raised with every change of what is kept or how: the store is then built anew.
pub(super) const VERSION: u32 = 5;

const BYTES: usize = 64;

/// Where a store stands, and what must be in it there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The last record that was applied.
    pub head: Head,
    /// All pairs but the position itself.
    pub sum: Sum,
}

/// The sum over a set of pairs, kept up to date pair by pair. It tells accidents, not forgery: the journal is the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pairs: u64,
    marks: u64,
}

impl Sum {
    /// A pair is in the set now.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        self.pairs = self.pairs.wrapping_add(1);
        self.marks = self.marks.wrapping_add(mark(key, value));
    }

    /// A pair is no longer in the set.
    pub fn take(&mut self, key: &[u8], value: &[u8]) {
        self.pairs = self.pairs.wrapping_sub(1);
        self.marks = self.marks.wrapping_sub(mark(key, value));
    }
}

impl Position {
    /// As bytes: version 4, CRC-32 of the rest 4, sequence number 8, hash 32, pairs 8, marks 8; little-endian.
    pub fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&VERSION.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.head.seq.to_le_bytes());
        bytes[16..48].copy_from_slice(&self.head.hash);
        bytes[48..56].copy_from_slice(&self.sum.pairs.to_le_bytes());
        bytes[56..].copy_from_slice(&self.sum.marks.to_le_bytes());
        let crc = crc32fast::hash(&bytes[8..]);
        bytes[4..8].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads what [`Position::to_bytes`] wrote. The version is looked at first: another one may have another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let damaged = || Fault::Damaged("the position is not readable");
        let (version, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(Fault::Version(version));
        }
        let rest: &[u8; BYTES - 4] = rest.try_into().map_err(|_| damaged())?;
        let (crc, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        if u32::from_le_bytes(*crc) != crc32fast::hash(rest) {
            return Err(damaged());
        }
        let number = |at: usize| rest[at..].first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let hash: Hash = rest[8..40].try_into().map_err(|_| damaged())?;
        let sum = Sum { pairs: number(40), marks: number(48) };
        Ok(Self { head: Head { seq: number(0), hash }, sum })
    }
}

/// A CRC alone would be linear, and then two changes could cancel out: its bits are mixed (the finalizer of SplitMix64, Steele
/// et al. 2014).
fn mark(key: &[u8], value: &[u8]) -> u64 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(value);
    let mut mark = u64::from(crc.finalize()).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mark = (mark ^ (mark >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mark = (mark ^ (mark >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mark ^ (mark >> 31)
}
