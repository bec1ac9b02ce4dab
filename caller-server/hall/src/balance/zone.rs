//! R4, `lew` as a direction only: the zone that a waiting holder is sent to sit in. Every window of a lane calls from all zones.

use std::cmp::Ordering;

use crate::{
    state::{State, WindowCount},
    words::{Lane, ZoneId},
};

/// The zone with the least expected wait: `(waiting directed there + 1) / open windows of the zone that serve the lane`. A
/// zone without an open window comes after all that have one, a zone without any window for the lane comes last; ties go by
/// the order of the zones in the plan. Without a plan it is zone A.
#[must_use]
pub fn direction(state: &State, lane: Lane) -> ZoneId {
    let zones = state.plan.iter().flat_map(|plan| &plan.zones);
    let loads = zones.map(|&zone| Load::of(state, lane, zone));
    // `min_by` keeps the first of equals: the order of the zones.
    loads.min_by(Load::compare).map_or(ZoneId('A'), |load| load.zone)
}

struct Load {
    zone: ZoneId,
    waiting: u64,
    open_windows: u64,
    windows: u64,
}

impl Load {
    fn of(state: &State, lane: Lane, zone: ZoneId) -> Self {
        let WindowCount { all: windows, open: open_windows } =
            state.counts.windows.get(&(lane, zone)).copied().unwrap_or_default();
        let waiting = state.lines.directed.get(&(lane, zone)).copied().map_or(0, u64::from);
        Self { zone, waiting, open_windows, windows }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let lacks = |load: &Self| (load.open_windows == 0, load.windows == 0);
        lacks(self).cmp(&lacks(other)).then_with(|| {
            // (a + 1) / x against (b + 1) / y, without a division.
            ((self.waiting + 1) * other.divisor()).cmp(&((other.waiting + 1) * self.divisor()))
        })
    }

    /// The open windows, or all of them while none is open.
    fn divisor(&self) -> u64 {
        if self.open_windows > 0 { self.open_windows } else { self.windows.max(1) }
    }
}
