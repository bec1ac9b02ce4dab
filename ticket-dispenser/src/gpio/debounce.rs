//! A contact that bounces, made into one that does not: a level counts when it was steady for long enough.

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Debounce {
    steady_ms: u64,
    /// What counts; `None` until something was steady.
    counts: Option<bool>,
    /// What was seen last, and since when, ms.
    seen: Option<(bool, u64)>,
}

impl Debounce {
    /// A level must be steady for `steady_ms`.
    pub fn new(steady_ms: u64) -> Self {
        Self { steady_ms, counts: None, seen: None }
    }

    /// A level is seen at a time, ms. What changed: `None` = nothing. What is there from the start is no change: a button
    /// that hangs is no press.
    pub fn see(&mut self, active: bool, now_ms: u64) -> Option<bool> {
        let since_ms = match self.seen {
            Some((level, since_ms)) if level == active => since_ms,
            _ => now_ms,
        };
        self.seen = Some((active, since_ms));
        if now_ms.saturating_sub(since_ms) < self.steady_ms || self.counts == Some(active) {
            return None;
        }
        let first = self.counts.replace(active).is_none();
        (!first).then_some(active)
    }

    /// In how long what is seen will count, ms; `None` = nothing is under way.
    pub fn settles_in_ms(&self, now_ms: u64) -> Option<u64> {
        let (level, since_ms) = self.seen?;
        (self.counts != Some(level)).then(|| (since_ms + self.steady_ms).saturating_sub(now_ms))
    }

    /// What counts.
    pub fn counts(&self) -> Option<bool> {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn changes(levels: &[(bool, u64)]) -> Vec<(u64, bool)> {
        let mut debounce = Debounce::new(30);
        levels.iter().filter_map(|(level, at_ms)| Some((*at_ms, debounce.see(*level, *at_ms)?))).collect()
    }

    #[test]
    fn a_bouncing_press_is_one_press() {
        let levels = [(false, 0), (false, 30), (true, 100), (false, 103), (true, 105), (false, 106), (true, 110)];
        let later = [(true, 139), (true, 140), (true, 500), (false, 600), (true, 610), (false, 620), (false, 650)];
        assert_eq!(changes(&[&levels[..], &later[..]].concat()), [(140, true), (650, false)]);
    }

    #[test]
    fn a_button_that_hangs_from_the_start_is_no_press_until_it_was_let_go() {
        assert_eq!(changes(&[(true, 0), (true, 30), (true, 900)]), []);
        let released = [(true, 0), (true, 30), (false, 40), (false, 70), (true, 80), (true, 110)];
        assert_eq!(changes(&released), [(70, false), (110, true)]);
    }

    proptest! {
        #[test]
        fn whatever_is_seen_changes_take_turns_and_were_steady(
            levels in proptest::collection::vec((any::<bool>(), 0..50_u64), 0..200), steady_ms in 1..60_u64,
        ) {
            let mut debounce = Debounce::new(steady_ms);
            let (mut now_ms, mut last, mut since, mut level_before) = (0, None, 0, None);
            for (level, wait_ms) in levels {
                now_ms += wait_ms;
                if level_before != Some(level) {
                    (level_before, since) = (Some(level), now_ms);
                }
                if let Some(change) = debounce.see(level, now_ms) {
                    prop_assert_ne!(last, Some(change), "changes take turns");
                    prop_assert!(change == level && now_ms - since >= steady_ms, "and were steady");
                    last = Some(change);
                }
            }
        }
    }
}
