//! A hall keeps its promises whatever happens, and a seed tells the same story each time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use simulator::{Options, Report, run};

/// Seeds of each run; `cargo run --release -p simulator -- --seeds 10000` makes a long one.
const SEEDS: u64 = 200;

#[test]
fn two_hundred_worlds_keep_every_promise() {
    let next = AtomicU64::new(1);
    let play = || {
        let mut reports = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > SEEDS {
                return reports;
            }
            reports.push(run(Options::of(seed)));
        }
    };
    let reports: Vec<Report> = thread::scope(|scope| {
        let threads = [scope.spawn(play), scope.spawn(play)];
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    if let Some(broken) = reports.iter().find(|report| report.broken.is_some()) {
        panic!("{}", run(Options { trace: true, ..Options::of(broken.seed) }));
    }
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum::<u64>();
    let (done, starts, offline) = (sum(|r| r.seen.done), sum(|r| r.seen.starts), sum(|r| r.seen.offline));
    println!(
        "{done} orders done, {starts} starts, {} faults, {offline} numbers given out offline",
        sum(|r| r.seen.faults)
    );
    assert!(done > 40_000 && starts > 400 && offline > 1_000, "the worlds are too quiet to show anything");
    assert!(sum(|r| r.seen.refused_starts) > 20, "hardly a server starts on a failing disk");
}

#[test]
fn the_same_seed_gives_the_same_world() {
    for seed in [1, 2, 77] {
        let (first, again) = (run(Options::of(seed)), run(Options { trace: true, ..Options::of(seed) }));
        assert_eq!((first.digest, first.entries), (again.digest, again.entries), "seed {seed}");
        assert!(again.trace.len() > 100, "seed {seed} leaves no trace that a person can read");
    }
    assert_ne!(run(Options::of(1)).digest, run(Options::of(2)).digest);
}
