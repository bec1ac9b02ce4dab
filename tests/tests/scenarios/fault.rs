//! One thing that is wrong with one file, as disks, cables and people make it.

use std::fs;
use std::path::{Path, PathBuf};

use rand::{Rng, RngExt, rngs::StdRng};

/// What a disk reads and writes at once.
const SECTOR_BYTES: usize = 512;

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One bit is another.
    Flip { at: usize, bit: u32 },
    /// It ends too early.
    Cut { to: usize },
    /// A sector reads as zeros.
    Zeros { at: usize },
    /// A sector reads as noise.
    Noise { at: usize },
    /// All of it is noise.
    Garbage,
    /// It is gone.
    Gone,
    /// Another file stands in its place.
    Replaced(PathBuf),
    /// It and another file have changed places.
    Swapped(PathBuf),
    /// It is there a second time, under another name.
    Twice(PathBuf),
}

impl Fault {
    /// One that may befall any file of so many bytes.
    pub fn any(len: usize, rng: &mut StdRng) -> Self {
        let at = rng.random_range(0..len.max(1));
        match rng.random_range(0..20) {
            0..10 => Self::Flip { at, bit: rng.random_range(0..8) },
            10..14 => Self::Cut { to: at },
            14..17 => Self::Zeros { at: at / SECTOR_BYTES * SECTOR_BYTES },
            17..19 => Self::Noise { at: at / SECTOR_BYTES * SECTOR_BYTES },
            _ => Self::Gone,
        }
    }

    /// Does it. Whether anything is another than before.
    pub fn befall(&self, path: &Path, rng: &mut StdRng) -> bool {
        let before = fs::read(path).unwrap();
        let mut bytes = before.clone();
        match self {
            Self::Flip { at, bit } => bytes.get_mut(*at).into_iter().for_each(|byte| *byte ^= 1 << bit),
            Self::Cut { to } => bytes.truncate(*to),
            Self::Zeros { at } => sector(&mut bytes, *at).fill(0),
            Self::Noise { at } => rng.fill_bytes(sector(&mut bytes, *at)),
            Self::Garbage => rng.fill_bytes(&mut bytes),
            Self::Gone => {
                fs::remove_file(path).unwrap();
                return true;
            }
            Self::Replaced(other) => bytes = fs::read(other).unwrap(),
            Self::Swapped(other) => {
                bytes = fs::read(other).unwrap();
                fs::write(other, &before).unwrap();
            }
            Self::Twice(name) => {
                fs::copy(path, name).unwrap();
                return true;
            }
        }
        fs::write(path, &bytes).unwrap();
        bytes != before
    }
}

fn sector(bytes: &mut [u8], at: usize) -> &mut [u8] {
    let end = bytes.len().min(at + SECTOR_BYTES);
    &mut bytes[at.min(end)..end]
}

/// A copy of a directory and all that is in it.
pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

/// All files of a directory and of those below, in order.
pub fn all_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
