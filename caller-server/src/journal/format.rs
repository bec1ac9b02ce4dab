//! Bytes of version 1: segment header, record, marker slot. Pure; the tables stand in the doc of [`super`].

use sha2::{Digest, Sha256};

use super::error::Flaw;

/// The version that this server writes and reads.
pub const FORMAT_VERSION: u16 = 1;
/// The largest payload, bytes. Closing a day on which 100,000 visits still wait is one record of 8 MB.
pub const RECORD_BYTES_MAX: usize = 16 << 20;

pub(super) const HEADER_BYTES: usize = 56;
pub(super) const RECORD_HEAD_BYTES: usize = 52;
pub(super) const SLOT_BYTES: usize = 80;
/// Distance of the two marker slots, bytes: they share neither a sector nor a page.
pub(super) const SLOT_STRIDE_BYTES: usize = 4096;

const SEGMENT_MAGIC: [u8; 8] = *b"YIHAOJNL";
const MARKER_MAGIC: [u8; 8] = *b"YIHAOHED";

/// A link of the chain: SHA-256.
pub type Hash = [u8; 32];

/// A place between two records: everything before it is known, the next record belongs here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// First sequence number of the segment, which is its name. 0: before the first segment of all.
    pub segment: u64,
    /// Offset in the segment, bytes.
    pub end: u64,
    /// The last record before this place, 0 for none.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Position {
    /// The place before the first record of a segment that begins where `self` ends.
    pub fn at_next_segment(&self) -> Self {
        Self { segment: self.seq + 1, end: HEADER_BYTES as u64, ..*self }
    }
}

/// A record inside a buffer: length and checksum are right, its place in the chain is not yet checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawRecord<'a> {
    pub seq: u64,
    pub place: u32,
    pub hash: Hash,
    pub payload: &'a [u8],
}

impl RawRecord<'_> {
    /// Bytes it takes in the file.
    pub fn bytes(&self) -> usize {
        RECORD_HEAD_BYTES + self.payload.len()
    }
}

/// The hash of a record that follows the one with hash `before`.
pub(super) fn chain(before: &Hash, seq: u64, payload: &[u8]) -> Hash {
    Sha256::new().chain_update(before).chain_update(seq.to_le_bytes()).chain_update(payload).finalize().into()
}

/// The header of the segment that begins at `at`.
pub(super) fn segment_header(at: &Position) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    bytes[0..8].copy_from_slice(&SEGMENT_MAGIC);
    bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes[16..24].copy_from_slice(&at.segment.to_le_bytes());
    bytes[24..56].copy_from_slice(&at.hash);
    let crc = header_crc(&bytes);
    bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// Where the records of a segment begin, from its header.
pub(super) fn parse_header(bytes: &[u8]) -> Result<Position, Flaw> {
    if bytes.len() < HEADER_BYTES || bytes[0..8] != SEGMENT_MAGIC {
        return Err(Flaw::Header);
    }
    match u16::from_le_bytes(array(bytes, 8)) {
        FORMAT_VERSION => {}
        0 => return Err(Flaw::Header), // zeros are a hole, not a version
        found => return Err(Flaw::Version { found }),
    }
    let segment = u64::from_le_bytes(array(bytes, 16));
    if bytes[10..12] != [0; 2] || u32::from_le_bytes(array(bytes, 12)) != header_crc(bytes) || segment == 0 {
        return Err(Flaw::Header);
    }
    Ok(Position { segment, end: HEADER_BYTES as u64, seq: segment - 1, hash: array(bytes, 24) })
}

/// Appends a record to `buffer` and returns its hash.
pub(super) fn push_record(buffer: &mut Vec<u8>, before: &Hash, seq: u64, place: u32, payload: &[u8]) -> Hash {
    let hash = chain(before, seq, payload);
    let length = u32::try_from(payload.len()).expect("invariant: append refuses payloads over RECORD_BYTES_MAX");
    buffer.extend_from_slice(&length.to_le_bytes());
    let crc_at = buffer.len();
    buffer.extend_from_slice(&[0; 4]);
    buffer.extend_from_slice(&seq.to_le_bytes());
    buffer.extend_from_slice(&place.to_le_bytes());
    buffer.extend_from_slice(&hash);
    buffer.extend_from_slice(payload);
    let crc = crc32fast::hash(&buffer[crc_at + 4..]);
    buffer[crc_at..crc_at + 4].copy_from_slice(&crc.to_le_bytes());
    hash
}

/// Bytes of the record that `bytes` begins with, as far as its length field tells. `bytes` holds at least 4.
pub(super) fn record_bytes(bytes: &[u8]) -> Result<usize, Flaw> {
    match usize::try_from(u32::from_le_bytes(array(bytes, 0))) {
        Ok(length) if length <= RECORD_BYTES_MAX => Ok(RECORD_HEAD_BYTES + length),
        _ => Err(Flaw::Length),
    }
}

/// The record that `bytes` begins with.
pub(super) fn parse_record(bytes: &[u8]) -> Result<RawRecord<'_>, Flaw> {
    if bytes.len() < RECORD_HEAD_BYTES {
        return Err(Flaw::Short);
    }
    let whole = bytes.get(..record_bytes(bytes)?).ok_or(Flaw::Short)?;
    if crc32fast::hash(&whole[8..]) != u32::from_le_bytes(array(whole, 4)) {
        return Err(Flaw::Checksum);
    }
    Ok(RawRecord {
        seq: record_seq(whole),
        place: u32::from_le_bytes(array(whole, 16)),
        hash: array(whole, 20),
        payload: &whole[RECORD_HEAD_BYTES..],
    })
}

/// The sequence number field of the record that `bytes` would begin with. `bytes` holds at least [`RECORD_HEAD_BYTES`].
pub(super) fn record_seq(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(array(bytes, 8))
}

/// A slot of the head marker.
pub(super) fn marker_slot(counter: u64, at: &Position) -> [u8; SLOT_BYTES] {
    let mut bytes = [0; SLOT_BYTES];
    bytes[0..8].copy_from_slice(&MARKER_MAGIC);
    bytes[12..14].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes[16..24].copy_from_slice(&counter.to_le_bytes());
    bytes[24..32].copy_from_slice(&at.segment.to_le_bytes());
    bytes[32..40].copy_from_slice(&at.end.to_le_bytes());
    bytes[40..48].copy_from_slice(&at.seq.to_le_bytes());
    bytes[48..80].copy_from_slice(&at.hash);
    let crc = crc32fast::hash(&bytes[12..]);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The counter and position of a slot; `None` when the slot was never written or was torn.
pub(super) fn parse_slot(bytes: &[u8]) -> Result<Option<(u64, Position)>, Flaw> {
    if bytes.len() < SLOT_BYTES || bytes[0..8] != MARKER_MAGIC {
        return Ok(None);
    }
    if crc32fast::hash(&bytes[12..SLOT_BYTES]) != u32::from_le_bytes(array(bytes, 8)) {
        return Ok(None);
    }
    let found = u16::from_le_bytes(array(bytes, 12));
    if found != FORMAT_VERSION {
        return Err(Flaw::Version { found });
    }
    let number = |at| u64::from_le_bytes(array(bytes, at));
    Ok(Some((number(16), Position { segment: number(24), end: number(32), seq: number(40), hash: array(bytes, 48) })))
}

fn header_crc(bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes[0..12]);
    crc.update(&bytes[16..HEADER_BYTES]);
    crc.finalize()
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}
