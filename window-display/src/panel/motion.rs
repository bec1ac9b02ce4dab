//! Scrolling and blinking: where a line stands, as a function of the time since it was put up.

/// A new call blinks for so long, ms.
pub(super) const BLINK_MS: u64 = 3_000;
/// Lit for so long, then dark for so long, ms: one flash a second, far below what harms people with epilepsy.
pub(super) const BLINK_HALF_MS: u64 = 500;
/// How fast a line that is too long moves, ms a dot: two and a half Chinese characters a second.
const SCROLL_MS_PER_DOT: u64 = 25;
/// How long a line stands before it moves, ms: its beginning is read first.
const REST_MS: u64 = 1_500;
/// Dark dots between the end of a moving line and its beginning.
pub(super) const GAP_DOTS: i32 = 32;

/// A line on a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Motion {
    /// The line's width, dots.
    pub width: i32,
    /// The panel's width, dots.
    pub columns: i32,
    /// Whether it blinks at first.
    pub blink: bool,
}

/// How a line is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Where the line begins; negative while it moves out.
    pub x: i32,
    /// Whether it is lit.
    pub lit: bool,
}

impl Motion {
    /// At this time after the line was put up, ms.
    pub fn at(self, elapsed_ms: u64) -> Look {
        let dark = self.blinks_at(elapsed_ms) && (elapsed_ms / BLINK_HALF_MS) % 2 == 1;
        Look { x: if self.scrolls() { self.scrolled(elapsed_ms) } else { (self.columns - self.width) / 2 }, lit: !dark }
    }

    /// Whether it will look otherwise at some later time.
    pub fn moves_after(self, elapsed_ms: u64) -> bool {
        self.scrolls() || self.blinks_at(elapsed_ms)
    }

    /// Whether it is too long to stand.
    pub fn scrolls(self) -> bool {
        self.width > self.columns
    }

    fn blinks_at(self, elapsed_ms: u64) -> bool {
        self.blink && elapsed_ms < BLINK_MS
    }

    fn scrolled(self, elapsed_ms: u64) -> i32 {
        let rest_ms = if self.blink { BLINK_MS.max(REST_MS) } else { REST_MS };
        let dots = elapsed_ms.saturating_sub(rest_ms) / SCROLL_MS_PER_DOT;
        let round = u64::from((self.width + GAP_DOTS).unsigned_abs()).max(1);
        -i32::try_from(dots % round).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Motion = Motion { width: 128, columns: 128, blink: true };
    const LONG: Motion = Motion { width: 200, columns: 128, blink: false };

    #[test]
    fn a_line_that_fits_stands_in_the_middle() {
        let short = Motion { width: 64, columns: 128, blink: false };
        assert_eq!(short.at(99_999), Look { x: 32, lit: true });
        assert!(!short.moves_after(0));
    }

    #[test]
    fn a_new_call_flashes_three_times_and_then_stands() {
        let lit: Vec<bool> = (0..8).map(|half| CALL.at(half * 500).lit).collect();
        assert_eq!(lit, [true, false, true, false, true, false, true, true]);
        assert!(CALL.moves_after(2_999) && !CALL.moves_after(3_000));
    }

    #[test]
    fn a_line_that_is_too_long_rests_moves_and_begins_again() {
        assert_eq!(LONG.at(1_500).x, 0);
        assert_eq!(LONG.at(1_525).x, -1);
        assert_eq!(LONG.at(1_500 + 231 * 25).x, -231);
        assert_eq!(LONG.at(1_500 + 232 * 25).x, 0);
        assert!(LONG.moves_after(u64::MAX));
    }
}
