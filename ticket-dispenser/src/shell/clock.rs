//! The hall's clock as far as it is known here.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::TimeZone};

/// A machine's clock, ms since 1970.
pub type MachineClock = Box<dyn Fn() -> i64>;

/// The hall's clock: a Pi has none of its own that survives the night, so the server's is followed.
pub(super) struct HallClock {
    machine_ms: MachineClock,
    zone: TimeZone,
    /// What the hall's clock shows beyond this machine's.
    offset_ms: i64,
}

impl HallClock {
    /// This machine's clock, until the server says better.
    pub fn new(machine_ms: MachineClock, zone: TimeZone) -> Self {
        Self { machine_ms, zone, offset_ms: 0 }
    }

    /// The server said what time it is.
    pub fn set(&mut self, hall_ms: u64) {
        self.offset_ms = i64::try_from(hall_ms).map_or(0, |hall_ms| hall_ms - (self.machine_ms)());
    }

    /// The hall's time, ms since 1970.
    pub fn now_ms(&self) -> u64 {
        u64::try_from((self.machine_ms)().saturating_add(self.offset_ms)).unwrap_or(0)
    }

    /// The calendar day: `2026-11-23`.
    pub fn today(&self) -> String {
        let now_ms = (self.machine_ms)().saturating_add(self.offset_ms);
        let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(now).date().to_string()
    }
}

/// The clock of the operating system.
pub(super) fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_server_and_never_breaks() {
        let mut clock = HallClock::new(Box::new(machine_ms), TimeZone::UTC);
        clock.set(1_795_427_100_000);
        assert_eq!(clock.today(), "2026-11-23");
        assert!((1_795_427_100_000..1_795_427_160_000).contains(&clock.now_ms()));
        clock.set(0);
        assert_eq!(clock.today(), "1970-01-01");
        clock.set(u64::MAX);
        assert_eq!(clock.today().len(), 10);
    }
}
