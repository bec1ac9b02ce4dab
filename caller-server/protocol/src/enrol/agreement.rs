//! What a device and a server compute when they become acquainted, pure: keys and chance come in as arguments.
//!
//! It is numeric comparison with six digits (Vaudenay, *Secure Communications over Insecure Channels Based on Short
//! Authenticated Strings*, CRYPTO 2005, 3.2; Bluetooth and ZRTP do the same). The device commits itself to its key and random
//! number before it sees the server's; so whoever stands between the two must choose what to say to each before they can know
//! the digits that follow, and meets the same ones on both sides once in a million tries. Then the device's own key travels
//! under a key that comes from X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869) and ChaCha20-Poly1305 (RFC 8439):
//!
//! - `commitment = H("commitment", device key, device nonce, about)`
//! - `transcript = H("transcript", commitment, device key, device nonce, server key, server ephemeral, server nonce, about)`
//! - `digits = H("digits", transcript) mod 10⁶`, of the first 8 bytes (the bias is below 10⁻¹³)
//! - `seal = HKDF(salt: transcript, X25519(device, server ephemeral) ‖ X25519(device, server key), "seal")`
//!
//! `H` is SHA-256 over a label and its parts, each after its length. The lasting key in the seal proves the server to a device
//! that knows it; the ephemeral ones keep a seal shut although the lasting key may be stolen later.

use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{Aead, KeyInit},
};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use thiserror::Error;
use x25519_dalek::{PublicKey, StaticSecret};

use super::{About, Begun, Bytes32, Open};

/// Six digits, as people read them to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits(String);

/// The number of different digits.
const DIGITS: u64 = 1_000_000;
/// A seal begins with the nonce under which it was made.
const SEAL_NONCE_BYTES: usize = 12;

/// Why there is no agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AgreementError {
    /// The device showed another key than it committed itself to.
    #[error("the key is not the one that was committed to")]
    Commitment,
    /// A key with which everybody would get the same secret.
    #[error("the key is one of the few that give no secret")]
    WeakKey,
}

/// The secret part of a pair of keys.
#[derive(Clone)]
pub struct Secret(StaticSecret);

/// The device's side, before it heard the server.
pub struct DeviceSide {
    secret: Secret,
    nonce: Bytes32,
    about: Bytes32,
}

/// The server's side, before the device showed its key.
pub struct ServerSide {
    ephemeral: Secret,
    nonce: Bytes32,
    commitment: Bytes32,
    about: Bytes32,
}

/// What both sides have in the end.
#[derive(Clone)]
pub struct Agreed {
    digits: Digits,
    seal: [u8; 32],
}

impl Secret {
    /// From 32 random bytes.
    pub fn new(random: Bytes32) -> Self {
        Self(StaticSecret::from(random.0))
    }

    /// The public part.
    pub fn public(&self) -> Bytes32 {
        Bytes32(PublicKey::from(&self.0).to_bytes())
    }

    fn shared(&self, other: Bytes32) -> Result<[u8; 32], AgreementError> {
        let shared = self.0.diffie_hellman(&PublicKey::from(other.0));
        if shared.was_contributory() { Ok(shared.to_bytes()) } else { Err(AgreementError::WeakKey) }
    }

    /// What only two can compute: the holder of this secret, and that of the one for `other`. With it a server proves itself.
    ///
    /// # Errors
    /// `other` is no key.
    pub fn proof(&self, other: Bytes32, challenge: Bytes32, server: Bytes32) -> Result<Bytes32, AgreementError> {
        let salt = hash("proof", &[&challenge.0, &server.0]);
        Ok(Bytes32(expand(salt, &self.shared(other)?, "proof")))
    }
}

impl DeviceSide {
    /// Begins with fresh randomness for key and nonce; returns what the device commits itself to.
    pub fn begin(key: Bytes32, nonce: Bytes32, about: &About) -> (Self, Bytes32) {
        let (secret, about) = (Secret::new(key), digest(about));
        let commitment = commitment(secret.public(), nonce, about);
        (Self { secret, nonce, about }, commitment)
    }

    /// What the device shows after it heard the server.
    pub fn open(&self) -> Open {
        Open { key: self.secret.public(), nonce: self.nonce }
    }

