//! Which people come: those of a recorded day, or made-up ones.

use hall::{
    balance::Rules,
    state::StageName,
    whatif::Visit,
    words::{Day, Lane},
};
use protocol::Text;

use super::{
    WhatIfError,
    draw::Draw,
    ground::{Ground, class_place, lane_place},
    openings::{LOOK_BACK_MS, Times, worked},
};
use crate::store::{StoreReader, VisitRecord};

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// A day to be replayed: people and windows, times in ms since its midnight.
#[derive(Debug, Clone)]
pub struct PeopleOfDay {
    /// Who comes.
    pub visits: Vec<Visit>,
    /// When each window works, in the order of their numbers.
    pub times: Vec<Times>,
    /// The rules that were in force.
    pub rules: Rules,
    /// How long those who were called waited for their first call, ms; empty for made-up people.
    pub waited_ms: Vec<u64>,
    /// How the records were taken.
    pub taken: Taken,
}

/// How the records of a day were taken; counts of visits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    /// Left out: they left before they were called.
    pub left: usize,
    /// Not finished yet: their time at the window is a guess.
    pub unfinished: usize,
    /// Called more than once: one visit with the sum of its times at windows.
    pub again: usize,
    /// The rules changed during the day.
    pub rules_changed: bool,
}

impl PeopleOfDay {
    /// A day of the store.
    pub fn recorded(day: Day, ground: &Ground) -> Result<Self, WhatIfError> {
        let records = ground.store.day(day)?;
        let issued_ms = records.iter().map(|record| record.issued_at_ms).min().ok_or(WhatIfError::Nobody(day))?;
        let midnight_ms = ground.clock.midnight_ms(issued_ms);
        let end_ms = midnight_ms + DAY_MS;
        let goes_on = ground.now_ms < end_ms;
        let turns = ground.store.turns(midnight_ms.saturating_sub(LOOK_BACK_MS), end_ms)?;
        let mut worked = worked(&turns, midnight_ms, end_ms.min(ground.now_ms), goes_on);
        let last_ms = records.iter().map(|record| record.issued_at_ms).max().unwrap_or(issued_ms);
        let (rules, rules_changed) = rules_of(&ground.store, issued_ms, last_ms)?;
        let mut people = Self {
            visits: Vec::with_capacity(records.len()),
            times: ground.plan.windows.keys().map(|window| worked.remove(window).unwrap_or_default()).collect(),
            rules,
            waited_ms: Vec::with_capacity(records.len()),
            taken: Taken { rules_changed, ..Taken::default() },
        };
        let gap_ms = u64::from(ground.rules.no_show.recall_gap_s) * 1000;
        let reading = Reading { ground, midnight_ms, end_ms, gap_ms, means_ms: means_ms(&records, ground) };
        for record in &records {
            people.take(record, &reading);
        }
        if people.visits.is_empty() { Err(WhatIfError::Nobody(day)) } else { Ok(people) }
    }

    /// As many made-up people as are wanted; every window of their lane works while they come, and until all are served.
    pub fn made(made: &Made, ground: &Ground, draw: &mut Draw) -> Self {
        let (from_ms, until_ms) = (u64::from(made.from_min) * MINUTE_MS, u64::from(made.until_min) * MINUTE_MS);
        let mut visits: Vec<Visit> = (0..made.visits)
            .map(|_| {
                let arrival_ms = draw.arrival_ms(from_ms, until_ms);
                let service_ms = draw.lognormal_ms(made.service_s * 1000, made.cv_percent);
                let (class, lane) = (0, lane_place(made.lane));
                Visit { arrival_ms, effective_arrival_ms: arrival_ms, service_ms, class, lane, zone: None }
            })
            .collect();
        visits.sort_by_key(|visit| visit.arrival_ms);
        let mut times = vec![Times::new(); ground.plan.windows.len()];
        for window in ground.windows_of(made.lane) {
            if let Some(times) = times.get_mut(window) {
                times.push((from_ms, None));
            }
        }
        Self { visits, times, rules: ground.rules.clone(), waited_ms: Vec::new(), taken: Taken::default() }
    }

    fn take(&mut self, record: &VisitRecord, reading: &Reading<'_>) {
        let Some(first) = record.waits.first() else {
            self.taken.left += 1;
            return;
        };
        // Who got the number from a dispenser that was cut off waited before the server knew.
        let arrived_ms = if record.offline { record.issued_at_ms.min(first.from_ms) } else { first.from_ms };
        let called_ms = record.first_called_at_ms.filter(|&called_ms| called_ms < reading.end_ms);
        if called_ms.is_none() && record.stage != StageName::Waiting {
            self.taken.left += 1;
            return;
        }
        let (service_ms, is_over) = reading.occupied_ms(record, first.lane);
        self.taken.unfinished += usize::from(!is_over);
        self.taken.again += usize::from(record.waits.len() > 1);
        self.waited_ms.extend(called_ms.map(|called_ms| called_ms.saturating_sub(arrived_ms)));
        self.visits.push(Visit {
            arrival_ms: arrived_ms.saturating_sub(reading.midnight_ms),
            effective_arrival_ms: first.since_ms.saturating_sub(reading.midnight_ms),
            service_ms,
            class: class_place(first.class),
            lane: lane_place(first.lane),
            zone: None,
        });
    }
}

