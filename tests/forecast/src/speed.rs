//! What it costs to foretell the wait of everybody after an event.

use std::time::{Duration, Instant};

use crate::hall::Hall;

/// The least and the median time for the forecasts of so many who wait before twenty windows that serve: as the living hall makes
/// them, from its state.
pub fn speed(waiting: usize, times: usize) -> (Duration, Duration) {
    let mut hall = Hall::new(None);
    hall.begin_day();
    hall.fill(waiting);
    let once = |_| {
        let begin = Instant::now();
        let curve = hall.curve();
        let took = begin.elapsed();
        assert!((0..=waiting).all(|ahead| curve.at(ahead).is_some_and(|wait| wait.p80_ms.is_some())));
        took
    };
    let mut each: Vec<Duration> = (0..times).map(once).collect();
    each.sort_unstable();
    (each[0], each[each.len() / 2])
}
