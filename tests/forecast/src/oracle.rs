//! The best that anybody can foretell: who knows the true distribution and the state, but not what chance will bring. By plain
//! chance from the true distribution, written for itself: it shares nothing with the forecast that it judges.

use rand::{RngExt, rngs::StdRng};
use rand_distr::{Distribution, Exp1, StandardNormal};

use crate::load::{log_normal, service_ms};

/// How a ticket stood when it was printed.
#[derive(Debug, Clone)]
pub struct Situation {
    /// Tickets before it.
    pub ahead: u32,
    /// The windows.
    pub windows: Vec<AtWindow>,
}

/// A window.
#[derive(Debug, Clone, Copy)]
pub struct AtWindow {
    /// How long its visit has taken, ms; `None` = it has none.
    pub elapsed_ms: Option<u64>,
    /// From when until when it takes nobody, ms from now.
    pub pause_ms: Option<(u64, u64)>,
}

/// The mean wait over so many draws of everything that is not known, ms.
pub fn mean_ms(situation: &Situation, draws: u32, dice: &mut StdRng) -> f64 {
    let sum: u64 = (0..draws).map(|_| draw(situation, dice)).sum();
    sum as f64 / f64::from(draws)
}

fn draw(situation: &Situation, dice: &mut StdRng) -> u64 {
    let mut free: Vec<u64> =
        situation.windows.iter().map(|window| window.after(left(window.elapsed_ms, dice))).collect();
    for _ in 0..situation.ahead {
        let (window, at_ms) = first(&free);
        free[window] = situation.windows[window].after(at_ms + service_ms(dice));
    }
    first(&free).1
}

fn first(free: &[u64]) -> (usize, u64) {
    free.iter().copied().enumerate().min_by_key(|(_, at_ms)| *at_ms).unwrap()
}

/// What is left of a visit, ms: a service that is longer than what has passed.
fn left(elapsed_ms: Option<u64>, dice: &mut StdRng) -> u64 {
    let Some(elapsed_ms) = elapsed_ms.map(|ms| ms as f64) else { return 0 };
    let (mu, sigma) = log_normal();
    let whole_ms = (mu + sigma * normal_beyond((elapsed_ms.max(1.0).ln() - mu) / sigma, dice)).exp();
    (whole_ms - elapsed_ms).max(0.0) as u64
}

/// A standard normal variable that is greater than `least`: by trying, and in the tail by trying exponential ones (Robert 1995).
fn normal_beyond(least: f64, dice: &mut StdRng) -> f64 {
    if least <= 0.0 {
        return std::iter::repeat_with(|| StandardNormal.sample(dice)).find(|z| *z > least).unwrap();
    }
    let rate = f64::midpoint(least, (least * least + 4.0).sqrt());
    loop {
        let exponential: f64 = Exp1.sample(dice);
        let z = least + exponential / rate;
        if dice.random::<f64>() <= (-(z - rate).powi(2) / 2.0).exp() {
            return z;
        }
    }
}

impl AtWindow {
    fn after(&self, at_ms: u64) -> u64 {
        match self.pause_ms {
            Some((from_ms, until_ms)) if (from_ms..until_ms).contains(&at_ms) => until_ms,
            _ => at_ms,
        }
    }
}
