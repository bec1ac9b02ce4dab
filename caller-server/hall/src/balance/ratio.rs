//! R2: classes take turns in a ratio, by deficit counters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::Class;

/// R2: of so many calls in turn each class gets its part, while others wait too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ratio(pub BTreeMap<Class, u32>);

/// What each waiting class is owed, in parts of a turn. A class that nobody waits in is owed nothing.
pub type Credits<C = Class> = BTreeMap<C, i64>;

impl Ratio {
    /// The part of a class.
    pub(super) fn part(&self, class: Class) -> u32 {
        self.0.get(&class).copied().unwrap_or_default()
    }
}

/// Whose turn it is of the classes that wait, and the counters after it. Each class is credited its part, the highest counter
/// has the turn and pays the sum; ties go by the order of the classes. `None` when only one class waits.
pub(super) fn turn<C: Copy + Ord>(
    part: impl Fn(C) -> u32,
    before: &Credits<C>,
    waiting: impl Iterator<Item = C>,
) -> Option<(C, Credits<C>)> {
    let owed = |class: C| (class, before.get(&class).copied().unwrap_or_default() + i64::from(part(class)));
    let mut credits: Credits<C> = waiting.map(owed).collect();
    if credits.len() < 2 {
        return None;
    }
    let whole: i64 = credits.keys().map(|class| i64::from(part(*class))).sum();
    let (&class, _) = credits.iter().rev().max_by_key(|(_, credit)| **credit)?;
    credits.entry(class).and_modify(|credit| *credit -= whole);
    Some((class, credits))
}
