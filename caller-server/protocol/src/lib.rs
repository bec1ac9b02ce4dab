//! The words on the wire between the caller server, its screens and its devices.
//!
//! - [`hello`]: the first message, versions, who wants to see what
//! - [`order`]: what a screen, device or script asks (also over HTTP)
//! - [`attend`]: what somebody at the office wants of a device
//! - [`balance`]: rules R2 to R6 and R8, as a manager sets them
//! - [`answer`]: what it gets back
//! - [`enrol`]: a blank device and the server become acquainted
//! - [`health`]: how the machine of a device is
//! - [`view`]: what the server shows, whole and numbered
//! - [`kiosk`]: between a dispenser and its own kiosk page
//! - [`slip`]: the template of slips, for the manager's page
//! - [`whatif`]: a day once more under other rules, for the manager's page
//! - [`text`]: what a person reads, in both languages; [`base16`]: bytes that people or file names carry
//! - `link` (feature `link`): a client's WebSocket that resumes
//!
//! These types are the contract: their bytes are pinned in `tests/pinned.rs`. Times are milliseconds since 1970-01-01 UTC.

pub mod answer;
pub mod attend;
pub mod balance;
pub mod base16;
pub mod enrol;
pub mod health;
pub mod hello;
pub mod kiosk;
#[cfg(feature = "link")]
pub mod link;
pub mod order;
pub mod slip;
pub mod text;
pub mod view;
pub mod whatif;

pub use answer::{Answer, Refused, TicketAnswer};
pub use hello::{FromClient, FromServer, Subject, UnprintedSlip};
pub use order::{IssueOrder, Order, WindowAct};
pub use text::Text;
pub use view::View;

/// The version that this package speaks. Since 2 the server says which voice speaks when; a display of version 1 speaks the
/// calls of its own window by itself.
pub const VERSION: u16 = 2;
/// The oldest version that the server still understands.
pub const VERSION_MIN: u16 = 1;
/// The largest WebSocket message or HTTP body from a client, bytes: a merge of 500 tickets is 120 kB.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Both sides send a pulse this often, ms.
pub const PULSE_MS: u64 = 2_000;
/// Without a word for this long the other side counts as gone, ms.
pub const SILENCE_MS_MAX: u64 = 5_000;
/// The longest idempotency key, characters.
pub const KEY_CHARS_MAX: usize = 64;