/// Made-up people.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub lane: Lane,
    pub visits: u32,
    pub from_min: u16,
    pub until_min: u16,
    pub service_s: u32,
    pub cv_percent: u32,
}

/// What is needed to read a record.
struct Reading<'a> {
    ground: &'a Ground,
    midnight_ms: u64,
    end_ms: u64,
    gap_ms: u64,
    /// By lane.
    means_ms: [Option<u64>; Lane::ALL.len()],
}

impl Reading<'_> {
    /// How long a visit occupied windows, ms, and whether that is over: from the call until the window was rid of it.
    fn occupied_ms(&self, record: &VisitRecord, lane: Lane) -> (u64, bool) {
        let mean_ms = || {
            let recorded_ms = self.means_ms.get(lane_place(lane)).copied().flatten();
            recorded_ms.unwrap_or_else(|| self.ground.pace.occupied(lane).mean_ms())
        };
        match record.stage {
            StageName::Finished => (finished_ms(record), true),
            StageName::Serving => {
                let since_ms = record.called_at_ms.unwrap_or(self.ground.now_ms);
                let so_far_ms = record.served_ms + self.ground.now_ms.saturating_sub(since_ms);
                (so_far_ms.max(mean_ms()), false)
            }
            StageName::Waiting | StageName::Called | StageName::Parked | StageName::Supplement => (mean_ms(), false),
            // Called and never seen: the announcements took their time.
            _ if record.started_at_ms.is_none() => (self.gap_ms * (u64::from(record.recalls) + 1), true),
            _ => (finished_ms(record), true),
        }
    }
}

/// Time at windows, with the way to the last of them.
fn finished_ms(record: &VisitRecord) -> u64 {
    let way_ms =
        record.started_at_ms.zip(record.called_at_ms).map_or(0, |(at_ms, from_ms)| at_ms.saturating_sub(from_ms));
    record.served_ms.saturating_add(way_ms)
}

fn means_ms(records: &[VisitRecord], ground: &Ground) -> [Option<u64>; Lane::ALL.len()] {
    Lane::ALL.map(|lane| {
        let finished = records.iter().filter(|record| record.lane == lane && record.stage == StageName::Finished);
        let (sum_ms, count) =
            finished.map(finished_ms).fold((0_u64, 0), |(sum_ms, count), ms| (sum_ms.saturating_add(ms), count + 1));
        // A handful says less than what was learned.
        sum_ms.checked_div(count).filter(|_| count >= 5).or_else(|| Some(ground.pace.occupied(lane).mean_ms()))
    })
}

/// The rules at the end of a day's visits, and whether they changed while those came.
fn rules_of(store: &StoreReader, first_ms: u64, last_ms: u64) -> Result<(Rules, bool), WhatIfError> {
    let last = store.rules_changes(last_ms, 1)?.pop();
    let changed = last.as_ref().is_some_and(|change| change.at_ms > first_ms);
    Ok((last.map(|change| change.rules).unwrap_or_default(), changed))
}

impl Taken {
    /// With those of another day.
    pub fn and(self, other: Self) -> Self {
        Self {
            left: self.left + other.left,
            unfinished: self.unfinished + other.unfinished,
            again: self.again + other.again,
            rules_changed: self.rules_changed || other.rules_changed,
        }
    }

    /// For people.
    pub fn notes(self) -> Vec<Text> {
        let Self { left, unfinished, again, .. } = self;
        let count = |count: usize, zh: String, en: String| (count > 0).then(|| Text::new(zh, en));
        [
            count(left, format!("{left}人未等到叫号即离开，不计入。"), format!("{left} left before they were called and are left out.")),
            count(
                unfinished,
                format!("{unfinished}人尚未办结，其办理时间按平均值估计。"),
                format!("{unfinished} are not finished; their time at the window is taken as the mean."),
            ),
            count(
                again,
                format!("{again}人被叫多次（挂起、转移、补正），按一次办理、时间相加计算。"),
                format!("{again} were called more than once (parked, sent on, supplement): each is one visit with the sum of its times."),
            ),
            count(
                usize::from(self.rules_changed),
                "当天规则有改动，按最后的规则推演。".into(),
                "The rules changed during the day; the last ones are replayed.".into(),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
