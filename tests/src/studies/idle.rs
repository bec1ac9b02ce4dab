//! Which fairness a pick of the free window buys: equal work or equal cases, not both.

use hall::{
    balance::IdlePick,
    whatif::{Day, Spread, Terms, Window, replay, tally},
};
use rand::{SeedableRng, rngs::StdRng};

use super::{
    Bound, Finding, Scale,
    stream::{FIRST_COME, Services, day, lognormal, one_line, steady},
};

const WINDOWS: u32 = 20;
const VISITS: usize = 860;

/// Clerks of different speed, coefficient of variation 0.2; at load 0.6 the pick has something to choose.
pub fn study(scale: Scale, say: &mut impl FnMut(Finding)) {
    let mut dice = StdRng::seed_from_u64(60_000);
    let paces = paces(&mut dice);
    let mut days: Vec<Day> = (0..scale.days)
        .map(|seed| day(steady(60_001 + seed, VISITS, WINDOWS, 0.6, Services::Lognormal(0.8), &[1.0]), &[WINDOWS]))
        .collect();
    for day in &mut days {
        for (window, &pace_milli) in day.windows.iter_mut().zip(&paces) {
            *window = Window { pace_milli, ..*window };
        }
    }
    for (name, pick, busy, counts) in [
        ("longest idle", IdlePick::LongestIdle, Bound::AtMost(0.105), Bound::Noted),
        ("fewest accepted", IdlePick::FewestAccepted, Bound::Noted, Bound::AtMost(0.05)),
        ("least busy", IdlePick::LeastBusy, Bound::Noted, Bound::Noted),
        ("lowest number", IdlePick::LowestNumber, Bound::Noted, Bound::Noted),
    ] {
        let terms = Terms { idle_pick: pick, ..one_line(&[FIRST_COME]) };
        let mut sums = vec![(0, 0); WINDOWS as usize];
        let mut by_day = vec![];
        for day in &days {
            let windows = tally(day, 1, &replay(day, &terms).expect("a sound day"), 0).windows;
            for (sum, window) in sums.iter_mut().zip(&windows) {
                *sum = (sum.0 + window.busy_ms, sum.1 + window.served);
            }
            by_day.push((
                cv(windows.iter().map(|window| window.busy_ms)),
                cv(windows.iter().map(|window| window.served)),
            ));
        }
        let mean = |of: fn(&(f64, f64)) -> f64| by_day.iter().map(of).sum::<f64>() / by_day.len() as f64;
        let mut found = |what: &str, measured, bound| {
            say(Finding { what: format!("{name} at 0.6: {what}"), measured, half: 0.0, bound });
        };
        found("CV of busy time over all days", cv(sums.iter().map(|sum| sum.0)), busy);
        found("CV of counts over all days", cv(sums.iter().map(|sum| sum.1)), counts);
        found("CV of busy time, mean of days", mean(|day| day.0), Bound::Noted);
        found(
            "CV of counts, mean of days",
            mean(|day| day.1),
            if matches!(counts, Bound::AtMost(_)) { counts } else { Bound::Noted },
        );
    }
}

/// Paces with exactly that spread in the sample: a draw of twenty would have another.
fn paces(dice: &mut StdRng) -> Vec<u32> {
    let drawn: Vec<f64> = (0..WINDOWS).map(|_| lognormal(dice, 0.2)).collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let deviation = (drawn.iter().map(|pace| (pace - mean).powi(2)).sum::<f64>() / drawn.len() as f64).sqrt();
    drawn.iter().map(|pace| ((1.0 + (pace - mean) / deviation * 0.2) * 1000.0).round() as u32).collect()
}

fn cv(figures: impl Iterator<Item = u64>) -> f64 {
    let Some(spread) = Spread::of(figures) else { return 0.0 };
    let (count, mean) = (spread.count as f64, spread.sum as f64 / spread.count as f64);
    (spread.squares as f64 / count - mean * mean).max(0.0).sqrt() / mean
}
