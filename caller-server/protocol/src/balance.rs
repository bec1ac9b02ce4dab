//! What a manager tunes beside scores and no-shows: rules R2 to R6 and R8.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::order::{Class, ClassRule, Lane};

/// Rules R2 to R6 and R8; what is left out has its default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Balance {
    /// R2: the part of each class in a turn; every class, or none = no ratio.
    pub ratio: BTreeMap<Class, u32>,
    /// R3: windows that a class keeps.
    pub reserved: Vec<Reserve>,
    /// R4: zones.
    pub zones: ZoneRule,
    /// R5: which free window gets the next ticket by auto-call.
    pub idle_pick: IdlePick,
    /// R6: switches.
    pub switches: Vec<Switch>,
    /// R8: the windows that are given the next ticket without a press.
    pub auto_call: BTreeSet<u16>,
}

/// R3: a class keeps some windows of each lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// For whom.
    pub class: Class,
    /// How many.
    pub windows: u16,
    /// Who has waited so long may take them after all, seconds; without it the rules are refused.
    pub release_after_s: Option<u32>,
}

/// R4: how a ticket gets its zone, and when another zone may take it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ZoneRule {
    /// How.
    pub mode: ZoneMode,
    /// After this wait, seconds; null = never, 0 = one line for all zones.
    pub steal_after_s: Option<u32>,
}

/// R4: how a ticket gets its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ZoneMode {
    /// One line for all zones.
    Shared,
    /// From outside; no ticket of a hall has one yet.
    Given,
    /// Where the fewest wait.
    Jsq,
    /// Where the expected wait is least.
    #[default]
    Lew,
    /// In turn.
    RoundRobin,
}

/// R5: which free window gets the next ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum IdlePick {
    /// Free for the longest time.
    #[default]
    LongestIdle,
    /// With the fewest visits.
    FewestAccepted,
    /// With the least time on services.
    LeastBusy,
    /// The lowest number.
    LowestNumber,
}

/// R6: while something is so, some rules are others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Its name; no two have the same.
    pub name: String,
    /// What must be so.
    pub when: When,
    /// How long it stays as it is at least, seconds.
    pub dwell_s: u32,
    /// What holds then.
    pub then: Patch,
}

/// What must be so; on over one limit, off under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum When {
    /// From a time of day until before another.
    Clock {
        /// Minutes since midnight.
        from_min: u16,
        /// Minutes since midnight.
        until_min: u16,
        /// How far the hall's time is ahead of UTC, minutes.
        ahead_of_utc_min: i16,
    },
    /// More wait in a lane than `over`; off with fewer than `back_under`.
    Waiting {
        /// Which lane.
        lane: Lane,
        /// On.
        over: u32,
        /// Off.
        back_under: u32,
    },
    /// Somebody waits longer than `over_s`; off when nobody does longer than `back_under_s`.
    OldestWait {
        /// Which lane.
        lane: Lane,
        /// On, seconds.
        over_s: u32,
        /// Off, seconds.
        back_under_s: u32,
    },
    /// Fewer windows of a lane are open than `under`; off with more than `back_over`.
    OpenWindows {
        /// Which lane.
        lane: Lane,
        /// On.
        under: u32,
        /// Off.
        back_over: u32,
    },
}

/// Rules that take the place of others; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    /// R1, for the classes named.
    pub classes: Vec<ClassRule>,
    /// R2; none = as it is.
    pub ratio: BTreeMap<Class, u32>,
    /// R3; an empty list keeps nothing.
    pub reserved: Option<Vec<Reserve>>,
    /// R4.
    pub zones: Option<ZoneRule>,
    /// R5.
    pub idle_pick: Option<IdlePick>,
}

impl Default for ZoneRule {
    fn default() -> Self {
        Self { mode: ZoneMode::Lew, steal_after_s: Some(0) }
    }
}
