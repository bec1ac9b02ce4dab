//! What holds whatever bytes come in: one function a reader of the product. A function that returns is content; it panics
//! with a sentence when something does not hold. Two callers: `tests/fuzz`, which looks for new bytes, and
//! `tests/corpora.rs`, which reads again whatever was found before.
//!
//! - [`wire`]: messages of screens and devices; [`orders`]: an order or new rules in a living hall
//! - [`acts`]: a sequence of orders in one hall; [`records`]: what stands in a journal's records
//! - [`journal`]: the journal's files; [`outbox`]: a dispenser's
//! - [`machines`]: what a server says to a dispenser and a display
//! - [`printer`]: what a printer says of itself; [`scanner`]: what a reader for cards types
//! - [`settings`]: `hall.toml`, a device's profile, a template of slips
//! - [`whatif`]: tables of visits and of hours, and rules, for a what-if
//! - [`http`], [`websocket`]: a whole server, asked over its sockets
//!
//! Behind them: [`living`], a hall in the middle of a day; [`people`], what a person must be able to read; [`server`], a
//! server inside this process; [`scratch`], a directory that costs no disk.
//!
//! A reader that comes to the product later gets its function here, its line in [`ALL`], its target and its corpus: a test
//! holds the three together.

#![allow(clippy::panic)]

pub mod acts;
pub mod http;
#[path = "../../../caller-server/hall/tests/core/invariants.rs"]
mod invariants;
pub mod journal;
pub mod living;
pub mod machines;
pub mod orders;
pub mod outbox;
pub mod panels;
pub mod people;
pub mod printer;
pub mod records;
pub mod scanner;
pub mod scratch;
pub mod server;
pub mod settings;
pub mod websocket;
pub mod whatif;
pub mod wire;

/// A property of any bytes.
pub type Property = fn(&[u8]);

/// Every property by its name, which is also the name of its target and of its corpus.
pub const ALL: [(&str, Property); 18] = [
    ("acts", acts::in_one_hall),
    ("card_answer", panels::card_answer),
    ("device_profile", settings::device_profile),
    ("dispenser", machines::dispenser),
    ("display", machines::display),
    ("from_client", wire::from_client),
    ("hall_toml", settings::hall_toml),
    ("http", http::request),
    ("journal_damage", journal::damaged),
    ("journal_files", journal::any_files),
    ("outbox", outbox::any_lines),
    ("printer_status", printer::status),
    ("records", records::any_entries),
    ("rules", orders::rules),
    ("scanner", scanner::any_bytes),
    ("slip_template", settings::slip_template),
    ("websocket", websocket::conversation),
    ("whatif", whatif::files),
];

/// The lines of a text; bytes that are no text have none.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &str> {
    std::str::from_utf8(bytes).unwrap_or_default().lines().take(LINES_MAX)
}

/// More lines show nothing that fewer don't, and cost time.
const LINES_MAX: usize = 64;
