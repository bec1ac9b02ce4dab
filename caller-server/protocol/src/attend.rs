//! What somebody at the office wants of a device, beside the hall's business: to find it, to try it, to look into it.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The most lines of its log that a device sends: what a person looks through, and far less than a message may have.
pub const LOG_LINES_MAX: usize = 200;
/// The longest of them, bytes.
pub const LOG_LINE_BYTES_MAX: usize = 500;
/// For how long a device that is looked for shows itself, ms.
pub const IDENTIFY_MS: u64 = 10_000;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Attend {
    /// Show where you are: panel, lamp or screen, for [`IDENTIFY_MS`]; the server lets the voice chime.
    Identify,
    /// A slip that is nobody's number, or a call that calls nobody; the server lets the voice speak it.
    Test,
    /// Begin anew. What must not be lost is on the disk.
    Restart,
    /// The last lines of the log.
    Log,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Attended {
    /// Whether it was done.
    pub done: bool,
    /// For people: what was done, or why not.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub text: Text,
    /// The last lines of the log, oldest first, where they were wanted: up to [`LOG_LINES_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<String>>", optional))]
    pub lines: Vec<String>,
}

impl Attended {
    /// It was done.
    pub fn done(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { done: true, text: Text::new(zh, en), lines: Vec::new() }
    }

    /// It was not.
    pub fn not(text: Text) -> Self {
        Self { done: false, text, lines: Vec::new() }
    }

    /// The device begins anew at once.
    pub fn restarts() -> Self {
        Self::done("设备正在重新启动", "the device begins anew")
    }

    /// These are the lines.
    pub fn log(lines: Vec<String>) -> Self {
        Self { lines, ..Self::done("设备最近的日志", "the last lines of the device's log") }
    }
}
