//! One call to very many displays, one of which reads nothing.

use std::time::{Duration, Instant};

use protocol::{FromServer, Subject, View};
use serde::Serialize;

use super::{Percentiles, latency::kib_to_mib, progress};
use crate::hall::{Hall, Setup};
use crate::socket::Socket;

/// Calls that are made.
const CALLS: u32 = 10;

/// How a call spreads.
#[derive(Debug, Serialize)]
pub struct FanOut {
    /// Displays that are connected.
    pub displays: u32,
    /// From the press until a display has it; all displays, all calls.
    pub to_each_ms: Percentiles,
    /// From the press until the last display has it; a figure a call.
    pub to_last_ms: Percentiles,
    /// Resident memory of the server, MiB.
    pub memory_mib: f64,
}

/// Measures with so many displays above one window, and one more that is stalled.
pub async fn measure(displays: u32) -> FanOut {
    progress(&format!("fan-out: a call to {displays} displays, one more is stalled"));
    let hall = Hall::start(Setup::default()).await;
    let key = &hall.display_keys[0];
    let open = || Socket::open(hall.address, Some(key), Subject::Display { window: 1 }, None);
    // It is kept, and never read.
    let _stalled = open().await;
    let (had, mut hads) = tokio::sync::mpsc::unbounded_channel();
    let mut watching = Vec::new();
    for _ in 0..displays {
        let mut socket = open().await;
        let had = had.clone();
        watching.push(tokio::spawn(async move {
            while let Some(message) = socket.next().await {
                if let Some(number) = calling(&message) {
                    had.send((number, Instant::now())).unwrap();
                }
                socket.say(&protocol::FromClient::Pulse).await;
            }
        }));
    }
    let (mut each, mut last) = (Vec::new(), Vec::new());
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    for _ in 0..CALLS {
        assert_eq!(dispenser.issue().await.status, 200);
        let began = Instant::now();
        let number = clerk.at(1, "call_next").await.number();
        let times = collect(&mut hads, &number, displays, began).await;
        last.push(*times.iter().max().unwrap());
        each.extend(times);
        assert_eq!(clerk.at(1, "start").await.status, 200);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let memory_mib = kib_to_mib(hall.memory_kib());
    watching.iter().for_each(tokio::task::JoinHandle::abort);
    FanOut { displays, to_each_ms: Percentiles::of(each), to_last_ms: Percentiles::of(last), memory_mib }
}

async fn collect(
    hads: &mut tokio::sync::mpsc::UnboundedReceiver<(String, Instant)>,
    number: &str,
    displays: u32,
    began: Instant,
) -> Vec<Duration> {
    let mut times = Vec::new();
    while times.len() < displays as usize {
        let (called, at) = hads.recv().await.unwrap();
        if called == number {
            times.push(at - began);
        }
    }
    times
}

fn calling(message: &FromServer) -> Option<String> {
    match message {
        FromServer::View { view: View::Window(view), .. } if view.state == protocol::view::WindowState::Calling => {
            view.number.clone()
        }
        _ => None,
    }
}
