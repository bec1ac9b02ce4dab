//! Where a device gets a new system from, when, and whose signature it takes.

use std::fs;

use crate::{
    fault::Fault,
    section::{Section, Use},
};

const CERTIFICATE: &str = "a certificate 证书 (-----BEGIN CERTIFICATE-----)";
const WINDOW: &str = "\"02:00-04:00\"";
/// The longest name of a channel, characters.
const CHANNEL_CHARS_MAX: usize = 40;
const MINUTES_OF_DAY: u16 = 24 * 60;

/// Where a device gets a new system from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updates {
    /// The folder of the bundles: `http://…`, because it is their signature that counts; `None` = a technician brings them.
    pub url: Option<String>,
    /// Which bundle in it: `stable` = `stable.raucb`.
    pub channel: String,
    /// When it may be installed, in the device's time zone.
    pub window: Window,
    /// Whose signature is taken, PEM; `None` = nobody's: the device takes no update.
    pub certificate: Option<String>,
}

/// A part of the day, minutes after midnight; over midnight when it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first minute.
    pub from_min: u16,
    /// How long it is, minutes; never 0.
    pub length_min: u16,
}

impl Default for Updates {
    fn default() -> Self {
        let window = Window { from_min: 2 * 60, length_min: 2 * 60 };
        Self { url: None, channel: "stable".into(), window, certificate: None }
    }
}

impl Updates {
    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let default = Self::default();
        let url = section.text("url", "\"http://192.168.1.10/yihao\"", is_url);
        let channel = section.text("channel", "\"stable\"", is_channel);
        let window = section.text("window", WINDOW, |text| Window::parse(text).is_some());
        if section.has("url") && !section.has("certificate_file") {
            section.wrong("certificate_file", Fault::Missing("\"updates.pem\""));
        }
        let certificate = read_certificate(&mut section);
        section.end();
        let window = window.as_deref().and_then(Window::parse).unwrap_or(default.window);
        Self { url, channel: channel.unwrap_or(default.channel), window, certificate }
    }
}

impl Window {
    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from_min, to_min) = (minute(from)?, minute(to)?);
        let length_min = (to_min + MINUTES_OF_DAY - from_min) % MINUTES_OF_DAY;
        (length_min > 0).then_some(Self { from_min, length_min })
    }
}

/// `HH:MM`.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |digits: &str| digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !two(hours) || !two(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn read_certificate(section: &mut Section<'_, '_, '_>) -> Option<String> {
    let file = section.optional_path("certificate_file", Use::Secret)?;
    let fault = match fs::read_to_string(&file) {
        Ok(text) if is_certificate(&text) => return Some(text),
        Ok(_) => Fault::Form(CERTIFICATE),
        Err(why) => Fault::KeyFile(format!("{}: {why}", file.display())),
    };
    section.wrong("certificate_file", fault);
    None
}

/// A certificate and nothing else: a key beside it would end up on every device.
fn is_certificate(text: &str) -> bool {
    text.contains("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE KEY") && text.is_ascii()
}

/// What stands in a script without quotation.
fn is_url(url: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte);
    url.strip_prefix("http://")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(is_plain))
}

fn is_channel(channel: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=CHANNEL_CHARS_MAX).contains(&channel.len()) && channel.bytes().all(is_plain)
}
