//! What a device that enrolled itself keeps, in one file that survives power cuts.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use protocol::{
    Text,
    enrol::{Bytes32, Grant},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of the file.
const VERSION: u32 = 1;
/// A file that is larger is none of ours, bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Who this device is, and whom it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    version: u32,
    /// The server's address when it was met.
    pub server: String,
    /// The server's lasting key: no other server is trusted.
    pub server_key: Bytes32,
    /// What the server gave; `None` = the device is to enrol anew, at the same server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Grant>,
}

/// Why it can't be read or kept.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The disk, or a right.
    #[error("{path}: can't be read or written: {why}. 无法读写设备身份文件。")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It is not what it should be.
    #[error(
        "{path}: is damaged ({detail}). Remove it, and the device enrols anew. 设备身份文件已损坏，请删除后重新登记。"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
}

impl Identity {
    /// What a server gave.
    pub fn new(server: String, server_key: Bytes32, device: Option<Grant>) -> Self {
        Self { version: VERSION, server, server_key, device }
    }

    /// The same server, by which the device is to be let in anew.
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { device: None, ..self }
    }

    /// Reads the file; `None` = there is none.
    ///
    /// # Errors
    /// It can't be read, or is damaged.
    pub fn load(path: &Path) -> Result<Option<Self>, IdentityError> {
        let damaged = |detail: String| IdentityError::Damaged { path: path.into(), detail };
        let bytes = match fs::metadata(path).and_then(|meta| Ok((meta.len(), fs::read(path)?))) {
            Ok((0..=FILE_BYTES_MAX, bytes)) => bytes,
            Ok((size, _)) => return Err(damaged(format!("{size} bytes"))),
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(disk(path)(why)),
        };
        let identity: Self = serde_json::from_slice(&bytes).map_err(|why| damaged(why.to_string()))?;
        match identity.version {
            VERSION => Ok(Some(identity)),
            other => Err(damaged(format!("version {other}, this program knows {VERSION}"))),
        }
    }

    /// Puts it into the file, whole or not at all; durable when this returns. Only the owner may read it.
    ///
    /// # Errors
    /// It can't be written.
    pub fn save(&self, path: &Path) -> Result<(), IdentityError> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|why| IdentityError::Damaged { path: path.into(), detail: why.to_string() })?;
        json.push(b'\n');
        replace(path, &json).map_err(disk(path))
    }

    /// Takes the file away, and with it the trust in the server.
    ///
    /// # Errors
    /// It is there and stays.
    pub fn forget(path: &Path) -> Result<(), IdentityError> {
        match fs::remove_file(path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(disk(path)(why)),
            _ => Ok(()),
        }
    }
}

/// What people see of an enrolment, for [`super::status`]: a file beside the identity, which may be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// What is shown.
    pub text: Text,
}

impl Shown {
    /// Where it stands.
    fn path(identity: &Path) -> PathBuf {
        identity.with_extension("status")
    }

    pub fn load(identity: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(identity)).ok()?).ok()
    }

    /// Whoever can't read it there sees it on the device.
    pub fn save(&self, identity: &Path) -> Result<(), IdentityError> {
        let path = Self::path(identity);
        let json = serde_json::to_vec(self)
            .map_err(|why| IdentityError::Damaged { path: path.clone(), detail: why.to_string() })?;
        replace(&path, &json).map_err(disk(&path))
    }

    pub fn forget(identity: &Path) {
        // What is left is looked at only while there is no key.
        let _ = fs::remove_file(Self::path(identity));
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> IdentityError {
    move |why| IdentityError::Disk { path: path.into(), why }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = path.with_extension("new");
    match fs::remove_file(&beside) {
        // What a power cut left here may have other rights.
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside)?;
    // What root makes at the command line is read by the program's user, to whom the directory belongs.
    let (owner, ours) = (fs::metadata(dir)?, file.metadata()?);
    if ours.uid() != owner.uid() {
        fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn identity() -> Identity {
        let device = Grant { name: "display-3".into(), window: Some(3), key: "k".into() };
        Identity::new("http://10.0.0.1:8080".into(), Bytes32([7; 32]), Some(device))
    }

    #[test]
    fn what_was_kept_is_read_back_by_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("identity.json");
        assert_eq!(Identity::load(&path).unwrap(), None);
        identity().save(&path).unwrap();
        assert_eq!(Identity::load(&path).unwrap(), Some(identity()));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let other = Identity { device: None, ..identity() };
        other.save(&path).unwrap();
        assert_eq!(Identity::load(&path).unwrap(), Some(other));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing half done is left");
        Identity::forget(&path).unwrap();
        Identity::forget(&path).unwrap();
        assert_eq!(Identity::load(&path).unwrap(), None);
    }

    #[test]
    fn what_is_damaged_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("identity.json");
        identity().save(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        let future = String::from_utf8(whole.clone()).unwrap().replace("\"version\": 1", "\"version\": 2");
        for bytes in [&whole[..whole.len() / 2], b"", &vec![b' '; 20_000], future.as_bytes()] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(Identity::load(&path), Err(IdentityError::Damaged { .. })));
        }
    }
}
