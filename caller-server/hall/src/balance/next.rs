//! The living hall's choices: the next ticket of a window, and by auto-call the next ticket with its window.

use super::{
    Because, Decided, Idle, Keep, PassedOver, RunnerUp, Why, WhyWindow,
    order::{Order, Place},
    reach::{Floor, Reach},
    why::OtherWindow,
};
use crate::{
    state::{Doing, Line, Stage, State, Visit, Window},
    words::{AtMs, Lane, Ticket, WindowId},
};

/// The ticket that a window would get now, and why; `None` if nobody waits whom it may call.
#[must_use]
pub fn next_for(state: &State, window: WindowId, now_ms: AtMs) -> Option<(Ticket, Why)> {
    let floor = Floor::new(state, now_ms);
    let reaches = [floor.reach(window)];
    let mut order = Order::new(&floor, &reaches);
    let first = order.next()?;
    let passed_over = passed_over(&floor, &reaches, &first);
    Some((first.ticket, Why { passed_over, ..why(state, window, first, &mut order, now_ms) }))
}

/// The order in which a window would call if all were called now, with the score of each, ms.
#[must_use]
pub fn in_order(state: &State, window: WindowId, now_ms: AtMs, limit: usize) -> Vec<(Ticket, u64)> {
    let floor = Floor::new(state, now_ms);
    let reaches = [floor.reach(window)];
    let order = Order::new(&floor, &reaches);
    order.take(limit).map(|place| (place.ticket, place.score_ms)).collect()
}

/// R8: the next ticket for which a window with auto-call is free, the window that gets it (R5), and why.
#[must_use]
pub fn auto_call(state: &State, now_ms: AtMs) -> Option<(Ticket, WindowId, Why)> {
    let floor = Floor::new(state, now_ms);
    let reaches = idle_reaches(&floor);
    let mut order = Order::new(&floor, &reaches);
    let first = order.next()?;
    let pick = floor.rules.idle_pick;
    let may_call = |reach: &&Reach<'_>| floor.may_call(reach, first.line, first.class, first.since_ms);
    let measure = |reach: &Reach<'_>| {
        let window = state.windows.get(&reach.window)?;
        Some(OtherWindow { window: reach.window, measure: pick.measure(idle(window)) })
    };
    let mut windows: Vec<OtherWindow> = reaches.iter().filter(may_call).filter_map(measure).collect();
    windows.sort_by_key(|window| (window.measure, window.window));
    let mut windows = windows.into_iter();
    let OtherWindow { window, measure } = windows.next()?;
    let others = windows.take(WhyWindow::OTHERS_MAX).collect();
    let ticket = first.ticket;
    let passed_over = passed_over(&floor, &reaches, &first);
    let why = why(state, window, first, &mut order, now_ms);
    Some((ticket, window, Why { window: Some(WhyWindow { pick, measure, others }), passed_over, ..why }))
}

/// When auto-call has something to do, if nothing else happens: now, or when somebody has waited long enough for a window of
/// another zone (R4) or for one that was kept (R3).
pub(crate) fn auto_call_at(state: &State) -> Option<AtMs> {
    let rules = state.in_force();
    if rules.auto_call.is_empty() || state.lines.waiting.is_empty() {
        return None;
    }
    let may_at = |now_ms: AtMs| {
        let floor = Floor::new(state, now_ms);
        let reaches = idle_reaches(&floor);
        Order::new(&floor, &reaches).next().is_some()
    };
    if may_at(state.at_ms) {
        return Some(state.at_ms);
    }
    let heads = state.lines.waiting.values().filter_map(|tickets| tickets.first());
    let mut times: Vec<AtMs> = heads
        .flat_map(|&(since_ms, _)| {
            let steal = rules.zones.steal_after_ms().map(|after_ms| since_ms.saturating_add(after_ms));
            steal.into_iter().chain(rules.reserved.iter().map(move |kept| Keep::from(*kept).released_at_ms(since_ms)))
        })
        .filter(|&time_ms| time_ms > state.at_ms && time_ms < AtMs::MAX)
        .collect();
    times.sort_unstable();
    times.dedup();
    times.into_iter().find(|&time_ms| may_at(time_ms))
}

