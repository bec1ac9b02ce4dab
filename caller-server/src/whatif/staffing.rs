//! How many windows: in a part of recorded days, and in the next hour.

use std::iter::successors;

use hall::{
    whatif::{Day, Served, Terms, Visit, WaitTally, replay},
    words::{Day as BusinessDay, Lane, WindowId},
};
use protocol::{
    Text,
    whatif::{NextHour, Staffing, Tried, WindowsNeeded},
};

use super::{
    Progress, WhatIfError,
    change::{minutes, ms, target, terms},
    compare::{day_of, days},
    draw::Draw,
    figures::{mean_s, real, seconds},
    ground::{Ground, class_place, lane_place},
    openings::{self, Times},
    people::{PeopleOfDay, Taken},
};
use crate::{orders::lane_in, views::lane_out};

/// The next hour is played so often.
const DRAWS: u64 = 60;
/// The arrivals of so many past days are taken for it: four weeks of the same weekday, or else the last week.
const WEEKS: usize = 4;
const HOUR_MS: u64 = 3_600_000;
/// Numbers of windows that are tried beyond the one that is enough.
const TRIED_BEYOND: usize = 2;

/// How many windows must be open in a part of the day?
pub fn windows_needed(ask: &WindowsNeeded, ground: &Ground, progress: &impl Progress) -> Result<Staffing, WhatIfError> {
    minutes(ask.from_min, ask.until_min)?;
    let target_ms = target(ask.target_s)?;
    let lane = lane_in(ask.lane);
    let windows = ground.windows_of(lane);
    let days: Vec<BusinessDay> = days(&ask.days)?;
    let people = days.into_iter().map(|day| PeopleOfDay::recorded(day, ground)).collect::<Result<Vec<_>, _>>()?;
    progress.expect(count(windows.len() * people.len()));
    let (from_ms, until_ms) = ms(ask.from_min, ask.until_min);
    let within = |visit: &Visit| visit.lane == lane_place(lane) && (from_ms..until_ms).contains(&visit.arrival_ms);
    let play = |count: usize| {
        let mut waits_ms = Vec::new();
        for people in &people {
            let mut times = people.times.clone();
            openings::open(&mut times, &windows, from_ms, until_ms, count);
            let day = day_of(ground, people, &times);
            let served = replay(&day, &terms(&people.rules, ground.press_gap_ms()))?;
            progress.step()?;
            waits_ms.extend(waits_of(&day, &served, within));
        }
        Ok(waits_ms)
    };
    let (needed, tried) = search(windows.len(), target_ms, play)?;
    let taken = people.iter().fold(Taken::default(), |taken, people| taken.and(people.taken));
    let came = people.iter().flat_map(|people| &people.visits).filter(|visit| within(visit)).count();
    Ok(Staffing {
        lane: ask.lane,
        from_min: ask.from_min,
        until_min: ask.until_min,
        target_s: ask.target_s,
        needed,
        windows: small(windows.len()),
        open: None,
        arrivals: real(came as u64) / real(people.len() as u64),
        tried,
        notes: taken.notes(),
    })
}

/// How many windows does the next hour need?
pub fn next_hour(ask: &NextHour, ground: &Ground, progress: &impl Progress) -> Result<Staffing, WhatIfError> {
    let target_ms = target(ask.target_s)?;
    let lane = lane_in(ask.lane);
    let windows = ground.windows_of(lane);
    let hour = Hour::new(ground, lane)?;
    progress.expect(count(windows.len()).saturating_mul(u32::try_from(DRAWS).unwrap_or(u32::MAX)));
    let terms = terms(&ground.rules, ground.press_gap_ms());
    let (mut arrivals, mut hours) = (0, 0);
    let play = |count: usize| {
        let mut waits_ms = Vec::new();
        for seed in 0..DRAWS {
            let (day, inside) = hour.draw(ground, &windows, count, seed);
            (arrivals, hours) = (arrivals + inside.len() as u64, hours + 1);
            waits_ms.extend(hour.waits_ms(&day, &terms, inside)?);
            progress.step()?;
        }
        Ok(waits_ms)
    };
    let (needed, tried) = search(windows.len(), target_ms, play)?;
    let open =
        ground.open.iter().filter(|(window, _)| ground.place_of(*window).is_some_and(|at| windows.contains(&at)));
    let minute = |ms: u64| u16::try_from(ms / 60_000).unwrap_or(u16::MAX);
    Ok(Staffing {
        lane: lane_out(lane),
        from_min: minute(hour.now_ms),
        until_min: minute(hour.now_ms + HOUR_MS),
        target_s: ask.target_s,
        needed,
        windows: small(windows.len()),
        open: Some(small(open.count())),
        arrivals: real(arrivals) / real(hours.max(1_u64)),
        tried,
        notes: vec![hour.note()],
    })
}

