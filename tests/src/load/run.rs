//! A load from the first connection to the last: who is there, what goes on beside the work, and when it is over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::Subject;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::console::{Console, Free};
use super::dispenser::Dispenser;
use super::display;
use super::ground;
use super::ledger::{Phase, Storm};
use super::options::Options;
use super::plan::Plan;
use super::readers;
use super::sampler::{Sample, Sampler};
use super::visits::Visits;
use super::world::{Running, World, seconds, with_cookie};
use super::yesterday::{self, Yesterday};
use crate::bench::progress;
use crate::hall::Hall;
use crate::process::{self, Usage};

/// What does not come back from a storm by then does not come back.
const STORM_ENDS_WITHIN: Duration = Duration::from_secs(30);
/// Storms before a run whose memory is judged, and the rest after each.
const REHEARSALS: usize = 20;
const REHEARSAL_REST: Duration = Duration::from_millis(500);
/// What was called is on all displays by then, and whoever left is forgotten.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);
/// Samples in a long run, and in one of less than ten minutes.
const SAMPLE_EVERY: Duration = Duration::from_secs(5);
const SAMPLE_OFTEN: Duration = Duration::from_secs(1);
const SHORT_S: f64 = 600.0;
/// Descriptors that the server may have open beyond those before anybody came: files of the store that it opened meanwhile.
const FILES: u64 = 4;

/// Everything that was seen in a run.
pub struct Seen {
    /// What was held, and what was seen.
    pub world: Arc<World>,
    /// The day before.
    pub yesterday: Option<Yesterday>,
    /// When the series and the visits began.
    pub began: Instant,
    /// The time series.
    pub samples: Vec<Sample>,
    /// Numbers that were given out.
    pub visits: u64,
    /// The server before anybody came, and after all left.
    pub alone: [Usage; 2],
    /// Load of the machine before anybody came.
    pub load_average: f64,
    /// How long the displays needed to come in the first time, s.
    pub opening_s: f64,
    /// Memory after each storm that was rehearsed, KiB.
    pub rehearsals_kib: Vec<u64>,
}

/// Everybody but the displays and the consoles.
struct Crowd {
    visits: Arc<Visits>,
    back: mpsc::UnboundedReceiver<Instant>,
    _running: Vec<Running>,
}

