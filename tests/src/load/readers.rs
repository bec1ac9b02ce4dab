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
use super::verdict::CUT_S;
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
        let mut standing = Standing::begin(habit);
        let cut = tokio::select! {
            () = standing.ends(socket.port(), ends.clone()) => Some(standing.cut(true)),
            () = behave(habit, &mut socket) => None,
            // Who should have been cut by now counts, too: else a server that cuts nobody would hold every limit.
            _ = phase.wait_for(|phase| *phase != Phase::Crowded) => standing.too_long(),
        };
        world.ledger.pages().cuts.extend(cut);
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

/// How long a reader stands there, and since when it takes nothing.
struct Standing {
    habit: Habit,
    began: Instant,
    took_at: Instant,
    unsent_bytes: u64,
    /// The kernel's table has shown it.
    seen: bool,
}

impl Standing {
    fn begin(habit: Habit) -> Self {
        let began = Instant::now();
        Self { habit, began, took_at: began, unsent_bytes: 0, seen: false }
    }

    /// Waits until the server let go of the connection with this port at the other end.
    async fn ends(&mut self, port: u16, mut ends: Ends) {
        loop {
            if ends.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            let unsent_bytes = ends.borrow_and_update().get(&port).map(|end| end.unsent_bytes);
            if self.is_over(unsent_bytes) {
                return;
            }
        }
    }

    /// Looks at the server's end of the connection: what waits there, bytes; whether there is no such end any more.
    fn is_over(&mut self, unsent_bytes: Option<u64>) -> bool {
        let Some(unsent_bytes) = unsent_bytes else { return self.seen || self.began.elapsed() > IN_TABLE_WITHIN };
        self.seen = true;
        if unsent_bytes == 0 || unsent_bytes < self.unsent_bytes {
            self.took_at = Instant::now();
        }
        self.unsent_bytes = unsent_bytes;
        false
    }

    fn cut(&self, let_go: bool) -> Cut {
        let now = Instant::now();
        let (after_s, after_stuck_s) = (seconds(self.began, now), seconds(self.took_at, now));
        Cut { habit: self.habit.name(), after_s, after_stuck_s, let_go }
    }

    /// One that takes nothing and was not cut in time.
    fn too_long(&self) -> Option<Cut> {
        Some(self.cut(false)).filter(|cut| self.habit != Habit::Slow && cut.known_s() > CUT_S)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One that has stood for so long, while the server's end had so much to send.
    fn stood(habit: Habit, for_s: f64, unsent_bytes: u64) -> Standing {
        let mut standing = Standing::begin(habit);
        let began = standing.began.checked_sub(Duration::from_secs_f64(for_s)).unwrap();
        (standing.began, standing.took_at) = (began, began);
        assert!(!standing.is_over(Some(unsent_bytes)));
        standing
    }

    #[test]
    fn whoever_was_never_cut_is_told_when_the_phase_ends() {
        for habit in [Habit::Silent, Habit::Deaf] {
            let cut = stood(habit, CUT_S + 1.0, 4_096).too_long().expect("it was forgotten");
            assert!(!cut.let_go && cut.known_s() > CUT_S, "{cut:?}");
            assert!(stood(habit, CUT_S - 1.0, 4_096).too_long().is_none(), "it may still be cut in time");
        }
        assert!(stood(Habit::Slow, CUT_S + 1.0, 4_096).too_long().is_none(), "a slow one takes something");
        assert!(stood(Habit::Deaf, CUT_S + 1.0, 0).too_long().is_none(), "all that was sent to it went");
    }
}
