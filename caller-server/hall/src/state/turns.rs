//! What the rules remember from one choice to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::State;
use crate::{
    balance::{Credits, Rules, Turned},
    words::{Lane, ZoneId},
};

/// What the rules remember.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Turns {
    /// R2: what each class is owed.
    pub credits: Credits,
    /// R4: the zone that was given last, by lane.
    pub zones: BTreeMap<Lane, ZoneId>,
    /// R6: the switches that were ever turned, by name.
    pub switches: BTreeMap<String, Turned>,
    /// The rules with the patches of all switches that are on; `None` = no switch is on.
    pub patched: Option<Rules>,
}

impl State {
    /// The rules by which is chosen now: those of the manager, with what the switches changed.
    #[must_use]
    pub fn in_force(&self) -> &Rules {
        self.turns.patched.as_ref().unwrap_or(&self.rules)
    }

    /// Other rules: a switch that is no longer there, or is another, begins anew.
    pub(crate) fn set_rules(&mut self, rules: &Rules) {
        let before = std::mem::replace(&mut self.rules, rules.clone());
        let stays = |name: &String| {
            let named = |rules: &Rules| rules.switches.iter().find(|switch| switch.name == *name).cloned();
            named(rules).is_some_and(|switch| named(&before) == Some(switch))
        };
        self.turns.switches.retain(|name, _| stays(name));
        self.patch();
    }

    /// A switch went on or off; one that is not in the rules is passed over.
    pub(crate) fn turn(&mut self, name: &str, is_on: bool) {
        if self.rules.switches.iter().any(|switch| switch.name == name) {
            self.turns.switches.insert(name.to_owned(), Turned { is_on, since_ms: self.at_ms });
            self.patch();
        }
    }

    fn patch(&mut self) {
        let is_on = |name: &str| self.turns.switches.get(name).is_some_and(|turned| turned.is_on);
        let on: Vec<_> = self.rules.switches.iter().filter(|switch| is_on(&switch.name)).collect();
        let some = !on.is_empty();
        let patched = on.into_iter().fold(self.rules.clone(), |rules, switch| switch.then.on(rules));
        self.turns.patched = some.then_some(patched);
        if self.in_force().ratio.is_none() {
            self.turns.credits.clear();
        }
    }
}
