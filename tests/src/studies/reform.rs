//! The reform: the same people at 51 separate windows and at 20 that accept everything, and how much slower generalists may be.

use std::{fs, path::Path};

use hall::{
    balance::ZoneMode,
    whatif::{Day, PACE_MILLI, Terms, Visit, Window, replay},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    Bound, Finding, Scale, from_figures,
    stream::{FIRST_COME, day, lognormal, one_line, visit},
};
use crate::plot::{Curve, Panel, svg};

const VISITS: usize = 860;
const SEPARATE: usize = 51;
const POOLED: usize = 20;
/// The mean service at a window that knows its items by heart, minutes.
const SERVICE_MIN: f64 = 9.0;
const SERVICE_CV: f64 = 0.8;
/// The share of the n-th busiest window falls as n to this power: the busiest then has 60 to 70 visits a day, the last ten.
const SKEW: f64 = 0.5;
/// Arrivals from 8:30 to 16:30: a constant part and peaks at 9:45 and 14:15, minutes since 8:30.
const HOURS_MIN: f64 = 480.0;
const PEAKS_MIN: [f64; 2] = [75.0, 345.0];
const PEAK_WIDTH_MIN: f64 = 40.0;
const IN_PEAKS: f64 = 0.3;
const MINUTE_MS: f64 = 60_000.0;
const SLOT_MIN: f64 = 15.0;

pub fn study(scale: Scale, plots: Option<&Path>, say: &mut impl FnMut(Finding)) {
    let days: Vec<Vec<Visit>> = (0..scale.days).map(|seed| people(70_000 + seed)).collect();
    let separate_terms = Terms { zone_mode: ZoneMode::Given, ..one_line(&[FIRST_COME]) };
    let separate: Vec<Waits> =
        days.iter().map(|visits| of(&day(visits.clone(), &[1; SEPARATE]), &separate_terms)).collect();
    report("51 separate windows", &separate, say);
    let (mean_separate, p95_separate) = (average(&separate, Waits::mean), average(&separate, Waits::p95));
    let mut even = [None, None];
    let mut pooled_same = vec![];
    for slower in (0..=50).step_by(5) {
        let pooled: Vec<Waits> =
            days.iter().map(|visits| of(&slowed(visits, slower), &one_line(&[FIRST_COME]))).collect();
        report(&format!("20 pooled windows, {slower} % slower"), &pooled, say);
        let now = [average(&pooled, Waits::mean) > mean_separate, average(&pooled, Waits::p95) > p95_separate];
        for (even, is_worse) in even.iter_mut().zip(now) {
            *even = even.or(is_worse.then_some(slower));
        }
        if slower == 0 {
            pooled_same = pooled;
        }
    }
    for (name, even) in ["mean", "P95"].iter().zip(even) {
        let measured = even.map_or(f64::INFINITY, f64::from);
        let what = format!("pooling no longer pays by its {name} when services take longer by, %");
        say(Finding { what, measured, half: 0.0, bound: Bound::Noted });
    }
    if let Some(folder) = plots {
        let picture = picture(&separate, &pooled_same);
        fs::write(folder.join("reform.svg"), picture).expect("the folder can be written");
    }
}

/// When each came, minutes since 8:30, and how long it waited, minutes.
struct Waits(Vec<(f64, f64)>);

impl Waits {
    fn mean(&self) -> f64 {
        self.0.iter().map(|wait| wait.1).sum::<f64>() / self.0.len() as f64
    }

    fn p95(&self) -> f64 {
        let mut waits: Vec<f64> = self.0.iter().map(|wait| wait.1).collect();
        waits.sort_by(f64::total_cmp);
        waits[waits.len() * 95 / 100]
    }
}

fn people(seed: u64) -> Vec<Visit> {
    let mut dice = StdRng::seed_from_u64(seed);
    let shares: Vec<f64> = (1..=SEPARATE).map(|rank| (rank as f64).powf(-SKEW)).collect();
    let all: f64 = shares.iter().sum();
    let mut one = || {
        let at_min = arrival_min(&mut dice);
        let service_min = SERVICE_MIN * lognormal(&mut dice, SERVICE_CV);
        let mut left = dice.random::<f64>() * all;
        let window = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        Visit { zone: window.or(Some(0)), ..visit(at_min * MINUTE_MS, service_min * MINUTE_MS, 0) }
    };
    let mut visits: Vec<Visit> = (0..VISITS).map(|_| one()).collect();
    visits.sort_by_key(|visit| visit.arrival_ms);
    visits
}

fn arrival_min(dice: &mut StdRng) -> f64 {
    loop {
        let at_min = if dice.random::<f64>() < IN_PEAKS {
            let peak = PEAKS_MIN[usize::from(dice.random::<bool>())];
            let normal: f64 = rand_distr::Distribution::sample(&rand_distr::StandardNormal, dice);
            peak + PEAK_WIDTH_MIN * normal
        } else {
            dice.random::<f64>() * HOURS_MIN
        };
        if (0.0..HOURS_MIN).contains(&at_min) {
            return at_min;
        }
    }
}

/// The pooled hall, where every service takes so many hundredths longer.
fn slowed(visits: &[Visit], percent: u32) -> Day {
    let mut day = day(visits.to_vec(), &[u32::try_from(POOLED).expect("a count")]);
    let pace_milli = PACE_MILLI + 10 * percent;
    day.windows.iter_mut().for_each(|window| *window = Window { pace_milli, ..*window });
    day
}

fn of(day: &Day, terms: &Terms) -> Waits {
    let served = replay(day, terms).expect("a sound day");
    let wait = |(visit, served): (&Visit, &Option<hall::whatif::Served>)| {
        let start_ms = served.expect("windows are always open").start_ms;
        (visit.arrival_ms as f64 / MINUTE_MS, (start_ms - visit.arrival_ms) as f64 / MINUTE_MS)
    };
    Waits(day.visits.iter().zip(&served).map(wait).collect())
}

fn average(days: &[Waits], of: fn(&Waits) -> f64) -> f64 {
    days.iter().map(of).sum::<f64>() / days.len() as f64
}

fn report(name: &str, days: &[Waits], say: &mut impl FnMut(Finding)) {
    let figures = |of: fn(&Waits) -> f64| days.iter().map(of).collect::<Vec<f64>>();
    say(from_figures(format!("{name}: mean wait, minutes"), &figures(Waits::mean), Bound::Noted));
    say(from_figures(format!("{name}: P95, minutes"), &figures(Waits::p95), Bound::Noted));
}

/// The mean wait by the time of arrival.
fn picture(separate: &[Waits], pooled: &[Waits]) -> String {
    let through_the_day = |days: &[Waits]| {
        let slots = (HOURS_MIN / SLOT_MIN) as usize;
        let slot = |slot: usize| {
            let from = slot as f64 * SLOT_MIN;
            let here = || days.iter().flat_map(|day| &day.0).filter(|wait| (from..from + SLOT_MIN).contains(&wait.0));
            let count = here().count().max(1) as f64;
            (from + SLOT_MIN / 2.0, here().map(|wait| wait.1).sum::<f64>() / count)
        };
        (0..slots).map(slot).collect::<Vec<_>>()
    };
    let curves = vec![
        Curve { name: "51 separate", points: through_the_day(separate) },
        Curve { name: "20 pooled", points: through_the_day(pooled) },
    ];
    let panel = Panel { title: "mean wait by time of arrival, minutes".into(), curves };
    svg(&[panel], &[], "minutes since 8:30; the same 860 visits a day, 100 days")
}
