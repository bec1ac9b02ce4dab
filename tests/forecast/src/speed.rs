//! What it costs to foretell the wait of everybody after an event.

use std::time::{Duration, Instant};

use hall::forecast::{Free, Play, Pool, Server, Shapes, Shift};

/// The least and the median time for the forecasts of so many who wait before twenty busy windows, as [`hall::forecast::Outlook`]
/// makes them.
pub fn speed(waiting: usize, times: usize) -> (Duration, Duration) {
    let mut shapes = Shapes::default();
    let window = |at: u64| Server {
        free: Free::AfterVisit { line: 0, elapsed_ms: at * 30_000 },
        shifts: vec![Shift::ALWAYS],
        lines: vec![0],
    };
    let pool = Pool {
        windows: (0..20).map(window).collect(),
        services: vec![shapes.service(600_000.0, 0.8)],
        order: vec![0; waiting],
    };
    let mut each: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            let curve = pool.curve(Play::live(0, &pool));
            assert!((0..=waiting).all(|ahead| curve.at(ahead).is_some_and(|wait| wait.p80_ms.is_some())));
            begin.elapsed()
        })
        .collect();
    each.sort_unstable();
    (each[0], each[each.len() / 2])
}
