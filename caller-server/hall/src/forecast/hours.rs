//! When a window serves: what it does now, and the hours of its plan.

use super::{Moment, Shift};
use crate::{plan::Hours, state::Doing, words::AtMs};

/// A window whose hours have just begun is expected any moment, for so long.
const LATE_MS: u64 = 600_000;
/// When "any moment" is.
const SOON_MS: u64 = 60_000;

/// When a window takes tickets, from now on; empty where nobody knows.
///
/// A window that works in a planned pause is done with the visit from before it, or works through. One that does not work
/// within its hours is not reckoned with before its next ones: nobody knows how long a break is that nobody planned.
pub(super) fn shifts(at: &At<'_>, hours: &[Hours], moment: Moment) -> Vec<Shift> {
    let instant = |s: u32| moment.midnight_ms.saturating_add(u64::from(s) * 1000);
    let from_now = |s: u32| instant(s).saturating_sub(moment.now_ms);
    let over = |hours: &&Hours| from_now(hours.until_s) == 0;
    let still = hours.iter().filter(|hours| !over(hours));
    let mut shifts: Vec<Shift> = still
        .clone()
        .map(|hours| Shift { from_ms: from_now(hours.from_s), until_ms: Some(from_now(hours.until_s)) })
        .collect();
    if at.doing.is_open() {
        let last_end = hours.iter().rev().find(over).map(|hours| instant(hours.until_s));
        let is_last_visit =
            last_end.is_some_and(|end_ms| at.occupied_since_ms.is_some_and(|since_ms| since_ms < end_ms));
        match shifts.first_mut() {
            Some(first) if first.from_ms == 0 => {}
            _ if is_last_visit => {}
            Some(first) => first.from_ms = 0,
            None => shifts.push(Shift::ALWAYS),
        }
        return shifts;
    }
    let is_late = still.clone().any(|hours| {
        let since_ms = moment.now_ms.saturating_sub(instant(hours.from_s));
        instant(hours.from_s) <= moment.now_ms && since_ms < LATE_MS
    });
    match shifts.first_mut() {
        Some(first) if first.from_ms == 0 && is_late => first.from_ms = SOON_MS,
        Some(first) if first.from_ms == 0 => drop(shifts.remove(0)),
        _ => {}
    }
    shifts
}

/// What goes on at a window.
pub(super) struct At<'a> {
    pub doing: &'a Doing,
    /// Since when it has the visit that it has, ms.
    pub occupied_since_ms: Option<AtMs>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: u64 = 60_000;
    /// 08:30 to 11:30 and 13:30 to 17:00.
    const DAY: [Hours; 2] = [Hours { from_s: 30_600, until_s: 41_400 }, Hours { from_s: 48_600, until_s: 61_200 }];

    fn minutes(doing: &Doing, at_min: u64) -> Vec<(u64, Option<u64>)> {
        with_visit(doing, at_min, None)
    }

    fn with_visit(doing: &Doing, at_min: u64, since_min: Option<u64>) -> Vec<(u64, Option<u64>)> {
        let moment = Moment { now_ms: at_min * MINUTE_MS, midnight_ms: 0 };
        let minutes = |shift: Shift| (shift.from_ms / MINUTE_MS, shift.until_ms.map(|ms| ms / MINUTE_MS));
        shifts(&At { doing, occupied_since_ms: since_min.map(|min| min * MINUTE_MS) }, &DAY, moment)
            .into_iter()
            .map(minutes)
            .collect()
    }

    #[test]
    fn a_window_that_works_pauses_as_planned_and_comes_back() {
        assert_eq!(minutes(&Doing::Idle, 11 * 60), [(0, Some(30)), (150, Some(360))]);
        assert_eq!(minutes(&Doing::Idle, 12 * 60), [(0, Some(300))], "through lunch, then on");
        assert_eq!(minutes(&Doing::Idle, 18 * 60), [(0, None)], "nothing is planned any more");
        let serves = |at_min, since_min| with_visit(&Doing::Idle, at_min, Some(since_min));
        assert_eq!(serves(11 * 60 + 40, 11 * 60 + 20), [(110, Some(320))], "the last visit before lunch");
        assert_eq!(serves(11 * 60 + 40, 11 * 60 + 35), [(0, Some(320))], "called in the pause: it works through");
        assert!(serves(17 * 60 + 5, 16 * 60 + 50).is_empty());
    }

    #[test]
    fn a_closed_window_opens_as_planned_and_may_be_a_little_late() {
        assert_eq!(minutes(&Doing::Closed, 8 * 60), [(30, Some(210)), (330, Some(540))]);
        assert_eq!(minutes(&Doing::Closed, 8 * 60 + 35), [(1, Some(175)), (295, Some(505))]);
        assert_eq!(minutes(&Doing::Closed, 9 * 60), [(270, Some(480))]);
        assert!(minutes(&Doing::Closed, 18 * 60).is_empty());
    }
}
