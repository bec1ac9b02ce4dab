//! The study: each load, played for days; four ways to foretell, on the same tickets.

use std::fmt;

use hall::forecast::{Queue, Shapes, Wait, printed};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    day::{Waited, play},
    hall::Hall,
    load::{CV, Load, MEAN_MS, WINDOWS},
    oracle,
    score::{Foretold, Score},
};

const MINUTE_MS: f64 = 60_000.0;

/// How much is played.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Days of each load that count, after the days on which the hall learns.
    pub days: u32,
    /// Draws of the oracle for each ticket.
    pub draws: u32,
    /// Of how many tickets one is looked at: those of one day stand together, and each costs the oracle its draws.
    pub one_in: usize,
    /// The seed of it all.
    pub seed: u64,
}

/// Days on which the hall learns before it is judged.
const DAYS_TO_LEARN: u32 = 1;

/// What came of one load.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Which.
    pub load: Load,
    /// Tickets that waited and were looked at.
    pub tickets: usize,
    /// Their mean wait, min.
    pub mean_wait_min: f64,
    /// The forecast that people are told, with what the hall has learned.
    pub told: Score,
    /// The forecast that knows the true mean and spread, as `caller-server forecast` does; not for the lunch, whose end its
    /// states can't say.
    pub given: Option<Score>,
    /// The oracle.
    pub oracle: Score,
    /// Configured mean (the true one) × tickets before / windows.
    pub configured: Score,
    /// Mean of the last twenty waits.
    pub last_20: Score,
}

/// All loads.
pub struct Table(pub Vec<Case>);

/// Plays everything.
pub fn study(scale: Scale) -> Table {
    Table(Load::ALL.map(|load| case(load, scale)).into())
}

fn case(load: Load, scale: Scale) -> Case {
    let mut dice = StdRng::seed_from_u64(scale.seed);
    let mut hall = Hall::new(Some(load));
    for _ in 0..DAYS_TO_LEARN {
        play(&mut hall, load, &mut dice);
    }
    let days = (0..scale.days).flat_map(|_| play(&mut hall, load, &mut dice));
    let waited: Vec<Waited> = days.enumerate().filter(|(at, _)| at % scale.one_in == 0).map(|(_, one)| one).collect();
    let score = |foretell: &mut dyn FnMut(&Waited) -> (f64, Option<u64>)| {
        let each = waited.iter().map(|one| {
            let (mean_ms, p80_ms) = foretell(one);
            let minutes = |ms: f64| ms / MINUTE_MS;
            let p80_min = p80_ms.map(|ms| minutes(ms as f64));
            Foretold { mean_min: minutes(mean_ms), p80_min, came_min: minutes(one.came_ms as f64) }
        });
        Score::of(&each.collect::<Vec<_>>())
    };
    let of_wait = |wait: Wait| (wait.mean_ms.unwrap() as f64, wait.p80_ms);
    let mut shapes = Shapes::default();
    let mut dice = StdRng::seed_from_u64(scale.seed + 1);
    Case {
        load,
        tickets: waited.len(),
        mean_wait_min: waited.iter().map(|one| one.came_ms as f64 / MINUTE_MS).sum::<f64>() / waited.len() as f64,
        told: score(&mut |one| of_wait(one.wait)),
        given: (load != Load::Lunch).then(|| score(&mut |one| of_wait(given(one, &mut shapes)))),
        oracle: score(&mut |one| (oracle::mean_ms(&one.situation, scale.draws, &mut dice), None)),
        configured: score(&mut |one| {
            let windows = one.situation.windows.iter().filter(|window| window.pause_ms.is_none_or(|pause| pause.0 > 0));
            (MEAN_MS * f64::from(one.situation.ahead) / windows.count() as f64, None)
        }),
        last_20: score(&mut |one| (one.last_20_ms, None)),
    }
}

fn given(one: &Waited, shapes: &mut Shapes) -> Wait {
    let windows = one.situation.windows.iter();
    let window = |elapsed_ms| hall::forecast::AtWindow { elapsed_ms, ..Default::default() };
    let queue = Queue {
        mean_ms: MEAN_MS as u64,
        cv: CV,
        waiting: one.situation.ahead.into(),
        windows: windows.map(|at| window(at.elapsed_ms)).collect(),
    };
    printed(&queue, shapes).unwrap()
}

impl Case {
    /// The error of what people are told, in errors of the oracle.
    pub fn ratio(&self) -> f64 {
        self.told.rms_min / self.oracle.rms_min
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "M/G/{WINDOWS}, lognormal, mean {:.1} min, cv {CV}; all errors in minutes\n", MEAN_MS / MINUTE_MS)?;
        writeln!(f, "| load | tickets | mean wait | foretold by | RMSE | ÷ oracle | bias | within P80 |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for case in &self.0 {
            let ways = [
                ("**the hall, as learned**", Some(case.told)),
                ("the hall, true mean and cv given", case.given),
                ("oracle", Some(case.oracle)),
                ("configured mean × ahead / windows", Some(case.configured)),
                ("mean of the last 20 waits", Some(case.last_20)),
            ];
            for (name, score) in ways.into_iter().filter_map(|(name, score)| Some((name, score?))) {
                write!(f, "| {} | {} | {:.1} | {name} ", case.load.name(), case.tickets, case.mean_wait_min)?;
                write!(
                    f,
                    "| {:.2} | {:.3} | {:+.2} ",
                    score.rms_min,
                    score.rms_min / case.oracle.rms_min,
                    score.bias_min
                )?;
                let within =
                    if score.within_p80.is_nan() { "–".into() } else { format!("{:.1} %", score.within_p80 * 100.0) };
                writeln!(f, "| {within} |")?;
            }
        }
        Ok(())
    }
}
