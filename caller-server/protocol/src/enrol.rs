//! A blank device and the server become acquainted: what they say, over HTTP.
//!
//! 1. `POST /api/enrol`, [`Begin`] → [`Begun`]: the device commits itself to a key, the server shows its keys.
//! 2. `POST /api/enrol/{id}/open`, [`Open`]: the device shows its key. Both now compute the same six digits, unless somebody
//!    between them changed a key. The device shows them to people, the server never does.
//! 3. A manager types at the server what the device shows. `GET /api/enrol/{id}` → [`Progress`]: the device's own key, sealed.
//! 4. `POST /api/enrol/{id}/done` under that key: the device has kept it.
//!
//! `POST /api/enrol/prove`, [`Challenge`] → [`Proof`]: a server shows to a device that knows it that it is still the same one.
//!
//! - [`agreement`] (feature `agreement`): what both sides compute

#[cfg(feature = "agreement")]
pub mod agreement;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{Text, base16, view::DeviceRole};

/// The version of the agreement.
pub const ENROL_VERSION: u16 = 1;
/// The service by which a server makes itself known in the network (RFC 6763).
pub const SERVICE: &str = "_yihao._tcp.local.";
/// So long a device waits for a manager, ms: then it begins anew, with other digits.
pub const WAIT_MS_MAX: u64 = 600_000;
/// A device asks so often whether it was approved, ms.
pub const ASK_EVERY_MS: u64 = 1_000;
/// The longest word that a device says of itself, characters.
pub const WORD_CHARS_MAX: usize = 64;
/// The largest body of an enrolment, bytes; a real one has less than 700.
pub const ENROL_BYTES_MAX: usize = 4_096;

/// A key, nonce or hash of 32 bytes; on the wire in base 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes32(pub [u8; 32]);

/// A device that has no key begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// [`ENROL_VERSION`].
    pub version: u16,
    /// What the device says of itself.
    pub about: About,
    /// What the device commits itself to; see [`agreement`](self).
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub commitment: Bytes32,
}

/// What a blank device says of itself. It is part of the digits: who changes it on the way changes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What it is.
    pub role: DeviceRole,
    /// Name and version of its program: `window-display 0.1.0`.
    pub program: String,
    /// How its machine is called in the network.
    pub machine: String,
    /// The name that its profile proposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub name: Option<String>,
    /// The window that its profile proposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub window: Option<u16>,
}

/// The server's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Begun {
    /// Names this enrolment.
    pub id: String,
    /// The server's lasting key: by it a device knows the server again.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub server: Bytes32,
    /// Its key for this enrolment alone.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub ephemeral: Bytes32,
    /// Its random number.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub nonce: Bytes32,
}

/// The device shows what it committed itself to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Its key for this enrolment alone.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub key: Bytes32,
    /// Its random number.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub nonce: Bytes32,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Progress {
    /// A manager has not looked yet.
    Waiting,
    /// A manager does not want it.
    Refused {
        /// For people.
        text: Text,
    },
    /// It is approved.
    Approved {
        /// A [`Grant`] as JSON, sealed for this device alone, in base 16.
        sealed: String,
    },
}

/// What a device is given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// How it is called.
    pub name: String,
    /// The window above which a display hangs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u16>,
    /// Its own key.
    pub key: String,
}

/// A device asks a server whether it is the one that it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// A key for this question alone.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub key: Bytes32,
}

/// What only the server with the lasting key can say to a [`Challenge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Proof {
    /// It.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub proof: Bytes32,
}

/// A device that waits, for managers. The digits are not here: they are read at the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EnrolRow {
    /// Names it.
    pub id: String,
    /// What it says of itself.
    pub about: About,
    /// The address from which it asks, if it is known.
    pub from: String,
    /// So long it will wait yet, seconds.
    pub left_s: u32,
    /// So often digits may yet be typed for it.
    pub tries_left: u8,
}

/// A manager approves a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The six digits that the device shows.
    pub digits: String,
    /// How it is called from now on.
    pub name: String,
    /// The window above which a display hangs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub window: Option<u16>,
    /// Whether it takes the place of the device that has this name, whose key then opens nothing any more.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub replace: bool,
}

/// A manager revokes a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Which.
    pub device: String,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant({}, …)", self.name)
    }
}

impl fmt::Debug for Bytes32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16::encode(&self.0))
    }
}

impl Serialize for Bytes32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base16::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = base16::decode(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("64 digits of base 16 are expected"))
    }
}

impl About {
    /// Whether every word is of a length that people can read and that no control character hides in it.
    pub fn is_plain(&self) -> bool {
        let words = [Some(&self.program), Some(&self.machine), self.name.as_ref()];
        words
            .into_iter()
            .flatten()
            .all(|word| word.chars().count() <= WORD_CHARS_MAX && !word.contains(char::is_control))
    }
}