/// Why a visit is called that a clerk chose; who would have been next stands beside it.
pub(crate) fn by_hand(state: &State, window: WindowId, ticket: Ticket, visit: &Visit, now_ms: AtMs) -> Why {
    let since_ms = if let Stage::Waiting { since_ms, .. } = visit.stage { since_ms } else { visit.arrival_ms };
    let floor = Floor::new(state, now_ms);
    let reaches = [floor.reach(window)];
    let others = Order::new(&floor, &reaches);
    Why {
        because: Because::ByHand,
        class: visit.class,
        waited_ms: now_ms.saturating_sub(since_ms),
        score_ms: floor.rules.of(visit.class).in_ms(now_ms, since_ms),
        runner_up: others.map(|place| place.runner_up()).find(|other| other.ticket != ticket),
        window: None,
        from_zone: None,
        credits: Default::default(),
        item: visit.item,
        barred: Vec::new(),
        passed_over: Vec::new(),
    }
}

/// A ticket that another window has called: for a test that wants it called twice.
#[cfg(feature = "planted")]
pub(crate) fn called_elsewhere(state: &State, window: WindowId) -> Option<Ticket> {
    let elsewhere = |visit: &Visit| matches!(visit.stage, Stage::Called { window: other, .. } if other != window);
    let mut visits = state.visits.iter().filter(|_| planted::is(planted::Bug::CalledTwice));
    visits.find(|(_, visit)| elsewhere(visit)).map(|(&ticket, _)| ticket)
}

/// The free windows with auto-call; one that tidies up is not free.
fn idle_reaches<'a>(floor: &Floor<'a>) -> Vec<Reach<'a>> {
    let is_idle = |id: &&WindowId| floor.state.windows.get(id).is_some_and(|window| window.doing == Doing::Idle);
    floor.rules.auto_call.iter().filter(is_idle).map(|&id| floor.reach(id)).collect()
}

fn idle(window: &Window) -> Idle {
    Idle { since_ms: window.since_ms, accepted: window.served.into(), busy_ms: window.served_ms }
}

fn why(state: &State, window: WindowId, first: Place, rest: &mut Order<'_>, now_ms: AtMs) -> Why {
    let own_zone = state.plan_of(window).map(|plan| plan.zone);
    let from_zone = match first.line {
        Line::Lane(_, zone) | Line::Item(_, zone, _) if !state.in_force().zones.is_one_line() => {
            Some(zone).filter(|_| Some(zone) != own_zone)
        }
        _ => None,
    };
    let (because, credits) = match first.decided {
        Decided::Score => (Because::Score, Default::default()),
        Decided::Cap => (Because::Cap, Default::default()),
        Decided::Turn(credits) => (Because::Turn, credits),
    };
    Why {
        because,
        class: first.class,
        waited_ms: now_ms.saturating_sub(first.since_ms),
        score_ms: first.score_ms,
        runner_up: rest.next().map(|second| second.runner_up()),
        window: None,
        from_zone,
        credits,
        item: state.visit(first.ticket).and_then(|visit| visit.item),
        barred: barred(state, first.line),
        passed_over: Vec::new(),
    }
}

/// The free windows of a line's lane that may not serve its item.
fn barred(state: &State, line: Line) -> Vec<WindowId> {
    let Line::Item(lane, _, item) = line else { return Vec::new() };
    let is_barred = |id: WindowId, lane: Lane| state.serves(id, lane) && !state.may_serve(id, Some(item));
    let free = state.windows.iter().filter(|(_, window)| window.doing == Doing::Idle).map(|(id, _)| *id);
    free.filter(|id| is_barred(*id, lane)).take(WhyWindow::OTHERS_MAX).collect()
}

/// Who stands before a ticket by R1, and is called by none of these windows because of the item.
fn passed_over(floor: &Floor<'_>, reaches: &[Reach<'_>], first: &Place) -> Vec<PassedOver> {
    let rank = |class, since_ms, ticket| floor.rules.of(class).rank(floor.now_ms, since_ms, ticket);
    let own = rank(first.class, first.since_ms, first.ticket);
    let heads = floor.state.lines.waiting.iter().filter_map(|(&(line, class), tickets)| {
        let &(since_ms, ticket) = tickets.first()?;
        let item = reaches.iter().find_map(|reach| floor.barred(reach, line))?;
        let may_call = |reach| floor.may_call(reach, line, class, since_ms);
        let place = rank(class, since_ms, ticket);
        (place < own && !reaches.iter().any(may_call)).then_some((place, PassedOver { ticket, item }))
    });
    let mut before: Vec<_> = heads.collect();
    before.sort_by_key(|place| place.0);
    let mut all: Vec<PassedOver> = Vec::new();
    for (_, passed) in before {
        if all.len() < WhyWindow::OTHERS_MAX && !all.iter().any(|other| other.item == passed.item) {
            all.push(passed);
        }
    }
    all
}

impl Place {
    fn runner_up(&self) -> RunnerUp {
        RunnerUp { ticket: self.ticket, score_ms: self.score_ms }
    }
}
