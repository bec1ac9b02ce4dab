//! Twenty windows against Erlang C, Allen-Cunneen, Cobham, Kleinrock, and the law of conservation.

use hall::balance::{Rate, Score};

use super::{
    Bound, Finding, Scale,
    formulas::{allen_cunneen, cobham, erlang_c, kleinrock, mean_wait, p95_wait},
    from_figures,
    stream::{FIRST_COME, Services, day, mean, one_line, steady, waits},
};

const WINDOWS: u32 = 20;

pub fn study(scale: Scale, say: &mut impl FnMut(Finding)) {
    for (at, rho) in (0..).zip([0.7, 0.8, 0.9, 0.95]) {
        // Long lines forget slowly: the heavier the load, the more visits.
        let visits = if rho > 0.9 { scale.visits * 2 } else { scale.visits };
        exponential(Scale { visits, ..scale }, 1_000 * at, rho, say);
        lognormal(Scale { visits, ..scale }, 1_000 * at + 500, rho, say);
    }
    priority(scale, say);
    accumulating(scale, say);
    conservation(scale, say);
}

fn exponential(scale: Scale, seed: u64, rho: f64, say: &mut impl FnMut(Finding)) {
    let (mut means, mut waited, mut late) = (vec![], vec![], vec![]);
    for run in 0..scale.runs {
        let visits = steady(seed + run, scale.visits, WINDOWS, rho, Services::Exponential, &[1.0]);
        let mut waits: Vec<f64> =
            waits(&day(visits, &[WINDOWS]), &one_line(&[FIRST_COME])).iter().map(|wait| wait.1).collect();
        means.push(mean(waits.iter().copied()));
        waited.push(waits.iter().filter(|wait| **wait > 0.0).count() as f64 / waits.len() as f64);
        waits.sort_by(f64::total_cmp);
        late.push(waits[waits.len() * 95 / 100]);
    }
    let what = |name| format!("M/M/20 at {rho}: {name}");
    say(from_figures(what("mean wait, services"), &means, Bound::Near(mean_wait(WINDOWS, rho), 0.0)));
    say(from_figures(what("share that waits"), &waited, Bound::Near(erlang_c(WINDOWS, rho), 0.0)));
    say(from_figures(what("P95, services"), &late, Bound::Near(p95_wait(WINDOWS, rho), 0.0)));
}

/// The formula is an approximation, good to some hundredths of the value.
fn lognormal(scale: Scale, seed: u64, rho: f64, say: &mut impl FnMut(Finding)) {
    let run = |run| {
        let visits = steady(seed + run, scale.visits, WINDOWS, rho, Services::Lognormal(0.8), &[1.0]);
        mean(waits(&day(visits, &[WINDOWS]), &one_line(&[FIRST_COME])).iter().map(|wait| wait.1))
    };
    let means: Vec<f64> = (0..scale.runs).map(run).collect();
    let bound = Bound::Near(allen_cunneen(WINDOWS, rho, 0.8), 0.04);
    say(from_figures(format!("lognormal 0.8, 20 windows at {rho}: mean wait, services"), &means, bound));
}

/// The mean waits of each class, by run.
fn by_class(scale: Scale, seed: u64, rho: f64, shares: &[f64], classes: &[Score]) -> Vec<Vec<f64>> {
    let mut means = vec![vec![]; shares.len()];
    for run in 0..scale.runs {
        let visits = steady(seed + run, scale.visits, WINDOWS, rho, Services::Exponential, shares);
        let waits = waits(&day(visits, &[WINDOWS]), &one_line(classes));
        for (class, means) in means.iter_mut().enumerate() {
            means.push(mean(waits.iter().filter(|wait| wait.0 == class).map(|wait| wait.1)));
        }
    }
    means
}

const HIGH: Score = Score { offset_ms: 1_000_000_000_000, ..FIRST_COME };

fn priority(scale: Scale, say: &mut impl FnMut(Finding)) {
    let (rho, shares) = (0.9, [0.3, 0.7]);
    let expected = cobham(WINDOWS, &shares.map(|share| share * rho));
    let means = by_class(scale, 20_000, rho, &shares, &[HIGH, FIRST_COME]);
    for ((name, means), expected) in ["first", "second"].iter().zip(&means).zip(expected) {
        let what = format!("strict priority at {rho}, {name} class: mean wait, services");
        say(from_figures(what, means, Bound::Near(expected, 0.0)));
    }
}

fn accumulating(scale: Scale, say: &mut impl FnMut(Finding)) {
    let (rho, shares, rates) = (0.9, [0.5, 0.3, 0.2], [1_u32, 2, 4]);
    let expected = kleinrock(WINDOWS, &shares.map(|share| share * rho), &rates.map(f64::from));
    let classes = rates.map(|rate| Score { rate: Rate::new(rate, 1).expect("a rate"), ..FIRST_COME });
    let means = by_class(scale, 30_000, rho, &shares, &classes);
    for ((rate, means), expected) in rates.iter().zip(&means).zip(expected) {
        let what = format!("accumulating priority at {rho}, rate {rate}: mean wait, services");
        say(from_figures(what, means, Bound::Near(expected, 0.0)));
    }
}

/// Whatever R1 does, the mean wait of all stays as it is, as long as it does not look at service times.
fn conservation(scale: Scale, say: &mut impl FnMut(Finding)) {
    let (rho, shares) = (0.9, [0.5, 0.3, 0.2]);
    let rate = |above, below| Score { rate: Rate::new(above, below).expect("a rate"), ..FIRST_COME };
    let offset = |offset_ms| Score { offset_ms, ..FIRST_COME };
    let settings: [(&str, [Score; 3]); 5] = [
        ("head starts", [FIRST_COME, offset(300_000), offset(600_000)]),
        ("strict priority", [FIRST_COME, offset(500_000_000_000), HIGH]),
        ("accumulating", [rate(1, 2), FIRST_COME, rate(7, 2)]),
        ("caps", [Score { cap_ms: Some(300_000), ..FIRST_COME }, offset(900_000), HIGH]),
        ("a class that does not grow", [rate(0, 1), FIRST_COME, offset(60_000)]),
    ];
    for (name, classes) in settings {
        let run = |run| {
            let visits = steady(40_000 + run, scale.visits, WINDOWS, rho, Services::Exponential, &shares);
            let day = day(visits, &[WINDOWS]);
            let of = |classes: &[Score]| mean(waits(&day, &one_line(classes)).iter().map(|wait| wait.1));
            of(&classes) / of(&[FIRST_COME; 3])
        };
        let ratios: Vec<f64> = (0..scale.runs).map(run).collect();
        let what = format!("conservation at {rho}, {name}: mean wait to first come");
        say(from_figures(what, &ratios, Bound::Near(1.0, 0.002)));
    }
}
