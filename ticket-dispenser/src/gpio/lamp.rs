//! What the lamp of the big button says, pure: steady = press me, off = not in service, slow = wait for the paper, fast = out of
//! order, in pairs = somebody was called.

use protocol::kiosk::{KioskScreen, KioskState};

/// Half of a slow blink, ms.
const SLOW_MS: u64 = 500;
/// Half of a fast blink, ms: more than three flashes a second can cause a fit (WCAG 2.3.1).
const FAST_MS: u64 = 170;
/// Two short flashes and a pause, ms: lit, dark, lit, dark.
const PAIR_MS: [u64; 4] = [150, 150, 150, 750];

/// What the lamp says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signal {
    /// Not in service.
    #[default]
    Off,
    /// Ready.
    Steady,
    /// Working, or printing.
    Slow,
    /// Out of order.
    Fast,
    /// Somebody called for the staff, or looks for this dispenser.
    Pairs,
}

impl Signal {
    /// What goes with the screen.
    pub fn of(state: &KioskState) -> Self {
        if state.help.is_some() || state.here {
            return Self::Pairs;
        }
        match state.screen {
            KioskScreen::Ready | KioskScreen::Taken(_) => Self::Steady,
            KioskScreen::Working => Self::Slow,
            KioskScreen::Closed => Self::Off,
            KioskScreen::Trouble { .. } => Self::Fast,
        }
    }
}

/// A lamp; a new signal begins lit.
#[derive(Debug, Default)]
pub struct Lamp {
    signal: Signal,
    since_ms: u64,
}

impl Lamp {
    /// What it says from now on.
    pub fn set(&mut self, signal: Signal, now_ms: u64) {
        if signal != self.signal {
            (self.signal, self.since_ms) = (signal, now_ms);
        }
    }

    /// Whether it is lit at a time, ms.
    pub fn is_lit(&self, now_ms: u64) -> bool {
        let lasts_ms = now_ms.saturating_sub(self.since_ms);
        match self.signal {
            Signal::Off => false,
            Signal::Steady => true,
            Signal::Slow => (lasts_ms / SLOW_MS).is_multiple_of(2),
            Signal::Fast => (lasts_ms / FAST_MS).is_multiple_of(2),
            Signal::Pairs => is_lit_in_pairs(lasts_ms),
        }
    }
}

fn is_lit_in_pairs(lasts_ms: u64) -> bool {
    let [lit, dark, again, pause] = PAIR_MS;
    let at_ms = lasts_ms % (lit + dark + again + pause);
    at_ms < lit || (lit + dark..lit + dark + again).contains(&at_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(signal: Signal, step_ms: u64, steps: u64) -> String {
        let mut lamp = Lamp::default();
        lamp.set(signal, 1_000);
        (0..steps).map(|step| if lamp.is_lit(1_000 + step * step_ms) { '#' } else { '.' }).collect()
    }

    #[test]
    fn each_signal_has_its_pattern() {
        assert_eq!(pattern(Signal::Off, 250, 8), "........");
        assert_eq!(pattern(Signal::Steady, 250, 8), "########");
        assert_eq!(pattern(Signal::Slow, 250, 8), "##..##..");
        assert_eq!(pattern(Signal::Fast, 170, 6), "#.#.#.");
        assert_eq!(pattern(Signal::Pairs, 150, 10), "#.#.....#.");
    }

    #[test]
    fn no_signal_flashes_more_than_three_times_a_second() {
        for signal in [Signal::Slow, Signal::Fast, Signal::Pairs] {
            let pattern = pattern(signal, 10, 100);
            assert!(pattern.matches(".#").count() < 3, "{signal:?} {pattern}");
        }
    }

    #[test]
    fn the_same_signal_again_does_not_begin_anew() {
        let mut lamp = Lamp::default();
        lamp.set(Signal::Slow, 0);
        lamp.set(Signal::Slow, 600);
        assert!(!lamp.is_lit(600));
    }
}
