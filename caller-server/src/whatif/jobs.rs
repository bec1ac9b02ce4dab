//! What-ifs that are being worked out: beside the living hall, a few at a time, until somebody cancels.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
};

use protocol::whatif::{WhatIf, WhatIfOutcome, WhatIfState};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{Ground, Progress, WhatIfError, answer};

/// So many are worked out at once; the others wait.
const AT_ONCE: usize = 1;
/// So many may be worked out or wait.
const UNDER_WAY_MAX: usize = 4;
/// So many are kept with what came out.
const KEPT_MAX: usize = 12;

/// All of them.
pub struct Jobs {
    places: Arc<Semaphore>,
    all: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last: u32,
    jobs: BTreeMap<u32, Arc<Job>>,
}

/// One of them.
#[derive(Default)]
pub struct Job {
    done: AtomicU32,
    of: AtomicU32,
    is_cancelled: AtomicBool,
    outcome: Mutex<Option<Result<WhatIfOutcome, WhatIfError>>>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), all: Mutex::default() }
    }
}

impl Jobs {
    /// Begins to work a question out; `None` when too many are under way.
    #[must_use]
    pub fn start(&self, ask: WhatIf, ground: Ground) -> Option<u32> {
        let (id, job) = self.keep()?;
        let (places, working) = (Arc::clone(&self.places), Arc::clone(&job));
        tokio::spawn(async move {
            let place = places.acquire_owned().await;
            let worked = spawn_blocking(move || {
                working.go_on()?;
                answer(&ask, &ground, working.as_ref())
            });
            let outcome = worked.await.unwrap_or(Err(WhatIfError::Broken));
            *lock(&job.outcome) = Some(outcome);
            drop(place);
        });
        Some(id)
    }

    /// How far one is; `None` when there is none with this number, or no longer.
    #[must_use]
    pub fn state(&self, id: u32) -> Option<WhatIfState> {
        let job = lock(&self.all).jobs.get(&id).cloned()?;
        Some(job.state(id))
    }

    /// Ends one and forgets it; whether there was one.
    #[must_use]
    pub fn cancel(&self, id: u32) -> bool {
        let job = lock(&self.all).jobs.remove(&id);
        job.inspect(|job| job.is_cancelled.store(true, Relaxed)).is_some()
    }

    fn keep(&self) -> Option<(u32, Arc<Job>)> {
        let mut all = lock(&self.all);
        let is_over = |job: &Job| lock(&job.outcome).is_some();
        if all.jobs.values().filter(|job| !is_over(job)).count() >= UNDER_WAY_MAX {
            return None;
        }
        if all.jobs.len() >= KEPT_MAX {
            let oldest = all.jobs.iter().find(|(_, job)| is_over(job)).map(|(id, _)| *id);
            oldest.map(|id| all.jobs.remove(&id));
        }
        all.last = all.last.wrapping_add(1);
        let (id, job) = (all.last, Arc::new(Job::default()));
        all.jobs.insert(id, Arc::clone(&job));
        Some((id, job))
    }
}

impl Job {
    fn go_on(&self) -> Result<(), WhatIfError> {
        if self.is_cancelled.load(Relaxed) { Err(WhatIfError::Cancelled) } else { Ok(()) }
    }

    fn state(&self, id: u32) -> WhatIfState {
        let outcome = lock(&self.outcome);
        let (made, refused) = match outcome.as_ref() {
            Some(Ok(made)) => (Some(made.clone()), None),
            Some(Err(error)) => (None, Some(error.refused())),
            None => (None, None),
        };
        let (done, of) = (self.done.load(Relaxed), self.of.load(Relaxed));
        WhatIfState { id, running: outcome.is_none(), done, of, outcome: made, refused }
    }
}

impl Progress for Job {
    fn expect(&self, replays: u32) {
        self.of.store(replays, Relaxed);
    }

    fn step(&self) -> Result<(), WhatIfError> {
        self.done.fetch_add(1, Relaxed);
        self.go_on()
    }
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
