//! Which tickets a window may call: lanes, items, zones (R4), reserves (R3).

use std::collections::BTreeMap;

use super::{
    Rules, ZoneMode, may_steal,
    reserve::{Keep, Kept, kept},
};
use crate::{
    plan::{ItemId, WindowPlan},
    state::{Doing, Line, State},
    words::{AtMs, Class, Lane, WindowId, ZoneId},
};

/// The hall at a time, as windows look at it.
pub(super) struct Floor<'a> {
    pub state: &'a State,
    pub rules: &'a Rules,
    pub now_ms: AtMs,
    /// Only where there are reserves.
    kept: BTreeMap<Lane, Kept<Class>>,
}

/// What one window may call.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub window: WindowId,
    plan: Option<&'a WindowPlan>,
    is_free: bool,
}

impl<'a> Floor<'a> {
    pub fn new(state: &'a State, now_ms: AtMs) -> Self {
        let rules = state.in_force();
        let lanes = Lane::ALL.into_iter().filter(|_| !rules.reserved.is_empty());
        Self { state, rules, now_ms, kept: lanes.map(|lane| (lane, kept(state, lane))).collect() }
    }

    pub fn reach(&self, window: WindowId) -> Reach<'a> {
        let is_free = self.state.windows.get(&window).is_some_and(|window| window.doing == Doing::Idle);
        Reach { window, plan: self.state.plan_of(window), is_free }
    }

    /// Whether a window may call the tickets of a line and class that wait since then. Who waits longer may be called wherever
    /// somebody may who waits less long.
    pub fn may_call(&self, reach: &Reach<'_>, line: Line, class: Class, since_ms: AtMs) -> bool {
        let (lane, zone, item) = match line {
            Line::Window(window) => return window == reach.window,
            Line::Lane(lane, zone) => (lane, zone, None),
            Line::Item(lane, zone, item) => (lane, zone, Some(item)),
        };
        if !self.state.may_serve(reach.window, item) {
            return false;
        }
        let own = reach.plan.filter(|plan| plan.lanes.contains(&lane)).map(|plan| plan.zone);
        let in_zone = own.is_some_and(|own| own == zone || self.may_leave(lane, zone, item, since_ms));
        let reserved = self.rules.reserved.iter().map(|reserve| Keep::from(*reserve));
        let binding = reserved.filter(|kept| kept.binds(class, since_ms, self.now_ms));
        in_zone && self.kept.get(&lane).is_none_or(|kept| kept.leaves_enough(binding, reach.is_free))
    }

    /// The item for which a window passes over a line of its lanes.
    pub fn barred(&self, reach: &Reach<'_>, line: Line) -> Option<ItemId> {
        let Line::Item(lane, _, item) = line else { return None };
        let serves = reach.plan.is_some_and(|plan| plan.lanes.contains(&lane));
        (serves && !self.state.may_serve(reach.window, Some(item))).then_some(item)
    }

    /// R4: whether windows of other zones may call; always where the zone has no window for the lane and item.
    fn may_leave(&self, lane: Lane, zone: ZoneId, item: Option<ItemId>, since_ms: AtMs) -> bool {
        let rule = &self.rules.zones;
        rule.mode == ZoneMode::Shared
            || may_steal(rule.steal_after_ms(), self.now_ms, since_ms)
            || self.state.windows_for(lane, zone, item).all == 0
    }
}
