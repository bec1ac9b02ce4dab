//! A list in a JSON file that the command line may change while a server reads it.
//!
//! Every change is made under a lock, written to a file beside and renamed, so that a reader sees the old list or the new one.
//! A sum over the entries tells a list that the disk has changed from one that somebody has. The lock's file names the lists that
//! were ever written: one that is gone since is not taken for one that is empty, by no program.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::GateError;

/// The version of the files.
const VERSION: u32 = 1;

/// Who changes a list holds this file, in which the names of those stand that were written, one a line.
const LOCK: &str = "gate.lock";

/// A list of `T` in one file; a file that never was is an empty list.
pub struct Book<T> {
    path: PathBuf,
    name: &'static str,
    read: Mutex<Option<Read<T>>>,
}

/// What was read, and from which state of the file.
struct Read<T> {
    stamp: Stamp,
    entries: Arc<Vec<T>>,
}

/// What a change of the file changes: modification time (s, ns), size, inode.
type Stamp = Option<(i64, i64, u64, u64)>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page<E> {
    version: u32,
    /// CRC-32 of the entries as compact JSON. Files from before there was one have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crc32: Option<u32>,
    entries: E,
}

impl<T: Serialize + DeserializeOwned + Clone> Book<T> {
    /// Opens the list `name` in `dir` and reads it once.
    ///
    /// # Errors
    /// It can't be read, or is damaged.
    pub fn open(dir: &Path, name: &'static str) -> Result<Self, GateError> {
        make_dir(dir)?;
        let book = Self { path: dir.join(name), name, read: Mutex::new(None) };
        book.entries()?;
        Ok(book)
    }

