//! The forecast for every place in a line.

use super::Wait;

/// So many places have a forecast of their own; of those behind only some, and what lies between is drawn in between.
const EACH: usize = 64;

/// The forecast by the number of tickets before a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Curve {
    places: Vec<usize>,
    waits: Vec<Wait>,
}

impl Curve {
    /// The places whose forecasts make a curve of `places` places, in order: the first ones, then steps of a sixteenth, then the
    /// last.
    pub(super) fn milestones(places: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..places.min(EACH)).collect();
        let mut at = EACH;
        while at < places {
            all.push(at);
            at += at / 16;
        }
        if all.last().is_some_and(|last| last + 1 < places) {
            all.push(places - 1);
        }
        all
    }

    /// A curve through the forecasts at its milestones.
    pub(super) fn new(places: Vec<usize>, waits: Vec<Wait>) -> Self {
        Self { places, waits }
    }

    /// How many places it covers.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.last().map_or(0, |last| last + 1)
    }

    /// The forecast with `ahead` tickets before; `None` beyond the curve.
    #[must_use]
    pub fn at(&self, ahead: usize) -> Option<Wait> {
        let after = self.places.partition_point(|place| *place < ahead);
        let (place, wait) = (self.places.get(after)?, self.waits.get(after)?);
        if *place == ahead {
            return Some(*wait);
        }
        let (before, lower) = (self.places.get(after - 1)?, self.waits.get(after - 1)?);
        Some(lower.between(*wait, (ahead - before) as u64, (place - before) as u64))
    }
}
