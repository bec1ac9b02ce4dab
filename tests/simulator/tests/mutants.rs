//! Every planted bug is found, by the promise that it breaks. Without the feature there is no bug, and no such test.

#![cfg(feature = "planted")]

use std::fs;
use std::path::Path;

use planted::Bug;
use simulator::{Options, Report, run};

/// A bug that is not found by then is not found.
const SEEDS: u64 = 200;

#[test]
fn each_planted_bug_is_found_within_two_hundred_seeds_by_the_promise_that_it_breaks() {
    let mut missed = Vec::new();
    for bug in Bug::ALL {
        let mut reports = (1..=SEEDS).map(|seed| run(Options { bug: Some(bug), ..Options::of(seed) }));
        let shows_it = |report: &Report| report.broken.as_ref().is_some_and(|broken| broken.promise() == bug.promise());
        match reports.find(shows_it) {
            Some(report) => println!("{bug:?}: seed {}: {}", report.seed, report.broken.unwrap()),
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "nobody finds {missed:?}");
}

#[test]
fn the_table_of_planted_bugs_tells_where_each_sits_and_what_it_breaks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/RELIABILITY.md")).unwrap();
    let table = page.split("| planted bug |").nth(1).expect("the table of planted bugs");
    let rows = table.lines().skip(2).map_while(|line| line.strip_prefix("| "));
    let rows: Vec<Vec<&str>> =
        rows.map(|row| row.split(" | ").map(|cell| cell.trim_matches([' ', '|', '`'])).collect()).collect();
    assert_eq!(rows.len(), Bug::ALL.len(), "a row for each bug, in the order of the code");
    for (row, bug) in rows.iter().zip(Bug::ALL) {
        let [_, name, file, promise] = row[..] else { panic!("{row:?} has other columns") };
        assert_eq!((name, promise), (format!("{bug:?}").as_str(), bug.promise()), "{row:?}");
        let code = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(code.contains(&format!("planted::Bug::{bug:?}")), "{bug:?} does not sit in {file}");
    }
}
