//! What a manager tunes. Every value has a limit with a name, and a safe default.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{BadRules, IdlePick, Length, Patch, Rate, Ratio, Reserve, Score, Switch, When, ZoneMode, ZoneRule};
use crate::words::{Class, WindowId};

/// The largest offset, cap, grace, gap or penalty: one day, seconds.
pub const SECONDS_MAX: u32 = 86_400;
/// The largest rate, in thousandths.
pub const RATE_MILLI_MAX: u32 = 100_000;
/// The most recalls before a holder may be marked as absent.
pub const RECALLS_MAX: u32 = 10;

/// The largest part of a class in a ratio.
pub const RATIO_PART_MAX: u32 = 1_000;
/// The most switches.
pub const SWITCHES_MAX: usize = 20;
/// The longest name of a switch, in characters.
pub const SWITCH_NAME_CHARS_MAX: usize = 40;

/// The rules: R1 to R8. What is left out in an old journal has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// R1: how each class competes.
    pub classes: BTreeMap<Class, ClassRule>,
    /// R7: what becomes of a holder who was called and did not come.
    pub no_show: NoShowRule,
    /// R2: classes take turns in a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// R3: windows that a class keeps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Reserve>,
    /// R4: zones.
    #[serde(skip_serializing_if = "is_default")]
    pub zones: ZoneRule,
    /// R5: which free window gets the next ticket by auto-call.
    #[serde(skip_serializing_if = "is_default")]
    pub idle_pick: IdlePick,
    /// R6: switches; the later one wins where two change the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<Switch>,
    /// R8: the windows that are given the next ticket without a press.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub auto_call: BTreeSet<WindowId>,
}

/// R1 for one class: `score = offset + rate × wait`; the highest score is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Head start, seconds of waiting.
    pub offset_s: u32,
    /// Growth of the score with the wait, thousandths; 1000 = one second a second.
    pub rate_milli: u32,
    /// A ticket that waited longer than this joins the top band, first come first served, seconds.
    pub cap_s: u32,
}

/// R7: recall, then set aside; a rejoin counts from the original arrival plus a penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoShowRule {
    /// Recalls before a holder may be marked as absent.
    pub recalls: u32,
    /// Least time between two announcements of one call, seconds.
    pub recall_gap_s: u32,
    /// Within this time after being marked as absent a rejoin is possible, seconds.
    pub grace_s: u32,
    /// Added to the effective arrival at a rejoin, seconds.
    pub penalty_s: u32,
}

impl Default for Rules {
    fn default() -> Self {
        let rule = |offset_s| ClassRule { offset_s, rate_milli: 1000, cap_s: 2700 };
        let offsets = [(Class::Normal, 0), (Class::Returning, 300), (Class::Priority, 600), (Class::Appointment, 600)];
        Self {
            classes: offsets.into_iter().map(|(class, offset_s)| (class, rule(offset_s))).collect(),
            no_show: NoShowRule::default(),
            ratio: None,
            reserved: vec![],
            zones: ZoneRule::default(),
            idle_pick: IdlePick::default(),
            switches: vec![],
            auto_call: BTreeSet::new(),
        }
    }
}

impl Default for NoShowRule {
    fn default() -> Self {
        Self { recalls: 2, recall_gap_s: 20, grace_s: 1800, penalty_s: 300 }
    }
}

impl Rules {
    /// Checks that every class has a rule and every value is within its limit.
    ///
    /// # Errors
    /// The first value that is not.
    pub fn validate(&self) -> Result<(), BadRules> {
        for class in Class::ALL {
            self.classes.get(&class).ok_or(BadRules::ClassMissing(class))?.validate()?;
        }
        self.validate_choice()?;
        self.validate_switches()?;
        let no_show = &self.no_show;
        if no_show.recalls > RECALLS_MAX {
            return Err(BadRules::Recalls(no_show.recalls));
        }
        within(Length::RecallGap, no_show.recall_gap_s)?;
        within(Length::Grace, no_show.grace_s)?;
        within(Length::Penalty, no_show.penalty_s)
    }
}

impl Rules {
    fn validate_choice(&self) -> Result<(), BadRules> {
        if let Some(ratio) = &self.ratio {
            validate_ratio(ratio)?;
        }
        validate_reserved(&self.reserved)?;
        validate_zones(self.zones)
    }

