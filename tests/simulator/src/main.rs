//! Plays seeds: `simulator --seeds 200`, `simulator --seed 17 --trace`.

#![allow(clippy::print_stderr, reason = "a program for the terminal")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use clap::Parser;
use simulator::{MINUTES, Options, Report, run, witness::Seen};

/// Lets a whole hall live through faults in a simulated world, and sees that it keeps its promises.
/// 在模拟世界中让整个大厅经历各种故障，并检查它是否兑现承诺。
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Play this seed alone. 只运行这个种子。
    #[arg(long)]
    seed: Option<u64>,
    /// How many seeds. 种子数量。
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first seed. 第一个种子。
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How long people come and faults happen in each, simulated minutes. 每个种子的模拟分钟数。
    #[arg(long, default_value_t = MINUTES)]
    minutes: u64,
    /// Print what happens. 打印经过。
    #[arg(long)]
    trace: bool,
    /// Threads. 线程数。
    #[arg(long, default_value_t = 2)]
    threads: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(seed) = args.seed {
        let report = run(Options { minutes: args.minutes, trace: args.trace, ..Options::of(seed) });
        if report.broken.is_none() {
            report.trace.iter().for_each(|line| eprintln!("{line}"));
        }
        return tell(&report, args.minutes);
    }
    let next = AtomicU64::new(args.from);
    let end = args.from + args.seeds;
    let played = thread::scope(|scope| {
        let threads: Vec<_> = (0..args.threads).map(|_| scope.spawn(|| play(&args, &next, end))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a seed is played without a panic")).collect::<Vec<_>>()
    });
    let mut seen = Seen::default();
    played.iter().for_each(|(of_thread, _)| seen.add(of_thread));
    match played.into_iter().filter_map(|(_, broken)| broken).min_by_key(|report| report.seed) {
        Some(report) => tell(&report, args.minutes),
        None => {
            eprintln!("{} seeds from {}: every promise kept 全部通过\n{seen:?}", args.seeds, args.from);
            ExitCode::SUCCESS
        }
    }
}

/// Plays one seed after another until one breaks a promise; what was seen in all of them.
fn play(args: &Args, next: &AtomicU64, end: u64) -> (Seen, Option<Report>) {
    let mut seen = Seen::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return (seen, None);
        }
        let report = run(Options { minutes: args.minutes, ..Options::of(seed) });
        seen.add(&report.seen);
        if report.broken.is_some() {
            next.store(end, Ordering::Relaxed);
            return (seen, Some(report));
        }
        if seed.is_multiple_of(100) {
            eprintln!("{report}");
        }
    }
}

fn tell(report: &Report, minutes: u64) -> ExitCode {
    if report.broken.is_none() {
        eprintln!("{report}");
        return ExitCode::SUCCESS;
    }
    eprintln!("{}", run(Options { minutes, trace: true, ..Options::of(report.seed) }));
    ExitCode::FAILURE
}
