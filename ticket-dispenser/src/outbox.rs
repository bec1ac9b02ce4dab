//! The durable list of a dispenser's records: one JSON line each, with a CRC, in an append-only file.
//!
//! A torn end is what a power cut leaves of a record that nobody was told of: it is dropped. Damage before that, and a list
//! that is shorter than it was, is kept aside for people, and the reserve is given up, because a lost line may have used one
//! of its numbers. `mark` tells the one from the other; `durable`: all of an append, or nothing.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    iter,
    path::{Path, PathBuf},
};

use thiserror::Error;

use self::durable::extend;
use self::lines::{line, read_back};
use self::mark::Mark;
use crate::dispenser::{Book, Record};

mod durable;
pub mod lines;
mod mark;
#[cfg(test)]
mod tests;

/// The file is rewritten when it is larger, bytes: some 2,000 numbers.
const COMPACT_BYTES: u64 = 1024 * 1024;
const NAME: &str = "outbox.jsonl";
const ASIDE: &str = "outbox.damaged";

/// An outbox that can't be used.
#[derive(Debug, Error)]
pub enum OutboxError {
    /// Another dispenser uses it.
    #[error(
        "{0}: another ticket-dispenser uses this outbox. Stop it, or give each its own directory.\n\
         {0}：另一个取号程序正在使用此目录，请先停止它。"
    )]
    InUse(PathBuf),
    /// The disk does not do what it should.
    #[error("{path}: {why}. Check the disk and its permissions. 请检查磁盘和权限。")]
    Disk {
        /// Which file or directory.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
}

/// What was found at the start and is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// All is well.
    Whole,
    /// The end was torn; so many bytes were dropped.
    Torn(usize),
    /// So many lines before the end are damaged; the old file was kept aside, and the reserve given up.
    Damaged(usize),
    /// So many bytes at the end had been durable and are gone; what is left was kept aside, and the reserve given up.
    Short(u64),
}

/// An open outbox; nobody else has it.
#[derive(Debug)]
pub struct Outbox {
    directory: PathBuf,
    /// `None` after a failure: what the file holds is uncertain, so the next append writes it anew.
    file: Option<File>,
    mark: Option<Mark>,
    book: Book,
    bytes: u64,
    /// Held as long as the outbox is open.
    _lock: File,
}

impl Outbox {
    /// Opens the outbox in a directory, which is made when it is not there.
    ///
    /// # Errors
    /// Another program has it, or the disk fails.
    pub fn open(directory: &Path) -> Result<(Self, Found), OutboxError> {
        fs::create_dir_all(directory).map_err(|why| disk(directory, why))?;
        let lock = lock(directory)?;
        let path = directory.join(NAME);
        let bytes = match fs::read(&path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|why| disk(&path, why))?,
        };
        let (mut book, found) = read_back(&bytes, Mark::read(directory));
        if let Found::Damaged(_) | Found::Short(_) = found {
            book.reserve.clear();
            keep_aside(directory, &bytes)?;
        }
        let directory = directory.to_owned();
        let mut outbox = Self { directory, file: None, mark: None, book, bytes: 0, _lock: lock };
        outbox.rewrite(matches!(found, Found::Whole | Found::Torn(_)))?;
        Ok((outbox, found))
    }

    /// What the records say together.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Makes records durable, all or none. After an error the next append tries to write the whole file anew.
    ///
    /// # Errors
    /// The disk fails; then no record counts.
    pub fn append(&mut self, records: &[Record]) -> Result<(), OutboxError> {
        if self.file.is_none() || self.bytes > COMPACT_BYTES {
            self.rewrite(true)?;
        }
        let lines: Vec<u8> = records.iter().flat_map(line).collect();
        let path = self.directory.join(NAME);
        let Some(mut file) = self.file.take() else { return Err(disk(&path, io::ErrorKind::NotFound.into())) };
        extend(&mut file, &lines, self.bytes).map_err(|why| disk(&path, why))?;
        self.file = Some(file);
        self.bytes += lines.len() as u64;
        self.note();
        records.iter().for_each(|record| self.book.apply(record));
        Ok(())
    }

    /// Writes what the book says into a new file and puts it in place of the old one, which may be `sound` or not.
    fn rewrite(&mut self, sound: bool) -> Result<(), OutboxError> {
        let lines: Vec<u8> = self.book.records().iter().flat_map(line).collect();
        let (path, new) = (self.directory.join(NAME), self.directory.join("outbox.new"));
        let write = || -> io::Result<File> {
            let mut file = File::create(&new)?;
            file.write_all(&lines)?;
            file.sync_all()?;
            // The old mark speaks of the old file: of a sound one it must not be left to judge the new one. One that lost its
            // end must not be left without it: it would pass for whole.
            if sound {
                Mark::remove(&self.directory)?;
            }
            fs::rename(&new, &path)?;
            File::open(&self.directory)?.sync_all()?;
            if !sound {
                Mark::remove(&self.directory)?;
            }
            OpenOptions::new().append(true).open(&path)
        };
        self.file = Some(write().map_err(|why| disk(&path, why))?);
        self.bytes = lines.len() as u64;
        // Without a mark everything works; only a list that was cut short later is not told from a whole one.
        self.mark = Mark::create(&self.directory).ok();
        self.note();
        Ok(())
    }

    fn note(&self) {
        if let Some(mark) = &self.mark {
            mark.note(self.bytes);
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => write!(f, "all is well"),
            Self::Torn(bytes) => write!(f, "dropped a torn end of {bytes} bytes"),
            Self::Damaged(lines) => {
                write!(f, "{lines} damaged lines in {NAME}; kept it as {ASIDE} and gave up the reserved numbers")
            }
            Self::Short(bytes) => {
                write!(
                    f,
                    "{NAME} lost its last {bytes} bytes; kept the rest as {ASIDE} and gave up the reserved numbers"
                )
            }
        }
    }
}

fn lock(directory: &Path) -> Result<File, OutboxError> {
    let path = directory.join("outbox.lock");
    let file = File::create(&path).map_err(|why| disk(&path, why))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OutboxError::InUse(directory.to_owned())),
        Err(TryLockError::Error(why)) => Err(disk(&path, why)),
    }
}

/// Keeps a damaged list for people, beside those that were kept before. It is on the disk before the list is written anew.
fn keep_aside(directory: &Path, bytes: &[u8]) -> Result<(), OutboxError> {
    let names = (2_u32..).map(|n| format!("{ASIDE}-{n}"));
    for aside in iter::once(ASIDE.to_owned()).chain(names).map(|name| directory.join(name)) {
        match fs::read(&aside) {
            // This very damage was found before, and the start went no further.
            Ok(kept) if kept == bytes => return Ok(()),
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let write = || {
                    let mut file = File::create(&aside)?;
                    file.write_all(bytes)?;
                    file.sync_all()
                };
                return write().map_err(|why| disk(&aside, why));
            }
            Err(why) => return Err(disk(&aside, why)),
        }
    }
    Ok(())
}

fn disk(path: &Path, why: io::Error) -> OutboxError {
    OutboxError::Disk { path: path.to_owned(), why }
}
