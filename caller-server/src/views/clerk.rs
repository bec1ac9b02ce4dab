//! A clerk's console.

use hall::{
    balance,
    state::{Doing, Line, Stage, Visit, Window},
    words::{AtMs, Ticket, WindowId},
};
use protocol::view::{Announced, ClerkView, ItemName, UnprintedRow, VisitView};

use super::{
    Scene, class_out, count, lane_out, lanes, language_out, stage_out, window,
    window::{mean_service_s, pause_reason, present},
};

/// Which console looks, and what is known of its last call.
#[derive(Debug, Clone)]
pub struct ClerkAt<'a> {
    /// The window.
    pub window: WindowId,
    /// The console's name.
    pub console: &'a str,
    /// Whether the last call reached people.
    pub announced: Announced,
    /// Slips that may not have come out.
    pub unprinted: Vec<UnprintedRow>,
}

/// The view of a console; `None` for a window that the plan does not know.
pub fn clerk(scene: Scene<'_>, at: ClerkAt<'_>) -> Option<ClerkView> {
    let here = scene.state.windows.get(&at.window)?;
    let current = present(&here.doing);
    let (recalls_missing, recall_at_ms) = recalls(scene, current);
    Some(ClerkView {
        window: window(scene, at.window),
        clerk: here.seat.as_ref().map(|seat| seat.clerk.clone()),
        mine: here.seat.as_ref().is_some_and(|seat| seat.console == at.console),
        since_ms: here.since_ms,
        pause_reason: pause_reason(here),
        current: current.and_then(|ticket| Some(visit_view(ticket, scene.state.visits.get(&ticket)?))),
        announced: at.announced,
        recalls_missing,
        recall_at_ms,
        waiting: waiting(scene, at.window),
        waiting_total: callable(scene, at.window),
        aside: aside(scene),
        served: here.served,
        mean_service_s: mean_service_s(here),
        lanes: lanes(scene),
        open_windows: open_windows(scene),
        unprinted: at.unprinted,
        items: items(scene),
    })
}

/// One visit, for staff.
pub fn visit_view(ticket: Ticket, visit: &Visit) -> VisitView {
    VisitView {
        ticket: ticket.to_string(),
        number: ticket.number.to_string(),
        lane: lane_out(visit.lane),
        class: class_out(visit.class),
        language: language_out(visit.language),
        stage: stage_out(visit.stage.name()),
        since_ms: match visit.stage {
            Stage::Waiting { since_ms, .. } => since_ms,
            _ => visit.arrival_ms,
        },
        note: note(&visit.stage),
        item: visit.item.map(|item| item.to_string()),
    }
}

/// Reason of parking or the missing paper.
pub fn note(stage: &Stage) -> Option<String> {
    match stage {
        Stage::Parked { reason: note, .. } | Stage::Supplement { missing: note, .. } => Some(note.clone()),
        _ => None,
    }
}

fn recalls(scene: Scene<'_>, current: Option<Ticket>) -> (u32, AtMs) {
    let rule = &scene.state.rules.no_show;
    match current.and_then(|ticket| scene.state.visits.get(&ticket)).map(|visit| &visit.stage) {
        Some(Stage::Called { recalls, announced_at_ms, .. }) => {
            (rule.recalls.saturating_sub(*recalls), announced_at_ms + u64::from(rule.recall_gap_s) * 1000)
        }
        _ => (0, 0),
    }
}

fn waiting(scene: Scene<'_>, window: WindowId) -> Vec<VisitView> {
    let order = balance::in_order(scene.state, window, scene.now_ms, ClerkView::LISTED_MAX);
    order.iter().filter_map(|(ticket, _)| Some(visit_view(*ticket, scene.state.visits.get(ticket)?))).collect()
}

/// What a clerk can pick from.
fn items(scene: Scene<'_>) -> Vec<ItemName> {
    let items = scene.state.plan.iter().flat_map(|plan| plan.items.keys());
    items.map(|item| ItemName { item: item.to_string(), name: scene.names.item(*item) }).collect()
}

/// How many tickets a window may call: those of its lanes whose items it may serve, and those bound to it.
fn callable(scene: Scene<'_>, window: WindowId) -> u32 {
    let lanes = scene.state.plan.as_ref().and_then(|plan| plan.windows.get(&window)).map(|plan| plan.lanes.as_slice());
    let mine = |line: &Line| match line {
        Line::Lane(lane, _) => lanes.is_some_and(|lanes| lanes.contains(lane)),
        Line::Item(lane, _, item) => {
            lanes.is_some_and(|lanes| lanes.contains(lane)) && scene.state.may_serve(window, Some(*item))
        }
        Line::Window(bound) => *bound == window,
    };
    count(scene.state.lines.waiting.iter().filter(|((line, _), _)| mine(line)).map(|(_, tickets)| tickets.len()).sum())
}

fn aside(scene: Scene<'_>) -> Vec<VisitView> {
    let aside = |stage: &Stage| matches!(stage, Stage::Parked { .. } | Stage::Supplement { .. } | Stage::NoShow { .. });
    let visits = scene.state.visits.iter().rev().filter(|(_, visit)| aside(&visit.stage));
    visits.take(ClerkView::LISTED_MAX).map(|(&ticket, visit)| visit_view(ticket, visit)).collect()
}

fn open_windows(scene: Scene<'_>) -> Vec<u16> {
    let open = |window: &Window| !matches!(window.doing, Doing::Closed);
    scene.state.windows.iter().filter(|(_, window)| open(window)).map(|(id, _)| id.0).collect()
}
