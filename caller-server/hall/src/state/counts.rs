//! Sums over the windows, so that a number can be given out without a look at each of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Doing, Window};
use crate::{
    plan::{Plan, WindowPlan},
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
    /// Those of them that are free: neither with somebody nor tidying up.
    #[serde(default)]
    pub free: u64,
}

impl WindowCount {
    fn add(&mut self, window: &Window) {
        self.all += 1;
        self.open += u64::from(window.doing.is_open());
        self.free += u64::from(window.doing == Doing::Idle);
    }
}

impl<'a> FromIterator<&'a Window> for WindowCount {
    fn from_iter<I: IntoIterator<Item = &'a Window>>(windows: I) -> Self {
        let mut count = Self::default();
        windows.into_iter().for_each(|window| count.add(window));
        count
    }
}

impl Counts {
    /// Counts anew; seldom, because all windows are looked at.
    pub(super) fn of(plan: Option<&Plan>, windows: &BTreeMap<WindowId, Window>) -> Self {
        let mut counts = Self::default();
        for (id, window) in windows {
            let Some(plan) = plan.and_then(|plan| plan.windows.get(id)) else { continue };
            for lane in Lane::ALL.into_iter().filter(|lane| plan.lanes.contains(lane)) {
                counts.windows.entry((lane, plan.zone)).or_default().add(window);
            }
        }
        counts
    }

    /// A window became free, or is so no more.
    pub(super) fn set_free(&mut self, plan: &WindowPlan, is_free: bool) {
        for lane in &plan.lanes {
            let Some(count) = self.windows.get_mut(&(*lane, plan.zone)) else { continue };
            count.free = if is_free { count.free.saturating_add(1) } else { count.free.saturating_sub(1) };
        }
    }
}
