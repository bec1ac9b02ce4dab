//! The devices of the hall, each with a key of its own.

use std::{path::Path, sync::Arc};

use hall::words::AtMs;
use protocol::{base16, view::DeviceRole};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{GateError, accounts::check_name, book::Book};

/// A key on its way to a device that enrolled itself. It survives the server: sealed for that device alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnItsWay {
    /// Names the enrolment.
    pub enrol: String,
    /// The sealed message, in base 16.
    pub sealed: String,
}

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
    /// Its key, until it has said that it keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_its_way: Option<OnItsWay>,
}

/// A device that is to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// How it is called.
    pub name: String,
    /// What it is.
    pub role: DeviceRole,
    /// The window above which a display hangs.
    pub window: Option<u16>,
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
        let newcomer = Newcomer { name: name.into(), role, window };
        let key = new_key();
        self.0.change(|devices| {
            let device = newcomer.device(devices, &key, now_ms)?;
            devices.push(device);
            Ok(())
        })?;
        Ok(key)
    }

    /// Lets in a device that enrolled itself; `seal` seals its new key for it. With `replace` it takes the place of the one
    /// that has its name. One write: after a power cut it is there with its key on its way, or not at all.
    ///
    /// # Errors
    /// As [`Devices::add`].
    pub fn admit(
        &self,
        newcomer: &Newcomer,
        replace: bool,
        now_ms: AtMs,
        seal: impl FnOnce(&str) -> OnItsWay,
    ) -> Result<(), GateError> {
        let key = new_key();
        self.0.change(|devices| {
            if replace {
                devices.retain(|device| device.name != newcomer.name);
            }
            let device = newcomer.device(devices, &key, now_ms)?;
            devices.push(Device { on_its_way: Some(seal(&key)), ..device });
            Ok(())
        })
    }

    /// The sealed key of an enrolment.
    ///
    /// # Errors
    /// As [`Devices::open`].
    pub fn on_its_way(&self, enrol: &str) -> Result<Option<OnItsWay>, GateError> {
        let on_its_way =
            self.all()?.iter().filter_map(|device| device.on_its_way.clone()).find(|one| one.enrol == enrol);
        Ok(on_its_way)
    }

    /// The device says that it keeps its key.
    ///
    /// # Errors
    /// None has the name, or the file can't be written.
    pub fn has_its_key(&self, name: &str) -> Result<(), GateError> {
        self.0.change(|devices| {
            let device = devices.iter_mut().find(|device| device.name == name);
            device.ok_or_else(|| GateError::NoSuchName(name.into()))?.on_its_way = None;
            Ok(())
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

impl Newcomer {
    /// The entry beside these others.
    fn device(&self, others: &[Device], key: &str, now_ms: AtMs) -> Result<Device, GateError> {
        let Self { name, role, window } = self.clone();
        check_name(&name)?;
        if window.is_some() != (role == DeviceRole::Display) {
            return Err(GateError::WindowOfDevice);
        }
        if others.iter().any(|device| device.name == name) {
            return Err(GateError::NameTaken(name));
        }
        Ok(Device { name, role, window, key_sha256: sha256(key), added_at_ms: now_ms, on_its_way: None })
    }
}

fn new_key() -> String {
    base16::encode(&rand::random::<[u8; 32]>())
}

fn sha256(key: &str) -> String {
    base16::encode(&Sha256::digest(key.as_bytes()))
}
