//! A living hall as windows and lines.

use std::collections::BTreeSet;

use super::{Free, Moment, Pool, Server, Service, Shapes, hours};
use crate::{
    plan::WindowPlan,
    state::{Doing, Line, State, Window},
    words::{Class, Lane, WindowId},
};

/// The windows and lines around one line: all that share windows with it, directly or over others; and where that line stands
/// among them. Lines that rule R4 makes one are one here.
pub(super) fn pool(state: &State, line: Line, moment: Moment, shapes: &mut Shapes) -> (Pool, usize) {
    let line = state.as_one(line);
    let lanes = reached(state, line);
    let windows: Vec<(WindowId, &WindowPlan, &Window)> = windows_of(state)
        .filter(|(id, plan, _)| line == Line::Window(*id) || plan.lanes.iter().any(|lane| lanes.contains(lane)))
        .collect();
    let mut lines: Vec<Line> = lines_of(state, &lanes, line).into_iter().collect();
    let alone = windows.iter().map(|(id, ..)| Line::Window(*id));
    lines.extend(alone.filter(|alone| {
        *alone == line || Class::ALL.iter().any(|class| state.lines.of(*alone, *class).next().is_some())
    }));
    let position = |line: Line| lines.iter().position(|known| *known == line);
    let server = |(id, plan, window): &(WindowId, &WindowPlan, &Window)| Server {
        free: free(state, *id, window, moment, &lines),
        shifts: hours::shifts(
            &hours::At { doing: &window.doing, occupied_since_ms: state.pace.occupied_since_ms(*id) },
            &plan.hours,
            moment,
        ),
        lines: (0..lines.len())
            .filter(|at| lines.get(*at).is_some_and(|line| serves(state, *id, plan, *line)))
            .collect(),
    };
    let pool = Pool {
        windows: windows.iter().map(server).filter(|server| !server.shifts.is_empty()).collect(),
        services: lines.iter().map(|line| service(state, *line, shapes)).collect(),
        order: order(state, &lines, moment),
    };
    let at = position(line).unwrap_or(0);
    (pool, at)
}

/// The lanes that share windows with a line, over however many others.
fn reached(state: &State, line: Line) -> BTreeSet<Lane> {
    let mut lanes: BTreeSet<Lane> = match line {
        Line::Lane(lane, _) => [lane].into(),
        Line::Window(id) => state.plan_of(id).into_iter().flat_map(|plan| plan.lanes.iter().copied()).collect(),
    };
    // Each round adds a lane or is the last.
    for _ in Lane::ALL {
        let touching = windows_of(state).filter(|(_, plan, _)| plan.lanes.iter().any(|lane| lanes.contains(lane)));
        let more: Vec<Lane> = touching.flat_map(|(_, plan, _)| plan.lanes.iter().copied()).collect();
        lanes.extend(more);
    }
    lanes
}

/// The lines of these lanes: of zones that have a window for the lane, and those in which somebody stands.
fn lines_of(state: &State, lanes: &BTreeSet<Lane>, line: Line) -> BTreeSet<Line> {
    let with_windows = state.counts.windows.keys().map(|(lane, zone)| Line::Lane(*lane, *zone));
    let with_tickets = state.lines.waiting.keys().map(|(line, _)| *line);
    let all = with_windows.chain(with_tickets).map(|line| state.as_one(line)).chain([line]);
    all.filter(|line| lanes.iter().any(|lane| line.is_of(*lane))).collect()
}

/// Whether a window calls from a line. That rule R4 lets it take from another zone after some time is not foreseen.
fn serves(state: &State, id: WindowId, plan: &WindowPlan, line: Line) -> bool {
    match line {
        Line::Window(alone) => alone == id,
        Line::Lane(lane, zone) => {
            let is_near = zone == plan.zone || state.in_force().zones.is_one_line();
            plan.lanes.contains(&lane) && (is_near || !state.counts.windows.contains_key(&(lane, zone)))
        }
    }
}

fn windows_of(state: &State) -> impl Iterator<Item = (WindowId, &WindowPlan, &Window)> {
    let planned = state.plan.iter().flat_map(|plan| &plan.windows);
    planned.filter_map(|(id, plan)| Some((*id, plan, state.windows.get(id)?)))
}

fn free(state: &State, id: WindowId, window: &Window, moment: Moment, lines: &[Line]) -> Free {
    match &window.doing {
        Doing::Calling { ticket } | Doing::Serving { ticket } => {
            let lane = state.visit(*ticket).map(|visit| visit.lane);
            let since_ms = state.pace.occupied_since_ms(id).unwrap_or(window.since_ms);
            Free::AfterVisit {
                line: lane.and_then(|lane| lines.iter().position(|line| line.is_of(lane))).unwrap_or(0),
                elapsed_ms: moment.now_ms.saturating_sub(since_ms),
            }
        }
        Doing::WrapUp { until_ms } => Free::In(until_ms.saturating_sub(moment.now_ms)),
        Doing::Closed | Doing::Idle | Doing::Paused { .. } | Doing::Emergency { .. } => Free::In(0),
    }
}

/// How long a call of a line keeps a window from the next one: until it is rid of the visit, and the gap after it.
fn service(state: &State, line: Line, shapes: &mut Shapes) -> Service {
    let lane = match line {
        Line::Lane(lane, _) => lane,
        Line::Window(id) => state.plan_of(id).and_then(|plan| plan.lanes.first().copied()).unwrap_or(Lane::Acceptance),
    };
    let (occupied, gap) = (state.pace.occupied(lane), state.pace.gap());
    // Exact below 2^53.
    let mean_ms = (occupied.mean_us.saturating_add(gap.mean_us)) as f64 / 1000.0;
    let deviation_ms = libm::sqrt(occupied.variance_ms2 as f64);
    let cv = if mean_ms > 0.0 { deviation_ms / mean_ms } else { 0.0 };
    shapes.service(mean_ms, cv)
}

/// The line of each waiting ticket, in the order in which they would be called if all were called now.
fn order(state: &State, lines: &[Line], moment: Moment) -> Vec<usize> {
    let mut all = Vec::new();
    for (line, class) in state.lines.waiting.keys() {
        let Some(at) = lines.iter().position(|known| *known == state.as_one(*line)) else { continue };
        let rule = state.in_force().of(*class);
        let ranked = state.lines.of(*line, *class);
        all.extend(ranked.map(|(since_ms, ticket)| (rule.rank(moment.now_ms, since_ms, ticket), at)));
    }
    all.sort();
    all.into_iter().map(|(_, line)| line).collect()
}