/// The least number of windows whose replay keeps the target for 95 in 100; and what was tried.
fn search(
    windows: usize,
    target_ms: u64,
    mut play: impl FnMut(usize) -> Result<Vec<Option<u64>>, WhatIfError>,
) -> Result<(Option<u16>, Vec<Tried>), WhatIfError> {
    if windows == 0 {
        return Err(WhatIfError::NoWindow);
    }
    let (mut needed, mut tried) = (None, Vec::new());
    for count in 1..=windows {
        let waits_ms = play(count)?;
        let p95_ms = p95_ms(&waits_ms);
        let tally = WaitTally::of(waits_ms, target_ms);
        tried.push(Tried { windows: small(count), mean_s: mean_s(&tally), p95_s: p95_ms.map(seconds) });
        // More windows could in theory be worse (who is next may change): the first that is enough counts.
        if needed.is_none() && p95_ms.is_some_and(|p95_ms| p95_ms <= target_ms) {
            needed = Some(count);
        }
        if needed.is_some_and(|needed| count >= needed + TRIED_BEYOND) {
            break;
        }
    }
    Ok((needed.map(small), tried))
}

/// 95 in 100 waited no longer; who was never served waited longer than everybody. `None` = longer than any wait.
fn p95_ms(waits_ms: &[Option<u64>]) -> Option<u64> {
    let mut sorted: Vec<u64> = waits_ms.iter().map(|wait_ms| wait_ms.unwrap_or(u64::MAX)).collect();
    sorted.sort_unstable();
    let rank = (sorted.len() * 95).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().or(Some(0)).filter(|&ms| ms != u64::MAX)
}

fn waits_of(day: &Day, served: &[Option<Served>], within: impl Fn(&Visit) -> bool) -> Vec<Option<u64>> {
    let visits = day.visits.iter().zip(served).filter(|(visit, _)| within(visit));
    visits.map(|(visit, served)| served.map(|served| served.start_ms - visit.arrival_ms)).collect()
}

/// The hour that begins now, times in ms since midnight.
struct Hour {
    lane: Lane,
    now_ms: u64,
    midnight_ms: u64,
    /// Of past days, those who came in this hour: arrival and class.
    past: Vec<Vec<(u64, usize)>>,
    same_weekday: bool,
}

impl Hour {
    fn new(ground: &Ground, lane: Lane) -> Result<Self, WhatIfError> {
        let midnight_ms = ground.clock.midnight_ms(ground.now_ms);
        let now_ms = ground.now_ms.saturating_sub(midnight_ms);
        let today = ground.clock.day_of(ground.now_ms);
        let before = |days: usize| successors(Some(today), |day| day.before()).nth(days);
        let weeks: Vec<BusinessDay> = (1..=WEEKS).filter_map(|week| before(week * 7)).collect();
        let mut hour = Self { lane, now_ms, midnight_ms, past: Vec::new(), same_weekday: true };
        hour.look_at(&weeks, ground)?;
        if hour.past.is_empty() {
            hour.same_weekday = false;
            let week: Vec<BusinessDay> = (1..=7).filter_map(before).collect();
            hour.look_at(&week, ground)?;
        }
        Ok(hour)
    }

    fn look_at(&mut self, days: &[BusinessDay], ground: &Ground) -> Result<(), WhatIfError> {
        for day in days {
            let people = match PeopleOfDay::recorded(*day, ground) {
                Ok(people) => people,
                Err(WhatIfError::Nobody(_)) => continue,
                Err(error) => return Err(error),
            };
            let hour = self.now_ms..self.now_ms + HOUR_MS;
            let of_lane = people.visits.iter().filter(|visit| visit.lane == lane_place(self.lane));
            let within = of_lane.filter(|visit| hour.contains(&visit.arrival_ms));
            self.past.push(within.map(|visit| (visit.arrival_ms, visit.class)).collect());
        }
        Ok(())
    }

