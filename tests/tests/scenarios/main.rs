//! What the hall promises, shown on the real programs: real sockets, real processes, real disks.
//!
//! What happened is told by the journal, which is read back when the server is gone and followed by a model that knows nothing
//! of the core ([`tests::book`]). Random scenarios print their seed; `YIHAO_SEED=n` repeats one.
//!
//! The scenarios that cut the power or fill a disk mount a file system of their own: they need root and loop devices.
//! `YIHAO_NO_LOOP=1` leaves them out where that can't be had. `YIHAO_CUTS=100` cuts the power 200 times instead of 30.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a scenario fails by panicking with a sentence")]

mod consoles;
mod day;
mod devices;
mod disk;
mod interface;
mod kill;
mod live;
mod load;
mod mount;
mod power_cut;
mod presser;
mod race;
mod refusals;
mod sockets;
mod start;
mod store;

use std::time::Duration;

use rand::{SeedableRng, rngs::StdRng};

/// A condition that does not hold by then never will.
const PATIENCE: Duration = Duration::from_secs(15);

/// Randomness that can be repeated.
fn seeded() -> StdRng {
    let given = std::env::var("YIHAO_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("YIHAO_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// Waits until something holds.
async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let began = std::time::Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
