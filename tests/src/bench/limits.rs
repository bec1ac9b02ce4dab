//! What the machine allows: fdatasync of an appended record, and requests to a server that does nothing.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::{Json, Router, routing::post};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Percentiles,
    cpu::{Cost, Meter},
    progress,
    rates::WINDOWS,
};
use crate::client::{Client, fresh_key};

/// A record as the journal writes it, bytes.
const RECORD_BYTES: usize = 400;
/// Characters of a device's key.
const KEY_CHARS: usize = 64;
/// Hellos for each order: so that the limit is measured about as long as what stands beside it.
const HELLOS: u32 = 3;

/// The limits of the machine.
#[derive(Debug, Serialize)]
pub struct Limits {
    /// Append a record to a file and sync it.
    pub fdatasync_ms: Percentiles,
    /// A bare axum server that answers JSON with JSON, over the same client, 64 at a time.
    pub bare_hello_per_s_at_64: f64,
    /// What each cost.
    pub bare_hello_cost_at_64: Cost,
    /// The same, as many at a time as windows press.
    pub bare_hello_per_s_at_20: f64,
    /// The same, 1 at a time.
    pub bare_hello_per_s_at_1: f64,
}

/// Measures the limits on the disk and the loopback that the server uses.
pub async fn measure(orders: u32, data_dir: Option<PathBuf>) -> Limits {
    progress("limits: fdatasync, bare hello");
    let own = tempfile::tempdir().unwrap();
    let fdatasync_ms = fdatasync(&data_dir.unwrap_or_else(|| own.path().to_owned()), orders / 10);
    let mut hello = Hello::start().await;
    let meter = Meter::start(hello.child.id());
    let bare_hello_per_s_at_64 = rate(hello.address, 64, HELLOS * orders).await;
    let bare_hello_cost_at_64 = meter.cost_of(HELLOS * orders);
    let bare_hello_per_s_at_20 = rate(hello.address, u32::from(WINDOWS), HELLOS * orders).await;
    let bare_hello_per_s_at_1 = rate(hello.address, 1, orders / 10).await;
    hello.stop();
    Limits {
        fdatasync_ms,
        bare_hello_per_s_at_64,
        bare_hello_cost_at_64,
        bare_hello_per_s_at_20,
        bare_hello_per_s_at_1,
    }
}

fn fdatasync(dir: &Path, count: u32) -> Percentiles {
    std::fs::create_dir_all(dir).unwrap();
    let path = dir.join("fdatasync.tmp");
    let mut file = File::create(&path).unwrap();
    let once = |file: &mut File| {
        let began = Instant::now();
        file.write_all(&[7; RECORD_BYTES]).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    };
    let times: Vec<Duration> = (0..count.max(100)).map(|_| once(&mut file)).collect();
    std::fs::remove_file(path).unwrap();
    Percentiles::of(times)
}

/// The bare server runs in a process of its own, as the real one does: this program, told so by its environment.
struct Hello {
    address: SocketAddr,
    child: std::process::Child,
}

/// Tells a copy of the benchmark to be the bare server.
const HELLO: &str = "YIHAO_BENCH_HELLO";

impl Hello {
    async fn start() -> Self {
        let address = crate::ports::free_address();
        let program = std::env::current_exe().unwrap();
        let child = std::process::Command::new(program).env(HELLO, address.to_string()).spawn().unwrap();
        while Client::try_connect(address).await.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { address, child }
    }

    fn stop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

/// Whether this process is to be the bare server; then it never returns.
pub async fn be_hello_if_told() {
    let Ok(address) = std::env::var(HELLO) else { return };
    let answer = || async { Json(json!({ "got": "ticket", "number": "A001" })) };
    let router = Router::new().route("/", post(move |_: Json<Value>| answer()));
    let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

async fn rate(address: SocketAddr, clients: u32, orders: u32) -> f64 {
    let began = Instant::now();
    let each = orders / clients;
    let all: Vec<_> = (0..clients).map(|_| tokio::spawn(ask(address, each))).collect();
    for one in all {
        one.await.unwrap();
    }
    f64::from(each * clients) / began.elapsed().as_secs_f64()
}

async fn ask(address: SocketAddr, times: u32) {
    // The same request as a dispenser's, so that its cost to the client stands on both sides.
    let mut client = Client::connect(address).await.with_key(&"0".repeat(KEY_CHARS));
    for _ in 0..times {
        assert_eq!(client.post("/", Some(&fresh_key()), &json!({ "lane": "acceptance" })).await.status, 200);
    }
}
