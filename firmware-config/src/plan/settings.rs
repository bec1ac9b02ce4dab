//! What the device's own program reads: the profile without what inherits and what only the machine needs, its files where they
//! are on the device.

use std::path::{Component, Path};

use toml::{Table, Value};

use super::{CREDENTIALS, KEY, SERVER_FILE_ON_CARD, STATE, VISITOR_SECRET, asks_card};
use crate::{
    Profile,
    layers::{self, INHERITS},
    profile::SERVER_FILE,
    section::{Reading, Use},
};

pub(super) fn of(profile: &Profile, reading: &Reading<'_>) -> Table {
    let mut settings = layers::plain(reading.sources);
    for key in [INHERITS, "machine", "key"] {
        settings.remove(key);
    }
    let credential = |name: &str| format!("{CREDENTIALS}/{}.service/{name}", profile.role.service());
    if !profile.key.is_empty() {
        set(&mut settings, "key_file", credential(KEY));
    }
    if asks_card(profile) {
        set(&mut settings, SERVER_FILE, SERVER_FILE_ON_CARD.into());
    }
    for named in &reading.paths {
        match named.use_ {
            Use::Written => set(&mut settings, &named.key, in_state(&named.path)),
            Use::Secret if named.key == "dispenser.scanner.secret_file" => {
                set(&mut settings, &named.key, credential(VISITOR_SECRET));
            }
            // The key is set already; a password is the machine's, not the program's.
            Use::Secret | Use::Read => {}
        }
    }
    settings
}

/// A relative path begins where the device keeps its state.
fn in_state(path: &str) -> String {
    let path = Path::new(path);
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_) | Component::RootDir));
    Path::new(STATE).join(parts.collect::<std::path::PathBuf>()).display().to_string()
}

fn set(table: &mut Table, key: &str, value: String) {
    match key.split_once('.') {
        None => {
            table.insert(key.into(), Value::String(value));
        }
        Some((section, rest)) => {
            let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                set(section, rest, value);
            }
        }
    }
}
