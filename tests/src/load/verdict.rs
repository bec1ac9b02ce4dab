//! The limits, and whether a run held them.

use serde::Serialize;

use super::ledger::Cut;
use super::summary::Summary;

/// From the press to the answer, 99 of 100, ms.
const ANSWER_P99_MS: f64 = 50.0;
/// From the press to the last display, 99 of 100, ms.
const DISPLAY_P99_MS: f64 = 150.0;
/// Growth of memory, %.
const GROWTH_PERCENT: f64 = 5.0;
/// Descriptors beyond the connections may differ by the few that are being opened or closed at the moment.
const DESCRIPTORS_DRIFT: f64 = 3.0;
/// A reader that takes nothing is cut within this time, s.
pub const CUT_S: f64 = 10.0;
/// What bad readers may cost the others.
const CROWD_RATIO: f64 = 1.10;
/// By more than this the disk's flushes may not differ between calm and crowded phases, or those can't be compared.
const DISK_RATIO: f64 = 1.10;
/// In a run that is shorter, figures say little: errors alone count.
const LONG_S: f64 = 600.0;

/// One limit.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// What is limited.
    pub what: &'static str,
    /// How much it may be.
    pub limit: String,
    /// What was measured.
    pub measured: String,
    /// Whether it was held; `None` when the run says nothing about it.
    pub held: Option<bool>,
}

/// All limits.
pub fn all(summary: &Summary) -> Vec<Verdict> {
    let p99 = |percentiles: Option<&crate::bench::Percentiles>| percentiles.map(|of| of.p99);
    let errors: u64 = summary.errors.values().sum();
    let is_same_disk = summary.crowd.flush_ratio.is_some_and(|ratio| (1.0 / DISK_RATIO..=DISK_RATIO).contains(&ratio));
    let [answers, displays] = summary.crowd.ratios.map(|ratio| ratio.filter(|_| is_same_disk));
    let beyond = summary.descriptors.beyond;
    vec![
        at_most("press → answer, p99", "ms", ANSWER_P99_MS, p99(summary.answers_ms.get("all"))),
        at_most("press → last display, p99", "ms", DISPLAY_P99_MS, p99(summary.last_display_ms.as_ref())),
        at_most("errors", "", 0.0, Some(whole(errors))),
        at_most("calls that a display never had", "", 0.0, Some(whole(summary.calls_not_shown as u64))),
        at_most("memory growth", "%", GROWTH_PERCENT, long(summary, summary.memory.growth_percent)),
        at_most("descriptors, drift", "", DESCRIPTORS_DRIFT, Some((beyond[1] - beyond[0]).abs())),
        slowest_cut(&summary.crowd.cuts, summary.plan.stalled > 0 && summary.lasted_s >= LONG_S),
        at_most("bad readers: answers take longer by", "×", CROWD_RATIO, answers),
        at_most("bad readers: displays take longer by", "×", CROWD_RATIO, displays),
    ]
}

/// Whether the run is to be called good: a short one when nothing went wrong, a long one when all limits were held.
pub fn is_good(summary: &Summary) -> bool {
    let no_errors = summary.errors.is_empty() && summary.calls_not_shown == 0;
    let all_held = summary.verdicts.iter().all(|verdict| verdict.held != Some(false));
    no_errors && (all_held || summary.lasted_s < LONG_S)
}

/// That nobody was cut is no good sign where somebody had to be.
fn slowest_cut(cuts: &[Cut], is_expected: bool) -> Verdict {
    let stalled = cuts.iter().filter(|cut| cut.habit != "slow");
    let slowest_s = stalled.map(Cut::known_s).max_by(f64::total_cmp);
    let verdict = at_most("a stalled reader is cut, slowest", "s", CUT_S, slowest_s);
    if slowest_s.is_none() && is_expected { Verdict { held: Some(false), ..verdict } } else { verdict }
}

fn long(summary: &Summary, value: f64) -> Option<f64> {
    (summary.lasted_s >= LONG_S).then_some(value)
}

fn at_most(what: &'static str, unit: &str, limit: f64, measured: Option<f64>) -> Verdict {
    let say = |value: f64| format!("{value:.2} {unit}").replace(".00", "").trim_end().to_owned();
    let held = measured.map(|value| value <= limit);
    Verdict { what, limit: say(limit), measured: measured.map_or("–".to_owned(), say), held }
}

fn whole(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_is_not_held_and_what_was_not_measured_is_not_judged() {
        assert_eq!(at_most("x", "ms", 50.0, Some(50.0)).held, Some(true));
        assert_eq!(at_most("x", "ms", 50.0, Some(50.1)).held, Some(false));
        assert_eq!(at_most("x", "ms", 50.0, Some(f64::NAN)).held, Some(false));
        let unknown = at_most("x", "ms", 50.0, None);
        assert_eq!((unknown.held, unknown.measured.as_str()), (None, "–"));
    }

    #[test]
    fn a_server_that_cuts_nobody_does_not_hold_the_limit() {
        let cut = |habit, after_s, let_go| Cut { habit, after_s, after_stuck_s: 0.0, let_go };
        assert_eq!(slowest_cut(&[], true).held, Some(false));
        assert_eq!(slowest_cut(&[], false).held, None, "a short run says nothing");
        assert_eq!(slowest_cut(&[cut("slow", 1.0, true)], true).held, Some(false));
        assert_eq!(slowest_cut(&[cut("silent", 8.0, true)], true).held, Some(true));
        assert_eq!(slowest_cut(&[cut("silent", 8.0, true), cut("silent", 31.0, false)], true).held, Some(false));
    }
}