    /// What comes of the server's part.
    ///
    /// # Errors
    /// One of its keys is none.
    pub fn agree(&self, begun: &Begun) -> Result<Agreed, AgreementError> {
        let open = self.open();
        let ikm = [self.secret.shared(begun.ephemeral)?, self.secret.shared(begun.server)?].concat();
        let commitment = commitment(open.key, open.nonce, self.about);
        let server = [begun.server, begun.ephemeral, begun.nonce];
        Ok(Agreed::new(transcript(commitment, &open, server, self.about), &ikm))
    }
}

impl ServerSide {
    /// Begins with fresh randomness for key and nonce.
    pub fn begin(key: Bytes32, nonce: Bytes32, commitment: Bytes32, about: &About) -> Self {
        Self { ephemeral: Secret::new(key), nonce, commitment, about: digest(about) }
    }

    /// What the device hears, under the name of this enrolment.
    pub fn begun(&self, id: String, lasting: &Secret) -> Begun {
        Begun { id, server: lasting.public(), ephemeral: self.ephemeral.public(), nonce: self.nonce }
    }

    /// What comes of the key that the device shows.
    ///
    /// # Errors
    /// It is another one than it committed itself to, or none.
    pub fn agree(&self, lasting: &Secret, open: &Open) -> Result<Agreed, AgreementError> {
        if commitment(open.key, open.nonce, self.about) != self.commitment {
            return Err(AgreementError::Commitment);
        }
        let ikm = [self.ephemeral.shared(open.key)?, lasting.shared(open.key)?].concat();
        let server = [lasting.public(), self.ephemeral.public(), self.nonce];
        Ok(Agreed::new(transcript(self.commitment, open, server, self.about), &ikm))
    }
}

impl Agreed {
    fn new(transcript: Bytes32, ikm: &[u8]) -> Self {
        let first = hash("digits", &[&transcript.0]).0.into_iter().take(8);
        let number = first.fold(0_u64, |number, byte| (number << 8) | u64::from(byte)) % DIGITS;
        Self { digits: Digits(format!("{number:06}")), seal: expand(transcript, ikm, "seal") }
    }

    /// What people compare.
    pub fn digits(&self) -> &Digits {
        &self.digits
    }

    /// Seals a message for the other side; `nonce` is random.
    pub fn seal(&self, nonce: [u8; SEAL_NONCE_BYTES], message: &[u8]) -> Vec<u8> {
        let sealed = self.cipher().encrypt(&nonce.into(), message).expect("invariant: a message is far below 256 GB");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what the other side sealed; `None` when it did not.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<SEAL_NONCE_BYTES>()?;
        self.cipher().decrypt(&(*nonce).into(), sealed).ok()
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.seal.into())
    }
}

impl Digits {
    /// All six.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In two groups of three, as people read them: `482 913`.
    pub fn grouped(&self) -> String {
        let (first, last) = self.0.split_at(3);
        format!("{first} {last}")
    }

    /// Whether somebody typed these, with spaces where they like.
    pub fn are(&self, typed: &str) -> bool {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        typed == self.0
    }
}

fn commitment(key: Bytes32, nonce: Bytes32, about: Bytes32) -> Bytes32 {
    hash("commitment", &[&key.0, &nonce.0, &about.0])
}

fn transcript(commitment: Bytes32, open: &Open, server: [Bytes32; 3], about: Bytes32) -> Bytes32 {
    let [lasting, ephemeral, nonce] = server;
    hash("transcript", &[&commitment.0, &open.key.0, &open.nonce.0, &lasting.0, &ephemeral.0, &nonce.0, &about.0])
}

fn digest(about: &About) -> Bytes32 {
    let window = about.window.map_or_else(String::new, |window| window.to_string());
    let name = about.name.clone().unwrap_or_default();
    let role = format!("{:?}", about.role);
    hash(
        "about",
        &[role.as_bytes(), about.program.as_bytes(), about.machine.as_bytes(), name.as_bytes(), window.as_bytes()],
    )
}

fn hash(label: &str, parts: &[&[u8]]) -> Bytes32 {
    let mut hash = Sha256::new();
    hash.update(b"yihao enrol 1 ");
    for part in [label.as_bytes()].into_iter().chain(parts.iter().copied()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Bytes32(hash.finalize().into())
}

fn expand(salt: Bytes32, ikm: &[u8], label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let info = format!("yihao enrol 1 {label}");
    Hkdf::<Sha256>::new(Some(&salt.0), ikm)
        .expand(info.as_bytes(), &mut key)
        .expect("invariant: 32 bytes are fewer than the 8,160 that HKDF gives");
    key
}

#[cfg(test)]
mod tests;
