//! What is held in figures, with the rate from the day of the demonstration.

use std::time::Duration;

use serde::Serialize;

use super::options::{Options, What};
use crate::demo::day;

/// A visit is four orders: a number, a call, a start, an end. Recalls and no-shows, 3 in 100, are left out.
pub const ORDERS_A_VISIT: f64 = 4.0;
/// What share of the consoles has somebody before it.
const BUSY: f64 = 0.6;
/// The hall's time in a soak runs so many times as fast, as in the demonstration.
const SOAK_SPEED: u32 = 60;
/// Calm, crowded, crowded, calm.
const PHASES_A_ROUND: u32 = 4;
/// Seconds of a day.
pub const DAY_S: f64 = 86_400.0;
/// Managers who look on.
const MANAGERS: u32 = 2;

/// What is held.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Which kind.
    pub what: What,
    /// For how long, s.
    pub run_s: f64,
    /// Displays, in turn above the windows.
    pub displays: u16,
    /// Windows, each with a console and its clerk.
    pub consoles: u16,
    /// Dispensers.
    pub dispensers: u16,
    /// Public boards and pages of windows.
    pub boards: u32,
    /// Citizens' pages.
    pub phones: u32,
    /// Managers' screens.
    pub managers: u32,
    /// How many wait all the time.
    pub waiting: u32,
    /// Visits at Tongxiang's peak, a second.
    pub peak_visits_per_s: f64,
    /// Visits that begin, a second; in a soak at its peak.
    pub visits_per_s: f64,
    /// Orders a second.
    pub orders_per_s: f64,
    /// Readers that read nothing, in crowded phases.
    pub stalled: u32,
    /// Readers that read a little, in crowded phases.
    pub slow: u32,
    /// How often all displays come back at once, s; 0 = never.
    pub storm_every_s: u64,
    /// How long a phase lasts, s.
    pub phase_s: u64,
    /// Whether a busy day goes before.
    pub yesterday: bool,
    /// How fast the hall's time runs.
    pub speed: u32,
    /// Of arrivals and services.
    pub seed: u64,
}

impl Plan {
    /// What these options ask for.
    pub fn of(options: &Options) -> Self {
        let usual = Usual::of(options.what);
        let peak_visits_per_s = day::peak_per_s();
        let times = if options.what == What::Soak { f64::from(SOAK_SPEED) } else { options.times };
        let orders_per_s = options.orders_per_s.unwrap_or(peak_visits_per_s * ORDERS_A_VISIT * times);
        let plan = Self {
            what: options.what,
            run_s: options.minutes.unwrap_or(usual.minutes) * 60.0,
            displays: options.displays.unwrap_or(usual.displays),
            consoles: options.consoles.unwrap_or(usual.consoles),
            dispensers: options.dispensers.unwrap_or(usual.dispensers),
            boards: options.boards.unwrap_or(usual.boards),
            phones: options.phones.unwrap_or(usual.phones),
            managers: MANAGERS,
            waiting: options.waiting.unwrap_or(usual.waiting),
            peak_visits_per_s,
            visits_per_s: orders_per_s / ORDERS_A_VISIT,
            orders_per_s,
            stalled: options.stalled.unwrap_or(4),
            slow: options.slow.unwrap_or(4),
            storm_every_s: options.storm_every_s.unwrap_or(usual.storm_every_s),
            phase_s: options.phase_s,
            yesterday: options.what != What::Soak && !options.no_yesterday,
            speed: if options.what == What::Soak { SOAK_SPEED } else { 1 },
            seed: options.seed,
        };
        plan.filled_up_to(options.sockets.unwrap_or(usual.sockets))
    }

    /// How long somebody is at a window, from the call to the end, on the average.
    pub fn stay(&self) -> Duration {
        Duration::from_secs_f64(BUSY * f64::from(self.consoles) / self.visits_per_s)
    }

    /// Visits of the whole run.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of people")]
    pub fn visits(&self) -> usize {
        (self.visits_per_s * self.run_s) as usize + self.waiting as usize
    }

    /// From then on nothing happens that did not happen before, s: all phases were there once; in a soak a whole day passed.
    pub fn settled_s(&self) -> f64 {
        let day_s = if self.speed > 1 { DAY_S / f64::from(self.speed) } else { 0.0 };
        let round_s = f64::from(PHASES_A_ROUND) * Duration::from_secs(self.phase_s).as_secs_f64();
        day_s.max(round_s).min(self.run_s / 5.0)
    }

    /// The window above which a display hangs, counted from 1.
    pub fn window_of(&self, display: u16) -> u16 {
        (display - 1) % self.consoles + 1
    }

    /// Displays that hang above a window.
    pub fn displays_above(&self, window: u16) -> usize {
        (1..=self.displays).filter(|display| self.window_of(*display) == window).count()
    }

    /// Connections of the tame: screens, devices, and one for the orders of each console.
    pub fn connections(&self) -> u32 {
        let devices = u32::from(self.displays) + u32::from(self.dispensers) + 2 * u32::from(self.consoles);
        devices + self.managers + self.boards + self.phones
    }

    /// Half of what is missing are boards, half are phones.
    fn filled_up_to(mut self, sockets: u32) -> Self {
        let missing = sockets.saturating_sub(self.connections());
        self.boards += missing / 2;
        self.phones += missing - missing / 2;
        self
    }
}

/// What holds where the command line is silent.
struct Usual {
    minutes: f64,
    displays: u16,
    consoles: u16,
    dispensers: u16,
    boards: u32,
    phones: u32,
    sockets: u32,
    waiting: u32,
    storm_every_s: u64,
}

impl Usual {
    fn of(what: What) -> Self {
        let hall = Self {
            minutes: 30.0,
            displays: 300,
            consoles: 40,
            dispensers: 10,
            boards: 20,
            phones: 50,
            sockets: 0,
            waiting: 60,
            storm_every_s: 300,
        };
        match what {
            What::Hall => hall,
            What::District => {
                Self { minutes: 5.0, displays: 600, sockets: 4_000, waiting: 500, storm_every_s: 100, ..hall }
            }
            // The hall of the demonstration, with nobody in it at night.
            What::Soak => Self {
                minutes: 120.0,
                displays: 26,
                consoles: 22,
                dispensers: 3,
                waiting: 0,
                storm_every_s: 600,
                ..hall
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn plan(options: &[&str]) -> Plan {
        Plan::of(&Options::parse_from([&["load"], options].concat()))
    }

    #[test]
    fn twenty_peaks_of_tongxiang_are_three_and_a_half_orders_a_second() {
        let plan = plan(&[]);
        assert!((3.4..3.6).contains(&plan.orders_per_s), "{plan:?}");
        assert_eq!((plan.displays, plan.consoles, plan.dispensers), (300, 40, 10));
    }

    #[test]
    fn a_district_has_as_many_connections_as_it_is_to_have() {
        assert_eq!(plan(&["district"]).connections(), 4_000);
        assert_eq!(plan(&["district", "--sockets", "5001"]).connections(), 5_001);
    }

    #[test]
    fn displays_hang_above_all_windows_in_turn() {
        let plan = plan(&["--consoles", "40"]);
        assert_eq!([1, 40, 41, 300].map(|display| plan.window_of(display)), [1, 40, 1, 20]);
    }
}
