//! The rules of a replay: R1 to R6, with classes by their places.

use crate::balance::{IdlePick, Keep, Score, When, ZoneMode};

/// The rules of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// R1, by class.
    pub classes: Vec<Score>,
    /// R2: the part of each class.
    pub ratio: Option<Vec<u32>>,
    /// R3: windows that a class keeps.
    pub reserved: Vec<Keep<usize>>,
    /// R4: how a ticket gets its zone.
    pub zone_mode: ZoneMode,
    /// R4: after this wait a window of another zone may take it, ms; `None` = never.
    pub steal_after_ms: Option<u64>,
    /// R5: which free window gets it.
    pub idle_pick: IdlePick,
    /// R6: when some rules are others; the later one wins where two change the same.
    pub switches: Vec<Switch>,
    /// How long after a service a window takes nobody: until the clerk presses.
    pub press_gap_ms: u64,
}

/// R6: while something is so, some rules are others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// What must be so; times of day are counted in the times of the replay, lanes stand at their places in
    /// [`Lane::ALL`](crate::words::Lane::ALL).
    pub when: When,
    /// How long it stays as it is at least, ms.
    pub dwell_ms: u64,
    /// What holds then.
    pub then: Patch,
}

/// Rules that take the place of others; what is not named stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    /// R1, by the place of the class.
    pub classes: Vec<(usize, Score)>,
    /// R2.
    pub ratio: Option<Vec<u32>>,
    /// R3.
    pub reserved: Option<Vec<Keep<usize>>>,
    /// R4: the mode, and the wait after which another zone may take a ticket, ms.
    pub zones: Option<(ZoneMode, Option<u64>)>,
    /// R5.
    pub idle_pick: Option<IdlePick>,
}

impl Terms {
    /// Whether each class that is named exists, each ratio has a part for all, and no switch would turn for ever.
    pub(super) fn name_what_exists(&self) -> bool {
        let exists = |class: usize| class < self.classes.len();
        let is_whole = |ratio: &Option<Vec<u32>>| {
            ratio.as_ref().is_none_or(|parts| parts.len() == self.classes.len() && !parts.contains(&0))
        };
        let patches = || self.switches.iter().map(|switch| &switch.then);
        let kept = self.reserved.iter().chain(patches().filter_map(|patch| patch.reserved.as_ref()).flatten());
        let scored = patches().flat_map(|patch| &patch.classes);
        self.switches.iter().all(|switch| switch.when.is_steady())
            && is_whole(&self.ratio)
            && patches().all(|patch| is_whole(&patch.ratio))
            && kept.map(|kept| kept.class).chain(scored.map(|(class, _)| *class)).all(exists)
    }

    /// The rules with the patches of the switches that are on.
    pub(super) fn patched(&self, is_on: impl Fn(usize) -> bool) -> Self {
        let mut terms = Self { switches: Vec::new(), ..self.clone() };
        let on = self.switches.iter().enumerate().filter(|(at, _)| is_on(*at));
        for (_, Switch { then, .. }) in on {
            for (class, score) in &then.classes {
                terms.classes[*class] = *score;
            }
            terms.ratio = then.ratio.clone().or(terms.ratio);
            terms.reserved = then.reserved.clone().unwrap_or(terms.reserved);
            (terms.zone_mode, terms.steal_after_ms) = then.zones.unwrap_or((terms.zone_mode, terms.steal_after_ms));
            terms.idle_pick = then.idle_pick.unwrap_or(terms.idle_pick);
        }
        terms
    }

    /// The most windows that are kept, with any of the switches on.
    #[must_use]
    pub fn kept_windows(&self) -> u64 {
        let sum = |reserved: &[Keep<usize>]| reserved.iter().map(|kept| kept.windows).sum();
        let of_switches = self.switches.iter().filter_map(|switch| switch.then.reserved.as_deref());
        of_switches.chain([self.reserved.as_slice()]).map(sum).max().unwrap_or_default()
    }

    /// After which waits somebody may be called who might not before, whichever switches are on, ms: R3 and R4.
    pub(super) fn later_ms(&self) -> Vec<u64> {
        let patches = || self.switches.iter().map(|switch| &switch.then);
        let kept = self.reserved.iter().chain(patches().filter_map(|patch| patch.reserved.as_ref()).flatten());
        let steals = patches().filter_map(|patch| patch.zones?.1).chain(self.steal_after_ms);
        let mut all: Vec<u64> = kept.filter_map(|kept| kept.release_after_ms).chain(steals).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
