//! What managers see.

use serde::{Deserialize, Serialize};

use super::{CallView, LaneView, WindowView};
use crate::{Text, enrol::EnrolRow, health::Health, order::Rules};

/// Everything, for managers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ManagerView {
    /// The business day.
    pub day: Option<String>,
    /// Whether numbers are given out.
    pub open: bool,
    /// The queues.
    pub lanes: Vec<LaneView>,
    /// The longest present wait, seconds.
    pub longest_wait_s: u32,
    /// Numbers given out today.
    pub issued: u32,
    /// Visits served today.
    pub finished: u32,
    /// Visits that ended without service today.
    pub unserved: u32,
    /// Mean wait of those called today, seconds.
    pub mean_wait_s: u32,
    /// Mean service today, seconds.
    pub mean_service_s: u32,
    /// How right the forecasts of the last days were, newest first; days without any are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forecasts: Vec<ForecastRow>,
    /// The windows.
    pub windows: Vec<WindowRow>,
    /// The devices that are known.
    pub devices: Vec<DeviceRow>,
    /// What needs somebody.
    pub alarms: Vec<Alarm>,
    /// The last choices, newest first.
    pub choices: Vec<ChoiceRow>,
    /// The rules in force.
    pub rules: Rules,
    /// Living visits whose slip may not have come out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<UnprintedRow>>", optional))]
    pub unprinted: Vec<UnprintedRow>,
    /// The zones and their voices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<ZoneRow>>", optional))]
    pub zones: Vec<ZoneRow>,
    /// Notices of the hall's settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<NoticeRow>>", optional))]
    pub notices: Vec<NoticeRow>,
    /// Blank devices that wait to be let in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<EnrolRow>>", optional))]
    pub enrolments: Vec<EnrolRow>,
}

/// A notice that can be announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NoticeRow {
    /// What.
    pub text: Text,
    /// Whether it is rendered; otherwise only the chime is heard.
    pub ready: bool,
}

/// A zone, for managers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ZoneRow {
    /// Its letter.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub zone: char,
    /// Its name.
    pub name: Text,
    /// Calls that wait to be spoken.
    pub unspoken: u32,
    /// Why its voices are silent, if they are.
    pub muted: Option<MutedBy>,
}

/// Who wants a zone silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MutedBy {
    /// The manager.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
}

/// A slip that may not have come out, for the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UnprintedRow {
    /// `2026-11-23/A001`.
    pub ticket: String,
    /// `A001`.
    pub number: String,
    /// The dispenser that gave it out.
    pub device: String,
    /// When.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// Dispensers that would print it now, the best first.
    pub ready: Vec<String>,
    /// What came of the last order to print it again.
    pub again: Option<Again>,
}

/// An order to print a slip again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Again {
    /// The dispenser.
    pub at: String,
    /// Whether that one said that it did not come out there either; otherwise it is still to say.
    pub failed: bool,
}

/// How right the forecasts of a day were: the wait that was told with a number against the one that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ForecastRow {
    /// The day: `2026-11-23`.
    pub day: String,
    /// Visits that were told a wait and were called.
    pub visits: u32,
    /// Mean error, seconds; above 0 = too much was foretold.
    pub bias_s: i32,
    /// Root of the mean squared error, seconds.
    pub rms_error_s: u32,
    /// Of a hundred, how many waited no longer than foretold for four in five.
    pub within_p80_percent: u32,
}

/// A window, for managers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WindowRow {
    /// As the public sees it.
    pub window: WindowView,
    /// Who sits there.
    pub clerk: Option<String>,
    /// Since when it does what it does.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
    /// Why it is paused.
    pub pause_reason: Option<String>,
    /// Visits that ended here today.
    pub served: u32,
    /// Their mean time, seconds.
    pub mean_service_s: u32,
}

/// A device, for managers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceRow {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: DeviceRole,
    /// Whether it is connected.
    pub connected: bool,
    /// What is wrong with it.
    pub trouble: Option<Text>,
    /// Numbers of today that it may yet give out by itself, and that no other dispenser gets.
    pub reserved: u32,
    /// How its machine is, as it said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub health: Option<Health>,
    /// The last call that it put on its panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub shown: Option<ShownRow>,
    /// When a device that is not connected was heard last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(type = "number", optional))]
    pub seen_ms: Option<u64>,
}

/// A call on a panel, as the device reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ShownRow {
    /// `A001`.
    pub number: String,
    /// When it was reported.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
}

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// Prints numbers.
    Dispenser,
    /// Shows and speaks calls above a window.
    Display,
    /// Speaks the calls of a zone.
    Speaker,
    /// A self-service terminal, booking portal or script.
    Terminal,
}

/// Something that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Alarm {
    /// For programs: `not_shown`.
    pub code: String,
    /// For people.
    pub text: Text,
    /// Since when.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
}

/// Why somebody was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChoiceRow {
    /// Who, where, when.
    pub call: CallView,
    /// Why, in one sentence.
    pub why: Text,
}
