//! What the hall promises, shown on the real programs: real sockets, real processes, real disks.
//!
//! What happened is told by the journal, which is read back when the server is gone and followed by a model that knows nothing
//! of the core ([`tests::book`]). Random scenarios print their seed; `YIHAO_SEED=n` repeats one.
//!
//! The scenarios that cut the power or fill a disk mount a file system of their own: they need root and loop devices.
//! `YIHAO_NO_LOOP=1` leaves them out where that can't be had; `YIHAO_NO_NETNS=1` leaves out those that need network namespaces.
//!
//! Those of the emulated Raspberry Pi (`pi`) are left out without `YIHAO_PI=1`: `./test --pi` says so, and prepares what they need.
//! Those of a whole card want `YIHAO_PI=card`: `tests/pi/card`.
//!
//! Each run does a little of everything; these make it a long one:
//!
//! | variable | what is repeated | by default | for the figures in the documents |
//! |---|---|---|---|
//! | `YIHAO_CUTS` | power cuts, on a young hall and as many on an aged one | 10 | 100 |
//! | `YIHAO_DISPENSER_CUTS` | power cuts of a dispenser that is cut off, some while it starts | 4 | 100 |
//! | `YIHAO_PRESS_MS` | how long everybody presses before a cut, at most, ms | 1500 | 4000 |
//! | `YIHAO_KILLS` | kills at work; more while starting and while the store is built anew | 100 | 500 |
//! | `YIHAO_FAULTS` | single faults in stored files | 300 | 1000 |
//! | `YIHAO_FULL` | a disk that is full under load | 6 | 50 |
//! | `YIHAO_READ_ONLY` | a disk that takes no writes under load | 4 | 20 |
//! | `YIHAO_OFFLINE` | numbers from twenty dispensers whose server comes and goes, and that many again without it | 400 | 4000 |
//! | `YIHAO_BURSTS` | twenty windows that call at once | 10 | 10 |
//! | `YIHAO_CLOCK` | steps of the clock and midnights under load | 12 | 50 |

#![expect(clippy::unwrap_used, clippy::panic, reason = "a scenario fails by panicking with a sentence")]

mod announce;
mod attend;
mod auto_call;
mod clock;
mod consoles;
mod day;
mod descriptors;
mod device;
mod devices;
mod disk;
mod dispenser_disk;
mod enrol;
mod fault;
mod impostor;
mod interface;
mod items;
mod kill;
mod live;
mod load;
mod mount;
mod mute;
mod network;
mod notices;
mod offline;
mod panels;
mod partition;
mod pi;
mod power_cut;
mod presser;
mod printed;
mod printer;
mod printer_command;
mod race;
mod refusals;
mod reprint;
mod shortage;
mod slip;
mod sockets;
mod specimen;
mod stall;
mod start;
mod store;
mod stored;
mod visitors;
mod voice;
mod whatif;

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A condition that does not hold by then never will.
const PATIENCE: Duration = Duration::from_secs(15);

/// Randomness that can be repeated.
fn seeded() -> StdRng {
    let given = std::env::var("YIHAO_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("YIHAO_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// A number, or what an environment variable says instead.
fn times(variable: &str, default: u32) -> u32 {
    std::env::var(variable).map_or(default, |times| times.parse().unwrap())
}

/// A random moment: the very thing that scenarios with faults are about.
async fn moment(rng: &mut StdRng, most_ms: u64) {
    tokio::time::sleep(Duration::from_micros(rng.random_range(0..most_ms * 1_000))).await;
}

/// Waits until something holds.
async fn until<F: Future<Output = bool>>(what: &str, holds: impl FnMut() -> F) {
    until_within(PATIENCE, what, holds).await;
}

/// Waits until something holds that may take longer, and says how long it took.
async fn until_within<F: Future<Output = bool>>(
    patience: Duration,
    what: &str,
    mut holds: impl FnMut() -> F,
) -> Duration {
    let began = std::time::Instant::now();
    while !holds().await {
        assert!(began.elapsed() < patience, "{what}: not after {patience:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
