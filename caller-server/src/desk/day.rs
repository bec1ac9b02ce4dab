//! The business day opens and closes by itself, at the hall's local time.

use hall::{Command, Entry, Event, state::BusinessDay};
use jiff::civil::Time;

use crate::clock::HallClock;
use crate::config::DayConfig;

/// When the business day opens and closes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTimes {
    /// When it opens; `None` = a manager opens and closes it.
    pub open_at: Option<Time>,
    /// When it closes; `None` = when the next one opens.
    pub close_at: Option<Time>,
}

impl From<&DayConfig> for DayTimes {
    fn from(config: &DayConfig) -> Self {
        let auto = |time: Time| config.auto.then_some(time);
        Self { open_at: auto(config.open_at.0), close_at: config.close_at.and_then(|at| auto(at.0)) }
    }
}

impl DayTimes {
    /// What is due now. A day that a manager closed early is not opened again.
    pub fn due(&self, day: Option<&BusinessDay>, clock: &HallClock) -> Option<Command> {
        let (today, time) = (clock.today(), clock.local_time());
        let begun = self.open_at.is_some_and(|at| time >= at);
        let over = self.close_at.is_some_and(|at| time >= at);
        if begun && !over && day.is_none_or(|day| day.day < today) {
            return Some(Command::OpenDay { day: today });
        }
        let ends = |day: &BusinessDay| day.open && self.close_at.is_some() && (over || day.day < today);
        day.is_some_and(ends).then_some(Command::CloseDay)
    }
}

/// Whether a business day begins in an entry: the moment when the state is smallest.
pub fn begins_in(entry: &Entry) -> bool {
    entry.events.iter().any(|event| matches!(event, Event::DayOpened { .. }))
}
