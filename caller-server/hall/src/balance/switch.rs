//! R6: switches that change the rules by themselves, and back again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ClassRule, IdlePick, Ratio, Reserve, Rules, ZoneRule};
use crate::{
    state::State,
    words::{AtMs, Class, Lane},
};

/// Minutes of a day.
pub const DAY_MIN: u16 = 1440;
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// R6: while something is so, some rules are others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Its name for people; no two have the same.
    pub name: String,
    /// What must be so.
    pub when: When,
    /// How long it stays as it is at least, seconds.
    pub dwell_s: u32,
    /// What holds then.
    pub then: Patch,
}

/// What must be so. A count that wavers around its limit does not turn a switch to and fro: it goes on over one limit and off
/// under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum When {
    /// From a time of day until before another, minutes since midnight.
    Clock {
        /// From.
        from_min: u16,
        /// Until; earlier than `from_min` = over midnight.
        until_min: u16,
        /// How far the hall's time is ahead of UTC, minutes; 480 in China.
        ahead_of_utc_min: i16,
    },
    /// More than `over` wait in a lane; off with fewer than `back_under`.
    Waiting {
        /// Which lane.
        lane: Lane,
        /// On.
        over: u32,
        /// Off.
        back_under: u32,
    },
    /// Somebody has waited in a lane for more than `over_s`; off when nobody has waited for more than `back_under_s`.
    OldestWait {
        /// Which lane.
        lane: Lane,
        /// On, seconds.
        over_s: u32,
        /// Off, seconds.
        back_under_s: u32,
    },
    /// Fewer than `under` windows of a lane are open; off with more than `back_over`.
    OpenWindows {
        /// Which lane.
        lane: Lane,
        /// On.
        under: u32,
        /// Off.
        back_over: u32,
    },
}

/// Rules that take the place of others; what is not named stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    /// R1, for the classes named.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<Class, ClassRule>,
    /// R2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// R3; an empty list keeps nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved: Option<Vec<Reserve>>,
    /// R4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zones: Option<ZoneRule>,
    /// R5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_pick: Option<IdlePick>,
}

/// A switch as it was turned last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// Whether it is on.
    pub is_on: bool,
    /// Since when, ms.
    pub since_ms: AtMs,
}

impl Patch {
    /// The rules with the patch on them.
    pub(crate) fn on(&self, mut rules: Rules) -> Rules {
        rules.classes.extend(self.classes.iter().map(|(class, rule)| (*class, *rule)));
        rules.ratio = self.ratio.clone().or(rules.ratio);
        if let Some(reserved) = &self.reserved {
            rules.reserved.clone_from(reserved);
        }
        rules.zones = self.zones.unwrap_or(rules.zones);
        rules.idle_pick = self.idle_pick.unwrap_or(rules.idle_pick);
        rules
    }
}

/// What R6 looks at: the living hall, or one that is replayed.
pub(crate) trait Facts {
    /// How many wait in a lane.
    fn waiting_in(&self, lane: Lane) -> usize;
    /// The effective arrival of the one who waits longest in a lane, ms.
    fn oldest_since_ms(&self, lane: Lane) -> Option<AtMs>;
    /// How many windows that serve a lane work now.
    fn open_windows(&self, lane: Lane) -> usize;
}

impl Facts for State {
    fn waiting_in(&self, lane: Lane) -> usize {
        Self::waiting_in(self, lane)
    }

    fn oldest_since_ms(&self, lane: Lane) -> Option<AtMs> {
        let of_lane = self.lines.waiting.iter().filter(|((line, _), _)| line.is_of(lane));
        of_lane.filter_map(|(_, tickets)| tickets.first()).map(|(since_ms, _)| *since_ms).min()
    }

    fn open_windows(&self, lane: Lane) -> usize {
        Self::open_windows(self, lane)
    }
}

/// The switches that turn now: their names, and whether they go on.
pub(crate) fn turning(state: &State, now_ms: AtMs) -> impl Iterator<Item = (&str, bool)> {
    state.rules.switches.iter().filter_map(move |switch| {
        let is_on = turns(state, switch.when, switch.dwell_ms(), turned(state, switch), now_ms)?;
        Some((switch.name.as_str(), is_on))
    })
}

/// When a switch turns if nothing else happens.
pub(crate) fn turns_at(state: &State) -> Option<AtMs> {
    let each = state.rules.switches.iter();
    each.filter_map(|switch| next_turn(state, switch.when, switch.dwell_ms(), turned(state, switch), state.at_ms)).min()
}

fn turned(state: &State, switch: &Switch) -> Option<Turned> {
    state.turns.switches.get(&switch.name).copied()
}

