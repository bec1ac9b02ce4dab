//! When clerks work and rest. Pure: the same seed is the same day.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Clerks sit down within these five minutes, seconds after midnight.
const BEGIN_S: std::ops::Range<u32> = (8 * 60 + 26) * 60..(8 * 60 + 31) * 60;
/// One half eats, then the other, seconds after midnight: the valley of arrivals is around 12:15.
const LUNCH_S: [u32; 2] = [(11 * 60 + 30) * 60, (12 * 60 + 20) * 60];
const LUNCH_LASTS_S: u32 = 45 * 60;
/// A short rest in the morning and one in the afternoon.
const REST_S: [std::ops::Range<u32>; 2] = [(10 * 60 + 30) * 60..11 * 3_600, (15 * 60 + 15) * 60..16 * 3_600];
const REST_LASTS_S: std::ops::Range<u32> = 5 * 60..10 * 60;

/// When somebody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// At which window.
    pub window: u16,
    /// From when on, seconds after midnight.
    pub begins_s: u32,
    /// When not, in order.
    pub breaks: Vec<Break>,
}

/// When somebody rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Seconds after midnight; later when somebody is being served.
    pub begins_s: u32,
    /// Seconds after midnight.
    pub ends_s: u32,
    /// As it stands on the console.
    pub reason: &'static str,
}

/// The shift of the clerk at a window.
pub fn plan_shift(seed: u64, window: u16) -> Shift {
    let mut random = StdRng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(u64::from(window)));
    let lunch_s = LUNCH_S[usize::from(window % 2)];
    let mut breaks = vec![Break { begins_s: lunch_s, ends_s: lunch_s + LUNCH_LASTS_S, reason: "午餐 lunch" }];
    for rest_s in REST_S {
        if random.random_bool(0.5) {
            let begins_s = random.random_range(rest_s);
            let ends_s = begins_s + random.random_range(REST_LASTS_S);
            breaks.push(Break { begins_s, ends_s, reason: "休息 short rest" });
        }
    }
    breaks.sort_by_key(|due| due.begins_s);
    Shift { window, begins_s: random.random_range(BEGIN_S), breaks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_lunch_and_half_of_them_at_a_time() {
        let lunch = |window| *plan_shift(1, window).breaks.iter().find(|due| due.reason.contains("lunch")).unwrap();
        assert!(lunch(1).ends_s <= lunch(2).begins_s || lunch(2).ends_s <= lunch(1).begins_s);
    }

    #[test]
    fn breaks_do_not_overlap_and_the_same_seed_is_the_same_shift() {
        for window in 1..=26 {
            let shift = plan_shift(7, window);
            assert_eq!(shift, plan_shift(7, window));
            assert!(shift.breaks.windows(2).all(|pair| pair[0].ends_s <= pair[1].begins_s), "{shift:?}");
            assert!(shift.begins_s < shift.breaks[0].begins_s);
        }
    }
}
