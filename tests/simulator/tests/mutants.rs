//! Every planted bug is found, by the promise that it breaks. Without the feature there is no bug, and no test.

#![cfg(feature = "planted")]

use planted::Bug;
use simulator::{Options, run};

/// A bug that is not found by then is not found.
const SEEDS: u64 = 200;

#[test]
fn each_planted_bug_is_found_within_two_hundred_seeds() {
    let mut missed = Vec::new();
    for bug in Bug::ALL {
        let mut reports = (1..=SEEDS).map(|seed| run(Options { bug: Some(bug), ..Options::of(seed) }));
        match reports.find(|report| report.broken.is_some()) {
            Some(report) => println!("{bug:?}: seed {}: {}", report.seed, report.broken.unwrap()),
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "nobody finds {missed:?}");
}
