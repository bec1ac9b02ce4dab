//! R4 in the living hall: the zone that a waiting holder is sent to sit in.

use super::{ZoneLoad, ZoneMode};
use crate::{
    state::{State, WindowCount},
    words::{Lane, ZoneId},
};

/// The zone of a ticket that joins a lane now, by `lew`: see [`ZoneMode::choose`]. Without a plan it is zone A.
#[must_use]
pub fn direction(state: &State, lane: Lane) -> ZoneId {
    let zones = || state.plan.iter().flat_map(|plan| &plan.zones).copied();
    let loads: Vec<ZoneLoad> = zones().map(|zone| load(state, lane, zone)).collect();
    ZoneMode::Lew.choose(&loads, None).and_then(|place| zones().nth(place)).unwrap_or(ZoneId('A'))
}

fn load(state: &State, lane: Lane, zone: ZoneId) -> ZoneLoad {
    let WindowCount { all: windows, open } = state.counts.windows.get(&(lane, zone)).copied().unwrap_or_default();
    let waiting = state.lines.directed.get(&(lane, zone)).copied().map_or(0, u64::from);
    ZoneLoad { waiting, open, free: 0, windows }
}
