//! R6 in a replay: which rules hold now.

use std::borrow::Cow;

use super::{Switch, Terms};
use crate::{
    balance::{Facts, Turned, next_turn, turns},
    words::{AtMs, Lane},
};

/// The rules that hold now, and which switches are on.
pub(super) struct InForce<'a> {
    base: &'a Terms,
    pub terms: Cow<'a, Terms>,
    turned: Vec<Option<Turned>>,
}

impl<'a> InForce<'a> {
    pub fn new(base: &'a Terms) -> Self {
        Self { base, terms: Cow::Borrowed(base), turned: vec![None; base.switches.len()] }
    }

    /// Whether other rules may come to hold.
    pub fn has_switches(&self) -> bool {
        !self.base.switches.is_empty()
    }

    /// The switches that turn now, by their places, and whether they go on.
    pub fn turning(&self, facts: &impl Facts, now_ms: AtMs) -> Vec<(usize, bool)> {
        let each = self.base.switches.iter().zip(&self.turned).enumerate();
        let turns = |(at, (switch, turned)): (usize, (&Switch, &Option<Turned>))| {
            Some((at, turns(facts, switch.when, switch.dwell_ms, *turned, now_ms)?))
        };
        each.filter_map(turns).collect()
    }

    /// They have turned.
    pub fn turn(&mut self, turning: &[(usize, bool)], now_ms: AtMs) {
        for &(at, is_on) in turning {
            self.turned[at] = Some(Turned { is_on, since_ms: now_ms });
        }
        let is_on = |at: usize| self.turned.get(at).copied().flatten().is_some_and(|turned| turned.is_on);
        self.terms = Cow::Owned(self.base.patched(is_on));
    }

    /// When a switch turns if nothing else happens.
    pub fn next_ms(&self, facts: &impl Facts, now_ms: AtMs) -> Option<AtMs> {
        let each = self.base.switches.iter().zip(&self.turned);
        each.filter_map(|(switch, turned)| next_turn(facts, switch.when, switch.dwell_ms, *turned, now_ms)).min()
    }
}

/// The place of a lane.
pub(super) fn lane_place(lane: Lane) -> usize {
    Lane::ALL.iter().position(|other| *other == lane).unwrap_or_default()
}
