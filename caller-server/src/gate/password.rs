//! Passwords: Argon2id with the parameters of OWASP's cheat sheet that take the least memory (7 MiB, five passes): a hall's
//! server may be a small machine.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use super::GateError;

/// The shortest password, characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest one, characters: nobody types more.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Hashes a password with a salt of its own, for the list of accounts.
pub fn hash(password: &str) -> Result<String, GateError> {
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(GateError::PasswordLength(chars));
    }
    let hash = hasher().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| GateError::Hash(error.to_string()))
}

/// Whether it is the password of the hash; without a hash it takes as long, and is wrong.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    match hash.map(PasswordHash::new) {
        Some(Ok(hash)) => hasher().verify_password(password.as_bytes(), &hash).is_ok(),
        // Hashing costs what verifying costs: the time doesn't tell who has an account.
        None | Some(Err(_)) => {
            let _ = hasher().hash_password(password.as_bytes());
            false
        }
    }
}

#[cfg(not(test))]
fn hasher() -> Argon2<'static> {
    let params = argon2::Params::new(7 * 1024, 5, 1, None).expect("invariant: within the limits of Argon2");
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

/// Tests check what comes of a password, not how long a guess takes.
#[cfg(test)]
fn hasher() -> Argon2<'static> {
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}
