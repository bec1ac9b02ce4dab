//! A living hall as windows and lines.

use std::collections::BTreeSet;

use super::{Free, Moment, Pool, Server, Service, Shapes, hours};
use crate::{
    balance::rank,
    plan::WindowPlan,
    state::{Doing, Line, State, Window},
    words::{Class, Lane, WindowId},
};

/// The windows and lines around one line: all that share windows with it, directly or over others; and where that line stands
/// among them.
pub(super) fn pool(state: &State, line: Line, moment: Moment, shapes: &mut Shapes) -> (Pool, usize) {
    let lanes = reached(state, line);
    let windows: Vec<(WindowId, &WindowPlan, &Window)> = windows_of(state)
        .filter(|(id, plan, _)| line == Line::Window(*id) || plan.lanes.iter().any(|lane| lanes.contains(lane)))
        .collect();
    let mut lines: Vec<Line> = lanes.into_iter().map(Line::Lane).collect();
    let alone = windows.iter().map(|(id, ..)| Line::Window(*id));
    lines.extend(alone.filter(|alone| {
        *alone == line || Class::ALL.iter().any(|class| state.lines.of(*alone, *class).next().is_some())
    }));
    let position = |line: Line| lines.iter().position(|known| *known == line);
    let server = |(id, plan, window): &(WindowId, &WindowPlan, &Window)| Server {
        free: free(state, *id, window, moment, position),
        shifts: hours::shifts(
            &hours::At { doing: &window.doing, occupied_since_ms: state.pace.occupied_since_ms(*id) },
            &plan.hours,
            moment,
        ),
        lines: std::iter::once(Line::Window(*id))
            .chain(plan.lanes.iter().map(|lane| Line::Lane(*lane)))
            .filter_map(position)
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
        Line::Lane(lane) => [lane].into(),
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

fn windows_of(state: &State) -> impl Iterator<Item = (WindowId, &WindowPlan, &Window)> {
    let planned = state.plan.iter().flat_map(|plan| &plan.windows);
    planned.filter_map(|(id, plan)| Some((*id, plan, state.windows.get(id)?)))
}

fn free(
    state: &State,
    id: WindowId,
    window: &Window,
    moment: Moment,
    position: impl Fn(Line) -> Option<usize>,
) -> Free {
    match &window.doing {
        Doing::Calling { ticket } | Doing::Serving { ticket } => {
            let lane = state.visit(*ticket).map(|visit| visit.lane);
            let since_ms = state.pace.occupied_since_ms(id).unwrap_or(window.since_ms);
            Free::AfterVisit {
                line: lane.and_then(|lane| position(Line::Lane(lane))).unwrap_or(0),
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
        Line::Lane(lane) => lane,
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
    for (at, line) in lines.iter().enumerate() {
        for class in Class::ALL {
            let rule = state.rules.of(class);
            let ranked = state.lines.of(*line, class);
            all.extend(ranked.map(|(since_ms, ticket)| (rank(rule, moment.now_ms, since_ms, ticket), at)));
        }
    }
    all.sort();
    all.into_iter().map(|(_, line)| line).collect()
}
