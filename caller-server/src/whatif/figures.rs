//! One replay in figures, and several in their mean.

use hall::{
    plan::Plan,
    whatif::{Day, Served, Spread, WaitTally, tally},
    words::{Class, Lane},
};
use protocol::whatif::{
    ClassFigures, DayFigures, HalfHour, Interval, LaneFigures, WaitFigures, WindowFigures, ZoneFigures,
};

use crate::views::{class_out, lane_out};

const HALF_HOUR_MS: u64 = 1_800_000;
const HALF_HOUR_MIN: u16 = 30;
/// The half hours of a day; who comes later counts in the last.
const HALF_HOURS: u16 = 48;

/// Figures for people need no more digits than a double has.
#[allow(clippy::cast_precision_loss)]
#[must_use]
pub fn real(number: impl Into<u128>) -> f64 {
    number.into() as f64
}

/// From ms.
#[must_use]
pub fn seconds(ms: impl Into<u128>) -> f64 {
    real(ms) / 1000.0
}

/// Of those who were served; 0 when nobody was.
#[must_use]
pub fn mean_s(tally: &WaitTally) -> f64 {
    seconds(tally.sum_ms) / real(tally.served.max(1))
}

/// Standard deviation over mean; 0 where the mean is.
#[must_use]
pub fn cv(spread: Spread) -> f64 {
    let mean = real(spread.sum) / real(spread.count);
    let variance = real(spread.squares) / real(spread.count) - mean * mean;
    if mean > 0.0 { variance.max(0.0).sqrt() / mean } else { 0.0 }
}

/// A replay in figures. Classes, lanes, zones, windows and half hours without anybody are among them: a mean over several
/// replays needs them all.
pub fn of_replay(plan: &Plan, day: &Day, served: &[Option<Served>], target_ms: u64) -> DayFigures {
    let tally = tally(day, Class::ALL.len(), served, target_ms);
    let wait_ms = |place: usize| {
        let visit = day.visits.get(place)?;
        served.get(place).copied().flatten().map(|served| served.start_ms - visit.arrival_ms)
    };
    let of_lane = |lane: usize| {
        let visits = day.visits.iter().enumerate().filter(move |(_, visit)| visit.lane == lane);
        WaitTally::of(visits.map(|(place, _)| wait_ms(place)), target_ms)
    };
    let spread = |figures: Vec<u64>| Spread::of(figures).map_or(0.0, cv);
    let is_open = |window: usize| day.openings.iter().any(|opening| opening.window == window);
    let open = || tally.windows.iter().enumerate().filter(|(place, _)| is_open(*place)).map(|(_, window)| window);
    DayFigures {
        all: waits(&tally.all),
        classes: Class::ALL
            .iter()
            .zip(&tally.by_class)
            .map(|(class, tally)| ClassFigures { class: class_out(*class), waits: waits(tally) })
            .collect(),
        lanes: Lane::ALL
            .iter()
            .enumerate()
            .map(|(place, lane)| LaneFigures { lane: lane_out(*lane), waits: waits(&of_lane(place)) })
            .collect(),
        zones: plan
            .zones
            .iter()
            .zip(&tally.by_zone)
            .map(|(zone, tally)| ZoneFigures { zone: zone.0, waits: waits(tally) })
            .collect(),
        windows: plan
            .windows
            .keys()
            .zip(&tally.windows)
            .map(|(window, did)| WindowFigures {
                window: window.0,
                served: real(did.served),
                busy_s: seconds(did.busy_ms),
            })
            .collect(),
        served_cv: spread(open().map(|window| window.served).collect()),
        busy_cv: spread(open().map(|window| window.busy_ms).collect()),
        half_hours: half_hours(day.visits.iter().enumerate().map(|(place, visit)| (visit.arrival_ms, wait_ms(place)))),
    }
}

