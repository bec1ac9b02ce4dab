//! What-if, for the manager's page: a day once more under other rules, schedules or numbers of windows.

use serde::{Deserialize, Serialize};

use crate::{
    answer::Refused,
    order::{Class, Lane, Rules},
    text::Text,
    view::ItemName,
};

/// What is to be found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum WhatIf {
    /// What would a day have been, had something been otherwise?
    Compare(Compare),
    /// How many windows must be open in a part of the day so that 95 in 100 wait no longer than the target?
    Windows(WindowsNeeded),
    /// How many windows does the next hour need?
    NextHour(NextHour),
}

/// What would a day have been, had something been otherwise?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// Which people come.
    pub people: People,
    /// What is otherwise.
    #[serde(default)]
    pub change: Change,
    /// Who waits longer waited too long, seconds.
    pub target_s: u32,
    /// How often each day is played with service times that are drawn anew from the recorded ones; 0 = once, as they were.
    #[serde(default)]
    pub draws: u32,
}

/// Which people come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum People {
    /// Those who came.
    Days {
        /// The business days, `2026-11-23`; of several the mean is shown.
        days: Vec<String>,
    },
    /// Made-up ones: two peaks, as in Tongxiang at 9:45 and 14:15 of a day from 8:30 to 16:30.
    Made {
        /// Which lane they want.
        lane: Lane,
        /// How many come.
        visits: u32,
        /// From when, minutes since midnight.
        from_min: u16,
        /// Until when, minutes since midnight.
        until_min: u16,
        /// Mean time at a window, seconds.
        service_s: u32,
        /// Its coefficient of variation, hundredths.
        cv_percent: u32,
    },
}

/// What is otherwise; what is left out is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// All rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub rules: Option<Rules>,
    /// How many windows of a lane are open in a part of the day.
    pub open: Vec<OpenWindows>,
    /// When windows are open; a window that is named here has no other times.
    pub hours: Vec<WindowHours>,
}

/// So many windows of a lane are open in a part of the day: first those that were open, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OpenWindows {
    /// Which lane.
    pub lane: Lane,
    /// From when, minutes since midnight.
    pub from_min: u16,
    /// Until when, minutes since midnight.
    pub until_min: u16,
    /// How many.
    pub windows: u16,
}

/// A window is open from a time until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WindowHours {
    /// Which.
    pub window: u16,
    /// From when, minutes since midnight.
    pub from_min: u16,
    /// Until when, minutes since midnight.
    pub until_min: u16,
}

/// How many windows must be open in a part of the day?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WindowsNeeded {
    /// The business days.
    pub days: Vec<String>,
    /// Which lane.
    pub lane: Lane,
    /// From when, minutes since midnight.
    pub from_min: u16,
    /// Until when, minutes since midnight.
    pub until_min: u16,
    /// 95 in 100 of those who come then are to wait no longer, seconds.
    pub target_s: u32,
}

/// How many windows does the next hour need?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct NextHour {
    /// Which lane.
    pub lane: Lane,
    /// 95 in 100 are to wait no longer, seconds.
    pub target_s: u32,
}

/// How far a what-if is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WhatIfState {
    /// Its number.
    pub id: u32,
    /// Whether it is still being worked out.
    pub running: bool,
    /// Replays that are done.
    pub done: u32,
    /// Replays in all, as far as known.
    pub of: u32,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub outcome: Option<WhatIfOutcome>,
    /// Why nothing came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub refused: Option<Refused>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum WhatIfOutcome {
    /// Of [`Compare`].
    Comparison(Box<Comparison>),
    /// Of [`WindowsNeeded`] and [`NextHour`].
    Staffing(Staffing),
}

/// A day as it was and as it would have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Comparison {
    /// Who waits longer waited too long, seconds.
    pub target_s: u32,
    /// Replays of each side.
    pub runs: u32,
    /// From the end of a visit to the next call, ms.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub press_gap_ms: u64,
    /// What must be known to read the figures.
    pub notes: Vec<Text>,
    /// What really happened to the same people; none for made-up ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub recorded: Option<WaitFigures>,
    /// Replayed under the rules and with the windows as they were.
    pub base: DayFigures,
    /// Replayed with the change.
    pub changed: DayFigures,
}

/// A day in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayFigures {
    /// Everybody.
    pub all: WaitFigures,
    /// By class; those that nobody was in are left out.
    pub classes: Vec<ClassFigures>,
    /// By lane.
    pub lanes: Vec<LaneFigures>,
    /// By the zone of the window.
    pub zones: Vec<ZoneFigures>,
    /// The windows that were open.
    pub windows: Vec<WindowFigures>,
    /// Coefficient of variation of the windows' counts.
    pub served_cv: f64,
    /// Coefficient of variation of their busy times.
    pub busy_cv: f64,
    /// By half hour of arrival, from the first to the last with somebody.
    pub half_hours: Vec<HalfHour>,
}

