//! The day before: as many visits as today will have, and so many other orders that everything that may fill up is full. What
//! grows after midnight is then neither a cache nor a day's visits.

use std::time::{Duration, Instant};

use caller_server::answers;
use protocol::Answer;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::plan::Plan;
use crate::client::Client;
use crate::hall::Hall;
use crate::process::Usage;

/// The hall's time at the start of the server …
pub const BEGINS: &str = "2026-11-23T23:57:00";
/// … is so long before midnight.
const LASTS: Duration = Duration::from_secs(180);
/// First answers that are kept, and a tenth more.
const ORDERS: usize = answers::KEPT_MAX + answers::KEPT_MAX / 10;
/// What is done again and again with one visit.
const CYCLE: [&str; 3] = ["call", "start", "park"];

/// What the day before was like.
#[derive(Debug, Clone, Serialize)]
pub struct Yesterday {
    /// Orders that made no visit: somebody waits aside and is called again, and so on.
    pub other_orders: usize,
    /// Visits.
    pub visits: usize,
    /// Memory when the windows were opened, KiB.
    pub empty_kib: u64,
    /// Memory when all caches were full, KiB.
    pub full_kib: u64,
    /// Memory after the visits, KiB.
    pub after_kib: u64,
}

impl Yesterday {
    /// What a visit takes until the next day, KiB.
    pub fn visit_kib(&self) -> f64 {
        let [full, after, visits] = [self.full_kib, self.after_kib, self.visits as u64]
            .map(|n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
        (after - full) / visits.max(1.0)
    }
}

/// Plays it, and waits for midnight.
pub async fn play(plan: &Plan, hall: &Hall) -> Yesterday {
    let began = Instant::now();
    let first_day = day(hall).await;
    let mut seats = Vec::new();
    for window in 1..=plan.consoles {
        seats.push(Seat::open(hall, window).await);
    }
    let consoles = seats.len();
    let turns = ORDERS / consoles / CYCLE.len() + 1;
    let visits_each = plan.visits() / consoles + 1;
    let memory_kib = || Usage::of(hall.pid()).map_or(0, |usage| usage.memory_kib);
    let empty_kib = memory_kib();
    seats = at_all(seats, Work::Cycle(turns)).await;
    hall.settle().await;
    let full_kib = memory_kib();
    seats = at_all(seats, Work::Serve(visits_each)).await;
    hall.settle().await;
    let after_kib = memory_kib();
    drop(at_all(seats, Work::Close).await);
    assert!(began.elapsed() < LASTS, "the day before did not end by midnight: the machine is too slow or too busy");
    while day(hall).await == first_day {
        sleep(Duration::from_millis(500)).await;
    }
    hall.settle().await;
    Yesterday {
        other_orders: turns * consoles * CYCLE.len(),
        visits: visits_each * consoles,
        empty_kib,
        full_kib,
        after_kib,
    }
}

/// What is done at a seat.
#[derive(Clone, Copy)]
enum Work {
    /// One visit is called, started and parked so often, then finished.
    Cycle(usize),
    /// So many visits from the number to the end.
    Serve(usize),
    /// The clerk goes home.
    Close,
}

/// A clerk at a window, and whoever takes numbers there.
struct Seat {
    window: u16,
    clerk: Client,
    dispenser: Client,
}

impl Seat {
    async fn open(hall: &Hall, window: u16) -> Self {
        let (clerk, dispenser) = (hall.clerk(window).await, hall.dispenser(1).await);
        let mut seat = Self { window, clerk, dispenser };
        seat.at(json!({ "act": "open" })).await;
        seat
    }

    async fn perform(mut self, work: Work) -> Self {
        match work {
            Work::Cycle(turns) => self.cycle(turns).await,
            Work::Serve(visits) => self.serve(visits).await,
            Work::Close => self.at(json!({ "act": "close" })).await,
        }
        self
    }

    async fn cycle(&mut self, turns: usize) {
        let ticket = self.ticket().await;
        for act in CYCLE.iter().cycle().take(turns * CYCLE.len()).chain(&CYCLE[..2]) {
            match *act {
                "call" => self.at(json!({ "act": "call", "ticket": ticket })).await,
                "park" => self.at(json!({ "act": "park", "reason": "fills in a form" })).await,
                act => self.at(json!({ "act": act })).await,
            }
        }
        self.at(json!({ "act": "finish" })).await;
    }

    async fn serve(&mut self, visits: usize) {
        for _ in 0..visits {
            self.ticket().await;
            for act in ["call_next", "start", "finish"] {
                self.at(json!({ "act": act })).await;
            }
        }
    }

    async fn ticket(&mut self) -> String {
        match self.dispenser.issue().await.answer() {
            Answer::Ticket(ticket) => ticket.ticket,
            other => panic!("a number was to be given out: {other:?}"),
        }
    }

    async fn at(&mut self, act: Value) {
        let reply = self.clerk.at_with(self.window, &act).await;
        assert_eq!(reply.status, 200, "{act} at window {}: {:?}", self.window, reply.body);
    }
}

/// The same at all seats at once.
async fn at_all(seats: Vec<Seat>, work: Work) -> Vec<Seat> {
    let running: Vec<_> = seats.into_iter().map(|seat| tokio::spawn(seat.perform(work))).collect();
    let mut seats = Vec::new();
    for one in running {
        seats.push(one.await.unwrap());
    }
    seats
}

async fn day(hall: &Hall) -> Value {
    hall.health().await.1["day"].clone()
}
