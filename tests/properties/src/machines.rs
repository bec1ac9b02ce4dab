//! What a server says to a dispenser and a display, and what else happens to them: a line each. A line that is JSON is a
//! message of the server (or a press on the kiosk page); others are words such as `down`, `stored`, `time`.

mod dispenser;
mod display;

use protocol::FromServer;

pub use dispenser::dispenser;
pub use display::display;

use crate::living::reads_back;

/// A message of the server; it reads back as the same.
fn message(line: &str) -> Option<FromServer> {
    let message = serde_json::from_str(line).ok()?;
    reads_back(&message);
    Some(message)
}
