//! A zone's board, the whole hall's, and what a dispenser must know.

use std::collections::{BTreeMap, VecDeque};

use hall::words::ZoneId;
use protocol::view::{BoardView, CallView, DispenserView, NoticeView, ZoneName};

use super::{Scene, lanes, window};

/// The most calls on a board: what can be read at a glance.
const CALLS_SHOWN_MAX: usize = 8;

/// The board of a zone, or of the whole hall. `calls`: all announcements of late, oldest first; `notices`: the last of each zone.
pub fn board(
    scene: Scene<'_>,
    zone: Option<ZoneId>,
    calls: &VecDeque<CallView>,
    notices: &BTreeMap<char, NoticeView>,
) -> BoardView {
    let here = |of: char| zone.is_none_or(|zone| zone.0 == of);
    let plan = scene.state.plan.iter().flat_map(|plan| &plan.windows);
    let windows = plan.filter(|(_, window)| here(window.zone.0));
    BoardView {
        name: zone.map_or_else(|| scene.names.hall.clone(), |zone| scene.names.zone(zone)),
        open: is_open(scene),
        calls: newest_by_ticket(calls.iter().rev().filter(|call| here(call.zone))),
        windows: windows.map(|(&id, _)| window(scene, id)).collect(),
        lanes: lanes(scene),
        notice: notices.values().filter(|notice| here(notice.zone)).max_by_key(|notice| notice.seq).cloned(),
    }
}

/// What a dispenser must know.
pub fn dispenser(scene: Scene<'_>) -> DispenserView {
    let zones = scene.state.plan.iter().flat_map(|plan| &plan.zones);
    DispenserView {
        hall: scene.names.hall.clone(),
        ticket_url: scene.names.ticket_url.clone(),
        day: scene.state.day.as_ref().map(|day| day.day.to_string()),
        open: is_open(scene),
        lanes: lanes(scene),
        zones: zones.map(|&zone| ZoneName { zone: zone.0, name: scene.names.zone(zone) }).collect(),
        slip: scene.state.slip.as_ref().map(|form| form.template.clone()),
    }
}

pub(super) fn is_open(scene: Scene<'_>) -> bool {
    scene.state.day.as_ref().is_some_and(|day| day.open)
}

fn newest_by_ticket<'a>(newest_first: impl Iterator<Item = &'a CallView>) -> Vec<CallView> {
    let mut shown: Vec<CallView> = Vec::with_capacity(CALLS_SHOWN_MAX);
    for call in newest_first {
        if shown.len() == CALLS_SHOWN_MAX {
            break;
        }
        if shown.iter().all(|other| other.number != call.number) {
            shown.push(call.clone());
        }
    }
    shown
}
