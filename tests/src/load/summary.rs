//! What a run comes to, in figures.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::ledger::{Cut, Kind, Pages, Phase, Press, Storm};
use super::plan::Plan;
use super::run::Seen;
use super::sampler::Sample;
use super::verdict::{self, Verdict};
use super::yesterday::Yesterday;
use crate::bench::Percentiles;

/// Memory and descriptors are compared between the minute after the first round and the last one; in a short run between tenths.
const EDGE_S: f64 = 60.0;

/// Everything that a run comes to.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Each limit, and whether it was held.
    pub verdicts: Vec<Verdict>,
    /// What was held.
    pub plan: Plan,
    /// The machine.
    pub machine: Machine,
    /// For how long, s.
    pub lasted_s: f64,
    /// Numbers that were given out.
    pub visits: u64,
    /// Orders that were answered, a second.
    pub orders_per_s: f64,
    /// From the press to the answer.
    pub answers_ms: BTreeMap<&'static str, Percentiles>,
    /// From the press on "next" to each display above the window.
    pub display_ms: Option<Percentiles>,
    /// From the press on "next" to the last display above the window.
    pub last_display_ms: Option<Percentiles>,
    /// Displays, over all calls, that never had one.
    pub calls_not_shown: usize,
    /// With bad readers and without.
    pub crowd: Crowd,
    /// All displays came back at once.
    pub storms: Vec<Storm>,
    /// Until all displays were there at the beginning, s.
    pub opening_s: f64,
    /// Memory of the server.
    pub memory: Memory,
    /// Open files of the server.
    pub descriptors: Descriptors,
    /// Threads of the server: fewest and most.
    pub threads: (u64, u64),
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
    /// The day before.
    pub yesterday: Option<Yesterday>,
}

/// The machine, which others may use at the same time.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// Processors.
    pub processors: usize,
    /// Load average before, and its mean during the run.
    pub load_average: (f64, f64),
    /// Processors that the server took, on the average.
    pub server_cpus: f64,
    /// Processors that the generator took, on the average.
    pub generator_cpus: f64,
}

/// With bad readers and without.
#[derive(Debug, Serialize)]
pub struct Crowd {
    /// From "next" to its answer while it was calm, and while it was crowded.
    pub answer_ms: [Option<Percentiles>; 2],
    /// From "next" to each display while it was calm, and while it was crowded.
    pub display_ms: [Option<Percentiles>; 2],
    /// The flushes that those answers waited for.
    pub flush_ms: [Option<Percentiles>; 2],
    /// Answers of all orders of clerks without their flushes.
    pub answer_without_disk_ms: [Option<Percentiles>; 2],
    /// Displays without the flush that they waited for.
    pub display_without_disk_ms: [Option<Percentiles>; 2],
    /// Crowded divided by calm: medians of answers and of displays, as people feel them.
    pub ratios: [Option<f64>; 2],
    /// The same of the flushes: near 1, or the disk was another in both, and the ratios above say nothing about readers.
    pub flush_ratio: Option<f64>,
    /// Readers that were cut.
    pub cuts: Vec<Cut>,
}

/// Memory of the server, MiB.
#[derive(Debug, Serialize)]
pub struct Memory {
    /// Nobody is connected.
    pub alone: f64,
    /// After each storm that was rehearsed: the server's allocator keeps what its threads once needed.
    pub rehearsals: Vec<f64>,
    /// After the first round of phases, in a soak after the first day; the median of some samples.
    pub begin: f64,
    /// At the end.
    pub end: f64,
    /// The most.
    pub most: f64,
    /// From then to the end, %.
    pub growth_percent: f64,
    /// What a visit takes until the next day, as the day before showed, KiB.
    pub visit_kib: Option<f64>,
}

/// Open files of the server.
#[derive(Debug, Serialize)]
pub struct Descriptors {
    /// Nobody was connected yet.
    pub before: u64,
    /// Everybody left.
    pub after: u64,
    /// The most.
    pub most: u64,
    /// Beyond the connections that stand, after the first round and at the end; medians.
    pub beyond: [f64; 2],
}

impl Summary {
    /// Adds up.
    pub fn of(seen: &Seen) -> Self {
        let pages = seen.world.ledger.pages();
        let answers_ms = answers(&pages);
        let samples = &seen.samples;
        let lasted_s = samples.last().map_or(0.0, |sample| sample.at_s);
        let not_shown = pages.not_shown(|window| seen.world.plan.displays_above(window));
        let mut summary = Self {
            verdicts: Vec::new(),
            plan: seen.world.plan.clone(),
            machine: machine(seen),
            lasted_s,
            visits: seen.visits,
            orders_per_s: count(pages.of_the_run()) / lasted_s.max(1.0),
            answers_ms,
            display_ms: percentiles(pages.to_each_display(|_| true)),
            last_display_ms: percentiles(pages.to_last_display(|_| true)),
            calls_not_shown: not_shown.iter().map(|(_, displays)| displays).sum(),
            crowd: crowd(&pages),
            storms: pages.storms.clone(),
            opening_s: seen.opening_s,
            memory: memory(seen),
            descriptors: descriptors(seen),
            threads: ends(samples.iter().map(|sample| sample.threads)),
            errors: pages.errors.clone(),
            yesterday: seen.yesterday.clone(),
        };
        summary.verdicts = verdict::all(&summary);
        summary
    }
}

