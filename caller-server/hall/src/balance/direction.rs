//! R4 in the living hall: the zone that a ticket is given when it joins a lane.

use super::ZoneLoad;
use crate::{
    plan::ItemId,
    state::{State, WindowCount},
    words::{Lane, ZoneId},
};

/// The zone of a ticket that joins a lane now, by the windows that may serve its item: see [`ZoneMode::choose`](super::ZoneMode::choose). Without a plan it is zone A.
#[must_use]
pub fn direction(state: &State, lane: Lane, item: Option<ItemId>) -> ZoneId {
    let zones = || state.plan.iter().flat_map(|plan| &plan.zones).copied();
    let loads: Vec<ZoneLoad> = zones().map(|zone| load(state, lane, zone, item)).collect();
    let last = state.turns.zones.get(&lane).and_then(|last| zones().position(|zone| zone == *last));
    let chosen = state.in_force().zones.mode.choose(&loads, last);
    chosen.and_then(|place| zones().nth(place)).or_else(|| zones().next()).unwrap_or(ZoneId('A'))
}

fn load(state: &State, lane: Lane, zone: ZoneId, item: Option<ItemId>) -> ZoneLoad {
    let WindowCount { all: windows, open, free } = state.windows_for(lane, zone, item);
    let waiting = state.lines.directed.get(&(lane, zone)).copied().map_or(0, u64::from);
    ZoneLoad { waiting, open, free, windows }
}
