//! The real server and the real devices in a simulated world: simulated TCP, simulated time, chance from a seed.
//!
//! The server answers HTTP and WebSockets as it does everywhere; dispensers and displays run their own shells; people send
//! orders under idempotency keys until they have an answer. Between them messages are late, held back or lost, links are cut
//! on one side or both, and programs die and start again. What happened is told by the journal, the paper and the panels.
//!
//! Each scenario runs over a few seeds; `YIHAO_SEEDS=200` runs more of them, `YIHAO_SEED=n` repeats one. One that fails prints
//! the command that repeats it, and what happened until then.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a scenario fails by panicking with a sentence")]

mod cuts;
mod devices;
mod people;
mod stage;
mod storms;
mod verdict;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs a scenario over seeds: so many, or as many or as few as the environment says.
fn over_seeds(scenario: &str, seeds: u64, run: impl Fn(u64)) {
    let given = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let seeds = match given("YIHAO_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..given("YIHAO_SEEDS").unwrap_or(seeds) + 1,
    };
    for seed in seeds {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(seed))) {
            println!(
                "To repeat it:\nYIHAO_SEED={seed} cargo test --release --workspace --test turmoil -- --exact {scenario}"
            );
            resume_unwind(panic);
        }
    }
}