/// Every half hour of a day: who came in it, and how long they waited. Arrivals in ms since midnight.
pub fn half_hours(waits: impl Iterator<Item = (u64, Option<u64>)>) -> Vec<HalfHour> {
    let mut halves: Vec<Vec<u64>> = vec![Vec::new(); HALF_HOURS.into()];
    for (arrival_ms, wait_ms) in waits {
        let half = usize::try_from(arrival_ms / HALF_HOUR_MS).unwrap_or(usize::MAX).min(halves.len() - 1);
        halves.get_mut(half).into_iter().for_each(|half| half.extend(wait_ms));
    }
    let of = |(from_min, waits): (u16, Vec<u64>)| {
        let tally = WaitTally::of(waits.into_iter().map(Some), 0);
        HalfHour { from_min, visits: real(tally.served), mean_s: mean_s(&tally), p95_s: seconds(tally.p95_ms) }
    };
    (0..HALF_HOURS).map(|half| half * HALF_HOUR_MIN).zip(halves).map(of).collect()
}

/// Waits in figures.
pub fn waits(tally: &WaitTally) -> WaitFigures {
    let one = |mean| Interval { mean, plus_minus: None };
    WaitFigures {
        served: real(tally.served),
        unserved: real(tally.unserved),
        mean_s: one(mean_s(tally)),
        p50_s: one(seconds(tally.p50_ms)),
        p95_s: one(seconds(tally.p95_ms)),
        max_s: one(seconds(tally.max_ms)),
        over_target_percent: one(100.0 * real(tally.over_target) / real(tally.served.max(1))),
    }
}

/// Several replays of the same hall in their mean; what nobody was in is left out.
pub fn mean_of(runs: &[DayFigures]) -> Option<DayFigures> {
    let first = runs.first()?;
    let mean = |pick: &dyn Fn(&DayFigures) -> f64| interval(runs.iter().map(pick)).mean;
    let waits = |pick: &dyn Fn(&DayFigures) -> Option<&WaitFigures>| mean_waits(runs.iter().filter_map(pick));
    Some(DayFigures {
        all: waits(&|run| Some(&run.all)),
        classes: (0..first.classes.len())
            .filter_map(|at| {
                let waits = waits(&|run| run.classes.get(at).map(|class| &class.waits));
                first.classes.get(at).map(|class| ClassFigures { waits, ..class.clone() })
            })
            .filter(|class| has_anybody(&class.waits))
            .collect(),
        lanes: (0..first.lanes.len())
            .filter_map(|at| {
                let waits = waits(&|run| run.lanes.get(at).map(|lane| &lane.waits));
                first.lanes.get(at).map(|lane| LaneFigures { waits, ..lane.clone() })
            })
            .filter(|lane| has_anybody(&lane.waits))
            .collect(),
        zones: (0..first.zones.len())
            .filter_map(|at| {
                let waits = waits(&|run| run.zones.get(at).map(|zone| &zone.waits));
                first.zones.get(at).map(|zone| ZoneFigures { waits, ..zone.clone() })
            })
            .filter(|zone| has_anybody(&zone.waits))
            .collect(),
        windows: (0..first.windows.len())
            .filter_map(|at| {
                let served = mean(&|run| run.windows.get(at).map_or(0.0, |window| window.served));
                let busy_s = mean(&|run| run.windows.get(at).map_or(0.0, |window| window.busy_s));
                first.windows.get(at).map(|window| WindowFigures { served, busy_s, ..window.clone() })
            })
            .filter(|window| window.served > 0.0)
            .collect(),
        served_cv: mean(&|run| run.served_cv),
        busy_cv: mean(&|run| run.busy_cv),
        half_hours: mean_half_hours(runs, first),
    })
}

fn has_anybody(waits: &WaitFigures) -> bool {
    waits.served + waits.unserved > 0.0
}

