//! Durable issues and calls a second: closed loops, each client sends the next order when it has its answer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{
    Percentiles,
    cpu::{Cost, Meter},
    progress,
};
use crate::client::Client;
use crate::hall::{Hall, Setup};

/// Windows that press at the same time.
pub const WINDOWS: u16 = 20;

/// Orders a second, every one durable before its answer.
#[derive(Debug, Serialize)]
pub struct Rates {
    /// Numbers given out by 1 client.
    pub issues_per_s_at_1: f64,
    /// By 16.
    pub issues_per_s_at_16: f64,
    /// By 64.
    pub issues_per_s_at_64: f64,
    /// How long each took, at 64.
    pub issue_ms_at_64: Percentiles,
    /// What each cost, at 64.
    pub issue_cost_at_64: Cost,
    /// Presses on "next" at 20 windows: each finishes a visit and calls the next one; a "start" lies between any two.
    pub next_per_s_at_20: f64,
    /// All orders of the 20 windows, "next" and "start".
    pub window_orders_per_s_at_20: f64,
    /// How long each "next" took.
    pub next_ms: Percentiles,
    /// What each order of the 20 windows cost.
    pub window_order_cost: Cost,
}

/// What was measured in one go.
struct Run {
    orders: u32,
    took: Duration,
    times: Vec<Duration>,
    cost: Cost,
}

impl Run {
    fn per_s(&self) -> f64 {
        f64::from(self.orders) / self.took.as_secs_f64()
    }
}

/// Measures the rates on a fresh hall.
pub async fn measure(orders: u32, data_dir: Option<PathBuf>) -> Rates {
    progress("rates: issues at 1, 16 and 64 clients");
    let data_dir = data_dir.map(|dir| dir.join("rates"));
    let hall = Hall::start(Setup { clerks: WINDOWS, data_dir, ..Setup::default() }).await;
    let issues_per_s_at_1 = issues(&hall, 1, orders / 10).await.per_s();
    let issues_per_s_at_16 = issues(&hall, 16, orders / 2).await.per_s();
    let at_64 = issues(&hall, 64, orders).await;
    progress("rates: next at 20 windows");
    let next = next(&hall, orders / 2).await;
    Rates {
        issues_per_s_at_1,
        issues_per_s_at_16,
        issues_per_s_at_64: at_64.per_s(),
        issue_ms_at_64: Percentiles::of(at_64.times),
        issue_cost_at_64: at_64.cost,
        next_per_s_at_20: next.per_s() / 2.0,
        window_orders_per_s_at_20: next.per_s(),
        next_ms: Percentiles::of(next.times),
        window_order_cost: next.cost,
    }
}

async fn issues(hall: &Hall, clients: u32, orders: u32) -> Run {
    let each = orders / clients;
    let mut ready = Vec::new();
    for _ in 0..clients {
        ready.push(hall.dispenser(1).await);
    }
    all(hall, each * clients, ready.into_iter().map(|client| issue_often(client, each))).await
}

async fn issue_often(mut client: Client, often: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..often {
        let began = Instant::now();
        assert_eq!(client.issue().await.status, 200);
        times.push(began.elapsed());
    }
    times
}

async fn next(hall: &Hall, presses: u32) -> Run {
    let each = presses / u32::from(WINDOWS);
    let mut clerks = Vec::new();
    for window in 1..=WINDOWS {
        let mut clerk = hall.clerk(window).await;
        assert_eq!(clerk.at(window, "open").await.status, 200);
        clerks.push((window, clerk));
    }
    let orders = 2 * each * u32::from(WINDOWS);
    all(hall, orders, clerks.into_iter().map(|(window, clerk)| press_often(window, clerk, each))).await
}

async fn press_often(window: u16, mut clerk: Client, often: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..often {
        let began = Instant::now();
        let called = clerk.at(window, "call_next").await;
        times.push(began.elapsed());
        assert_eq!(called.status, 200, "{:?}", called.body);
        assert_eq!(clerk.at(window, "start").await.status, 200);
    }
    times
}

/// Lets all of them work at the same time, `orders` in all.
async fn all(
    hall: &Hall,
    orders: u32,
    each: impl Iterator<Item = impl Future<Output = Vec<Duration>> + Send + 'static>,
) -> Run {
    let (meter, began) = (Meter::start(hall.pid()), Instant::now());
    let running: Vec<_> = each.map(tokio::spawn).collect();
    let mut times = Vec::new();
    for one in running {
        times.extend(one.await.unwrap());
    }
    Run { orders, took: began.elapsed(), times, cost: meter.cost_of(orders) }
}
