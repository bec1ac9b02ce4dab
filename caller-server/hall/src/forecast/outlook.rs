//! The forecasts of a living hall: one curve a line, for all who stand in it, made when somebody asks.

use std::collections::BTreeMap;

use super::{Curve, Play, Shapes, Wait, live};
use crate::{
    balance::direction,
    event::{Entry, Event, JoinedWhy},
    state::{Line, State},
    words::{AtMs, Class, Lane, Ticket},
};

/// While nothing happens at a window, a curve is good for so long, ms: what passes meanwhile is below the rounding.
const GOOD_FOR_MS: u64 = 1_000;

/// The forecasts of a living hall.
#[derive(Debug, Clone)]
pub struct Outlook {
    scenarios_max: usize,
    shapes: Shapes,
    curves: BTreeMap<Line, (AtMs, Curve)>,
}

/// A place in a line.
#[derive(Debug, Clone, Copy)]
struct Standing {
    line: Line,
    class: Class,
    /// The effective arrival.
    since_ms: AtMs,
    ahead: usize,
}

/// A moment, and the midnight before it in the hall, from which hours are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub now_ms: AtMs,
    /// The midnight before.
    pub midnight_ms: AtMs,
}

impl Default for Outlook {
    fn default() -> Self {
        Self::playing(super::play::SCENARIOS)
    }
}

impl Outlook {
    /// Forecasts from at most so many scenarios: fewer cost less, and their bands are rougher.
    #[must_use]
    pub fn playing(scenarios_max: usize) -> Self {
        Self { scenarios_max, shapes: Shapes::default(), curves: BTreeMap::new() }
    }

    /// What is known of the hall is void.
    pub fn forget(&mut self) {
        self.curves.clear();
    }

    /// Something happened: what it makes wrong is forgotten. A curve tells waits by place, so that who comes and goes leaves it
    /// right.
    pub fn apply(&mut self, entry: &Entry) {
        let changes = |event: &Event| {
            let of_rules = matches!(event, Event::RulesChanged { .. } | Event::SwitchTurned { .. });
            event.window().is_some() || event.concerns_all_windows() || of_rules
        };
        if entry.events.iter().any(changes) {
            self.forget();
        }
    }

    /// The wait of a ticket that stands in a line; `None` for one that does not wait.
    pub fn of(&mut self, state: &State, ticket: Ticket, moment: Moment) -> Option<Wait> {
        let visit = state.visit(ticket)?;
        let (line, since_ms, ahead) = state.standing(ticket, moment.now_ms)?;
        self.at(state, Standing { line, class: visit.class, since_ms, ahead }, moment)
    }

    /// The wait of somebody who comes now, without a right to be served sooner.
    pub fn of_a_comer(&mut self, state: &State, lane: Lane, moment: Moment) -> Option<Wait> {
        let line = Line::Lane(lane, direction(state, lane, None));
        let (class, since_ms) = (Class::Normal, moment.now_ms);
        let ahead = state.ahead_of_a_comer(line, class, since_ms);
        self.at(state, Standing { line, class, since_ms, ahead }, moment)
    }

    /// What the holder of a number is told: the event for an entry in which one was given out to somebody who is there.
    /// `state` is the hall right after the entry. Nothing where nothing can be foreseen.
    pub fn at_printing(&mut self, state: &State, entry: &Entry, moment: Moment) -> Option<Event> {
        let is_given_out = |event: &Event| matches!(event, Event::Issued { offline: None, .. });
        let arrived = entry.events.iter().rev().filter(|_| entry.events.iter().any(is_given_out));
        let mut arrived = arrived.filter_map(|event| match event {
            Event::Joined { ticket, why: JoinedWhy::Arrived, .. } => Some(*ticket),
            _ => None,
        });
        let ticket = arrived.next()?;
        let wait = self.of(state, ticket, moment)?;
        (wait != Wait::default()).then_some(Event::Foreseen { ticket, wait })
    }

    fn at(&mut self, state: &State, standing: Standing, moment: Moment) -> Option<Wait> {
        let (line, ahead) = (state.as_one(standing.line), standing.ahead);
        let is_good = |(made_ms, curve): &(AtMs, Curve)| {
            moment.now_ms.saturating_sub(*made_ms) < GOOD_FOR_MS && ahead < curve.places()
        };
        if !self.curves.get(&line).is_some_and(is_good) {
            let curve = self.curve(state, line, moment);
            self.curves.insert(line, (moment.now_ms, curve));
        }
        let (_, curve) = self.curves.get(&line)?;
        overtaken(state, standing, moment, curve)
    }

    /// The forecast for every place in a line.
    pub fn curve(&mut self, state: &State, line: Line, moment: Moment) -> Curve {
        let (pool, line) = live::pool(state, line, moment, &mut self.shapes);
        pool.curve(Play::live(line, &pool, self.scenarios_max))
    }
}

/// The forecast at a place, with those who will yet come and be called before: as many as the arrivals of late let expect in the
/// wait itself, as far as the head start of their class reaches (rule R1).
fn overtaken(state: &State, standing: Standing, moment: Moment, curve: &Curve) -> Option<Wait> {
    let Standing { line, class, since_ms, ahead } = standing;
    let Line::Lane(lane, _) = line else { return curve.at(ahead) };
    let rules = state.in_force();
    let own = rules.of(class);
    let last = curve.places().saturating_sub(1);
    let mut wait = curve.at(ahead)?;
    // Who overtakes makes the wait longer, in which others overtake: after a few rounds it changes no more.
    for _ in 0..3 {
        let wait_ms = wait.mean_ms.unwrap_or(0);
        let before = |other: Class| {
            let head_start_ms = rules.of(other).offset_ms.saturating_sub(own.offset_ms);
            let head_start_ms = u64::try_from(head_start_ms).unwrap_or(0);
            let reach_ms = since_ms.saturating_add(head_start_ms).saturating_sub(moment.now_ms);
            state.pace.expected_milli(lane, other, moment.now_ms, wait_ms.min(reach_ms))
        };
        let milli = Class::ALL.into_iter().filter(|other| *other != class).map(before).sum::<u64>();
        let place = ahead.saturating_add(usize::try_from(milli / 1000).unwrap_or(last)).min(last);
        let next = curve.at((place + 1).min(last))?;
        wait = curve.at(place)?.between(next, milli % 1000, 1000);
    }
    Some(wait)
}
