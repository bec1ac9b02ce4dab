//! Directories of stores: one in use, the broken ones beside it, and a note of openings that did not end.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Fault;

/// Broken stores that are kept, so that somebody can look into them.
const KEPT: usize = 3;
/// Openings that may be cut off one after the other, by a kill or a power cut, before the store itself is suspected.
const OPENINGS_MAX: u32 = 3;
const OPENINGS: &str = "openings";

/// Moves `dir` to a free `<dir>.broken-<n>` and removes all but the last three of those. Returns where it is now.
pub(super) fn move_aside(dir: &Path) -> io::Result<PathBuf> {
    let broken = list_broken(dir)?;
    let next = broken.last().map_or(1, |last| last + 1);
    let stale = broken.len().saturating_sub(KEPT - 1);
    for n in &broken[..stale] {
        fs::remove_dir_all(broken_path(dir, *n))?;
    }
    let path = broken_path(dir, next);
    fs::rename(dir, &path)?;
    Ok(path)
}

/// Notes that an opening begins. A store that takes the whole server down with it whenever it is opened (by using up all
/// memory, say) must not do so for ever.
pub(super) fn begin_opening(dir: &Path) -> Result<(), Fault> {
    let path = dir.join(OPENINGS);
    let before = match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().unwrap_or(0),
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error.into()),
    };
    if before >= OPENINGS_MAX {
        return Err(Fault::Interrupted(before));
    }
    Ok(fs::write(path, (before + 1).to_string())?)
}

/// Notes that it ended, well or not.
pub(super) fn end_opening(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(OPENINGS)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The numbers of the broken stores beside `dir`, ascending.
fn list_broken(dir: &Path) -> io::Result<Vec<u32>> {
    let prefix = format!("{}.broken-", name(dir));
    let mut numbers = Vec::new();
    let beside = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in fs::read_dir(beside)? {
        let name = entry?.file_name();
        numbers.extend(name.to_string_lossy().strip_prefix(&prefix).and_then(|n| n.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn broken_path(dir: &Path, n: u32) -> PathBuf {
    dir.with_file_name(format!("{}.broken-{n}", name(dir)))
}

fn name(dir: &Path) -> String {
    dir.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