    /// Who is being served, who waits and who comes, with so many windows from now on; and which of them count.
    fn draw(&self, ground: &Ground, windows: &[usize], count: usize, seed: u64) -> (Day, std::ops::Range<usize>) {
        let mut draw = Draw::new(seed);
        let learned = ground.pace.occupied(self.lane);
        let mut times = vec![Times::new(); ground.plan.windows.len()];
        for window in self.open_first(ground, windows).into_iter().take(count) {
            times.get_mut(window).into_iter().for_each(|times| times.push((self.now_ms, None)));
        }
        let lane = lane_place(self.lane);
        let visit = |arrival_ms, effective_arrival_ms, service_ms, class| Visit {
            arrival_ms,
            effective_arrival_ms,
            service_ms,
            class,
            lane,
            zone: None,
        };
        // Who is at a window now keeps one: it comes before all others.
        let busy = ground.open.iter().filter(|(window, _)| self.serves(ground, *window)).take(count);
        let mut visits: Vec<Visit> = busy
            .filter_map(|(_, since_ms)| {
                let left_ms = draw.left_ms(&learned, ground.now_ms.saturating_sub((*since_ms)?));
                Some(visit(0, 0, left_ms, 0))
            })
            .collect();
        let at_windows = visits.len();
        for &(_, class, since_ms) in ground.waiting.iter().filter(|(lane, ..)| *lane == self.lane) {
            let since_ms = since_ms.saturating_sub(self.midnight_ms).min(self.now_ms);
            visits.push(visit(since_ms, since_ms, draw.learned_ms(&learned), class_place(class)));
        }
        for (arrival_ms, class) in self.comers(ground, &mut draw) {
            visits.push(visit(arrival_ms, arrival_ms, draw.learned_ms(&learned), class));
        }
        let inside = at_windows..visits.len();
        let openings = openings::openings(&times);
        (Day { visits, windows: ground.windows(), zones: ground.plan.zones.len(), openings }, inside)
    }

    /// The arrivals of one of the past days; without any, as many as came of late.
    fn comers(&self, ground: &Ground, draw: &mut Draw) -> Vec<(u64, usize)> {
        if let Some(past) = self.past.get(draw.one_of(self.past.len())) {
            return past.clone();
        }
        let of_class = hall::words::Class::ALL.into_iter().flat_map(|class| {
            let expected = ground.pace.expected_milli(self.lane, class, ground.now_ms, HOUR_MS).div_ceil(1000);
            (0..expected).map(move |_| class_place(class))
        });
        let classes: Vec<usize> = of_class.collect();
        let minutes = HOUR_MS / 60_000;
        let mut at = || self.now_ms + 60_000 * (draw.one_of(usize::try_from(minutes).unwrap_or(60)) as u64);
        classes.into_iter().map(|class| (at(), class)).collect()
    }

    fn waits_ms(
        &self,
        day: &Day,
        terms: &Terms,
        inside: std::ops::Range<usize>,
    ) -> Result<Vec<Option<u64>>, WhatIfError> {
        let served = replay(day, terms)?;
        let all = waits_of(day, &served, |_| true);
        Ok(all.into_iter().skip(inside.start).take(inside.len()).collect())
    }

    fn serves(&self, ground: &Ground, window: WindowId) -> bool {
        ground.plan.windows.get(&window).is_some_and(|window| window.lanes.contains(&self.lane))
    }

    /// Those that are open now, then the others.
    fn open_first(&self, ground: &Ground, windows: &[usize]) -> Vec<usize> {
        let open: Vec<usize> = ground.open.iter().filter_map(|(window, _)| ground.place_of(*window)).collect();
        let (first, then): (Vec<usize>, Vec<usize>) = windows.iter().partition(|window| open.contains(window));
        first.into_iter().chain(then).collect()
    }

    fn note(&self) -> Text {
        let count = self.past.len();
        match (count, self.same_weekday) {
            (0, _) => Text::new(
                "没有往日同一时段的记录，按最近的取号速度推算。",
                "There is no past day to go by; the arrivals of the last hour are carried on.",
            ),
            (_, true) => Text::new(
                format!("取号人数按最近{count}个同一星期几的同一时段。"),
                format!("Arrivals are those of this hour on the last {count} days of the same weekday."),
            ),
            (_, false) => Text::new(
                format!("没有同一星期几的记录，取号人数按最近一周中{count}天的同一时段。"),
                format!(
                    "No such weekday is recorded; arrivals are those of this hour on {count} days of the last week."
                ),
            ),
        }
    }
}

fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

fn count(replays: usize) -> u32 {
    u32::try_from(replays).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_number_of_windows_that_is_enough_is_found() {
        // 20 people; with n windows each waits 60 / n seconds, and with one window two of them are never served.
        let play = |count: usize| {
            let mut waits = vec![Some(60_000 / count as u64); 20];
            if count == 1 {
                waits[0] = None;
                waits[1] = None;
            }
            Ok(waits)
        };
        let (needed, tried) = search(10, 15_000, play).unwrap();
        assert_eq!((needed, tried.len()), (Some(4), 6));
        assert_eq!((tried[0].p95_s, tried[3].p95_s), (None, Some(15.0)));
        assert_eq!(search(3, 15_000, play).unwrap().0, None);
        assert_eq!(search(0, 15_000, play), Err(WhatIfError::NoWindow));
        assert_eq!(search(3, 15_000, |_| Ok(vec![])).unwrap().0, Some(1), "nobody comes: one is enough");
        assert_eq!(search(3, 15_000, |_| Err(WhatIfError::Cancelled)), Err(WhatIfError::Cancelled));
    }
}
