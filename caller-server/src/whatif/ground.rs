//! The hall as it is, for questions about other days.

use hall::{
    balance::Rules,
    plan::Plan,
    state::{Doing, Pace, Stage},
    words::{AtMs, Class, Lane, WindowId},
};

use crate::{clock::HallClock, live, store::StoreReader};

/// What a what-if knows beside its question.
pub struct Ground {
    /// Zones, lanes and windows.
    pub plan: Plan,
    /// The rules in force.
    pub rules: Rules,
    /// What was learned of services and gaps.
    pub pace: Pace,
    /// The hall's time.
    pub now_ms: AtMs,
    /// Its calendar.
    pub clock: HallClock,
    /// Its past.
    pub store: StoreReader,
    /// Who waits now: lane, class, effective arrival.
    pub waiting: Vec<(Lane, Class, AtMs)>,
    /// The windows that work now, and since when each has been with somebody.
    pub open: Vec<(WindowId, Option<AtMs>)>,
}

impl Ground {
    /// The hall as everybody sees it; `None` before it has a plan.
    #[must_use]
    pub fn of(hall: &live::Hall, clock: HallClock, store: StoreReader) -> Option<Self> {
        let state = &hall.state;
        let waiting = state.visits.values().filter_map(|visit| match visit.stage {
            Stage::Waiting { since_ms, .. } => Some((visit.lane, visit.class, since_ms)),
            _ => None,
        });
        let works = |doing: &Doing| !matches!(doing, Doing::Closed | Doing::Paused { .. } | Doing::Emergency { .. });
        let open = state.windows.iter().filter(|(_, window)| works(&window.doing));
        let open = open.map(|(id, _)| (*id, state.pace.occupied_since_ms(*id)));
        Some(Self {
            plan: state.plan.clone()?,
            rules: state.rules.clone(),
            pace: state.pace.clone(),
            now_ms: hall.now_ms(),
            waiting: waiting.collect(),
            open: open.collect(),
            clock,
            store,
        })
    }

    /// The windows that serve a lane, by their places.
    pub(super) fn windows_of(&self, lane: Lane) -> Vec<usize> {
        let windows = self.plan.windows.values().enumerate();
        windows.filter(|(_, window)| window.lanes.contains(&lane)).map(|(place, _)| place).collect()
    }

    /// The windows in the order of their numbers, for a replay.
    pub(super) fn windows(&self) -> Vec<hall::whatif::Window> {
        let zone = |zone| self.plan.zones.iter().position(|other| *other == zone).unwrap_or_default();
        let window = |window: &hall::plan::WindowPlan| hall::whatif::Window {
            zone: zone(window.zone),
            lanes: hall::whatif::Lanes::of(window.lanes.iter().map(|lane| lane_place(*lane))),
            pace_milli: hall::whatif::PACE_MILLI,
        };
        self.plan.windows.values().map(window).collect()
    }

    /// The place of a window among them.
    pub(super) fn place_of(&self, window: WindowId) -> Option<usize> {
        self.plan.windows.keys().position(|other| *other == window)
    }

    /// From the end of a visit to the next call while somebody waits, ms, as it was learned.
    pub(super) fn press_gap_ms(&self) -> u64 {
        self.pace.gap().mean_ms()
    }
}

pub(super) fn lane_place(lane: Lane) -> usize {
    Lane::ALL.iter().position(|other| *other == lane).unwrap_or_default()
}

pub(super) fn class_place(class: Class) -> usize {
    Class::ALL.iter().position(|other| *other == class).unwrap_or_default()
}
