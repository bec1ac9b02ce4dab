//! Readers that are no good: silent ones that read nothing and say nothing, deaf ones that say that they are there and read
//! nothing, slow ones that read a little now and then. Whether the server let go of one is told by the kernel.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{PULSE_MS, Subject};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::ledger::{Cut, Phase};
use super::world::{Running, World, seconds};
use crate::process::{End, ends_at};
use crate::socket::{Socket, pulse};

/// How often the kernel is asked about the ends.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A connection that was just made is in the kernel's table by then.
const IN_TABLE_WITHIN: Duration = Duration::from_secs(2);
/// Saying something takes no longer, unless the server does not even read.
const SAY_WITHIN: Duration = Duration::from_secs(1);
/// A slow reader reads one message this often.
const SLOW_EVERY: Duration = Duration::from_secs(2);

type Ends = watch::Receiver<Arc<BTreeMap<u16, End>>>;

/// What a reader does instead of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    Silent,
    Deaf,
    Slow,
}

/// Keeps so many bad readers connected whenever it is crowded.
pub fn keep(world: &Arc<World>) -> Vec<Running> {
    let (show, ends) = watch::channel(Arc::default());
    let plan = &world.plan;
    let half = plan.stalled / 2;
    let habits = [(Habit::Deaf, plan.stalled - half), (Habit::Silent, half), (Habit::Slow, plan.slow)];
    let mut running = vec![Running::spawn(look(world.address, show))];
    for (habit, count) in habits {
        running.extend((0..count).map(|_| Running::spawn(stay(world.clone(), habit, ends.clone()))));
    }
    running
}

/// Asks the kernel, in calm phases too: with thousands of connections the question itself takes a tenth of a processor, which must
/// not be taken for the readers' doing.
async fn look(server: SocketAddr, show: watch::Sender<Arc<BTreeMap<u16, End>>>) {
    while let Ok(ends) = spawn_blocking(move || ends_at(server)).await {
        show.send_replace(Arc::new(ends));
        sleep(LOOK_EVERY).await;
    }
}

/// Connects whenever it is crowded, and again after each cut.
async fn stay(world: Arc<World>, habit: Habit, ends: Ends) {
    let mut phase = world.phase.subscribe();
    while phase.wait_for(|phase| *phase == Phase::Crowded).await.is_ok() {
        let socket = Socket::connect_narrow(world.address, None).await;
        // The whole hall's board: the most there is to read in public.
        let Some(mut socket) = socket.try_hello(Subject::Board { zone: None }, None).await else { continue };
        tokio::select! {
            cut = watch_cut(habit, socket.port(), ends.clone()) => world.ledger.pages().cuts.push(cut),
            () = behave(habit, &mut socket) => {}
            _ = phase.wait_for(|phase| *phase != Phase::Crowded) => {}
        }
    }
}

/// Never ends: what the server thinks of it is not this reader's business.
async fn behave(habit: Habit, socket: &mut Socket) {
    let mut pulses = interval(Duration::from_millis(PULSE_MS));
    let mut reads = interval(SLOW_EVERY);
    reads.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = pulses.tick(), if habit != Habit::Silent => drop(timeout(SAY_WITHIN, socket.try_say(pulse())).await),
            _ = reads.tick(), if habit == Habit::Slow => drop(timeout(SLOW_EVERY, socket.hear()).await),
            else => std::future::pending().await,
        }
    }
}

/// Waits until the server let go of the connection with this port at the other end.
async fn watch_cut(habit: Habit, port: u16, mut ends: Ends) -> Cut {
    let began = Instant::now();
    let (mut unsent_bytes, mut took_at, mut seen) = (0, began, false);
    loop {
        if ends.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        let end = ends.borrow_and_update().get(&port).copied();
        match end {
            Some(end) => {
                seen = true;
                if end.unsent_bytes == 0 || end.unsent_bytes < unsent_bytes {
                    took_at = Instant::now();
                }
                unsent_bytes = end.unsent_bytes;
            }
            None if seen || began.elapsed() > IN_TABLE_WITHIN => {
                let now = Instant::now();
                let (after_s, after_stuck_s) = (seconds(began, now), seconds(took_at, now));
                return Cut { habit: habit.name(), after_s, after_stuck_s };
            }
            None => {}
        }
    }
}

impl Habit {
    fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Deaf => "deaf",
            Self::Slow => "slow",
        }
    }
}
