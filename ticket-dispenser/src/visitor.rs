//! From what was read to a visitor key: HMAC-SHA256 (RFC 2104) under a secret that no server has.
//!
//! Numbers of cards can be counted through, so a bare hash would hide nothing. The key covers the business day, too: nobody can
//! follow a person from one day to the next, even with the journals of years. What was read is neither kept nor logged.

use std::fmt;

use firmware_config::Secret;
use hmac::{Hmac, KeyInit, Mac};
use protocol::base16;
use sha2::Sha256;

use crate::scanner::Scan;

/// What the message of every key begins with, so that no other use of the secret can make one.
const PURPOSE: &[u8] = b"yihao visitor 1";
/// The key is cut to so many bytes: enough that nobody meets another by chance or by trying.
const KEY_BYTES: usize = 16;

/// Makes visitor keys.
pub struct VisitorKeys(Hmac<Sha256>);

impl VisitorKeys {
    /// With a hall's secret. `None` can't happen: HMAC takes a secret of any length.
    pub fn new(secret: &Secret) -> Option<Self> {
        Hmac::new_from_slice(secret.bytes()).ok().map(Self)
    }

    /// The key of a visitor on a business day (`2026-11-23`): 32 hexadecimal digits.
    pub fn key(&self, day: &str, scan: &Scan) -> String {
        let (kind, what) = match scan {
            Scan::Card(number) => ("card", number),
            Scan::Code(code) => ("code", code),
        };
        self.digest(&[day, kind, what])
    }

    /// By these digits people can tell whether two dispensers have the same secret.
    pub fn fingerprint(&self) -> String {
        self.digest(&["fingerprint"]).chars().take(8).collect()
    }

    fn digest(&self, parts: &[&str]) -> String {
        let mut mac = self.0.clone();
        mac.update(PURPOSE);
        for part in parts {
            // No part can hold a zero byte, so no two lists of parts make the same message.
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        base16::encode(mac.finalize().into_bytes().get(..KEY_BYTES).unwrap_or_default())
    }
}

impl fmt::Debug for VisitorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(digit: &str) -> VisitorKeys {
        VisitorKeys::new(&Secret::from_hex(&digit.repeat(64)).unwrap()).unwrap()
    }

    #[test]
    fn a_key_depends_on_secret_day_and_card_alone() {
        let card = Scan::Card("11010519491231002X".into());
        let key = keys("a").key("2026-11-23", &card);
        assert_eq!(key, keys("a").key("2026-11-23", &card), "another dispenser of the hall");
        let others = [
            keys("b").key("2026-11-23", &card),
            keys("a").key("2026-11-24", &card),
            keys("a").key("2026-11-23", &Scan::Code("11010519491231002X".into())),
            keys("a").key("2026-11-23", &Scan::Card("33048320000229001X".into())),
        ];
        assert!(!others.contains(&key), "{key} {others:?}");
        assert!(key.len() == 32 && !key.contains("1949"));
    }

    #[test]
    fn it_is_hmac_sha256() {
        // As `printf 'yihao visitor 1\0d\0card\0n' | openssl dgst -sha256 -mac HMAC -macopt hexkey:aa…` says.
        assert_eq!(keys("a").key("d", &Scan::Card("n".into())), "e34d7a767ef8102f5a60ed14c1b70264");
    }

    #[test]
    fn dispensers_with_the_same_secret_show_the_same_digits() {
        assert_eq!(keys("a").fingerprint(), keys("a").fingerprint());
        assert_ne!(keys("a").fingerprint(), keys("b").fingerprint());
        assert_eq!(keys("a").fingerprint().len(), 8);
    }
}