/// Waits of some visits, seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WaitFigures {
    /// How many were served, per replay.
    pub served: f64,
    /// How many still waited when all windows had closed.
    pub unserved: f64,
    /// Mean.
    pub mean_s: Interval,
    /// Half waited no longer.
    pub p50_s: Interval,
    /// 95 in 100 waited no longer.
    pub p95_s: Interval,
    /// The longest.
    pub max_s: Interval,
    /// Of a hundred served, how many waited longer than the target.
    pub over_target_percent: Interval,
}

/// A mean over replays, and half the width of its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// With 95 % confidence the true mean is not farther from it; none with a single replay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub plus_minus: Option<f64>,
}

/// Waits of a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClassFigures {
    /// Which.
    pub class: Class,
    /// Their waits.
    pub waits: WaitFigures,
}

/// Waits of a lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LaneFigures {
    /// Which.
    pub lane: Lane,
    /// Their waits.
    pub waits: WaitFigures,
}

/// Waits of those whom the windows of a zone served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ZoneFigures {
    /// Which.
    pub zone: char,
    /// Their waits.
    pub waits: WaitFigures,
}

/// What a window did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WindowFigures {
    /// Which.
    pub window: u16,
    /// Visits that it took, per replay.
    pub served: f64,
    /// Time that it spent on them, seconds per replay.
    pub busy_s: f64,
}

/// Those who came in a half hour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HalfHour {
    /// Its beginning, minutes since midnight.
    pub from_min: u16,
    /// How many came and were served, per replay.
    pub visits: f64,
    /// Their mean wait, seconds.
    pub mean_s: f64,
    /// 95 in 100 of them waited no longer, seconds.
    pub p95_s: f64,
}

/// How many windows are needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Staffing {
    /// Which lane.
    pub lane: Lane,
    /// From when, minutes since midnight.
    pub from_min: u16,
    /// Until when, minutes since midnight.
    pub until_min: u16,
    /// The target, seconds.
    pub target_s: u32,
    /// The least number of windows that keeps the target; none = all of them are not enough.
    pub needed: Option<u16>,
    /// Windows of the lane that there are.
    pub windows: u16,
    /// Windows of the lane that are open now, for the next hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub open: Option<u16>,
    /// How many come, per replay.
    pub arrivals: f64,
    /// What was tried, by number of windows.
    pub tried: Vec<Tried>,
    /// What must be known to read the figures.
    pub notes: Vec<Text>,
}

/// So many windows, and what they do to the wait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Tried {
    /// How many are open.
    pub windows: u16,
    /// Mean wait of those who come then, seconds.
    pub mean_s: f64,
    /// 95 in 100 of them wait no longer, seconds; none = more than 5 in 100 are never served.
    pub p95_s: Option<f64>,
}

/// The rules as they were, newest first, and rules to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RulesBook {
    /// Every change, newest first.
    pub changes: Vec<RulesChange>,
    /// Rules with a name.
    pub presets: Vec<Preset>,
}

/// A change of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RulesChange {
    /// When, ms since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// By whom; none = the server.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// All rules from then on.
    pub rules: Rules,
}

/// Rules with a name. What holds for no-shows, and which windows call by themselves, is as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Preset {
    /// The name.
    pub name: Text,
    /// The rules.
    pub rules: Rules,
}

/// The last days on which somebody came, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PastDays {
    /// The days.
    pub days: Vec<PastDay>,
}

/// A day on which somebody came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PastDay {
    /// The day.
    pub day: String,
    /// Numbers given out.
    pub issued: u32,
    /// Mean first wait, seconds.
    pub mean_wait_s: u32,
}

/// A day in the store: waits by half hour of arrival, and times at windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayCourse {
    /// The day.
    pub day: String,
    /// By half hour of arrival; those who still wait count with the wait so far.
    pub half_hours: Vec<HalfHour>,
    /// Time at windows of those who were served.
    pub services: Vec<ServiceRow>,
}

/// Time at windows of some visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServiceRow {
    /// Of which lane, if they are of one.
    pub lane: Option<Lane>,
    /// Of which class, if they are of one.
    pub class: Option<Class>,
    /// At which window they ended, if at one.
    pub window: Option<u16>,
    /// Of which item, if they are of one; then the lane is that item's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub item: Option<ItemName>,
    /// How many were finished.
    pub visits: u32,
    /// Their mean time at windows, seconds.
    pub mean_s: f64,
    /// Half took no longer, seconds.
    pub p50_s: f64,
    /// 95 in 100 took no longer, seconds.
    pub p95_s: f64,
}
