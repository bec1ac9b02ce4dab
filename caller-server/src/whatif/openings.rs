//! When windows worked, from what the store kept; and when they are to be open.

use std::{cmp::Reverse, collections::BTreeMap};

use hall::{whatif::Opening, words::WindowId};

use crate::store::{Turn, TurnHow};

/// From when until when a window is open, ms since midnight; `None` = to the end.
pub type Times = Vec<(u64, Option<u64>)>;

/// So far back is looked for who sits at a window, ms: a week.
pub const LOOK_BACK_MS: u64 = 7 * 86_400_000;

/// A window as turn after turn left it.
#[derive(Default)]
struct Seat {
    is_seated: bool,
    is_paused: bool,
    is_emergency: bool,
    since_ms: Option<u64>,
    times: Times,
}

/// When each window worked in a day that begins at `midnight_ms`; who still works at `until_ms` goes on if the day does.
pub fn worked(turns: &[Turn], midnight_ms: u64, until_ms: u64, goes_on: bool) -> BTreeMap<WindowId, Times> {
    let mut seats: BTreeMap<WindowId, Seat> = BTreeMap::new();
    for turn in turns.iter().filter(|turn| turn.at_ms < until_ms) {
        seats.entry(turn.window).or_default().turn(turn.how, turn.at_ms.saturating_sub(midnight_ms));
    }
    let end_ms = until_ms.saturating_sub(midnight_ms);
    let times = |(window, mut seat): (WindowId, Seat)| {
        if let Some(since_ms) = seat.since_ms {
            seat.times.push((since_ms, (!goes_on).then_some(end_ms)));
        }
        // What ended before the day began has no length now.
        seat.times.retain(|(from_ms, until_ms)| until_ms.is_none_or(|until_ms| until_ms > *from_ms));
        (window, seat.times)
    };
    seats.into_iter().map(times).collect()
}

impl Seat {
    fn turn(&mut self, how: TurnHow, at_ms: u64) {
        match how {
            TurnHow::Opened => {
                (self.is_seated, self.is_paused, self.is_emergency) = (true, false, false);
            }
            TurnHow::Closed => self.is_seated = false,
            TurnHow::Paused => self.is_paused = true,
            TurnHow::Resumed => self.is_paused = false,
            TurnHow::Emergency => self.is_emergency = true,
            TurnHow::Cleared => self.is_emergency = false,
        }
        let works = self.is_seated && !self.is_paused && !self.is_emergency;
        match self.since_ms {
            None if works => self.since_ms = Some(at_ms),
            Some(since_ms) if !works => {
                self.times.push((since_ms, Some(at_ms)));
                self.since_ms = None;
            }
            _ => {}
        }
    }
}

/// Opens so many of these windows from a time until another, and no other of them: first those that were open, longest
/// first, then by number. Outside that time all stays as it was.
pub fn open(times: &mut [Times], windows: &[usize], from_ms: u64, until_ms: u64, count: usize) {
    let mut order: Vec<(Reverse<u64>, usize)> = windows
        .iter()
        .map(|&window| (Reverse(times.get(window).map_or(0, |times| overlap_ms(times, from_ms, until_ms))), window))
        .collect();
    order.sort_unstable();
    for (rank, (_, window)) in order.into_iter().enumerate() {
        let Some(times) = times.get_mut(window) else { continue };
        cut(times, from_ms, until_ms);
        if rank < count {
            times.push((from_ms, Some(until_ms)));
            join(times);
        }
    }
}

fn overlap_ms(times: &Times, from_ms: u64, until_ms: u64) -> u64 {
    let within = |(open_ms, close_ms): &(u64, Option<u64>)| {
        close_ms.unwrap_or(u64::MAX).min(until_ms).saturating_sub(*open_ms.max(&from_ms))
    };
    times.iter().map(within).sum()
}

/// Takes a time out.
fn cut(times: &mut Times, from_ms: u64, until_ms: u64) {
    let parts = times.iter().flat_map(|&(open_ms, close_ms)| {
        let before = (open_ms < from_ms).then(|| (open_ms, Some(close_ms.map_or(from_ms, |ms| ms.min(from_ms)))));
        let after = close_ms.is_none_or(|ms| ms > until_ms).then(|| (open_ms.max(until_ms), close_ms));
        [before, after]
    });
    *times = parts.flatten().collect();
}

/// Joins what touches: a window that stays open does not become free anew.
fn join(times: &mut Times) {
    times.sort_unstable();
    let mut joined: Times = Vec::with_capacity(times.len());
    for &(open_ms, close_ms) in &*times {
        match joined.last_mut() {
            Some((_, end)) if *end == Some(open_ms) => *end = close_ms,
            _ => joined.push((open_ms, close_ms)),
        }
    }
    *times = joined;
}

/// For a replay.
pub fn openings(times: &[Times]) -> Vec<Opening> {
    let of = |(window, times): (usize, &Times)| {
        times.iter().map(move |&(open_ms, close_ms)| Opening { window, open_ms, close_ms }).collect::<Vec<_>>()
    };
    times.iter().enumerate().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_open_and_close_and_pause_as_the_turns_say() {
        let turn = |at_ms, window, how| Turn { at_ms, window: WindowId(window), how };
        let turns = [
            turn(50, 1, TurnHow::Opened),
            turn(120, 1, TurnHow::Paused),
            turn(130, 1, TurnHow::Emergency),
            turn(140, 1, TurnHow::Resumed),
            turn(150, 1, TurnHow::Cleared),
            turn(180, 1, TurnHow::Closed),
            turn(60, 2, TurnHow::Opened),
            turn(90, 2, TurnHow::Closed),
            turn(170, 2, TurnHow::Opened),
            turn(300, 2, TurnHow::Closed),
        ];
        let worked_until = |goes_on| worked(&turns, 100, 200, goes_on).into_values().collect::<Vec<_>>();
        assert_eq!(worked_until(false), [vec![(0, Some(20)), (50, Some(80))], vec![(70, Some(100))]]);
        assert_eq!(worked_until(true)[1], [(70, None)]);
    }

    #[test]
    fn so_many_windows_are_open_in_a_part_of_the_day_and_the_rest_is_as_it_was() {
        let mut times = vec![vec![(0, Some(100))], vec![(50, None)], vec![], vec![(0, None)]];
        open(&mut times, &[0, 1, 2], 40, 60, 1);
        assert_eq!(times, [vec![(0, Some(100))], vec![(60, None)], vec![], vec![(0, None)]]);
        open(&mut times, &[0, 1, 2], 10, 20, 3);
        assert_eq!(times[1], [(10, Some(20)), (60, None)]);
        assert_eq!(times[2], [(10, Some(20))]);
        open(&mut times, &[0, 1, 2], 30, 60, 0);
        assert_eq!(times[0], [(0, Some(30)), (60, Some(100))]);
        assert_eq!(openings(&times).len(), 6);
    }
}
