//! What a pure core may not name. The core of the hall and the machines of the devices take time, chance and addresses
//! as arguments; clippy sees calls, this sees every name, in macros too.

use std::collections::BTreeMap;

use crate::{Complaint, modules::Source};

/// Where the pure cores stand: a folder, or a file with its submodules.
const CORES: [&str; 3] = ["caller-server/hall/src", "ticket-dispenser/src/dispenser", "window-display/src/display"];

/// Paths that begin so belong to the world outside.
const OUTSIDE: [&str; 13] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "tokio",
    "rand",
    "axum",
    "reqwest",
    "tokio_tungstenite",
    "sled",
    "tracing",
];

/// Names that must not occur as a part of any path, with what to do instead.
const NAMES: [(&str, &str); 6] = [
    ("SystemTime", "time is an argument"),
    ("Instant", "time is an argument"),
    ("HashMap", "a replay must not depend on its order: use BTreeMap"),
    ("HashSet", "a replay must not depend on its order: use BTreeSet"),
    ("println", "a core has outputs, it does not print"),
    ("eprintln", "a core has outputs, it does not print"),
];

/// Calls that ask the world outside, at the end of a path; the types around them are only data.
const ASKS: [&str; 3] = ["::now", "TimeZone::system", "TimeZone::get"];

/// Names of the world outside in a pure core.
pub fn impure(sources: &BTreeMap<String, Source>) -> Vec<Complaint> {
    let cores = sources.iter().filter(|(path, source)| !source.test && is_core(path));
    let names = cores.flat_map(|(path, source)| source.rust.names.iter().map(move |(name, line)| (path, name, *line)));
    let mut complaints: Vec<_> =
        names.filter_map(|(path, name, line)| Some(Complaint::new(path, line, why_not(name)?))).collect();
    complaints.dedup();
    complaints
}

fn is_core(path: &str) -> bool {
    CORES.iter().any(|core| path.strip_prefix(core).is_some_and(|rest| rest == ".rs" || rest.starts_with('/')))
}

fn why_not(name: &str) -> Option<String> {
    let within =
        |outside: &&&str| name.strip_prefix(**outside).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    if let Some(outside) = OUTSIDE.iter().find(within) {
        return Some(format!(
            "'{name}': a pure core does not know {outside}; take it as an argument or move it to the shell"
        ));
    }
    if ASKS.iter().any(|call| name.ends_with(call)) {
        return Some(format!("'{name}' asks the machine: a pure core takes times and time zones as arguments"));
    }
    let part = NAMES.iter().find(|(banned, _)| name.split("::").any(|part| part == *banned));
    part.map(|(_, instead)| format!("'{name}' in a pure core: {instead}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Tree, modules};

    fn complaints(path: &str, text: &str) -> Vec<String> {
        let manifest = format!("{}/Cargo.toml", path.split("/src/").next().unwrap());
        let root = format!("{}/src/lib.rs", path.split("/src/").next().unwrap());
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        let tree = Tree::of([(&manifest, "[package]"), (&root, &format!("mod {name};")), (path, text)]);
        impure(&modules::sources(&tree).0).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_clock_in_the_core_is_seen_through_every_door() {
        for text in
            ["use std::time::{Duration, Instant};", "fn a() { std::time::SystemTime::now(); }", "a!(Instant::now());"]
        {
            assert_eq!(complaints("caller-server/hall/src/state.rs", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn io_and_chance_are_seen_in_the_machines_of_the_devices() {
        assert_eq!(complaints("ticket-dispenser/src/dispenser.rs", "use std::{fs, net::TcpStream};").len(), 2);
        assert_eq!(complaints("window-display/src/display.rs", "fn a() { rand::random() }").len(), 1);
        assert_eq!(complaints("window-display/src/display.rs", "fn a() { jiff::Timestamp::now() }").len(), 1);
    }

    #[test]
    fn the_shell_may_do_io_and_the_core_may_keep_a_duration() {
        assert!(complaints("window-display/src/display.rs", "fn a(now: jiff::Timestamp) { now }").is_empty());
        assert!(complaints("ticket-dispenser/src/printer.rs", "use std::fs;").is_empty());
        assert!(complaints("caller-server/hall/src/state.rs", "use std::time::Duration;\nstruct Random;").is_empty());
    }
}
