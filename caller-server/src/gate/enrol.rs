//! Blank devices that want to come in: a manager types at the server the six digits that the device shows, and it gets a key.
//!
//! - here: the lasting key of this server, chance and time around the room
//! - [`room`]: who waits, how far each is, and how much anybody may ask; pure

pub mod room;

use std::{
    fs, io,
    net::IpAddr,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use protocol::{
    base16,
    enrol::{
        Begin, Begun, Bytes32, Challenge, EnrolRow, Open, Proof,
        agreement::{Agreed, AgreementError, Secret},
    },
};

use self::room::{Chance, EnrolError, Room, State};
use super::{
    GateError,
    book::{lock, replace},
};

/// The file of the lasting key: in base 16, as people copy it when a server moves to another machine.
const KEY_FILE: &str = "server.key";

/// The waiting room of this server.
pub struct Enrol {
    key: Secret,
    room: Mutex<Room>,
}

impl Enrol {
    /// Reads the server's lasting key, and makes it when there is none.
    ///
    /// # Errors
    /// The file can't be read or written, or is damaged.
    pub fn open(data_dir: &Path) -> Result<Self, GateError> {
        Ok(Self { key: key(data_dir)?, room: Mutex::default() })
    }

    /// The lasting key, as everybody may know it.
    pub fn public(&self) -> Bytes32 {
        self.key.public()
    }

    /// A device begins.
    ///
    /// # Errors
    /// It says too much, or too many ask.
    pub fn begin(&self, now_ms: u64, from: Option<IpAddr>, begin: &Begin) -> Result<Begun, EnrolError> {
        let chance = Chance { id: base16::encode(&rand::random::<[u8; 16]>()), key: random(), nonce: random() };
        self.room().begin(now_ms, from, begin, chance, &self.key)
    }

    /// A device shows its key.
    ///
    /// # Errors
    /// It is not the one that it committed itself to, or its time is over.
    pub fn show(&self, now_ms: u64, id: &str, open: &Open) -> Result<(), EnrolError> {
        self.room().show(now_ms, id, open, &self.key)
    }

    /// How far a device is; `None` = nobody of this name waits.
    pub fn state(&self, now_ms: u64, id: &str) -> Option<State> {
        self.room().state(now_ms, id)
    }

    /// What was agreed with the device that shows these digits.
    ///
    /// # Errors
    /// They are others, or its time is over.
    pub fn compare(&self, now_ms: u64, id: &str, digits: &str) -> Result<Agreed, EnrolError> {
        self.room().compare(now_ms, id, digits)
    }

    /// What a device that waits says of itself.
    pub fn row(&self, now_ms: u64, id: &str) -> Option<EnrolRow> {
        self.rows(now_ms).into_iter().find(|row| row.id == id)
    }

    /// A manager does not want this device.
    ///
    /// # Errors
    /// Nobody of this name waits.
    pub fn refuse(&self, now_ms: u64, id: &str) -> Result<(), EnrolError> {
        self.room().refuse(now_ms, id)
    }

    /// This device has its key.
    pub fn admitted(&self, id: &str) {
        self.room().leave(id);
    }

    /// Who waits, the first to come first.
    pub fn rows(&self, now_ms: u64) -> Vec<EnrolRow> {
        self.room().rows(now_ms)
    }

    /// Shows that this is the server with the lasting key.
    ///
    /// # Errors
    /// What was asked with is no key.
    pub fn prove(&self, challenge: &Challenge) -> Result<Proof, AgreementError> {
        let proof = self.key.proof(challenge.key, challenge.key, self.key.public())?;
        Ok(Proof { proof })
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        // Every step leaves whole entries or none, also before a panic elsewhere.
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn random() -> Bytes32 {
    Bytes32(rand::random())
}

fn key(data_dir: &Path) -> Result<Secret, GateError> {
    let path = data_dir.join(KEY_FILE);
    let _locked = lock(data_dir)?;
    match fs::read_to_string(&path) {
        Ok(text) => {
            let bytes = base16::decode(text.trim()).and_then(|bytes| bytes.try_into().ok());
            let damaged =
                || GateError::Damaged { path: path.clone(), detail: "64 digits of base 16 are expected".into() };
            Ok(Secret::new(Bytes32(bytes.ok_or_else(damaged)?)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = random();
            replace(&path, format!("{}\n", base16::encode(&key.0)).as_bytes())?;
            Ok(Secret::new(key))
        }
        Err(error) => Err(GateError::disk(&path)(error)),
    }
}
