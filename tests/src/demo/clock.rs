//! The hall's time, as the server tells it; between two words from the server it runs on by itself.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// The hall's time.
pub struct Clock {
    /// How many times as fast as the world.
    pub speed: u32,
    zone: TimeZone,
    midnight_ms: u64,
    /// What was heard last, and when.
    heard: Mutex<(u64, Instant)>,
}

impl Clock {
    /// Begins now, at this time of this day; `None` for a day outside the calendar of computers.
    pub fn begin(day: Date, time: Time, speed: u32, zone: TimeZone) -> Option<Self> {
        let to_ms = |at: DateTime| u64::try_from(zone.to_timestamp(at).ok()?.as_millisecond()).ok();
        let midnight_ms = to_ms(day.to_datetime(Time::midnight()))?;
        let heard = Mutex::new((to_ms(day.to_datetime(time))?, Instant::now()));
        Some(Self { speed, zone, midnight_ms, heard })
    }

    /// The server said what time it is.
    pub fn hear(&self, now_ms: u64) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = (now_ms, Instant::now());
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        let (heard_ms, at) = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard_ms + millis(at.elapsed()) * u64::from(self.speed)
    }

    /// The time on the hall's wall.
    pub fn local(&self) -> DateTime {
        let now_ms = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        self.zone.to_datetime(Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::MAX))
    }

    /// A time of the day, given in seconds after midnight, in milliseconds since 1970.
    pub fn at_ms(&self, time_s: u32) -> u64 {
        self.midnight_ms + u64::from(time_s) * 1_000
    }

    /// Waits until the hall's time is `at_ms`.
    pub async fn until(&self, at_ms: u64) {
        loop {
            let left_ms = at_ms.saturating_sub(self.now_ms());
            if left_ms == 0 {
                return;
            }
            // The server may say something else about the time meanwhile.
            tokio::time::sleep(self.world(left_ms).clamp(Duration::from_millis(1), Duration::from_secs(1))).await;
        }
    }

    /// Waits for so many seconds of the hall's time.
    pub async fn pass_s(&self, seconds: u32) {
        self.until(self.now_ms() + u64::from(seconds) * 1_000).await;
    }

    /// How long the world takes for so much of the hall's time.
    pub fn world(&self, hall_ms: u64) -> Duration {
        Duration::from_millis(hall_ms) / self.speed
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
