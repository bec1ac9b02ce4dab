//! The profile of a device: what every device has, and its role.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::de::DeTable;

use crate::{
    Dispenser, Display, Machine,
    display::Voice,
    enrol::{Identity, KnownServer},
    fault::{Fault, ProfileError},
    layers::{self, INHERITS, Layer, Place},
    section::{Reading, Section, Use},
};

/// The longest name of a device, characters: what fits a manager's table.
const NAME_CHARS_MAX: usize = 40;
/// Where a device that enrols itself keeps what it was given.
const IDENTITY: &str = "identity";
const IDENTITY_FILE: &str = "identity.json";
/// Where it finds the server's address, if somebody wrote it by hand.
pub(crate) const SERVER_FILE: &str = "server_file";
/// How the address of a server is written.
pub(crate) const SERVER_FORM: &str = "\"http://192.168.1.10:8080\"";
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
    /// Where a device that enrols itself keeps what it was given; empty for any other.
    pub identity: PathBuf,
    /// Where somebody may have written the server's address, for a device that enrols itself and whose profile has none.
    pub server_file: Option<PathBuf>,
    /// The server that it knows by its key, if it enrolled itself.
    pub known: Option<KnownServer>,
    /// What it does.
    pub role: Role,
    /// What it runs on; the device programs have no use for it.
    pub machine: Machine,
}

/// A profile as a device's own program finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// It has everything.
    Whole(Profile),
    /// It has no key: the device enrols itself.
    Blank(Blank),
}

/// The profile of a device that enrols itself: without a key, perhaps without a name, a window and the server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank(Profile);

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

impl Role {
    /// The name of the service that such a device runs, without an ending.
    pub(crate) fn service(&self) -> &'static str {
        match self {
            Self::Dispenser(_) => "ticket-dispenser",
            // The same program speaks above a window and for a zone.
            Self::Display(_) | Self::Speaker(_) => "window-display",
        }
    }

    /// The name of a device that has none yet.
    fn plain_name(&self) -> &'static str {
        match self {
            Self::Dispenser(_) => "yihao-dispenser",
            Self::Display(_) => "yihao-display",
            Self::Speaker(_) => "yihao-speaker",
        }
    }
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
    /// Everything that is wrong in it at once; that it is blank, too.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        let (profile, ()) = Self::parse_with(path, text, |profile, reading, _| {
            if profile.is_blank() {
                reading.wrong("key", Place { file: 0, at: 0 }, Fault::Key);
            }
        })?;
        Ok(profile)
    }

    /// Reads the profile of the device on which this runs; one without a key is blank.
    ///
    /// # Errors
    /// As for [`Profile::read`].
    pub fn load(path: &Path) -> Result<Loaded, ProfileError> {
        let text = fs::read_to_string(path).map_err(|why| ProfileError::Unreadable { path: path.into(), why })?;
        let (profile, ()) = Self::parse_with(path, &text, |_, _, _| ())?;
        Ok(if profile.is_blank() { Loaded::Blank(Blank(profile)) } else { Loaded::Whole(profile) })
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

impl Loaded {
    /// What the device does.
    pub fn role(&self) -> &Role {
        &self.settings().role
    }

    /// How much it logs.
    pub fn log(&self) -> LogLevel {
        self.settings().log
    }

    fn settings(&self) -> &Profile {
        match self {
            Self::Whole(profile) | Self::Blank(Blank(profile)) => profile,
        }
    }
}

impl Blank {
    /// What the device does. The window of a display is 0 where the manager chooses it.
    pub fn role(&self) -> &Role {
        &self.0.role
    }

    /// Where it keeps what it was given.
    pub fn identity(&self) -> &Path {
        &self.0.identity
    }

    /// The server's address, where the profile names it.
    pub fn server(&self) -> Option<&str> {
        (!self.0.server.is_empty()).then_some(&*self.0.server)
    }

    /// Where somebody may have written the server's address, when the profile does not name it.
    pub(crate) fn server_file(&self) -> Option<&Path> {
        self.0.server_file.as_deref().filter(|_| self.0.server.is_empty())
    }

    /// The same with the server at this address.
    #[must_use]
    pub(crate) fn at(self, server: &str) -> Self {
        Self(Profile { server: server.trim_end_matches('/').to_owned(), ..self.0 })
    }

    /// The name of the service that it runs.
    pub(crate) fn service(&self) -> &'static str {
        self.0.role.service()
    }

    /// The name that the profile proposes.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The whole profile of a device that was let in; `None` when it was not, or lacks a window.
    pub fn with(&self, identity: &Identity) -> Option<Profile> {
        let grant = identity.device.clone()?;
        let mut profile = self.0.clone();
        (profile.name, profile.key) = (grant.name, grant.key);
        if let (Role::Display(display), Some(window)) = (&mut profile.role, grant.window) {
            display.window = window;
        }
        let discovers = profile.server.is_empty();
        if discovers {
            profile.server.clone_from(&identity.server);
        }
        profile.known = Some(KnownServer { key: identity.server_key, discovers });
        let lacks_window = matches!(&profile.role, Role::Display(display) if display.window == 0);
        (!lacks_window).then_some(profile)
    }
}

