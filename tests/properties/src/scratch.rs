//! A directory that costs no disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Memory that looks like a disk, where the system has it.
const IN_MEMORY: &str = "/dev/shm";

/// A new directory, in memory if possible; it goes away with its owner.
pub fn directory() -> TempDir {
    let in_memory = tempfile::tempdir_in(IN_MEMORY);
    in_memory.or_else(|_| tempfile::tempdir()).expect("a directory for scratch")
}

/// Empties a directory that is used again: making one costs more than what happens in it.
pub fn empty(directory: &Path) {
    for file in files(directory) {
        fs::remove_file(&file).expect("a scratch file can be removed");
    }
}

/// The files in a directory, in order.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the scratch directory is there");
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.expect("the scratch directory can be listed");
    paths.sort();
    paths
}
