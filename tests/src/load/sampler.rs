//! The time series of the server's process, and what is made of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::time::interval;

use super::ledger::Phase;
use super::world::{Running, World, seconds};
use crate::process::{Usage, ends_at, load_average};

/// The server and this side at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Since the beginning of the run, s.
    pub at_s: f64,
    /// What went on.
    pub phase: Phase,
    /// Resident memory of the server, KiB.
    pub memory_kib: u64,
    /// Open files of the server.
    pub descriptors: u64,
    /// Connections that stand at both ends, as the kernel says: one that the server forgot to close is not among them.
    pub standing: u64,
    /// Threads of the server.
    pub threads: u64,
    /// Processors that the server took since the sample before.
    pub server_cpus: f64,
    /// Processors that this side took.
    pub generator_cpus: f64,
    /// Processes of the machine that wanted to run in the last minute.
    pub load_average: f64,
    /// Errors so far.
    pub errors: u64,
    /// Readers cut so far.
    pub cuts: usize,
}

/// A series that goes on until it is dropped.
pub struct Sampler {
    samples: Arc<Mutex<Vec<Sample>>>,
    _running: Running,
}

struct Before {
    at: Instant,
    server_s: f64,
    generator_s: f64,
}

impl Sampler {
    /// Looks at the server every so often.
    pub fn start(world: &Arc<World>, pid: u32, every: Duration) -> Self {
        let samples: Arc<Mutex<Vec<Sample>>> = Arc::default();
        let (into, world, began) = (Arc::clone(&samples), world.clone(), Instant::now());
        let running = Running::spawn(async move {
            let mut ticks = interval(every);
            let mut before = None;
            loop {
                ticks.tick().await;
                let Some((sample, now)) = take(&world, pid, began, before.as_ref()) else {
                    return world.ledger.error("the server's process is gone");
                };
                if before.replace(now).is_some() {
                    into.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
                }
            }
        });
        Self { samples, _running: running }
    }

    /// The series.
    pub fn samples(&self) -> Vec<Sample> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn take(world: &World, pid: u32, began: Instant, before: Option<&Before>) -> Option<(Sample, Before)> {
    let (server, generator) = (Usage::of(pid)?, Usage::of(std::process::id())?);
    let now = Before { at: Instant::now(), server_s: server.cpu_s, generator_s: generator.cpu_s };
    let share = |used_s: fn(&Before) -> f64| {
        before.map_or(0.0, |before| (used_s(&now) - used_s(before)) / seconds(before.at, now.at).max(0.001))
    };
    let (server_cpus, generator_cpus) = (share(|at| at.server_s), share(|at| at.generator_s));
    let pages = world.ledger.pages();
    let sample = Sample {
        at_s: seconds(began, now.at),
        phase: world.phase(),
        memory_kib: server.memory_kib,
        descriptors: server.descriptors,
        standing: ends_at(world.address).len() as u64,
        threads: server.threads,
        server_cpus,
        generator_cpus,
        load_average: load_average(),
        errors: pages.errors.values().sum(),
        cuts: pages.cuts.len(),
    };
    drop(pages);
    Some((sample, now))
}
