//! Where time comes from.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hall::words::AtMs;

/// A wall clock that people may set, and a monotonic one that nobody can.
pub trait Source: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC, as the wall clock tells it; may jump.
    fn wall_ms(&self) -> AtMs;
    /// Milliseconds of the hall's time since some moment; only grows.
    fn monotonic_ms(&self) -> u64;
    /// How many times as fast as the world it runs; at least 1.
    fn speed(&self) -> u32 {
        1
    }
    /// Whether the wall clock tells the world's time, to which the hall should return.
    fn is_true(&self) -> bool {
        true
    }
}

/// The computer's clocks.
pub struct System {
    began: Instant,
}

impl Default for System {
    fn default() -> Self {
        Self { began: Instant::now() }
    }
}

impl Source for System {
    fn wall_ms(&self) -> AtMs {
        // Before 1970 only a clock without a battery stands: the journal's last entry then says what time it is at least.
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| millis(since.as_millis()))
    }

    fn monotonic_ms(&self) -> u64 {
        millis(self.began.elapsed().as_millis())
    }
}

/// An invented time that runs faster than the world.
pub struct Demo {
    began: Instant,
    start_ms: AtMs,
    speed: u32,
}

impl Demo {
    /// Begins now at `start_ms`; a `speed` of 0 counts as 1.
    pub fn new(start_ms: AtMs, speed: u32) -> Self {
        Self { began: Instant::now(), start_ms, speed: speed.max(1) }
    }
}

impl Source for Demo {
    fn wall_ms(&self) -> AtMs {
        self.start_ms.saturating_add(self.monotonic_ms())
    }

    fn monotonic_ms(&self) -> u64 {
        millis(self.began.elapsed().as_millis() * u128::from(self.speed))
    }

    fn speed(&self) -> u32 {
        self.speed
    }

    fn is_true(&self) -> bool {
        false
    }
}

fn millis(ms: u128) -> u64 {
    u64::try_from(ms).unwrap_or(u64::MAX)
}
