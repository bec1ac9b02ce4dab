//! R3: windows that a class keeps, and when they are released.

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

/// The windows of a lane as reserves see them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Kept {
    free: u64,
    /// That a class has now, in the order of [`Class::ALL`].
    held: [u64; 4],
}

impl Reserve {
    /// Whether it keeps windows from one of a class that waits since then.
    pub(super) fn binds(&self, class: Class, since_ms: AtMs, now_ms: AtMs) -> bool {
        self.class != class && now_ms < self.released_at_ms(since_ms)
    }

    /// When somebody who waits since then may take the kept windows.
    pub(super) fn released_at_ms(&self, since_ms: AtMs) -> AtMs {
        let after_ms = self.release_after_s.map_or(u64::MAX, |after_s| u64::from(after_s) * 1000);
        since_ms.saturating_add(after_ms)
    }
}

impl Kept {
    /// Counts the windows of a lane.
    pub fn of(state: &State, lane: Lane) -> Self {
        let mut kept = Self::default();
        let windows = state.windows.iter().filter(|(id, _)| state.serves(**id, lane));
        for (_, window) in windows {
            kept.free += u64::from(window.doing == Doing::Idle);
            let class = window.doing.ticket().and_then(|ticket| state.visit(ticket)).map(|visit| visit.class);
            if let Some(held) = class.and_then(|class| self::place(class).and_then(|place| kept.held.get_mut(place))) {
                *held += 1;
            }
        }
        kept
    }

    /// Whether the reserves that bind one of a class that waits since then leave it a window; `is_free` tells whether the window
    /// that would take it is among the free ones, and not tidying up.
    pub fn leaves_enough(&self, binding: impl Iterator<Item = Reserve>, is_free: bool) -> bool {
        let missing = |kept: Reserve| {
            let held = place(kept.class).and_then(|place| self.held.get(place)).copied().unwrap_or_default();
            u64::from(kept.windows).saturating_sub(held)
        };
        let missing: u64 = binding.map(missing).sum();
        missing == 0 || self.free.saturating_sub(is_free.into()) >= missing
    }
}

fn place(class: Class) -> Option<usize> {
    Class::ALL.iter().position(|other| *other == class)
}
