//! What is different on a device from what its profile says.

use std::{fmt, fs, io, os::unix::fs::PermissionsExt, path::Path};

use similar::TextDiff;

use super::{FolderError, at};
use crate::{
    image::layout::slot_words,
    render::{COMMAND_LINE, File, LIST, Rendered},
    update::Slot,
};

/// The firmware's own partition is FAT: its files have no permissions of their own.
const WITHOUT_MODES: &str = "boot/";

/// One file that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which, from the root.
    pub path: String,
    /// How.
    pub how: How,
}

/// How a file is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It is not there.
    Missing,
    /// It is there from an earlier profile.
    Left,
    /// Other lines: a unified diff from what is there to what should be.
    Lines(String),
    /// Another content, which is not shown.
    Secret,
    /// Other permissions: found and expected.
    Mode(u32, u32),
    /// It leads elsewhere or is no link, or it is something else than a file.
    Kind,
}

/// Everything that is different below `root`, in the order of the paths.
///
/// # Errors
/// Something is there and can't be read.
pub fn compare(rendered: &Rendered, root: &Path) -> Result<Vec<Difference>, FolderError> {
    let mut differences = Vec::new();
    for (path, file) in rendered.files() {
        let how = different(path, file, root)?;
        differences.extend(how.map(|how| Difference { path: path.into(), how }));
    }
    for path in left(rendered, root)? {
        differences.push(Difference { path, how: How::Left });
    }
    differences.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(differences)
}

fn different(path: &str, file: &File, root: &Path) -> Result<Option<How>, FolderError> {
    let there = root.join(path);
    let found = match fs::symlink_metadata(&there) {
        Ok(found) => found,
        Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Some(How::Missing));
        }
        Err(why) => return Err(at(&there)(why)),
    };
    let Some(mode) = file.mode() else {
        let leads = found.is_symlink().then(|| fs::read_link(&there)).transpose().map_err(at(&there))?;
        return Ok((leads.as_deref() != Some(Path::new(file.text()))).then_some(How::Kind));
    };
    if !found.is_file() {
        return Ok(Some(How::Kind));
    }
    let mut bytes = fs::read(&there).map_err(at(&there))?;
    if path == COMMAND_LINE {
        bytes = in_slot_a(bytes);
    }
    if bytes != file.text().as_bytes() {
        return Ok(Some(lines(&bytes, file)));
    }
    let found = found.permissions().mode() & 0o7777;
    Ok((found != mode && !path.starts_with(WITHOUT_MODES)).then_some(How::Mode(found, mode)))
}

/// A device in its other slot is as its profile says, too.
fn in_slot_a(bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes).replace(&slot_words(Slot::B), &slot_words(Slot::A));
    text.into_bytes()
}

fn lines(found: &[u8], file: &File) -> How {
    if matches!(file, File::Secret(_)) {
        return How::Secret;
    }
    let found = String::from_utf8_lossy(found);
    How::Lines(TextDiff::from_lines(found.as_ref(), file.text()).unified_diff().context_radius(1).to_string())
}

/// What the list of an earlier call names, is still there, and should not be.
fn left(rendered: &Rendered, root: &Path) -> Result<Vec<String>, FolderError> {
    let list = root.join(LIST);
    let text = match fs::read_to_string(&list) {
        Ok(text) => text,
        Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(why) => return Err(at(&list)(why)),
    };
    let named = text.lines().filter_map(|line| Some(line.split_once(' ')?.1));
    let ours = named.filter(|path| !path.starts_with('/') && !path.split('/').any(|part| part == ".."));
    let left = ours.filter(|path| rendered.get(path).is_none() && fs::symlink_metadata(root.join(path)).is_ok());
    Ok(left.map(str::to_owned).collect())
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match &self.how {
            How::Missing => f.write_str("is missing 缺少"),
            How::Left => f.write_str("is left from an earlier profile; delete it 旧配置遗留，请删除"),
            How::Lines(diff) => write!(f, "is different 内容不同\n{}", diff.trim_end()),
            How::Secret => f.write_str("is different (secret, not shown) 内容不同（保密，不显示）"),
            How::Mode(found, expected) => {
                write!(f, "has permissions {found:04o}, should have {expected:04o} 权限不符")
            }
            How::Kind => f.write_str("is another kind of file, or a link to elsewhere 文件类型或链接目标不同"),
        }
    }
}
