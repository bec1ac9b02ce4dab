//! Reads a whole journal and decides what it is: sound, sound with a torn tail, or damaged. Changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{Act, Damage, Fault, Flaw};
use super::format::{self, HEADER_BYTES, Position, RECORD_HEAD_BYTES, RawRecord};
use super::marker::{Slot, marker_path, read_marker};
use super::scan::{SegmentScan, Step, list_segments, read_from, segment_path};

/// A journal that is sound up to `at`.
pub(super) struct Walked {
    /// First sequence numbers of its segments, without one that was torn while it was created.
    pub segments: Vec<u64>,
    /// The end of the last record.
    pub at: Position,
    /// The head marker; `None` for a journal whose creation was interrupted.
    pub marker: Option<Slot>,
    /// What an interrupted write left behind the last record.
    pub torn: Option<Torn>,
    /// Size of all segments, bytes, without the torn part.
    pub bytes: u64,
}

/// Bytes that an interrupted write left behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Torn {
    /// The segment they are in.
    pub segment: u64,
    /// Where they begin; 0 when the header of the segment itself was torn.
    pub from: u64,
    /// How many they are.
    pub bytes: u64,
}

/// Called with each record, in order.
pub(super) type Visit<'a> = &'a mut dyn FnMut(&RawRecord<'_>) -> Result<(), Fault>;

/// Verifies the journal in `dir` and shows every record to `visit`, also those before damage that is found later.
pub(super) fn walk(dir: &Path, visit: Visit<'_>) -> Result<Walked, Fault> {
    // The marker first: a server that is running may go on meanwhile, and then the files are ahead of it, never behind.
    let marker = read_marker(dir)?;
    let mut segments = list_segments(dir)?;
    check_presence(dir, marker, &segments)?;
    let mut walk = Walk {
        dir,
        marker: marker.map(|slot| slot.at),
        passed: marker.is_none(),
        at: Position::default(),
        torn: None,
        bytes: 0,
    };
    for (index, &first) in segments.iter().enumerate() {
        walk.segment(first, index + 1 == segments.len(), visit)?;
    }
    let Walk { at, torn, bytes, .. } = walk;
    segments.retain(|&first| torn.is_none_or(|torn| torn.from > 0 || torn.segment != first));
    Ok(Walked { segments, at, marker, torn, bytes })
}

struct Walk<'a> {
    dir: &'a Path,
    marker: Option<Position>,
    /// Whether the walk has reached the position of the marker.
    passed: bool,
    at: Position,
    torn: Option<Torn>,
    bytes: u64,
}

impl Walk<'_> {
    fn segment(&mut self, first: u64, last: bool, visit: Visit<'_>) -> Result<(), Fault> {
        self.check_order(first)?;
        let mut scan = match SegmentScan::open(self.dir, first) {
            Err(Fault::Damaged(damage)) if last && damage.flaw == Flaw::Header => return self.unborn(first, damage),
            other => other?,
        };
        if scan.at().hash != self.at.hash {
            let file = segment_path(self.dir, first);
            return Err(Damage { file, offset: 0, seq: first, flaw: Flaw::SegmentChain }.into());
        }
        self.at = scan.at();
        loop {
            self.pass_marker(&scan)?;
            match scan.step()? {
                Step::Record(raw) => visit(&raw)?,
                Step::End if self.is_covered() => return Err(scan.damage(Flaw::Short).into()),
                Step::End => break,
                Step::Flawed(flaw) if self.is_covered() || !last || !flaw.can_be_torn() => {
                    return Err(scan.damage(flaw).into());
                }
                Step::Flawed(flaw) => {
                    self.tail(scan.damage(flaw))?;
                    break;
                }
            }
            self.at = scan.at();
        }
        self.bytes += self.at.end;
        Ok(())
    }

    /// Segments follow each other without a gap and without an overlap.
    fn check_order(&self, first: u64) -> Result<(), Damage> {
        let next = self.at.seq + 1;
        let (missing_or_extra, flaw) = match first {
            _ if first == next => return Ok(()),
            _ if first > next => (next, Flaw::Missing),
            _ => (first, Flaw::Sequence { found: first }),
        };
        Err(Damage { file: segment_path(self.dir, missing_or_extra), offset: 0, seq: next, flaw })
    }

    /// Compares what was read with the marker when the walk comes to its position.
    fn pass_marker(&mut self, scan: &SegmentScan) -> Result<(), Damage> {
        match self.marker {
            Some(marker) if !self.passed && marker.segment == self.at.segment && marker.end <= self.at.end => {
                self.passed = marker == self.at;
                if self.passed { Ok(()) } else { Err(scan.damage(Flaw::Marker)) }
            }
            _ => Ok(()),
        }
    }

    /// Whether the marker vouches for more bytes of this segment.
    fn is_covered(&self) -> bool {
        !self.passed && self.marker.is_some_and(|marker| marker.segment <= self.at.segment)
    }

    /// The last segment has no header. That is what an interrupted creation leaves, if it is not larger than a header and
    /// the marker does not name it.
    fn unborn(&mut self, first: u64, damage: Damage) -> Result<(), Fault> {
        let bytes = file_bytes(&segment_path(self.dir, first))?;
        if !self.passed || bytes > HEADER_BYTES as u64 {
            return Err(damage.into());
        }
        self.torn = Some(Torn { segment: first, from: 0, bytes });
        Ok(())
    }

    /// The bytes from `flawed` on are torn, unless a later batch follows them: then they had been durable once.
    fn tail(&mut self, flawed: Damage) -> Result<(), Fault> {
        let tail = read_from(&flawed.file, flawed.offset)?;
        if has_later_batch(&tail, flawed.seq) {
            return Err(flawed.into());
        }
        self.torn = Some(Torn { segment: self.at.segment, from: flawed.offset, bytes: tail.len() as u64 });
        Ok(())
    }
}

/// A marker names a segment that must be there; without a marker there must be nothing, or a segment without records.
fn check_presence(dir: &Path, marker: Option<Slot>, segments: &[u64]) -> Result<(), Fault> {
    let (file, seq, flaw): (PathBuf, u64, Flaw) = match (marker, segments) {
        (None, []) => return Ok(()),
        (None, [1]) if file_bytes(&segment_path(dir, 1))? <= HEADER_BYTES as u64 => return Ok(()),
        (None, _) => (marker_path(dir), 1, Flaw::NoMarker),
        (Some(slot), _) if segments.contains(&slot.at.segment) => return Ok(()),
        (Some(slot), _) => (segment_path(dir, slot.at.segment), slot.at.segment, Flaw::Missing),
    };
    Err(Damage { file, offset: 0, seq, flaw }.into())
}

/// Whether `tail`, which begins with what should be record `lost_seq`, holds a whole record of a later batch. The parts of
/// one batch may reach the disk in any order, but a later batch is only written when the one before is durable.
fn has_later_batch(tail: &[u8], lost_seq: u64) -> bool {
    let possible = lost_seq + 1..=lost_seq + (tail.len() / RECORD_HEAD_BYTES) as u64;
    (1..tail.len().saturating_sub(RECORD_HEAD_BYTES - 1)).any(|offset| {
        let bytes = &tail[offset..];
        // The number first: it rules out nearly every offset before a checksum is computed.
        possible.contains(&format::record_seq(bytes))
            && format::parse_record(bytes).is_ok_and(|raw| raw.seq.saturating_sub(raw.place.into()) > lost_seq)
    })
}

fn file_bytes(path: &Path) -> Result<u64, Fault> {
    Ok(fs::metadata(path).map_err(Fault::io(Act::Read, path))?.len())
}
