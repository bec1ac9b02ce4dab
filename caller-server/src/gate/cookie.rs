//! The signed cookie of somebody who signed in. It holds across restarts, until it is over or the account changes.

use std::{fs, io, path::Path};

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, Key, SameSite};
use cookie::time::Duration;
use hall::words::AtMs;

use super::{
    GateError,
    accounts::{Account, Role},
    book::{lock, replace},
};

/// The cookie's name.
pub const NAME: &str = "yihao_session";
/// How long a sign-in holds, hours: the longest working day, not two.
const HOURS: u16 = 14;
/// What the signing key is made of, bytes.
const KEY_BYTES: usize = 64;
/// A CRC-32 stands behind it: a key of which one bit has changed would sign everybody out without a word.
const SUM_BYTES: usize = 4;

/// What a cookie says: that this person signed in, under this password.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    pub name: String,
    pub role: Role,
    pub generation: u64,
    pub until_ms: AtMs,
}

/// A cookie for somebody who signs in now.
pub fn issue(account: &Account, now_ms: AtMs) -> Cookie<'static> {
    let until_ms = now_ms + u64::from(HOURS) * 3_600_000;
    let role = match account.role {
        Role::Clerk => "clerk",
        Role::Manager => "manager",
    };
    let value = format!("{}|{role}|{}|{until_ms}", account.name, account.generation);
    empty(value).max_age(Duration::hours(HOURS.into())).build()
}

/// The cookie that takes the other one away.
pub fn removal() -> Cookie<'static> {
    empty(String::new()).removal().build()
}

/// What the request's cookie says: `None` = it has none, `Some(None)` = one that was not made here.
pub fn read(headers: &HeaderMap, key: &Key) -> Option<Option<Claim>> {
    let cookie = CookieJar::from_headers(headers).get(NAME)?.clone();
    let signed = cookie::CookieJar::new().signed(key).verify(cookie);
    Some(signed.and_then(|cookie| claim(cookie.value())))
}

/// The signing key of a data directory; made when there is none.
pub fn key(data_dir: &Path) -> Result<Key, GateError> {
    let path = data_dir.join("secret.key");
    let _locked = lock(data_dir)?;
    match fs::read(&path) {
        Ok(bytes) => match whole(&bytes) {
            Ok(key) => Ok(Key::from(key)),
            Err(detail) => Err(GateError::Damaged { path, detail }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key: [u8; KEY_BYTES] = rand::random();
            replace(&path, &[key.as_slice(), &crc32fast::hash(&key).to_le_bytes()].concat())?;
            if data_dir.join("accounts.json").exists() {
                tracing::warn!(
                zh = "没有找到登录密钥，已新建；此前登录的人需重新登录",
                file = %path.display(),
                "there was no key for sign-ins, a new one was made; whoever was signed in signs in again"
                );
            }
            Ok(Key::from(&key))
        }
        Err(error) => Err(GateError::disk(&path)(error)),
    }
}

/// The key in the bytes of its file. A file from before there was a sum holds the key alone.
fn whole(bytes: &[u8]) -> Result<&[u8], String> {
    let Some((key, sum)) = bytes.split_at_checked(KEY_BYTES) else {
        return Err(format!("{} bytes instead of {}", bytes.len(), KEY_BYTES + SUM_BYTES));
    };
    match sum.len() {
        0 => Ok(key),
        SUM_BYTES if sum == crc32fast::hash(key).to_le_bytes() => Ok(key),
        SUM_BYTES => Err("its checksum does not match".to_owned()),
        _ => Err(format!("{} bytes instead of {}", bytes.len(), KEY_BYTES + SUM_BYTES)),
    }
}

fn empty(value: String) -> cookie::CookieBuilder<'static> {
    // Not `Secure`: many halls run on http inside their own network.
    Cookie::build((NAME, value)).path("/").http_only(true).same_site(SameSite::Strict)
}

fn claim(value: &str) -> Option<Claim> {
    let mut parts = value.split('|');
    let name = parts.next()?.to_owned();
    let role = match parts.next()? {
        "clerk" => Role::Clerk,
        "manager" => Role::Manager,
        _ => return None,
    };
    let generation = parts.next()?.parse().ok()?;
    let until_ms = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(Claim { name, role, generation, until_ms })
}
