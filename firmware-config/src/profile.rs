//! The profile of a device: what every device has, and its role.

use std::{fs, path::Path};

use toml::de::DeTable;

use crate::{
    Dispenser, Display, Machine,
    display::Voice,
    fault::{Fault, ProfileError},
    layers::{self, INHERITS, Layer},
    section::{Reading, Section, Use},
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
    /// What it runs on; the device programs have no use for it.
    pub machine: Machine,
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
    /// Reads and validates a profile with what it inherits. Relative paths begin at the directory of the file that names them.
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
        Self::parse_with(path, text, |_, _, _| ()).map(|(profile, ())| profile)
    }

    /// The same; `look` sees what was gathered, and may add to what is wrong.
    pub(crate) fn parse_with<T>(
        path: &Path,
        text: &str,
        look: impl FnOnce(&Profile, &mut Reading<'_>, &Layer<'_>) -> T,
    ) -> Result<(Self, T), ProfileError> {
        let mut problems = Vec::new();
        let sources = layers::gather(path, text, &mut problems);
        let tables: Vec<DeTable<'_>> = sources
            .iter()
            .map_while(|source| DeTable::parse(&source.text).ok())
            .map(|table| table.into_inner())
            .collect();
        // Without a file that it inherits everything in that would be missing: that alone is said.
        if problems.is_empty() && tables.len() == sources.len() {
            let merged = layers::merge(&tables);
            let mut reading = Reading::new(&sources);
            let read = read_all(&merged, &mut reading);
            let looked = read.as_ref().map(|profile| look(profile, &mut reading, &merged));
            problems.extend(reading.take_problems());
            if let (Some(profile), Some(looked), true) = (read, looked, problems.is_empty()) {
                return Ok((profile, looked));
            }
        }
        Err(ProfileError::Wrong { problems })
    }
}

impl Profile {
    /// The hosts that the device talks to, as they are written.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let host = |address: &str| address.rsplit_once(':').map(|(host, _)| host.to_owned());
        let more = match &self.role {
            Role::Dispenser(dispenser) => dispenser.printer.address.as_deref().and_then(host),
            Role::Display(display) => display.panel.card_host(),
            Role::Speaker(_) => None,
        };
        self.server.strip_prefix("http://").and_then(host).into_iter().chain(more).collect()
    }

    /// The serial lines that the device talks on.
    pub(crate) fn serial_lines(&self) -> impl Iterator<Item = &Path> {
        let (printer, reader, card) = match &self.role {
            Role::Dispenser(dispenser) => (dispenser.printer.line(), dispenser.scanner.line(), None),
            Role::Display(display) => (None, None, display.panel.line()),
            Role::Speaker(_) => (None, None, None),
        };
        [printer, reader, card].into_iter().flatten()
    }
}

/// Reads everything that can be read; what is wrong is in `reading`.
pub(crate) fn read_all(merged: &Layer<'_>, reading: &mut Reading<'_>) -> Option<Profile> {
    let mut top = Section::top(merged, reading);
    top.skip(INHERITS);
    let name = top.required("name", "\"dispenser-1\"", is_name);
    let server = top.required("server", "\"http://192.168.1.10:8080\"", is_server);
    let key = read_key(&mut top);
    let log = top.choice("log", LogLevel::Info, &LogLevel::CHOICES);
    let role = read_role(&mut top);
    let machine = Machine::read(top.section("machine"));
    top.end();
    Some(Profile { name, server, key, log, role: role?, machine })
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
    let Some(file) = top.optional_path("key_file", Use::Secret) else { return key.unwrap_or_default() };
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
    // It names a folder, too: "..", for one, must not.
    let begins = name.chars().next().is_some_and(char::is_alphanumeric);
    fits && begins && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
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
