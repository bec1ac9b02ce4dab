//! The journal's files: whatever became of them, they are opened to a beginning of what was written, or refused by name.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use arbitrary::{Result, Unstructured};
use caller_server::journal::{FileJournal, Journal, OpenError, Options, Record, verify};
use tempfile::TempDir;

use crate::scratch;

mod seal;

/// Small segments: three or four make a journal.
const OPTIONS: Options = Options { segment_bytes_max: 400 };
/// Where the segment of [`any_files`] ends and its marker begins.
const BOUNDARY: &[u8] = b"\n--head--\n";

thread_local! {
    /// One directory for all inputs.
    static PLACE: RefCell<TempDir> = RefCell::new(scratch::directory());
}

/// A segment and a marker of any bytes, with their checksums put right so that more than the first check is reached.
pub fn any_files(bytes: &[u8]) {
    let at = bytes.windows(BOUNDARY.len()).position(|window| window == BOUNDARY);
    let (segment, head) = at.map_or((bytes, &[][..]), |at| (&bytes[..at], &bytes[at + BOUNDARY.len()..]));
    in_place(|dir| {
        fs::write(segment_path(dir, 1), seal::segment(segment)).expect("a segment");
        if !head.is_empty() {
            fs::write(dir.join("head"), seal::marker(head)).expect("a marker");
        }
        opens_or_is_refused(dir);
    });
}

/// A sound journal to whose files something was done.
pub fn damaged(bytes: &[u8]) {
    let mut u = Unstructured::new(bytes);
    in_place(|dir| {
        let written = write(&mut u, dir).expect("zeros follow the last byte");
        let files = scratch::files(dir);
        while !u.is_empty() && damage(&mut u, &files).is_ok() {}
        if let Some(found) = opens_or_is_refused(dir) {
            assert!(written.starts_with(&found), "records that nobody wrote, or a hole in them");
        }
    });
}

/// Opens what is there. A refusal names a file; what is opened holds what the marker vouches for, goes on, and opens again.
fn opens_or_is_refused(dir: &Path) -> Option<Vec<Vec<u8>>> {
    let vouched_seq = fs::read(dir.join("head")).ok().and_then(|head| seal::vouched_seq(&head));
    let verified = verify::verify(dir);
    let (journal, opened) = match FileJournal::open(dir, OPTIONS) {
        Ok(opened) => opened,
        Err(error) => return names_a_file(&error, dir),
    };
    let report = verified.expect("verify refuses what opens");
    assert_eq!(report.seq, opened.seq, "verify and open see two journals");
    assert!(opened.seq >= vouched_seq.unwrap_or(0), "the marker vouches for {vouched_seq:?}, {} opened", opened.seq);
    let found = contents(&journal);
    assert_eq!(found.len() as u64, opened.seq);
    drop(journal);

    let (mut journal, again) = FileJournal::open(dir, OPTIONS).expect("what opened once opens again");
    assert_eq!((again.seq, again.torn), (opened.seq, None), "the first start left something to do");
    journal.append(again.seq + 1, &[b"more".to_vec()]).expect("it goes on");
    let more = contents(&journal);
    assert!(more.len() == found.len() + 1 && more.starts_with(&found), "what was added stands behind what was there");
    Some(found)
}

fn names_a_file(error: &OpenError, dir: &Path) -> Option<Vec<Vec<u8>>> {
    let (en, zh) = (error.to_string(), error.zh());
    let dir = dir.display().to_string();
    assert!(en.contains(&dir) && zh.contains(&dir), "no file is named: {en} {zh}");
    None
}

fn contents(journal: &FileJournal) -> Vec<Vec<u8>> {
    let records = journal.read(1).expect("an open journal can be read");
    let records: std::result::Result<Vec<Record>, _> = records.collect();
    records.expect("every record is verified").into_iter().map(|record| record.payload).collect()
}

/// A journal of a few batches.
fn write(u: &mut Unstructured<'_>, dir: &Path) -> Result<Vec<Vec<u8>>> {
    let (mut journal, _) = FileJournal::open(dir, OPTIONS).expect("a new journal");
    let mut written = Vec::new();
    for _ in 0..u.int_in_range(0..=5)? {
        let batch: Vec<Vec<u8>> =
            (0..u.int_in_range(1..=3)?).map(|n| Ok(vec![n; u.int_in_range(0..=120)?])).collect::<Result<_>>()?;
        journal.append(written.len() as u64 + 1, &batch).expect("memory does not fail");
        written.extend(batch);
    }
    if u.arbitrary()? {
        journal.settle().expect("memory does not fail");
    }
    Ok(written)
}

/// Does something to one file. The lock is a file, too.
fn damage(u: &mut Unstructured<'_>, files: &[PathBuf]) -> Result<()> {
    let path = u.choose(files)?;
    let Ok(mut bytes) = fs::read(path) else { return Ok(()) };
    let at = u.int_in_range(0..=bytes.len())?;
    match u.int_in_range(0..=7)? {
        0 => bytes.truncate(at),
        1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1),
        2 => bytes.iter_mut().skip(at).take(600).for_each(|byte| *byte = 0),
        3 => bytes.resize(bytes.len() + u.int_in_range(0..=200)?, u.arbitrary()?),
        4 => drop(bytes.splice(at..at, fs::read(u.choose(files)?).unwrap_or_default())),
        5 => bytes = fs::read(u.choose(files)?).unwrap_or_default(),
        6 => {
            let value: [u8; 4] = u.arbitrary()?;
            bytes.iter_mut().skip(at).zip(value).for_each(|(byte, value)| *byte = value);
        }
        _ => return fs::remove_file(path).map_err(|_| arbitrary::Error::IncorrectFormat),
    }
    if u.arbitrary()? {
        bytes = if path.ends_with("head") { seal::marker(&bytes) } else { seal::segment(&bytes) };
    }
    fs::write(path, bytes).map_err(|_| arbitrary::Error::IncorrectFormat)
}

fn in_place(with: impl FnOnce(&Path)) {
    PLACE.with_borrow(|place| {
        scratch::empty(place.path());
        with(place.path());
    });
}

fn segment_path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.seg"))
}
