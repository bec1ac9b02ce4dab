//! The directory of a demonstration. It is emptied only when a former demonstration made it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::{Problem, teller::Teller};

/// Says that a demonstration made the directory; locked while one runs in it.
const MARKER: &str = "made-by-the-yihao-demo";

/// The directory of a running demonstration.
pub struct Folder {
    path: PathBuf,
    /// Held to keep others out.
    _marker: File,
}

impl Folder {
    /// Makes the directory, or empties the one that a former demonstration made.
    ///
    /// # Errors
    /// Somebody else's directory, a running demonstration, or the disk.
    pub fn make(path: &Path, teller: &Teller) -> Result<Self, Problem> {
        fs::create_dir_all(path).map_err(Problem::disk(path))?;
        let path = path.canonicalize().map_err(Problem::disk(path))?;
        let is_empty = fs::read_dir(&path).map_err(Problem::disk(&path))?.next().is_none();
        let file = path.join(MARKER);
        if !is_empty && !file.is_file() {
            return Err(Problem::NotOurs(path));
        }
        let marker = File::options().create(true).append(true).open(&file).map_err(Problem::disk(&file))?;
        match marker.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Problem::Running(path)),
            Err(TryLockError::Error(why)) => return Err(Problem::Disk { path: file, why }),
        }
        if !is_empty {
            teller
                .say(&format!("清除上次演示的数据 · Deleting what the last demonstration left in {}", path.display()));
            empty(&path)?;
        }
        Ok(Self { path, _marker: marker })
    }

    /// A directory within; made if it is not there.
    ///
    /// # Errors
    /// The disk.
    pub fn within(&self, name: &str) -> Result<PathBuf, Problem> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).map_err(Problem::disk(&path))?;
        Ok(path)
    }

    /// Writes a small file.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, Problem> {
        let path = self.path.join(name);
        fs::write(&path, text).map_err(Problem::disk(&path))?;
        Ok(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Deletes everything but the marker.
fn empty(path: &Path) -> Result<(), Problem> {
    for entry in fs::read_dir(path).map_err(Problem::disk(path))? {
        let inside = entry.map_err(Problem::disk(path))?.path();
        let done = match inside.file_name() {
            Some(name) if name == MARKER => Ok(()),
            _ if inside.is_dir() && !inside.is_symlink() => fs::remove_dir_all(&inside),
            _ => fs::remove_file(&inside),
        };
        done.map_err(Problem::disk(&inside))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_somebody_else_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("letter.txt"), "dear").unwrap();
        let refused = Folder::make(dir.path(), &Teller::silent());
        assert!(matches!(refused, Err(Problem::NotOurs(_))));
        assert_eq!(fs::read_to_string(dir.path().join("letter.txt")).unwrap(), "dear");
    }

    #[test]
    fn what_a_former_demonstration_left_is_deleted_but_not_under_a_running_one() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::make(dir.path(), &Teller::silent()).unwrap();
        let left = folder.within("slips").unwrap().join("A001.png");
        fs::write(&left, "old").unwrap();
        assert!(matches!(Folder::make(dir.path(), &Teller::silent()), Err(Problem::Running(_))));
        assert!(left.is_file());
        drop(folder);
        Folder::make(dir.path(), &Teller::silent()).unwrap();
        assert!(!left.exists());
    }
}
