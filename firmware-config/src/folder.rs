//! What was rendered, as files: written into a folder, or held against a folder, a mounted card or the root of a device.

mod compare;

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use thiserror::Error;

pub use self::compare::{Difference, How, compare};
use crate::render::{File, LIST, Rendered};

/// Why files can't be written or compared.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The system refuses.
    #[error("{path}: {why}; check the path, the permissions and the space. 请检查路径、权限和剩余空间。")]
    System {
        /// Where.
        path: PathBuf,
        /// What it said.
        why: io::Error,
    },
    /// A folder that this program did not make.
    #[error(
        "{0}: is there and was not made by firmware-config, so it is left as it is; name another folder.\n\
         {0}：已存在且不是由 firmware-config 生成的，未作改动；请换一个文件夹。"
    )]
    NotOurs(PathBuf),
}

/// Writes all files below `into`. What an earlier call wrote there is gone afterwards; at no time is half of it there.
///
/// # Errors
/// The system refuses, or the folder is somebody else's.
pub fn write(rendered: &Rendered, into: &Path) -> Result<(), FolderError> {
    let mut fresh = into.as_os_str().to_owned();
    // No device has such a name.
    fresh.push("~");
    let fresh = PathBuf::from(fresh);
    remove(&fresh)?;
    make_folder(&fresh)?;
    // The list first: it is what a folder of ours is known by.
    let is_list = |path: &str| path == LIST;
    for first in [true, false] {
        for (path, file) in rendered.files().filter(|(path, _)| is_list(path) == first) {
            write_file(&fresh, path, file)?;
        }
    }
    remove(into)?;
    fs::rename(&fresh, into).map_err(at(into))
}

/// Writes one file below a system that is there, in the place of what is at its path.
///
/// # Errors
/// The system refuses.
pub fn replace(root: &Path, path: &str, file: &File) -> Result<(), FolderError> {
    let there = root.join(path);
    match fs::remove_file(&there) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(at(&there)(why)),
        _ => write_file(root, path, file),
    }
}

/// Removes what an earlier call made, and nothing else.
fn remove(folder: &Path) -> Result<(), FolderError> {
    match fs::symlink_metadata(folder) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(at(folder)(why)),
        Ok(found) if !found.is_dir() => return Err(FolderError::NotOurs(folder.into())),
        Ok(_) => {}
    }
    let is_empty = fs::read_dir(folder).map_err(at(folder))?.next().is_none();
    if !is_empty && !folder.join(LIST).is_file() {
        return Err(FolderError::NotOurs(folder.into()));
    }
    fs::remove_dir_all(folder).map_err(at(folder))
}

fn write_file(root: &Path, path: &str, file: &File) -> Result<(), FolderError> {
    let path = &root.join(path);
    for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(root)) {
        make_folder(folder)?;
    }
    let Some(mode) = file.mode() else { return symlink(file.text(), path).map_err(at(path)) };
    let mut open = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(at(path))?;
    open.write_all(file.text().as_bytes()).map_err(at(path))?;
    open.set_permissions(Permissions::from_mode(mode)).map_err(at(path))
}

/// Open to all whatever the mask of this shell is: it may be copied over a folder of the system.
fn make_folder(path: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(path).and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o755))).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    move |why| FolderError::System { path: path.into(), why }
}