    fn validate_switches(&self) -> Result<(), BadRules> {
        if self.switches.len() > SWITCHES_MAX {
            return Err(BadRules::Switches(self.switches.len()));
        }
        let mut names = BTreeSet::new();
        for switch in &self.switches {
            let length = switch.name.trim().chars().count();
            if length == 0 || length > SWITCH_NAME_CHARS_MAX || !names.insert(switch.name.as_str()) {
                return Err(BadRules::SwitchName(switch.name.clone()));
            }
            switch.validate()?;
        }
        Ok(())
    }

    /// The most windows that these rules may keep, with any of the switches on.
    #[must_use]
    pub fn kept_windows(&self) -> u64 {
        let sum = |reserved: &[Reserve]| reserved.iter().map(|kept| u64::from(kept.windows)).sum();
        let of_switches = self.switches.iter().filter_map(|switch| switch.then.reserved.as_deref());
        of_switches.chain([self.reserved.as_slice()]).map(sum).max().unwrap_or_default()
    }

    /// R1 for a class; rules that passed [`Rules::validate`] have one for each.
    #[must_use]
    pub fn of(&self, class: Class) -> Score {
        let first_come = ClassRule { offset_s: 0, rate_milli: 1000, cap_s: SECONDS_MAX };
        self.classes.get(&class).copied().unwrap_or(first_come).score()
    }
}

impl ClassRule {
    /// The rule as it is reckoned with.
    #[must_use]
    pub fn score(self) -> Score {
        Score {
            offset_ms: i64::from(self.offset_s) * 1000,
            rate: Rate::new(self.rate_milli, 1000).unwrap_or(Rate::ONE),
            cap_ms: Some(u64::from(self.cap_s) * 1000),
        }
    }

    fn validate(&self) -> Result<(), BadRules> {
        if self.rate_milli > RATE_MILLI_MAX {
            return Err(BadRules::Rate(self.rate_milli));
        }
        within(Length::Offset, self.offset_s)?;
        within(Length::Cap, self.cap_s)
    }
}

impl Switch {
    fn validate(&self) -> Result<(), BadRules> {
        within(Length::Dwell, self.dwell_s)?;
        let name = || self.name.clone();
        if !self.when.is_steady() {
            let is_clock = matches!(self.when, When::Clock { .. });
            return Err(if is_clock { BadRules::Clock(name()) } else { BadRules::Hysteresis(name()) });
        }
        if self.then == Patch::default() {
            return Err(BadRules::ChangesNothing(name()));
        }
        self.then.classes.values().try_for_each(|rule| rule.validate())?;
        self.then.ratio.iter().try_for_each(validate_ratio)?;
        self.then.reserved.iter().try_for_each(|reserved| validate_reserved(reserved))?;
        self.then.zones.map_or(Ok(()), validate_zones)
    }
}

fn validate_ratio(ratio: &Ratio) -> Result<(), BadRules> {
    let fits = |class: &Class| ratio.0.get(class).is_some_and(|part| (1..=RATIO_PART_MAX).contains(part));
    Class::ALL.iter().find(|class| !fits(class)).map_or(Ok(()), |class| Err(BadRules::RatioPart(*class)))
}

fn validate_reserved(reserved: &[Reserve]) -> Result<(), BadRules> {
    let mut classes = BTreeSet::new();
    for kept in reserved {
        let release_s = kept.release_after_s.ok_or(BadRules::NoRelease(kept.class))?;
        within(Length::Release, release_s)?;
        if kept.windows == 0 || !classes.insert(kept.class) {
            return Err(BadRules::ReserveTwice(kept.class));
        }
    }
    Ok(())
}

fn validate_zones(zones: ZoneRule) -> Result<(), BadRules> {
    if zones.mode == ZoneMode::Given {
        return Err(BadRules::GivenZones);
    }
    within(Length::Steal, zones.steal_after_s.unwrap_or_default())
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn within(what: Length, value: u32) -> Result<(), BadRules> {
    if value <= SECONDS_MAX { Ok(()) } else { Err(BadRules::TooLong { what, value }) }
}
