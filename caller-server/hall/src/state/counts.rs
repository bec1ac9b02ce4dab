//! Sums over the windows, so that a number can be given out without a look at each of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Window;
use crate::{
    plan::Plan,
    words::{Lane, WindowId, ZoneId},
};

/// Sums over the windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Counts {
    /// How many windows there are, by lane and zone. A window counts in each of its lanes.
    #[serde(with = "super::pairs")]
    pub windows: BTreeMap<(Lane, ZoneId), WindowCount>,
}

/// How many windows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct WindowCount {
    /// In all.
    pub all: u64,
    /// That work now: neither closed nor paused nor in emergency.
    pub open: u64,
}

impl Counts {
    /// Counts anew; seldom, because all windows are looked at.
    pub(super) fn of(plan: Option<&Plan>, windows: &BTreeMap<WindowId, Window>) -> Self {
        let mut counts = Self::default();
        for (id, window) in windows {
            let Some(plan) = plan.and_then(|plan| plan.windows.get(id)) else { continue };
            for lane in Lane::ALL.into_iter().filter(|lane| plan.lanes.contains(lane)) {
                let count = counts.windows.entry((lane, plan.zone)).or_default();
                count.all += 1;
                count.open += u64::from(window.doing.is_open());
            }
        }
        counts
    }
}
