//! Puts the checksums of a journal's files right, as the doc of the journal describes them, written down once more here:
//! a reader that trusted a checksum alone would believe what this makes.

const HEADER_BYTES: usize = 56;
const RECORD_HEAD_BYTES: usize = 52;
const SLOT_BYTES: usize = 80;
const SLOT_STRIDE_BYTES: usize = 4096;

/// A segment with the checksum of its header and of every record that its lengths lead to.
pub fn segment(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.len() < HEADER_BYTES {
        return bytes;
    }
    let header = [&bytes[..12], &bytes[16..HEADER_BYTES]].concat();
    put(&mut bytes, 12, crc32fast::hash(&header));
    let mut at = HEADER_BYTES;
    while at + RECORD_HEAD_BYTES <= bytes.len() {
        let end = at + RECORD_HEAD_BYTES + number(&bytes, at) as usize;
        if end > bytes.len() {
            break;
        }
        let crc = crc32fast::hash(&bytes[at + 8..end]);
        put(&mut bytes, at + 4, crc);
        at = end;
    }
    bytes
}

/// A marker with the checksums of its two slots.
pub fn marker(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in [0, SLOT_STRIDE_BYTES] {
        if at + SLOT_BYTES <= bytes.len() {
            let crc = crc32fast::hash(&bytes[at + 12..at + SLOT_BYTES]);
            put(&mut bytes, at + 8, crc);
        }
    }
    bytes
}

/// The sequence number of the newest whole slot: so far the journal is known to reach.
pub fn vouched_seq(bytes: &[u8]) -> Option<u64> {
    let slots = [0, SLOT_STRIDE_BYTES].into_iter().filter_map(|at| bytes.get(at..at + SLOT_BYTES));
    let whole = slots.filter(|slot| {
        slot.starts_with(b"YIHAOHED") && crc32fast::hash(&slot[12..]) == number(slot, 8) && slot[12..14] == [1, 0]
    });
    let newest = whole.max_by_key(|slot| long(slot, 16))?;
    Some(long(newest, 40))
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}
