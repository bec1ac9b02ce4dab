//! The devices of the hall, each with a key of its own.

use std::{path::Path, sync::Arc};

use hall::words::AtMs;
use protocol::view::DeviceRole;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{GateError, accounts::check_name, book::Book};

/// A device that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// How it is called, also in the journal.
    pub name: String,
    /// What it is.
    pub role: DeviceRole,
    /// The window above which a display hangs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u16>,
    /// SHA-256 of its key, in base 16. The key is random and long: a slow hash would protect nothing more.
    pub key_sha256: String,
    /// When it was added.
    pub added_at_ms: AtMs,
}

/// All devices, in `devices.json`.
pub struct Devices(Book<Device>);

impl Devices {
    /// Opens the list in a data directory.
    ///
    /// # Errors
    /// It can't be read, or is damaged.
    pub fn open(data_dir: &Path) -> Result<Self, GateError> {
        Book::open(data_dir, "devices.json").map(Self)
    }

    /// All of them, in the order in which they were added.
    ///
    /// # Errors
    /// As [`Devices::open`].
    pub fn all(&self) -> Result<Arc<Vec<Device>>, GateError> {
        self.0.entries()
    }

    /// Which one has this key.
    ///
    /// # Errors
    /// As [`Devices::open`].
    pub fn by_key(&self, key: &str) -> Result<Option<Device>, GateError> {
        // What is compared are hashes of secrets: how long that takes tells nothing about a key.
        let key_sha256 = sha256(key);
        Ok(self.all()?.iter().find(|device| device.key_sha256 == key_sha256).cloned())
    }

    /// Adds a device and returns its key, which is not kept.
    ///
    /// # Errors
    /// A name that can't be or is taken, a display without a window, or the file can't be written.
    pub fn add(&self, name: &str, role: DeviceRole, window: Option<u16>, now_ms: AtMs) -> Result<String, GateError> {
        check_name(name)?;
        if window.is_some() != (role == DeviceRole::Display) {
            return Err(GateError::WindowOfDevice);
        }
        let key = base16(&rand::random::<[u8; 32]>());
        let device = Device { name: name.into(), role, window, key_sha256: sha256(&key), added_at_ms: now_ms };
        self.0.change(|devices| {
            if devices.iter().any(|device| device.name == name) {
                return Err(GateError::NameTaken(name.into()));
            }
            devices.push(device);
            Ok(key)
        })
    }

    /// Removes a device; its key is worthless from now on.
    ///
    /// # Errors
    /// None has the name, or the file can't be written.
    pub fn revoke(&self, name: &str) -> Result<(), GateError> {
        self.0.change(|devices| {
            let at = devices.iter().position(|device| device.name == name);
            devices.remove(at.ok_or_else(|| GateError::NoSuchName(name.into()))?);
            Ok(())
        })
    }
}

fn sha256(key: &str) -> String {
    base16(&Sha256::digest(key.as_bytes()))
}

pub(super) fn base16(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
}