fn mean_waits<'a>(runs: impl Iterator<Item = &'a WaitFigures>) -> WaitFigures {
    let runs: Vec<&WaitFigures> = runs.collect();
    let served = || runs.iter().filter(|waits| waits.served > 0.0);
    let of = |pick: fn(&WaitFigures) -> Interval| interval(served().map(|waits| pick(waits).mean));
    WaitFigures {
        served: interval(runs.iter().map(|waits| waits.served)).mean,
        unserved: interval(runs.iter().map(|waits| waits.unserved)).mean,
        mean_s: of(|waits| waits.mean_s),
        p50_s: of(|waits| waits.p50_s),
        p95_s: of(|waits| waits.p95_s),
        max_s: of(|waits| waits.max_s),
        over_target_percent: of(|waits| waits.over_target_percent),
    }
}

/// A half hour in which nobody came in one replay counts in the others.
fn mean_half_hours(runs: &[DayFigures], first: &DayFigures) -> Vec<HalfHour> {
    let half = |at: usize| {
        let halves = || runs.iter().filter_map(move |run| run.half_hours.get(at));
        let came = || halves().filter(|half| half.visits > 0.0);
        HalfHour {
            from_min: first.half_hours.get(at).map_or(0, |half| half.from_min),
            visits: interval(halves().map(|half| half.visits)).mean,
            mean_s: interval(came().map(|half| half.mean_s)).mean,
            p95_s: interval(came().map(|half| half.p95_s)).mean,
        }
    };
    trim((0..first.half_hours.len()).map(half).collect())
}

/// From the first half hour with somebody to the last.
pub fn trim(mut halves: Vec<HalfHour>) -> Vec<HalfHour> {
    let has = |half: &HalfHour| half.visits > 0.0;
    let Some(last) = halves.iter().rposition(has) else { return Vec::new() };
    halves.truncate(last + 1);
    let first = halves.iter().position(has).unwrap_or_default();
    halves.split_off(first)
}

/// A mean with half the width of its 95 % confidence interval, by Student's t.
fn interval(figures: impl Iterator<Item = f64>) -> Interval {
    let figures: Vec<f64> = figures.collect();
    let count = real(figures.len() as u64);
    if figures.is_empty() {
        return Interval { mean: 0.0, plus_minus: None };
    }
    let mean = figures.iter().sum::<f64>() / count;
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    let plus_minus =
        (figures.len() > 1).then(|| student_t(figures.len() - 1) * (squares / (count - 1.0) / count).sqrt());
    Interval { mean, plus_minus }
}

/// The 97.5th percentile of Student's t distribution.
fn student_t(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];
    let known = TABLE.get(freedom.saturating_sub(1)).copied();
    // Beyond the table: the first term of the expansion, right to 0.002.
    known.unwrap_or_else(|| 1.96 + 2.4 / real(freedom as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_that_of_the_textbook() {
        // Ten figures with mean 5.5 and standard deviation 3.0277: 2.262 × 3.0277 / √10.
        let ten = interval((1..=10).map(f64::from));
        assert!((ten.mean - 5.5).abs() < 1e-9 && (ten.plus_minus.unwrap() - 2.1657).abs() < 1e-3, "{ten:?}");
        assert_eq!(interval([7.0].into_iter()), Interval { mean: 7.0, plus_minus: None });
        assert!((student_t(31) - 2.040).abs() < 0.003 && (student_t(1000) - 1.962).abs() < 0.001);
    }

    #[test]
    fn half_hours_begin_with_the_first_who_came() {
        let waits =
            [(8 * HALF_HOUR_MS, Some(1000)), (8 * HALF_HOUR_MS + 1, Some(3000)), (10 * HALF_HOUR_MS, Some(9000))];
        let halves = trim(half_hours(waits.into_iter()));
        let of = |half: &HalfHour| (half.from_min, half.visits, half.mean_s, half.p95_s);
        assert_eq!(
            halves.iter().map(of).collect::<Vec<_>>(),
            [(240, 2.0, 2.0, 3.0), (270, 0.0, 0.0, 0.0), (300, 1.0, 9.0, 9.0)]
        );
    }
}
