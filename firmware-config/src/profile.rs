//! The profile of a device: what every device has, and its role.

use std::{fs, path::Path};

use toml::de::DeTable;

use crate::{
    Dispenser, Display,
    display::Voice,
    fault::{Fault, ProfileError},
    section::{Reading, Section},
};

/// The longest name of a device, characters: what fits a manager's table.
const NAME_CHARS_MAX: usize = 40;
/// The longest device key, characters: what fits one HTTP header with room to spare.
const KEY_CHARS_MAX: usize = 200;

/// What a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name in logs and at the manager's.
    pub name: String,
    /// The caller server: `http://host:port`.
    pub server: String,
    /// The device's own key; from `key`, or the first line of the file that `key_file` names.
    pub key: String,
    /// How much it logs.
    pub log: LogLevel,
    /// What it does.
    pub role: Role,
}

/// What a device does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Gives out numbers on paper.
    Dispenser(Dispenser),
    /// Shows and speaks calls above a window.
    Display(Display),
    /// Speaks the calls of a zone.
    Speaker(Voice),
}

/// How much a device logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
}

impl LogLevel {
    const CHOICES: [(&'static str, Self); 4] =
        [("error", Self::Error), ("warn", Self::Warn), ("info", Self::Info), ("debug", Self::Debug)];

    /// As it is written: `info`.
    pub fn as_str(self) -> &'static str {
        Self::CHOICES.iter().find(|(_, level)| *level == self).map_or("info", |(name, _)| name)
    }
}

impl Profile {
    /// Reads and validates a profile. Relative paths in it begin at its directory.
    ///
    /// # Errors
    /// A file that can't be read, or everything that is wrong in it at once.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let text = fs::read_to_string(path).map_err(|why| ProfileError::Unreadable { path: path.into(), why })?;
        Self::parse(path, &text)
    }

    /// Validates the text of the profile that stands at `path`.
    ///
    /// # Errors
    /// Everything that is wrong in it at once.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        let base = path.parent().unwrap_or(Path::new(""));
        let mut reading = Reading { text, base, problems: Vec::new(), asked: Vec::new() };
        match read_all(&mut reading) {
            Some(profile) if reading.problems.is_empty() => Ok(profile),
            _ => {
                reading.problems.sort_by_key(|problem| problem.line);
                Err(ProfileError::Wrong { path: path.into(), problems: reading.problems })
            }
        }
    }
}

/// Reads everything that can be read; what is wrong is in `reading`.
pub(crate) fn read_all(reading: &mut Reading<'_>) -> Option<Profile> {
    let table = match DeTable::parse(reading.text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reading.wrong("", at, Fault::Syntax(error.message().to_owned()));
            return None;
        }
    };
    let mut top = Section::top(&table, reading);
    let name = top.required("name", "\"dispenser-1\"", is_name);
    let server = top.required("server", "\"http://192.168.1.10:8080\"", is_server);
    let key = read_key(&mut top);
    let log = top.choice("log", LogLevel::Info, &LogLevel::CHOICES);
    let role = read_role(&mut top);
    top.end();
    Some(Profile { name, server, key, log, role: role? })
}

fn read_role(top: &mut Section<'_, '_, '_>) -> Option<Role> {
    let [dispenser, display, speaker] = ["dispenser", "display", "speaker"].map(|role| top.has(role));
    if u8::from(dispenser) + u8::from(display) + u8::from(speaker) != 1 {
        top.wrong("", Fault::Role);
    }
    let dispenser = dispenser.then(|| Dispenser::read(top.section("dispenser")));
    let display = display.then(|| Display::read(top.section("display")));
    let speaker = speaker.then(|| Voice::read_speaker(top.section("speaker")));
    dispenser.map(Role::Dispenser).or(display.map(Role::Display)).or(speaker.map(Role::Speaker))
}

fn read_key(top: &mut Section<'_, '_, '_>) -> String {
    const FORM: &str = "\"the key that the server printed\"";
    if top.has("key") == top.has("key_file") {
        top.wrong("key", Fault::Key);
    }
    let key = top.text("key", FORM, is_key);
    let Some(file) = top.optional_path("key_file") else { return key.unwrap_or_default() };
    match fs::read_to_string(&file) {
        Ok(text) if is_key(text.trim()) => text.trim().to_owned(),
        Ok(_) => {
            top.wrong("key_file", Fault::Form(FORM));
            String::new()
        }
        Err(why) => {
            top.wrong("key_file", Fault::KeyFile(format!("{}: {why}", file.display())));
            String::new()
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
    fits && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
}

fn is_key(key: &str) -> bool {
    (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `http://host:port`, nothing behind it.
fn is_server(server: &str) -> bool {
    let Some((host, port)) = server.strip_prefix("http://").and_then(|rest| rest.rsplit_once(':')) else {
        return false;
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    is_host && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