    /// The list as it is now; read anew only when the file changed. A file that was damaged or lost since it was read does not
    /// shut everybody out: the list as it was read last holds until the file is put right, and the log says so.
    ///
    /// # Errors
    /// It can't be read, or is damaged, and was never read before.
    pub fn entries(&self) -> Result<Arc<Vec<T>>, GateError> {
        let stamp = self.stamp();
        // A whole list or none stands here, also after a panic elsewhere.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = read.as_mut() else {
            let entries = Arc::new(self.load_or_begin(false)?);
            *read = Some(Read { stamp: stamp.ok().flatten(), entries: entries.clone() });
            return Ok(entries);
        };
        match stamp {
            Ok(stamp) if stamp == known.stamp => {}
            Ok(None) => {
                known.stamp = None;
                tell(&self.gone());
            }
            Ok(stamp) => {
                // Looked at once: what is damaged is not read again until it changes.
                known.stamp = stamp;
                let loaded = self.load().and_then(|entries| entries.ok_or_else(|| self.gone()));
                loaded.map_or_else(|error| tell(&error), |entries| known.entries = Arc::new(entries));
            }
            Err(error) if known.stamp.take().is_some() => tell(&error),
            Err(_) => {}
        }
        Ok(known.entries.clone())
    }

    /// Changes the list, alone among all programs. When `change` fails, nothing changes.
    ///
    /// # Errors
    /// Those of `change`, or the file can't be read or written.
    pub fn change<R>(&self, change: impl FnOnce(&mut Vec<T>) -> Result<R, GateError>) -> Result<R, GateError> {
        let mut locked = lock(self.dir())?;
        let mut entries = self.load_or_begin(self.was_read())?;
        let result = change(&mut entries)?;
        let crc32 = Some(self.sum(&serde_json::to_value(&entries).map_err(|error| self.damaged(&error))?)?);
        let page = Page { version: VERSION, crc32, entries };
        let mut json = serde_json::to_vec_pretty(&page).map_err(|error| self.damaged(&error))?;
        json.push(b'\n');
        replace(&self.path, &json)?;
        if !self.was_written() {
            // The list is changed, whatever comes of this; the next change tries again.
            let noted = locked.write_all(format!("{}\n", self.name).as_bytes()).and_then(|()| locked.sync_all());
            noted.unwrap_or_else(|error| tracing::warn!(%error, "{LOCK} does not name {}", self.name));
        }
        Ok(result)
    }

    /// The list, or an empty one when there never was any.
    fn load_or_begin(&self, was_read: bool) -> Result<Vec<T>, GateError> {
        match self.load()? {
            Some(entries) => Ok(entries),
            None if was_read || self.was_written() => Err(self.gone()),
            None => Ok(Vec::new()),
        }
    }

    /// Whether the list was ever written, by any program that knew how to note it.
    fn was_written(&self) -> bool {
        let noted = fs::read_to_string(self.dir().join(LOCK)).unwrap_or_default();
        noted.lines().any(|name| name == self.name)
    }

    /// Whether this program has read somebody in it.
    fn was_read(&self) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.as_ref().is_some_and(|read| !read.entries.is_empty())
    }

    /// What stands in the file; `None` when there is none.
    fn load(&self) -> Result<Option<Vec<T>>, GateError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(GateError::disk(&self.path)(error)),
        };
        let page: Page<Vec<T>> = serde_json::from_slice(&bytes).map_err(|error| self.damaged(&error))?;
        if page.version != VERSION {
            let detail = format!("version {}, this program knows {VERSION}", page.version);
            return Err(GateError::Damaged { path: self.path.clone(), detail });
        }
        // Over what the file says, not over what this version makes of it.
        let said: Page<serde_json::Value> = serde_json::from_slice(&bytes).map_err(|error| self.damaged(&error))?;
        let sum = self.sum(&said.entries)?;
        if page.crc32.is_some_and(|written| written != sum) {
            let detail = "its checksum does not match; who edited it on purpose removes the line crc32".to_owned();
            return Err(GateError::Damaged { path: self.path.clone(), detail });
        }
        Ok(Some(page.entries))
    }

    fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn gone(&self) -> GateError {
        GateError::Gone { path: self.path.clone() }
    }

    fn sum(&self, entries: &serde_json::Value) -> Result<u32, GateError> {
        let json = serde_json::to_vec(entries).map_err(|error| self.damaged(&error))?;
        Ok(crc32fast::hash(&json))
    }

    fn stamp(&self) -> Result<Stamp, GateError> {
        match fs::metadata(&self.path) {
            Ok(meta) => Ok(Some((meta.mtime(), meta.mtime_nsec(), meta.size(), meta.ino()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(GateError::disk(&self.path)(error)),
        }
    }

    fn damaged(&self, error: &serde_json::Error) -> GateError {
        GateError::Damaged { path: self.path.clone(), detail: error.to_string() }
    }
}

/// Says that a list that was read before can't be read now.
fn tell(error: &GateError) {
    tracing::error!(zh = error.zh(), "{error}. Until then the list holds as it was read last");
}

/// The data directory, closed to other users when it is made here.
fn make_dir(dir: &Path) -> Result<(), GateError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(GateError::disk(dir))
}

/// Keeps out every other program that changes the files in `dir`, until it is dropped.
pub fn lock(dir: &Path) -> Result<File, GateError> {
    let path = dir.join(LOCK);
    let open = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    let file = open.map_err(GateError::disk(&path))?;
    give_to_owner_of(dir, &file).and_then(|()| file.lock()).map_err(GateError::disk(&path))?;
    Ok(file)
}

/// Puts `bytes` in the place of a file, whole or not at all; only the owner may read it. Call it under the [`lock`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), GateError> {
    let (beside, dir) = (path.with_extension("new"), path.parent().unwrap_or(Path::new(".")));
    let write = || {
        // What a power cut left here may have other rights.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside)?;
        give_to_owner_of(dir, &file)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(dir)?.sync_all()
    };
    write().map_err(GateError::disk(path))
}

/// What root makes at the command line belongs to the server's user, to whom the directory belongs: else it couldn't read it.
fn give_to_owner_of(dir: &Path, file: &File) -> io::Result<()> {
    let (owner, ours) = (fs::metadata(dir)?, file.metadata()?);
    if ours.uid() == owner.uid() {
        return Ok(());
    }
    fchown(file, Some(owner.uid()), Some(owner.gid()))
}
