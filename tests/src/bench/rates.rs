//! Durable issues and calls a second: closed loops, each client sends the next order when it has its answer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{Percentiles, progress};
use crate::client::Client;
use crate::hall::{Hall, Setup};

/// Windows that press at the same time.
const WINDOWS: u16 = 20;

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
    /// Presses on "next" at 20 windows: each finishes a visit and calls the next one; a "start" lies between any two.
    pub next_per_s_at_20: f64,
    /// All orders of the 20 windows, "next" and "start".
    pub window_orders_per_s_at_20: f64,
    /// How long each "next" took.
    pub next_ms: Percentiles,
}

/// Measures the rates on a fresh hall.
pub async fn measure(orders: u32, data_dir: Option<PathBuf>) -> Rates {
    progress("rates: issues at 1, 16 and 64 clients");
    let data_dir = data_dir.map(|dir| dir.join("rates"));
    let hall = Hall::start(Setup { clerks: WINDOWS, data_dir, ..Setup::default() }).await;
    let (issues_per_s_at_1, _) = issues(&hall, 1, orders / 10).await;
    let (issues_per_s_at_16, _) = issues(&hall, 16, orders / 2).await;
    let (issues_per_s_at_64, times) = issues(&hall, 64, orders).await;
    progress("rates: next at 20 windows");
    let (next_per_s_at_20, pressed) = next(&hall, orders / 2).await;
    Rates {
        issues_per_s_at_1,
        issues_per_s_at_16,
        issues_per_s_at_64,
        issue_ms_at_64: Percentiles::of(times),
        next_per_s_at_20,
        window_orders_per_s_at_20: 2.0 * next_per_s_at_20,
        next_ms: Percentiles::of(pressed),
    }
}

async fn issues(hall: &Hall, clients: u32, orders: u32) -> (f64, Vec<Duration>) {
    let each = orders / clients;
    let mut ready = Vec::new();
    for _ in 0..clients {
        ready.push(hall.dispenser(1).await);
    }
    let began = Instant::now();
    let times = all(ready.into_iter().map(|client| issue_often(client, each))).await;
    (f64::from(each * clients) / began.elapsed().as_secs_f64(), times)
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

async fn next(hall: &Hall, presses: u32) -> (f64, Vec<Duration>) {
    let each = presses / u32::from(WINDOWS);
    let mut clerks = Vec::new();
    for window in 1..=WINDOWS {
        let mut clerk = hall.clerk(window).await;
        assert_eq!(clerk.at(window, "open").await.status, 200);
        clerks.push((window, clerk));
    }
    let began = Instant::now();
    let times = all(clerks.into_iter().map(|(window, clerk)| press_often(window, clerk, each))).await;
    (f64::from(each * u32::from(WINDOWS)) / began.elapsed().as_secs_f64(), times)
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

async fn all(each: impl Iterator<Item = impl Future<Output = Vec<Duration>> + Send + 'static>) -> Vec<Duration> {
    let running: Vec<_> = each.map(tokio::spawn).collect();
    let mut times = Vec::new();
    for one in running {
        times.extend(one.await.unwrap());
    }
    times
}
