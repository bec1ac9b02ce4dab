//! The reader for cards and codes of a ticket dispenser.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use protocol::base16;

use crate::{
    fault::Fault,
    section::{Section, Use},
};

/// Bytes of the secret: what HMAC-SHA256 takes whole without more of it being of use (RFC 2104).
const SECRET_BYTES: usize = 32;
/// The longest beginning of the hall's own codes, characters.
const PREFIX_CHARS_MAX: usize = 20;
const SECRET_FORM: &str = "64 hexadecimal digits, as of: openssl rand -hex 32";

/// A reader for cards and codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    /// What makes visitor keys of cards; the same for all dispensers of a hall. Without it no card is taken.
    pub secret: Option<Secret>,
    /// Where lines come from.
    pub input: ScannerInput,
    /// What the hall's own codes begin with; empty = there are none.
    pub code_prefix: String,
    /// A card alone is a press; otherwise it is kept for the next press.
    pub press: bool,
    /// How long it is kept, s.
    pub keep_s: u32,
}

/// Where the lines of a reader come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerInput {
    /// It types into the kiosk page.
    Page,
    /// It is a keyboard of its own, which nobody else reads: `/dev/input/by-id/…`.
    Keyboard(PathBuf),
    /// It is on a serial port.
    Serial {
        /// Which.
        device: PathBuf,
        /// Its speed, bit/s.
        baud: u32,
    },
}

/// The secret of a hall's visitor keys. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        base16::decode(text)?.try_into().ok().map(Self)
    }

    /// As 64 hexadecimal digits, for the device that it is rendered for.
    pub(crate) fn hex(&self) -> String {
        base16::encode(&self.0)
    }

    /// The bytes, for whoever makes keys with them.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Keyboard,
    Serial,
}

impl Scanner {
    /// The serial line, if it is on one.
    pub(crate) fn line(&self) -> Option<&Path> {
        match &self.input {
            ScannerInput::Serial { device, .. } => Some(device),
            ScannerInput::Page | ScannerInput::Keyboard(_) => None,
        }
    }

    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let kinds = [("page", Kind::Page), ("keyboard", Kind::Keyboard), ("serial", Kind::Serial)];
        let kind = section.choice("input", Kind::Page, &kinds);
        let device = section.optional_path("device", Use::Read);
        let baud = section.number("baud", 9_600, 1_200..115_201);
        let secret = read_secret(&mut section);
        if kind != Kind::Page && device.is_none() {
            section.wrong("device", Fault::Missing("\"/dev/input/by-id/usb-reader-event-kbd\""));
        }
        if kind == Kind::Page && device.is_some() {
            section.wrong("device", Fault::Form("input = \"keyboard\" or/或 \"serial\""));
        }
        let scanner = Self {
            secret,
            input: match (kind, device) {
                (Kind::Keyboard, Some(device)) => ScannerInput::Keyboard(device),
                (Kind::Serial, Some(device)) => ScannerInput::Serial { device, baud },
                _ => ScannerInput::Page,
            },
            code_prefix: section.text("code_prefix", "\"yihao:\" (≤ 20)", is_prefix).unwrap_or("yihao:".into()),
            press: section.flag("press", true),
            keep_s: section.number("keep_s", 20, 3..121),
        };
        section.end();
        scanner
    }
}

fn read_secret(section: &mut Section<'_, '_, '_>) -> Option<Secret> {
    let file = section.optional_path("secret_file", Use::Secret)?;
    let fault = match fs::read_to_string(&file) {
        Ok(text) => match Secret::from_hex(text.trim()) {
            Some(secret) => return Some(secret),
            None => Fault::Form(SECRET_FORM),
        },
        Err(why) => Fault::KeyFile(format!("{}: {why}", file.display())),
    };
    section.wrong("secret_file", fault);
    None
}

fn is_prefix(prefix: &str) -> bool {
    prefix.len() <= PREFIX_CHARS_MAX && prefix.bytes().all(|byte| byte.is_ascii_graphic())
}
