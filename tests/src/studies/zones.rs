//! Two zones: with stealing they are one line, without it nearly.

use hall::{
    balance::ZoneMode,
    whatif::{Day, Terms, replay, tally},
};

use super::{
    Bound, Finding, Scale, from_figures,
    stream::{FIRST_COME, Services, day, mean, one_line, steady, waits},
};

const MINUTES: f64 = 10.0;

pub fn study(scale: Scale, say: &mut impl FnMut(Finding)) {
    let terms = |zone_mode, steal_after_ms| Terms { zone_mode, steal_after_ms, ..one_line(&[FIRST_COME]) };
    for zones in [[10, 10], [13, 7]] {
        let days: Vec<Day> = (0..scale.runs)
            .map(|run| day(steady(50_000 + run, scale.visits, 20, 0.9, Services::Lognormal(0.8), &[1.0]), &zones))
            .collect();
        let of = |day: &Day, terms: &Terms| mean(waits(day, terms).iter().map(|wait| wait.1));
        let pooled: Vec<f64> = days.iter().map(|day| of(day, &one_line(&[FIRST_COME]))).collect();
        let different = days
            .iter()
            .filter(|day| replay(day, &one_line(&[FIRST_COME])) != replay(day, &terms(ZoneMode::Lew, Some(0))));
        let [a, b] = zones;
        say(Finding {
            what: format!("{a} + {b} windows at 0.9, lew with stealing: runs that differ from one line"),
            measured: different.count() as f64,
            half: 0.0,
            bound: Bound::AtMost(0.0),
        });
        for (name, mode, limit) in [
            ("lew", ZoneMode::Lew, Bound::AtMost(1.05)),
            ("jsq", ZoneMode::Jsq, Bound::Noted),
            ("round robin", ZoneMode::RoundRobin, Bound::Noted),
        ] {
            let alone = |(day, pooled): (&Day, &f64)| of(day, &terms(mode, None)) / pooled;
            let ratios: Vec<f64> = days.iter().zip(&pooled).map(alone).collect();
            let what = format!("{a} + {b} windows at 0.9, {name} without stealing: mean wait to one line");
            say(from_figures(what, &ratios, if a == b { limit } else { Bound::Noted }));
        }
        let apart = |day: &Day| {
            let served = replay(day, &terms(ZoneMode::Lew, None)).expect("a sound day");
            let by_zone = tally(day, 1, &served, 0).by_zone;
            let mean = |zone: usize| by_zone[zone].sum_ms as f64 / by_zone[zone].served as f64;
            (mean(0) - mean(1)) / 600_000.0 * MINUTES
        };
        let differences: Vec<f64> = days.iter().map(apart).collect();
        let mean_apart = super::interval(&differences).0.abs();
        say(Finding {
            what: format!("{a} + {b} windows at 0.9, lew without stealing: zones apart, minutes"),
            measured: mean_apart,
            half: super::interval(&differences).1,
            bound: Bound::AtMost(0.3),
        });
    }
}
