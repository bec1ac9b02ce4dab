//! Reading records back, verified once more on the way.

use std::path::Path;
use std::slice;

use super::error::{Damage, Fault, Flaw};
use super::scan::{SegmentScan, Step, list_segments, segment_path};
use super::{Head, JournalError, Record};

/// Reads a journal from beside the one that has it open: shows the durable records `from_seq` to `head`, in order, until
/// `show` returns `false`.
///
/// # Errors
/// A segment is damaged, or the disk fails.
pub fn read_beside(
    dir: &Path,
    from_seq: u64,
    head: Head,
    show: &mut dyn FnMut(Record) -> bool,
) -> Result<(), JournalError> {
    let segments = list_segments(dir)?;
    for record in FileRecords::new(dir, &segments, from_seq, head) {
        if !show(record?) {
            break;
        }
    }
    Ok(())
}

/// Records `from` to the head of a journal, over its segments.
pub(super) struct FileRecords<'a> {
    dir: &'a Path,
    segments: slice::Iter<'a, u64>,
    scan: Option<SegmentScan>,
    from: u64,
    head: Head,
    is_done: bool,
}

impl<'a> FileRecords<'a> {
    /// Begins in the segment that holds `from`.
    pub fn new(dir: &'a Path, segments: &'a [u64], from: u64, head: Head) -> Self {
        // The records count from 1: 0 is as good, also for a journal that holds none.
        let from = from.max(1);
        let skipped = segments.partition_point(|&first| first <= from).saturating_sub(1);
        Self { dir, segments: segments[skipped..].iter(), scan: None, from, head, is_done: from > head.seq }
    }

    fn advance(&mut self) -> Result<Record, Fault> {
        loop {
            let scan = match &mut self.scan {
                Some(scan) => scan,
                None => self.scan.insert(next_segment(self.dir, &mut self.segments, self.head)?),
            };
            let flaw = match scan.step()? {
                Step::Record(raw) if raw.seq < self.from => continue,
                Step::Record(raw) => {
                    return Ok(Record { seq: raw.seq, hash: raw.hash, payload: raw.payload.to_vec() });
                }
                Step::End => {
                    self.scan = None;
                    continue;
                }
                Step::Flawed(flaw) => flaw,
            };
            return Err(scan.damage(flaw).into());
        }
    }
}

impl Iterator for FileRecords<'_> {
    type Item = Result<Record, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let record = self.advance();
        // Beyond the head there may be bytes of an append that failed.
        self.is_done = record.as_ref().map_or(true, |record| record.seq >= self.head.seq);
        Some(record.map_err(JournalError::from))
    }
}

/// The segments must reach as far as the head.
fn next_segment(dir: &Path, segments: &mut slice::Iter<'_, u64>, head: Head) -> Result<SegmentScan, Fault> {
    match segments.next() {
        Some(&first) => SegmentScan::open(dir, first),
        None => Err(Damage { file: segment_path(dir, head.seq), offset: 0, seq: head.seq, flaw: Flaw::Short }.into()),
    }
}
