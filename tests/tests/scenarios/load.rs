//! A hall under twenty times a peak's load, for a short while; `cargo run --release -p tests --bin load` does it for long.

use clap::Parser;
use tests::load::{self, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hall_under_twenty_peaks_makes_no_error_shows_every_call_and_cuts_who_reads_nothing() {
    let out = tempfile::tempdir().unwrap();
    let words = "load hall --minutes 0.75 --phase-s 11 --storm-every-s 30 --stalled 2 --slow 1 --no-yesterday --out";
    let options = Options::parse_from(words.split(' ').map(Into::into).chain([out.path().as_os_str().to_owned()]));
    let summary = load::run(&options).await.unwrap();
    let page = std::fs::read_to_string(out.path().join("page.md")).unwrap();
    println!("{page}");
    assert!(summary.errors.is_empty(), "{page}");
    assert_eq!(summary.calls_not_shown, 0, "{page}");
    let calls = summary.answers_ms["call_next"].count;
    assert!(calls >= 10 && summary.last_display_ms.is_some_and(|last| last.count >= calls / 2), "{page}");
    assert!(summary.storms.iter().any(|storm| storm.displays == 300), "all displays come back at once: {page}");
    assert!(summary.crowd.cuts.iter().any(|cut| cut.habit == "silent"), "who reads and says nothing is cut: {page}");
    assert!(out.path().join("series.svg").is_file() && out.path().join("series.csv").is_file());
}