/// Percentiles, if anything was measured.
pub fn percentiles(times: Vec<Duration>) -> Option<Percentiles> {
    (!times.is_empty()).then(|| Percentiles::of(times))
}

fn answers(pages: &Pages) -> BTreeMap<&'static str, Percentiles> {
    let kinds = [
        ("issue", Some(Kind::Issue)),
        ("call_next", Some(Kind::CallNext)),
        ("start", Some(Kind::Start)),
        ("finish", Some(Kind::Finish)),
        ("all", None),
    ];
    let of = |kind: Option<Kind>| percentiles(pages.answers(|press| kind.is_none_or(|kind| press.kind == kind)));
    kinds.into_iter().filter_map(|(name, kind)| Some((name, of(kind)?))).collect()
}

fn count<T>(all: impl Iterator<Item = T>) -> f64 {
    f64::from(u32::try_from(all.count()).unwrap_or(u32::MAX))
}

fn machine(seen: &Seen) -> Machine {
    let mean = |of: fn(&Sample) -> f64| mean(seen.samples.iter().map(of));
    Machine {
        processors: std::thread::available_parallelism().map_or(0, usize::from),
        load_average: (seen.load_average, mean(|sample| sample.load_average)),
        server_cpus: mean(|sample| sample.server_cpus),
        generator_cpus: mean(|sample| sample.generator_cpus),
    }
}

fn crowd(pages: &Pages) -> Crowd {
    let phases = [Phase::Calm, Phase::Crowded];
    let is_next = |press: &Press, phase| press.kind == Kind::CallNext && press.phase == phase;
    let is_clerks = |press: &Press, phase| press.kind != Kind::Issue && press.phase == phase;
    let flush = |phase| pages.of_the_run().filter(|press| is_next(press, phase)).map(|press| press.flush).collect();
    let without = |phase| pages.answers_without_disk(|press| is_clerks(press, phase));
    let display_without = |phase| pages.to_each_display_without_disk(|press| press.phase == phase);
    let answer_ms = phases.map(|phase| percentiles(pages.answers(|press| is_next(press, phase))));
    let display_ms = phases.map(|phase| percentiles(pages.to_each_display(|press| press.phase == phase)));
    let flush_ms = phases.map(|phase| percentiles(flush(phase)));
    let ratio = |[calm, crowded]: [Option<Percentiles>; 2]| Some(crowded?.p50 / calm?.p50);
    Crowd {
        answer_ms,
        display_ms,
        flush_ms,
        answer_without_disk_ms: phases.map(|phase| percentiles(without(phase))),
        display_without_disk_ms: phases.map(|phase| percentiles(display_without(phase))),
        ratios: [ratio(answer_ms), ratio(display_ms)],
        flush_ratio: ratio(flush_ms),
        cuts: pages.cuts.clone(),
    }
}

fn memory(seen: &Seen) -> Memory {
    let [begin, end] = edges(seen, |sample| mib(sample.memory_kib));
    let most = seen.samples.iter().map(|sample| sample.memory_kib).max().unwrap_or(0);
    Memory {
        alone: mib(seen.alone[0].memory_kib),
        rehearsals: seen.rehearsals_kib.iter().map(|&kib| mib(kib)).collect(),
        begin,
        end,
        most: mib(most),
        growth_percent: (end / begin - 1.0) * 100.0,
        visit_kib: seen.yesterday.as_ref().map(Yesterday::visit_kib),
    }
}

fn descriptors(seen: &Seen) -> Descriptors {
    let beyond = |sample: &Sample| {
        f64::from(i32::try_from(sample.descriptors.cast_signed() - sample.standing.cast_signed()).unwrap_or(i32::MAX))
    };
    Descriptors {
        before: seen.alone[0].descriptors,
        after: seen.alone[1].descriptors,
        most: seen.samples.iter().map(|sample| sample.descriptors).max().unwrap_or(0),
        beyond: edges(seen, beyond),
    }
}

/// The medians after the first round and at the end.
fn edges(seen: &Seen, of: impl Fn(&Sample) -> f64) -> [f64; 2] {
    let lasted_s = seen.samples.last().map_or(0.0, |sample| sample.at_s);
    let (edge_s, settled_s) = (EDGE_S.min(lasted_s / 10.0), seen.world.plan.settled_s());
    let within = |from: f64, to: f64| {
        let fits = |sample: &&Sample| (from..=to).contains(&sample.at_s);
        median(seen.samples.iter().filter(fits).map(&of).collect())
    };
    [within(settled_s, settled_s + edge_s), within(lasted_s - edge_s, lasted_s)]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)).max(1.0);
    values.sum::<f64>() / count
}

fn ends(values: impl Iterator<Item = u64>) -> (u64, u64) {
    values.fold((u64::MAX, 0), |(least, most), value| (least.min(value), most.max(value)))
}

fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0
}