/// Whether a switch turns at a time, and where to.
pub(crate) fn turns(
    facts: &impl Facts,
    when: When,
    dwell_ms: u64,
    turned: Option<Turned>,
    now_ms: AtMs,
) -> Option<bool> {
    if turned.is_some_and(|turned| now_ms < turned.since_ms.saturating_add(dwell_ms)) {
        return None;
    }
    let is_on = turned.is_some_and(|turned| turned.is_on);
    let wants = if is_on { !when.is_over(facts, now_ms) } else { when.begins(facts, now_ms) };
    (wants != is_on).then_some(wants)
}

/// When a switch turns if nothing else happens from now on.
pub(crate) fn next_turn(
    facts: &impl Facts,
    when: When,
    dwell_ms: u64,
    turned: Option<Turned>,
    now_ms: AtMs,
) -> Option<AtMs> {
    let dwells_until_ms = turned.map_or(0, |turned| turned.since_ms.saturating_add(dwell_ms));
    let mut times = when.times(facts, now_ms);
    times.extend([now_ms, dwells_until_ms]);
    times.sort_unstable();
    let later = times.into_iter().map(|time_ms| time_ms.max(dwells_until_ms)).filter(|&time_ms| time_ms >= now_ms);
    later.into_iter().find(|&time_ms| turns(facts, when, dwell_ms, turned, time_ms).is_some())
}

impl Switch {
    fn dwell_ms(&self) -> u64 {
        u64::from(self.dwell_s) * 1000
    }
}

impl When {
    /// Whether it is a time that a day has, or a pair of limits that does not turn a switch on and off at once.
    #[must_use]
    pub fn is_steady(self) -> bool {
        match self {
            Self::Clock { from_min, until_min, .. } => from_min.max(until_min) < DAY_MIN && from_min != until_min,
            Self::Waiting { over, back_under, .. } => back_under > 0 && u64::from(back_under) <= u64::from(over) + 1,
            Self::OldestWait { over_s, back_under_s, .. } => back_under_s <= over_s,
            Self::OpenWindows { under, back_over, .. } => u64::from(back_over) + 1 >= u64::from(under),
        }
    }

    fn begins(self, facts: &impl Facts, now_ms: AtMs) -> bool {
        match self {
            Self::Clock { .. } => !self.is_over(facts, now_ms),
            Self::Waiting { lane, over, .. } => facts.waiting_in(lane) > over as usize,
            Self::OldestWait { lane, over_s, .. } => oldest_wait_ms(facts, lane, now_ms) > u64::from(over_s) * 1000,
            Self::OpenWindows { lane, under, .. } => facts.open_windows(lane) < under as usize,
        }
    }

    fn is_over(self, facts: &impl Facts, now_ms: AtMs) -> bool {
        match self {
            Self::Clock { from_min, until_min, .. } => {
                let minute = self.minute(now_ms);
                let (from, until) = (from_min, until_min);
                !(if from <= until { (from..until).contains(&minute) } else { minute >= from || minute < until })
            }
            Self::Waiting { lane, back_under, .. } => facts.waiting_in(lane) < back_under as usize,
            Self::OldestWait { lane, back_under_s, .. } => {
                oldest_wait_ms(facts, lane, now_ms) <= u64::from(back_under_s) * 1000
            }
            Self::OpenWindows { lane, back_over, .. } => facts.open_windows(lane) > back_over as usize,
        }
    }

    /// The minute of the hall's day.
    fn minute(self, now_ms: AtMs) -> u16 {
        u16::try_from(self.local_ms(now_ms) % DAY_MS / MINUTE_MS).unwrap_or_default()
    }

    fn local_ms(self, now_ms: AtMs) -> u64 {
        let Self::Clock { ahead_of_utc_min, .. } = self else { return now_ms };
        let ahead_ms = i64::from(ahead_of_utc_min) * 60_000;
        now_ms.saturating_add(DAY_MS).saturating_add_signed(ahead_ms)
    }

    /// Times from now on at which it may begin or be over by itself, ms.
    fn times(self, facts: &impl Facts, now_ms: AtMs) -> Vec<AtMs> {
        match self {
            Self::Clock { from_min, until_min, .. } => {
                let into_day_ms = self.local_ms(now_ms) % DAY_MS;
                let ahead = |minute: u16| (u64::from(minute) * MINUTE_MS + DAY_MS - into_day_ms) % DAY_MS;
                [from_min, until_min].map(|minute| now_ms.saturating_add(ahead(minute))).into()
            }
            Self::OldestWait { lane, over_s, .. } => {
                let since_ms = facts.oldest_since_ms(lane);
                since_ms.map(|since_ms| since_ms.saturating_add(u64::from(over_s) * 1000 + 1)).into_iter().collect()
            }
            Self::Waiting { .. } | Self::OpenWindows { .. } => vec![],
        }
    }
}

fn oldest_wait_ms(facts: &impl Facts, lane: Lane, now_ms: AtMs) -> u64 {
    facts.oldest_since_ms(lane).map_or(0, |since_ms| now_ms.saturating_sub(since_ms))
}