/// Holds it.
pub async fn run(options: &Options) -> Seen {
    let plan = Plan::of(options);
    process::allow_descriptors(ground::descriptors(&plan));
    let load_average = process::load_average();
    progress("accounts and devices");
    let mut hall = Hall::set_up(ground::setup(&plan, options));
    let arguments = ground::arguments(&plan);
    hall.launch(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    hall.wait_until_ready().await;
    let mut yesterday = None;
    if plan.yesterday {
        progress("the day before, until midnight");
        yesterday = Some(yesterday::play(&plan, &hall).await);
    }
    let before = alone(&hall).await;
    progress("everybody comes in");
    let world = Arc::new(World::new(hall.address, plan));
    let coming = Instant::now();
    let mut crowd = come_in(&world, &hall).await;
    let opening_s = seconds(coming, all_back(&world, &mut crowd.back).await.last().copied().unwrap_or(coming));
    let rehearsals_kib = rehearse(&world, &hall, &mut crowd).await;
    let every = if world.plan.run_s < SHORT_S { SAMPLE_OFTEN } else { SAMPLE_EVERY };
    let sampler = Sampler::start(&world, hall.pid(), every);
    let began = Instant::now();
    let samples = hold(&world, &mut crowd, sampler, began).await;
    progress("everybody leaves");
    shown_everywhere(&world).await;
    let visits = crowd.visits.begun();
    drop(crowd);
    let after = gone(&hall, &world, &before).await;
    hall.stop();
    Seen { world, yesterday, began, samples, visits, alone: [before, after], load_average, opening_s, rehearsals_kib }
}

async fn come_in(world: &Arc<World>, hall: &Hall) -> Crowd {
    let (tell, back) = mpsc::unbounded_channel();
    let mut running = display::hang_all(world, &hall.display_keys, &tell);
    let (mut consoles, mut dispensers) = (Vec::new(), Vec::new());
    for window in 1..=world.plan.consoles {
        consoles.push(Console::sit_down(world, hall, window).await);
    }
    for key in &hall.dispenser_keys {
        let (dispenser, connection) = Dispenser::set_up(world, key);
        dispensers.push(dispenser);
        running.push(connection);
    }
    for n in 0..world.plan.boards {
        running.push(world.screen(None, board(world, n)));
    }
    let manager = hall.manager().await.cookie();
    running.extend((0..world.plan.managers).map(|_| world.screen(with_cookie(manager.clone()), Subject::Manager)));
    running.extend(readers::keep(world));
    let visits = Visits::new(world.clone(), dispensers, Free::all(consoles));
    visits.fill_queue().await;
    Crowd { visits, back, _running: running }
}

/// Boards of the hall and of its zones, and the pages of windows, in turn.
fn board(world: &World, n: u32) -> Subject {
    let window = || u16::try_from(n / 4 % u32::from(world.plan.consoles)).unwrap_or(0) + 1;
    match n % 4 {
        0 => Subject::Board { zone: None },
        1 => Subject::Board { zone: Some('A') },
        2 => Subject::Board { zone: Some('B') },
        _ => Subject::Window { window: window() },
    }
}

/// Lets visits come for as long as it is to last, calm and crowded in turn, with a storm now and then. The series of that time.
async fn hold(world: &Arc<World>, crowd: &mut Crowd, sampler: Sampler, began: Instant) -> Vec<Sample> {
    let (end, over) = watch::channel(false);
    let coming = {
        let visits = crowd.visits.clone();
        tokio::spawn(async move { visits.come(over).await })
    };
    let ends = began + Duration::from_secs_f64(world.plan.run_s);
    let mut stormed = Instant::now();
    for turn in 0_u64.. {
        let left = ends.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        world.phase.send_replace(phase(turn));
        sleep(left.min(Duration::from_secs(world.plan.phase_s))).await;
        let storm_every = Duration::from_secs(world.plan.storm_every_s);
        if !storm_every.is_zero() && stormed.elapsed() >= storm_every && Instant::now() < ends {
            storm(world, crowd, began).await;
            stormed = Instant::now();
        }
    }
    world.phase.send_replace(Phase::Around);
    let samples = sampler.samples();
    let _ = end.send(true);
    coming.await.unwrap();
    samples
}

/// Calm, crowded, crowded, calm, and so on: what changes with time changes both alike.
fn phase(turn: u64) -> Phase {
    if matches!(turn % 4, 0 | 3) { Phase::Calm } else { Phase::Crowded }
}

/// Storms before the run. For a moment all displays are connected twice, and each thread of the server may be the one that makes
/// room for them: the allocator keeps for every thread what it once needed, so that memory stands still only after some storms.
async fn rehearse(world: &World, hall: &Hall, crowd: &mut Crowd) -> Vec<u64> {
    let mut memory_kib = Vec::new();
    if world.plan.yesterday {
        for _ in 0..REHEARSALS {
            storm(world, crowd, Instant::now()).await;
            sleep(REHEARSAL_REST).await;
            memory_kib.push(hall.memory_kib());
        }
    }
    world.ledger.pages().storms.clear();
    world.phase.send_replace(Phase::Around);
    memory_kib
}

async fn storm(world: &World, crowd: &mut Crowd, began: Instant) {
    world.phase.send_replace(Phase::Storm);
    // Whoever came back by itself meanwhile is not part of it.
    while crowd.back.try_recv().is_ok() {}
    let broke = Instant::now();
    world.storm.send_modify(|storms| *storms += 1);
    let back = all_back(world, &mut crowd.back).await;
    let after = |at: Option<&Instant>| at.map_or(f64::INFINITY, |at| seconds(broke, *at));
    let storm = Storm {
        at_s: seconds(began, broke),
        displays: back.len(),
        half_s: after(back.get(back.len() / 2)),
        last_s: after(back.last()),
    };
    world.ledger.pages().storms.push(storm);
}

/// Waits until all displays see their window; when each did.
async fn all_back(world: &World, back: &mut mpsc::UnboundedReceiver<Instant>) -> Vec<Instant> {
    let mut all = Vec::new();
    let wait = async {
        while all.len() < usize::from(world.plan.displays) {
            all.extend(back.recv().await);
        }
    };
    if timeout(STORM_ENDS_WITHIN, wait).await.is_err() {
        world.ledger.error("a display does not see its window");
    }
    all.sort_unstable();
    all
}

/// Waits until every display had every call, or never will.
async fn shown_everywhere(world: &World) {
    let began = Instant::now();
    while began.elapsed() < SETTLED_WITHIN && !world.not_shown().is_empty() {
        sleep(Duration::from_millis(50)).await;
    }
}

/// The server when nobody is connected.
async fn alone(hall: &Hall) -> Usage {
    hall.settle().await;
    // The connection that asked goes with its next breath.
    sleep(Duration::from_millis(200)).await;
    Usage::of(hall.pid()).unwrap_or_else(|| panic!("the server is gone\n{}", hall.log()))
}

/// Waits until the server forgot everybody who left.
async fn gone(hall: &Hall, world: &World, before: &Usage) -> Usage {
    let began = Instant::now();
    loop {
        let usage = alone(hall).await;
        if usage.descriptors <= before.descriptors + FILES {
            return usage;
        }
        if began.elapsed() > SETTLED_WITHIN {
            world.ledger.error("descriptors stay open when everybody left");
            return usage;
        }
    }
}
