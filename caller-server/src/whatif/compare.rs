//! What would a day have been, had something been otherwise?

use hall::{
    balance::Rules,
    whatif::{Day, WaitTally, replay},
    words::{Day as BusinessDay, NotAWord},
};
use protocol::{
    Text,
    whatif::{Compare, Comparison, DayFigures, People},
};

use super::{
    DAYS_MAX, Progress, RUNS_MAX, VISITS_MAX, WhatIfError,
    change::{Otherwise, minutes, target, terms},
    draw::Draw,
    figures,
    ground::Ground,
    openings::{self, Times},
    people::{Made, PeopleOfDay, Taken},
};
use crate::orders::lane_in;

/// The longest mean service of made-up people, seconds.
const SERVICE_S_MAX: u32 = 3_600;
/// Their largest coefficient of variation, hundredths.
const CV_PERCENT_MAX: u32 = 300;

/// Both sides, with the same people and the same services.
pub fn compare(ask: &Compare, ground: &Ground, progress: &impl Progress) -> Result<Comparison, WhatIfError> {
    let target_ms = target(ask.target_s)?;
    let change = Otherwise::new(&ask.change, ground)?;
    let plan = Plays::new(ask)?;
    progress.expect(plan.runs * 2);
    let mut sides = Sides { ground, target_ms, base: Vec::new(), changed: Vec::new(), progress };
    let (mut taken, mut waited_ms) = (Taken::default(), Vec::new());
    for play in plan.days {
        let first = play.people(ground, 0)?;
        let rules = change.rules(&first.rules);
        let times = change.times(ground, &first.times);
        taken = taken.and(first.taken);
        waited_ms.extend(first.waited_ms.iter().copied().map(Some));
        for draw in 0..plan.draws.max(1) {
            let people = if draw > 0 { play.people(ground, draw)? } else { first.clone() };
            let is_drawn = plan.draws > 0 && matches!(play, Play::Recorded(_));
            let visits = if is_drawn { Draw::new(draw.into()).services(&people.visits) } else { people.visits.clone() };
            sides.play(&PeopleOfDay { visits, ..people }, rules, &times)?;
        }
    }
    let mut notes = taken.notes();
    notes.extend(items_note(ground));
    let recorded = (!waited_ms.is_empty()).then(|| figures::waits(&WaitTally::of(waited_ms, target_ms)));
    let (Some(base), Some(changed)) = (figures::mean_of(&sides.base), figures::mean_of(&sides.changed)) else {
        return Err(WhatIfError::Days(0));
    };
    let press_gap_ms = ground.press_gap_ms();
    Ok(Comparison { target_s: ask.target_s, runs: plan.runs, press_gap_ms, notes, recorded, base, changed })
}

/// What the replays leave out of the hall.
fn items_note(ground: &Ground) -> Option<Text> {
    let restricts = ground.plan.items.keys().any(|item| ground.plan.is_restricted(*item));
    restricts
        .then(|| Text::new("两边的推演都让各窗口办理所有事项。", "Both replays let every window serve every item."))
}

/// Which days are played, and how often.
struct Plays {
    days: Vec<Play>,
    draws: u32,
    runs: u32,
}

#[derive(Debug, Clone, Copy)]
enum Play {
    Recorded(BusinessDay),
    Made(Made),
}

impl Plays {
    fn new(ask: &Compare) -> Result<Self, WhatIfError> {
        let days = match &ask.people {
            People::Days { days } => self::days(days)?.into_iter().map(Play::Recorded).collect(),
            &People::Made { lane, visits, from_min, until_min, service_s, cv_percent } => {
                minutes(from_min, until_min)?;
                let fine = (1..=VISITS_MAX).contains(&visits)
                    && (1..=SERVICE_S_MAX).contains(&service_s)
                    && cv_percent <= CV_PERCENT_MAX;
                let lane = lane_in(lane);
                let made = Made { lane, visits, from_min, until_min, service_s, cv_percent };
                vec![fine.then_some(Play::Made(made)).ok_or(WhatIfError::Made)?]
            }
        };
        let runs = days.len() as u64 * u64::from(ask.draws.max(1));
        let fine = u32::try_from(runs).ok().filter(|&runs| runs <= RUNS_MAX);
        Ok(Self { days, draws: ask.draws, runs: fine.ok_or(WhatIfError::Runs(runs))? })
    }
}

impl Play {
    fn people(self, ground: &Ground, draw: u32) -> Result<PeopleOfDay, WhatIfError> {
        match self {
            Self::Recorded(day) => PeopleOfDay::recorded(day, ground),
            Self::Made(made) => {
                ground.windows_of(made.lane).first().ok_or(WhatIfError::NoWindow)?;
                Ok(PeopleOfDay::made(&made, ground, &mut Draw::new(draw.into())))
            }
        }
    }
}

/// Days as they are named.
pub fn days(names: &[String]) -> Result<Vec<BusinessDay>, WhatIfError> {
    if names.is_empty() || names.len() > DAYS_MAX {
        return Err(WhatIfError::Days(names.len()));
    }
    Ok(names.iter().map(|name| name.parse()).collect::<Result<_, NotAWord>>()?)
}

struct Sides<'a, P> {
    ground: &'a Ground,
    target_ms: u64,
    base: Vec<DayFigures>,
    changed: Vec<DayFigures>,
    progress: &'a P,
}

impl<P: Progress> Sides<'_, P> {
    fn play(&mut self, people: &PeopleOfDay, rules: &Rules, times: &[Times]) -> Result<(), WhatIfError> {
        let base = self.figures(people, &people.rules, &people.times)?;
        self.base.push(base);
        let changed = self.figures(people, rules, times)?;
        self.changed.push(changed);
        Ok(())
    }

    fn figures(&self, people: &PeopleOfDay, rules: &Rules, times: &[Times]) -> Result<DayFigures, WhatIfError> {
        let day = day_of(self.ground, people, times);
        let served = replay(&day, &terms(rules, self.ground.press_gap_ms()))?;
        self.progress.step()?;
        Ok(figures::of_replay(&self.ground.plan, &day, &served, self.target_ms))
    }
}

/// A day for a replay.
pub fn day_of(ground: &Ground, people: &PeopleOfDay, times: &[Times]) -> Day {
    Day {
        visits: people.visits.clone(),
        windows: ground.windows(),
        zones: ground.plan.zones.len(),
        openings: openings::openings(times),
    }
}
