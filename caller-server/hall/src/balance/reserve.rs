//! R3: windows that a class keeps, and when they are released.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    state::{Doing, State},
    words::{AtMs, Class, Lane},
};

/// R3: a class keeps some windows of each lane: another class may take a free one only if enough are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// For whom.
    pub class: Class,
    /// How many.
    pub windows: u16,
    /// Whoever has waited so long may take them after all, seconds; a reserve without it is refused.
    pub release_after_s: Option<u32>,
}

/// A reserve, over classes that are told apart by `C`: those of the living hall, or places of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep<C> {
    /// For whom.
    pub class: C,
    /// How many windows.
    pub windows: u64,
    /// Whoever has waited so long may take them after all, ms; `None` = never.
    pub release_after_ms: Option<u64>,
}

/// The windows of a lane as reserves see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept<C> {
    /// That are free.
    pub free: u64,
    /// That a class has now.
    pub held: BTreeMap<C, u64>,
}

impl From<Reserve> for Keep<Class> {
    fn from(Reserve { class, windows, release_after_s }: Reserve) -> Self {
        Self {
            class,
            windows: windows.into(),
            release_after_ms: release_after_s.map(|after_s| u64::from(after_s) * 1000),
        }
    }
}

impl<C: Copy + PartialEq> Keep<C> {
    /// Whether it keeps windows from one of a class that waits since then.
    pub(crate) fn binds(&self, class: C, since_ms: AtMs, now_ms: AtMs) -> bool {
        self.class != class && now_ms < self.released_at_ms(since_ms)
    }

    /// When somebody who waits since then may take the kept windows.
    pub(crate) fn released_at_ms(&self, since_ms: AtMs) -> AtMs {
        since_ms.saturating_add(self.release_after_ms.unwrap_or(u64::MAX))
    }
}

impl<C: Copy + Ord> Kept<C> {
    /// Whether the reserves that bind somebody leave a window; `is_free` tells whether the window that would take the ticket is
    /// among the free ones, and not tidying up.
    pub fn leaves_enough(&self, binding: impl Iterator<Item = Keep<C>>, is_free: bool) -> bool {
        let missing =
            |kept: Keep<C>| kept.windows.saturating_sub(self.held.get(&kept.class).copied().unwrap_or_default());
        let missing: u64 = binding.map(missing).sum();
        missing == 0 || self.free.saturating_sub(is_free.into()) >= missing
    }
}

/// The windows of a lane of the living hall.
pub(super) fn kept(state: &State, lane: Lane) -> Kept<Class> {
    let mut kept = Kept { free: 0, held: BTreeMap::new() };
    for (_, window) in state.windows.iter().filter(|(id, _)| state.serves(**id, lane)) {
        kept.free += u64::from(window.doing == Doing::Idle);
        let visit = window.doing.ticket().and_then(|ticket| state.visit(ticket));
        if let Some(class) = visit.map(|visit| visit.class) {
            *kept.held.entry(class).or_default() += 1;
        }
    }
    kept
}