impl Profile {
    /// Whether it names no key at all; one that can't be read is another matter.
    pub(crate) fn is_blank(&self) -> bool {
        !self.identity.as_os_str().is_empty()
    }

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
    // A device without a key enrols itself, and hears its name, its window and the server's address if need be.
    let is_blank = !top.has("key") && !top.has("key_file");
    let name = word(&mut top, is_blank, "name", ("\"dispenser-1\"", is_name));
    let server = word(&mut top, is_blank, "server", (SERVER_FORM, is_server)).unwrap_or_default();
    let key = if is_blank { no_key(&mut top) } else { read_key(&mut top) };
    let log = top.choice("log", LogLevel::Info, &LogLevel::CHOICES);
    let identity = if is_blank { top.path(IDENTITY, IDENTITY_FILE) } else { no_identity(&mut top) };
    let server_file = if is_blank { top.optional_path(SERVER_FILE, Use::Read) } else { no_server_file(&mut top) };
    let role = read_role(&mut top, is_blank);
    let machine = Machine::read(top.section("machine"));
    top.end();
    let role = role?;
    let name = name.unwrap_or_else(|| machine.host_name.clone().unwrap_or_else(|| role.plain_name().to_owned()));
    Some(Profile { name, server, key, log, identity, server_file, known: None, role, machine })
}

/// A word that only a device with a key must have.
fn word(
    top: &mut Section<'_, '_, '_>,
    is_blank: bool,
    key: &'static str,
    (form, is): (&'static str, fn(&str) -> bool),
) -> Option<String> {
    if is_blank { top.text(key, form, is) } else { Some(top.required(key, form, is)) }
}

fn no_key(top: &mut Section<'_, '_, '_>) -> String {
    top.skip("key");
    top.skip("key_file");
    String::new()
}

fn no_identity(top: &mut Section<'_, '_, '_>) -> PathBuf {
    top.skip(IDENTITY);
    PathBuf::new()
}

fn no_server_file(top: &mut Section<'_, '_, '_>) -> Option<PathBuf> {
    top.skip(SERVER_FILE);
    None
}

fn read_role(top: &mut Section<'_, '_, '_>, is_blank: bool) -> Option<Role> {
    let [dispenser, display, speaker] = ["dispenser", "display", "speaker"].map(|role| top.has(role));
    if u8::from(dispenser) + u8::from(display) + u8::from(speaker) != 1 {
        top.wrong("", Fault::Role);
    }
    let dispenser = dispenser.then(|| Dispenser::read(top.section("dispenser")));
    let display = display.then(|| Display::read(top.section("display"), is_blank));
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
pub(crate) fn is_server(server: &str) -> bool {
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
