//! What is otherwise: rules and times of windows, checked before anything is replayed.

use hall::{
    balance::{self, Keep, Ratio, Reserve, Rules, When, ZoneRule},
    whatif::{Patch, Switch, Terms},
    words::{Class, WindowId},
};
use protocol::whatif::{Change, OpenWindows, WindowHours};

use super::{
    DAY_MIN, TARGET_S_MAX, WhatIfError,
    ground::{Ground, class_place},
    openings::{self, Times},
};
use crate::orders::{lane_in, rules_in};

const MINUTE_MS: u64 = 60_000;

/// What is otherwise, checked.
#[derive(Debug, Clone)]
pub struct Otherwise {
    rules: Option<Rules>,
    open: Vec<OpenWindows>,
    hours: Vec<(usize, u64, u64)>,
}

impl Otherwise {
    /// Checks what is otherwise in a hall.
    pub fn new(change: &Change, ground: &Ground) -> Result<Self, WhatIfError> {
        let rules = change.rules.clone().map(rules_in).transpose()?;
        rules.as_ref().map_or(Ok(()), Rules::validate)?;
        for open in &change.open {
            minutes(open.from_min, open.until_min)?;
            let there = ground.windows_of(lane_in(open.lane)).len();
            if usize::from(open.windows) > there {
                let there = u16::try_from(there).unwrap_or(u16::MAX);
                return Err(WhatIfError::MoreWindows { asked: open.windows, there });
            }
        }
        Ok(Self { rules, open: change.open.clone(), hours: hours(&change.hours, ground)? })
    }

    /// The rules of a day with the change.
    pub fn rules<'a>(&'a self, before: &'a Rules) -> &'a Rules {
        self.rules.as_ref().unwrap_or(before)
    }

    /// The times of the windows with the change.
    pub fn times(&self, ground: &Ground, before: &[Times]) -> Vec<Times> {
        let mut times = before.to_vec();
        for &(window, ..) in &self.hours {
            times.get_mut(window).into_iter().for_each(Vec::clear);
        }
        for &(window, from_ms, until_ms) in &self.hours {
            times.get_mut(window).into_iter().for_each(|times| times.push((from_ms, Some(until_ms))));
        }
        for open in &self.open {
            let (from_ms, until_ms) = ms(open.from_min, open.until_min);
            let windows = ground.windows_of(lane_in(open.lane));
            openings::open(&mut times, &windows, from_ms, until_ms, open.windows.into());
        }
        times
    }
}

fn hours(hours: &[WindowHours], ground: &Ground) -> Result<Vec<(usize, u64, u64)>, WhatIfError> {
    let mut known: Vec<(usize, u64, u64)> = Vec::with_capacity(hours.len());
    for &WindowHours { window, from_min, until_min } in hours {
        minutes(from_min, until_min)?;
        let place = ground.place_of(WindowId(window)).ok_or(WhatIfError::UnknownWindow(window))?;
        let (from_ms, until_ms) = ms(from_min, until_min);
        if known.iter().any(|&(other, from, until)| other == place && from < until_ms && from_ms < until) {
            return Err(WhatIfError::Overlap(window));
        }
        known.push((place, from_ms, until_ms));
    }
    Ok(known)
}

/// The rules as a replay takes them: R1 to R6.
pub fn terms(rules: &Rules, press_gap_ms: u64) -> Terms {
    Terms {
        classes: Class::ALL.iter().map(|class| rules.of(*class)).collect(),
        ratio: rules.ratio.as_ref().map(parts),
        reserved: kept(&rules.reserved),
        zone_mode: rules.zones.mode,
        steal_after_ms: steal_after_ms(rules.zones),
        idle_pick: rules.idle_pick,
        switches: rules.switches.iter().map(switch).collect(),
        press_gap_ms,
    }
}

fn switch(switch: &balance::Switch) -> Switch {
    // A replay counts from midnight.
    let when = match switch.when {
        When::Clock { from_min, until_min, .. } => When::Clock { from_min, until_min, ahead_of_utc_min: 0 },
        when => when,
    };
    let balance::Patch { classes, ratio, reserved, zones, idle_pick } = &switch.then;
    let then = Patch {
        classes: classes.iter().map(|(class, rule)| (class_place(*class), rule.score())).collect(),
        ratio: ratio.as_ref().map(parts),
        reserved: reserved.as_deref().map(kept),
        zones: zones.map(|zones| (zones.mode, steal_after_ms(zones))),
        idle_pick: *idle_pick,
    };
    Switch { when, dwell_ms: u64::from(switch.dwell_s) * 1000, then }
}

fn parts(ratio: &Ratio) -> Vec<u32> {
    Class::ALL.iter().map(|class| ratio.0.get(class).copied().unwrap_or_default()).collect()
}

fn kept(reserved: &[Reserve]) -> Vec<Keep<usize>> {
    let each = reserved.iter().map(|reserve| Keep::from(*reserve));
    each.map(|Keep { class, windows, release_after_ms }| Keep { class: class_place(class), windows, release_after_ms })
        .collect()
}

fn steal_after_ms(zones: ZoneRule) -> Option<u64> {
    zones.steal_after_s.map(|after_s| u64::from(after_s) * 1000)
}

/// Whether a part of a day is one.
pub fn minutes(from_min: u16, until_min: u16) -> Result<(), WhatIfError> {
    let fine = from_min < until_min && until_min <= DAY_MIN;
    if fine { Ok(()) } else { Err(WhatIfError::Times { from_min, until_min }) }
}

/// Whether a target is one.
pub fn target(target_s: u32) -> Result<u64, WhatIfError> {
    let fine = (1..=TARGET_S_MAX).contains(&target_s);
    if fine { Ok(u64::from(target_s) * 1000) } else { Err(WhatIfError::Target(target_s)) }
}

/// A part of a day, ms since midnight.
pub fn ms(from_min: u16, until_min: u16) -> (u64, u64) {
    (u64::from(from_min) * MINUTE_MS, u64::from(until_min) * MINUTE_MS)
}
