//! The hall's time. It never goes back, whatever becomes of the computer's clock.
//!
//! While the wall clock is right, the hall's time is the wall clock. When somebody sets it back, the hall's time goes on from
//! where it was, a little slower, until the wall clock has caught up; [`HallClock::behind_ms`] says by how much it lags, so that
//! people can be told. A demonstration may run faster than the world.

mod source;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hall::words::{AtMs, Day};
use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};

pub use source::{Demo, Source, System};

/// While the hall's time is ahead of the wall clock, it runs at this many tenths of its speed: an hour is caught up within ten
/// hours, which is one night, and no duration is wrong by more than a tenth.
const HELD_TENTHS: u64 = 9;

/// The hall's clock. Clones share one time; any thread may ask.
#[derive(Clone)]
pub struct HallClock(Arc<Inner>);

struct Inner {
    source: Box<dyn Source>,
    tz: TimeZone,
    reading: Mutex<Reading>,
}

/// What must be remembered so that time never goes back.
#[derive(Default)]
struct Reading {
    /// The last time that was told.
    last_ms: AtMs,
    /// Set while the hall's time is ahead of the wall clock.
    held: Option<Held>,
    /// Added to a source that has no true time to return to.
    shift_ms: u64,
}

/// Since when time is held: then the hall's time and the monotonic clock showed this.
#[derive(Clone, Copy)]
struct Held {
    hall_ms: AtMs,
    monotonic_ms: u64,
}

impl HallClock {
    /// The computer's clock, read in the time zone of a hall.
    pub fn system(tz: TimeZone) -> Self {
        Self::from_source(System::default(), tz)
    }

    /// Begins at `start_ms` and runs `speed` times as fast as the world; for demonstrations.
    pub fn accelerated(start_ms: AtMs, speed: u32, tz: TimeZone) -> Self {
        Self::from_source(Demo::new(start_ms, speed), tz)
    }

    /// Any source of time.
    pub fn from_source(source: impl Source + 'static, tz: TimeZone) -> Self {
        Self(Arc::new(Inner { source: Box::new(source), tz, reading: Mutex::default() }))
    }

    /// The hall's time; never less than it was.
    pub fn now_ms(&self) -> AtMs {
        // A reading is three numbers that are written together: a panic elsewhere can't have left them half done.
        let mut reading = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        reading.now(self.0.source.as_ref())
    }

    /// By how much the computer's clock lags behind the hall's time; 0 when all is well.
    pub fn behind_ms(&self) -> u64 {
        let mut reading = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = reading.now(self.0.source.as_ref());
        let wall_ms = self.0.source.wall_ms().saturating_add(reading.shift_ms);
        now_ms.saturating_sub(wall_ms)
    }

    /// From now on the hall's time is not before `at_ms`: what the journal holds has happened.
    pub fn start_at_least(&self, at_ms: AtMs) {
        let mut reading = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = reading.now(self.0.source.as_ref());
        if !self.0.source.is_true() {
            reading.shift_ms += at_ms.saturating_sub(now_ms);
        }
        if at_ms > reading.last_ms {
            reading.last_ms = at_ms;
            reading.held = None;
        }
    }

    /// The business day of now, by the hall's calendar.
    pub fn today(&self) -> Day {
        self.day_of(self.now_ms())
    }

    /// The time of day in the hall.
    pub fn local_time(&self) -> Time {
        self.local(self.now_ms()).time()
    }

    /// The day of a moment, by the hall's calendar.
    pub fn day_of(&self, at_ms: AtMs) -> Day {
        let date = self.local(at_ms).date();
        // jiff counts in signed numbers; years before 1970 can't come out of a moment after 1970.
        Day { year: date.year().unsigned_abs(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
    }

    /// A moment as the hall's calendar and clock show it.
    pub fn local(&self, at_ms: AtMs) -> DateTime {
        self.0.tz.to_datetime(timestamp(at_ms))
    }

    /// When the day of a moment began, by the hall's calendar: where its clock changes at midnight, the first moment of the day.
    pub fn midnight_ms(&self, at_ms: AtMs) -> AtMs {
        let midnight = self.0.tz.to_timestamp(self.local(at_ms).date().at(0, 0, 0, 0)).ok();
        midnight.and_then(|midnight| u64::try_from(midnight.as_millisecond()).ok()).unwrap_or(at_ms)
    }

    /// How long the world takes until the hall's time has gone on by `hall_ms`.
    pub fn sleep_ms(&self, hall_ms: u64) -> Duration {
        Duration::from_millis(hall_ms) / self.0.source.speed()
    }
}

impl Reading {
    fn now(&mut self, source: &dyn Source) -> AtMs {
        let wall_ms = source.wall_ms().saturating_add(self.shift_ms);
        if wall_ms < self.last_ms && self.held.is_none() {
            self.held = Some(Held { hall_ms: self.last_ms, monotonic_ms: source.monotonic_ms() });
        }
        let held_ms = self.held.map_or(0, |held| {
            let passed_ms = source.monotonic_ms().saturating_sub(held.monotonic_ms);
            held.hall_ms.saturating_add(passed_ms / 10 * HELD_TENTHS + passed_ms % 10 * HELD_TENTHS / 10)
        });
        if wall_ms >= held_ms {
            self.held = None;
        }
        self.last_ms = self.last_ms.max(wall_ms).max(held_ms);
        self.last_ms
    }
}

/// A moment beyond the calendar, which only a broken clock tells, is its last day.
fn timestamp(at_ms: AtMs) -> Timestamp {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::MAX)
}
