//! One window as the public sees it.

use std::collections::VecDeque;

use hall::{
    state::{Doing, Window},
    words::{Ticket, WindowId, ZoneId},
};
use protocol::view::{CallView, WindowState, WindowView};

use super::{Scene, last_call};

/// The most who were called before on a window's page: what fits below the newest call.
const BEFORE_MAX: usize = 3;

/// The view of a window; a window that the plan does not know is shown as closed.
pub fn window(scene: Scene<'_>, id: WindowId) -> WindowView {
    let window = scene.state.windows.get(&id);
    let ticket = window.and_then(|window| present(&window.doing));
    let call = last_call(scene.state, id);
    WindowView {
        window: id.0,
        zone: zone_of(scene, id).0,
        name: scene.names.window(id),
        state: window.map_or(WindowState::Closed, |window| state(&window.doing)),
        number: ticket.map(|ticket| ticket.number.to_string()),
        call: call.filter(|call| ticket.is_some_and(|ticket| ticket.number.to_string() == call.number)),
        before: Vec::new(),
    }
}

/// The same with who was called there before. `calls`: all announcements of late, oldest first.
pub fn window_with_calls(scene: Scene<'_>, id: WindowId, calls: &VecDeque<CallView>) -> WindowView {
    let mut view = window(scene, id);
    for call in calls.iter().rev().filter(|call| call.window == id.0) {
        if view.before.len() == BEFORE_MAX {
            break;
        }
        if view.number.as_ref() != Some(&call.number) && !view.before.contains(&call.number) {
            view.before.push(call.number.clone());
        }
    }
    view
}

/// Whom a window has, also while it is in emergency.
pub fn present(doing: &Doing) -> Option<Ticket> {
    match doing {
        Doing::Calling { ticket } | Doing::Serving { ticket } => Some(*ticket),
        Doing::Emergency { before } => present(before),
        Doing::Closed | Doing::Idle | Doing::WrapUp { .. } | Doing::Paused { .. } => None,
    }
}

/// Why a window is paused.
pub fn pause_reason(window: &Window) -> Option<String> {
    match &window.doing {
        Doing::Paused { reason } => Some(reason.clone()),
        _ => None,
    }
}

/// Mean time of the visits that ended at a window today, seconds.
pub fn mean_service_s(window: &Window) -> u32 {
    super::seconds(window.served_ms.checked_div(u64::from(window.served)).unwrap_or(0))
}

fn state(doing: &Doing) -> WindowState {
    match doing {
        Doing::Closed => WindowState::Closed,
        Doing::Idle => WindowState::Idle,
        Doing::Calling { .. } => WindowState::Calling,
        Doing::Serving { .. } => WindowState::Serving,
        Doing::WrapUp { .. } => WindowState::WrapUp,
        Doing::Paused { .. } => WindowState::Paused,
        Doing::Emergency { .. } => WindowState::Emergency,
    }
}

fn zone_of(scene: Scene<'_>, id: WindowId) -> ZoneId {
    let plan = scene.state.plan.as_ref();
    plan.and_then(|plan| plan.windows.get(&id)).map_or(ZoneId('?'), |window| window.zone)
}
