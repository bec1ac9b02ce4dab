//! One file says what a hall is: `hall.toml`. Every default stands there, explained; the code and the file are held together
//! by a test.
//!
//! - here: the settings; `defaults`: what holds where the file is silent
//! - `read`: from text, with line and key in every complaint; `check`: what types can't say
//! - `locate`: where in the file a key stands
//! - `places`: zones, lanes and windows; `error`: what can be wrong

mod check;
mod defaults;
mod error;
mod locate;
mod places;
mod read;
#[cfg(test)]
mod tests;
mod values;

use std::{net::SocketAddr, path::PathBuf};

use hall::plan::AtClosing;
use protocol::Text;
use serde::{Deserialize, Serialize};

pub use error::{ConfigError, Problem};
pub(crate) use locate::line_of;
pub use places::{ItemConfig, LaneConfig, WindowGroup, ZoneConfig};
pub(crate) use read::explain;
pub use values::{PartOfDay, TimeOfDay};

/// The commented file with every default.
pub const DEFAULT_TOML: &str = include_str!("../hall.toml");

/// What a hall is and how its server runs. Read by [`HallConfig::load`], which also checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HallConfig {
    /// The hall's name.
    #[serde(deserialize_with = "values::text")]
    pub name: Text,
    /// IANA name of the time zone in which business days begin and end.
    pub time_zone: String,
    /// Where screens and devices connect.
    #[serde(deserialize_with = "values::address")]
    pub listen: SocketAddr,
    /// The address under which telephones reach this server, without a slash at the end; for QR codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Where journal, store, accounts and device keys lie; relative to the working directory.
    pub data_dir: PathBuf,
    /// How long a window tidies up after a visit before it counts as idle, seconds; 0 = not at all.
    pub wrap_up_s: u32,
    /// The kinds of business that are told apart.
    pub items: Vec<ItemConfig>,
    /// When numbers are given out.
    pub day: DayConfig,
    /// The journal.
    pub journal: JournalConfig,
    /// Bounds.
    pub limits: LimitsConfig,
    /// What the server writes about its work.
    pub log: LogConfig,
    /// Sentences that are no call.
    pub speech: SpeechConfig,
    /// Notices that a manager can have spoken between calls.
    pub notices: Vec<NoticeConfig>,
    /// Parts of the hall.
    pub zones: Vec<ZoneConfig>,
    /// Queues that are offered.
    pub lanes: Vec<LaneConfig>,
    /// The windows, in groups that are alike.
    pub windows: Vec<WindowGroup>,
}

/// When numbers are given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DayConfig {
    /// Whether the server opens and closes the day by the clock; otherwise a manager does.
    pub auto: bool,
    /// When the day is opened.
    pub open_at: TimeOfDay,
    /// When the day is closed; `None` = when the next one is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_at: Option<TimeOfDay>,
    /// What becomes of a visit that is still open then.
    pub at_closing: AtClosing,
}

/// The journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JournalConfig {
    /// A segment file that grew to this size is followed by the next, MiB.
    pub segment_mib: u32,
}

/// Bounds on what connected programs can take from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// The most connections at one time.
    pub connections_max: usize,
    /// The most messages that wait for one connection; a reader that is slower is cut off.
    pub queue_max: usize,
    /// The most scenarios from which a wait is foretold: fewer cost less time, and the band is rougher.
    pub forecast_scenarios: usize,
}

/// Sentences that are no call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpeechConfig {
    /// The program that renders them ahead of time, and its first arguments; empty = none.
    pub renderer: Vec<String>,
    /// How long it may take for one, seconds.
    pub render_s_max: u32,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeConfig {
    /// In Chinese.
    pub zh: String,
    /// In English.
    #[serde(default)]
    pub en: String,
}

/// What the server writes about its work, on stderr.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// For people or for programs.
    pub format: LogFormat,
    /// How much: `info`, or by module `caller_server=debug,info`.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl HallConfig {
    /// Where a citizen's page is; the token follows: `http://hall.example:8080/t/`.
    ///
    /// Without `public_url` it is the address of `listen`, and this machine's own name where that means every address.
    pub fn ticket_url(&self) -> String {
        let base = self.public_url.clone().unwrap_or_else(|| {
            if self.listen.ip().is_unspecified() {
                format!("http://localhost:{}", self.listen.port())
            } else {
                format!("http://{}", self.listen)
            }
        });
        format!("{}/t/", base.trim_end_matches('/'))
    }

    /// Where the journal lies.
    pub fn journal_dir(&self) -> PathBuf {
        self.data_dir.join("journal")
    }

    /// Where rendered sentences lie.
    pub fn speech_dir(&self) -> PathBuf {
        self.data_dir.join("speech")
    }

    /// The notices, for people.
    pub fn notices(&self) -> Vec<Text> {
        self.notices.iter().map(|notice| Text::new(&notice.zh, &notice.en)).collect()
    }

    /// Where the store lies.
    pub fn store_dir(&self) -> PathBuf {
        self.data_dir.join("store")
    }
}
