//! Passwords: Argon2id with the parameters of OWASP's cheat sheet that take the least memory (7 MiB, five passes): a hall's
//! server may be a small machine.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        PasswordHasher,
        phc::{Output, PasswordHash, Salt},
    },
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

/// The memory of a check. It is kept from one to the next: blocks of this size, allocated and freed among small ones, leave
/// several times as much behind.
#[derive(Default)]
pub struct Scratch(Vec<Block>);

/// Whether it is the password of the hash; without a hash it takes as long, and is wrong.
pub fn is_right(password: &str, hash: Option<&str>, scratch: &mut Scratch) -> bool {
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    match known.as_ref().and_then(|known| recompute(password, known, scratch)) {
        // Output compares in constant time.
        Some(output) => known.and_then(|known| known.hash) == Some(output),
        None => {
            // The time doesn't tell who has an account.
            run(&hasher(), password, &[0; Salt::RECOMMENDED_LENGTH], scratch);
            false
        }
    }
}

fn recompute(password: &str, known: &PasswordHash, scratch: &mut Scratch) -> Option<Output> {
    let algorithm = Algorithm::try_from(known.algorithm.as_str()).ok()?;
    let version = Version::try_from(known.version?).ok()?;
    let params = Params::try_from(known).ok()?;
    run(&Argon2::new(algorithm, version, params), password, known.salt.as_ref()?, scratch)
}

fn run(hasher: &Argon2<'_>, password: &str, salt: &[u8], scratch: &mut Scratch) -> Option<Output> {
    scratch.0.resize(hasher.params().block_count(), Block::default());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    hasher.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut scratch.0).ok()?;
    Output::new(&output).ok()
}

#[cfg(not(test))]
fn hasher() -> Argon2<'static> {
    let params = Params::new(7 * 1024, 5, 1, None).expect("invariant: within the limits of Argon2");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Tests check what comes of a password, not how long a guess takes.
#[cfg(test)]
fn hasher() -> Argon2<'static> {
    let params = Params::new(8, 1, 1, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
