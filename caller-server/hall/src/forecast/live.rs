//! A living hall as windows and lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{Free, Moment, Pool, Server, Service, Shapes, Waiting, hours};
use crate::{
    plan::{ItemId, WindowPlan},
    state::{Doing, Line, State, Visit, Window},
    words::{Class, Lane, WindowId, ZoneId},
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
    let mut times = Times::new(state, &lines, shapes);
    let order = order(state, &lines, moment, &mut times);
    let mut server = |(id, plan, window): &(WindowId, &WindowPlan, &Window)| Server {
        free: free(state, *id, window, moment, &mut times),
        shifts: hours::shifts(
            &hours::At { doing: &window.doing, occupied_since_ms: state.pace.occupied_since_ms(*id) },
            &plan.hours,
            moment,
        ),
        lines: (0..lines.len())
            .filter(|at| lines.get(*at).is_some_and(|line| serves(state, *id, plan, *line)))
            .collect(),
    };
    let windows = windows.iter().map(&mut server).filter(|server| !server.shifts.is_empty()).collect();
    (Pool { windows, services: times.services, order }, position(line).unwrap_or(0))
}

/// The lanes that share windows with a line, over however many others.
fn reached(state: &State, line: Line) -> BTreeSet<Lane> {
    let mut lanes: BTreeSet<Lane> = match line {
        Line::Lane(lane, _) | Line::Item(lane, ..) => [lane].into(),
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
    let from_lane = |item: Option<ItemId>, lane: Lane, zone: ZoneId| {
        let is_near = zone == plan.zone || state.in_force().zones.is_one_line();
        let may_serve = plan.lanes.contains(&lane) && state.may_serve(id, item);
        may_serve && (is_near || state.windows_for(lane, zone, item).all == 0)
    };
    match line {
        Line::Window(alone) => alone == id,
        Line::Lane(lane, zone) => from_lane(None, lane, zone),
        Line::Item(lane, zone, item) => from_lane(Some(item), lane, zone),
    }
}

fn windows_of(state: &State) -> impl Iterator<Item = (WindowId, &WindowPlan, &Window)> {
    let planned = state.plan.iter().flat_map(|plan| &plan.windows);
    planned.filter_map(|(id, plan)| Some((*id, plan, state.windows.get(id)?)))
}

fn free(state: &State, id: WindowId, window: &Window, moment: Moment, times: &mut Times<'_>) -> Free {
    match &window.doing {
        Doing::Calling { ticket } | Doing::Serving { ticket } => {
            let visit = state.visit(*ticket);
            let since_ms = state.pace.occupied_since_ms(id).unwrap_or(window.since_ms);
            Free::AfterVisit {
                service: visit.map_or(0, |visit| times.of(visit)),
                elapsed_ms: moment.now_ms.saturating_sub(since_ms),
            }
        }
        Doing::WrapUp { until_ms } => Free::In(until_ms.saturating_sub(moment.now_ms)),
        Doing::Closed | Doing::Idle | Doing::Paused { .. } | Doing::Emergency { .. } => Free::In(0),
    }
}

/// How long a call keeps a window from the next one, by line and, where the hall has learned it, by item.
struct Times<'a> {
    state: &'a State,
    shapes: &'a mut Shapes,
    lines: &'a [Line],
    services: Vec<Service>,
    items: BTreeMap<(Lane, ItemId), usize>,
}

impl<'a> Times<'a> {
    fn new(state: &'a State, lines: &'a [Line], shapes: &'a mut Shapes) -> Self {
        let mut times = Self { state, shapes, lines, services: Vec::new(), items: BTreeMap::new() };
        for line in lines {
            let service = match *line {
                Line::Lane(lane, _) => times.service(lane, None),
                Line::Item(lane, _, item) => times.service(lane, Some(item)),
                Line::Window(id) => {
                    let first = state.plan_of(id).and_then(|plan| plan.lanes.first().copied());
                    times.service(first.unwrap_or(Lane::Acceptance), None)
                }
            };
            times.services.push(service);
        }
        times
    }

    /// Where the time of a visit stands: that of its lane, or of its item.
    fn of(&mut self, visit: &Visit) -> usize {
        let lane = visit.lane;
        let known = visit.item.filter(|item| self.state.pace.items.contains_key(&(lane, *item)));
        let Some(item) = known else {
            return self.lines.iter().position(|line| matches!(line, Line::Lane(of, _) if *of == lane)).unwrap_or(0);
        };
        if let Some(at) = self.items.get(&(lane, item)) {
            return *at;
        }
        let service = self.service(lane, Some(item));
        self.services.push(service);
        self.items.insert((lane, item), self.services.len() - 1);
        self.services.len() - 1
    }

    /// Until a window is rid of the visit, and the gap after it.
    fn service(&mut self, lane: Lane, item: Option<ItemId>) -> Service {
        let (occupied, gap) = (self.state.pace.occupied_by(lane, item), self.state.pace.gap());
        // Exact below 2^53.
        let mean_ms = (occupied.mean_us.saturating_add(gap.mean_us)) as f64 / 1000.0;
        let deviation_ms = libm::sqrt(occupied.variance_ms2 as f64);
        let cv = if mean_ms > 0.0 { deviation_ms / mean_ms } else { 0.0 };
        self.shapes.service(mean_ms, cv)
    }
}

/// Each waiting ticket, in the order in which they would be called if all were called now.
fn order(state: &State, lines: &[Line], moment: Moment, times: &mut Times<'_>) -> Vec<Waiting> {
    let no_item_is_known = state.pace.items.is_empty();
    let mut all = Vec::new();
    for (line, class) in state.lines.waiting.keys() {
        let Some(at) = lines.iter().position(|known| *known == state.as_one(*line)) else { continue };
        let rule = state.in_force().of(*class);
        for (since_ms, ticket) in state.lines.of(*line, *class) {
            let visit = if no_item_is_known { None } else { state.visit(ticket).filter(|visit| visit.item.is_some()) };
            let service = visit.map_or(at, |visit| times.of(visit));
            all.push((rule.rank(moment.now_ms, since_ms, ticket), Waiting { line: at, service }));
        }
    }
    all.sort_by_key(|place| place.0);
    all.into_iter().map(|(_, waiting)| waiting).collect()
}
