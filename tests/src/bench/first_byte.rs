//! From a press at the kiosk to the first byte at the printer: with the server, with one that stands still, without one.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;
use tempfile::TempDir;

use super::{Percentiles, progress};
use crate::client::Client;
use crate::hall::{Hall, Setup, program};
use crate::ports::free_address;
use crate::printer::Printer;

/// The most numbers that a dispenser has in reserve.
const RESERVE: u32 = 200;
/// What is not there by then never will be.
const WITHIN: Duration = Duration::from_secs(30);
/// Between two people, so that the printer and the screen come to rest.
const PAUSE: Duration = Duration::from_millis(50);

/// How long after a press the printer has the first byte.
#[derive(Debug, Serialize)]
pub struct FirstByte {
    /// The server gives the number.
    pub press_to_first_byte_ms: Percentiles,
    /// The server stands still: it is waited for, 300 ms, and then a reserved number is given.
    pub server_stopped_ms: Percentiles,
    /// The server is known to be gone.
    pub server_gone_ms: Percentiles,
}

/// Measures so many presses with the server, a fifth as many with a stopped one, as many as the reserve allows without one.
pub async fn measure(presses: u32) -> FirstByte {
    progress("from a press to the first byte at the printer");
    let mut hall = Hall::start(Setup::default()).await;
    let printer = Printer::start();
    let mut bench = Bench::start(&hall, printer).await;
    let press_to_first_byte_ms = bench.press(presses).await;
    signal("-STOP", hall.pid());
    let server_stopped_ms = bench.press((presses / 5).clamp(1, RESERVE / 4)).await;
    signal("-CONT", hall.pid());
    hall.kill();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let server_gone_ms = bench.press(presses.clamp(1, RESERVE / 2)).await;
    FirstByte { press_to_first_byte_ms, server_stopped_ms, server_gone_ms }
}

struct Bench {
    printer: Printer,
    kiosk: Client,
    dispenser: Child,
    _own: TempDir,
}

impl Bench {
    async fn start(hall: &Hall, printer: Printer) -> Self {
        let own = tempfile::tempdir().unwrap();
        let listen = free_address();
        let (server, key) = (hall.address, &hall.dispenser_keys[0]);
        let profile = format!(
            "name = \"dispenser-1\"\nserver = \"http://{server}\"\nkey = \"{key}\"\nlog = \"warn\"\n\
             [dispenser]\nkiosk_listen = \"{listen}\"\npress_gap_ms = 0\nreserve = {{ count = {RESERVE} }}\n\
             printer = {{ back_end = \"network\", address = \"{}\" }}\n",
            printer.address
        );
        fs::write(own.path().join("profile.toml"), profile).unwrap();
        let log = File::create(own.path().join("log")).unwrap();
        let mut command = Command::new(program("ticket-dispenser"));
        command.arg("--profile").arg(own.path().join("profile.toml")).stdin(Stdio::null()).stderr(log);
        let dispenser = command.spawn().unwrap();
        let began = Instant::now();
        let kiosk = loop {
            if let Some(kiosk) = Client::try_connect(listen).await {
                break kiosk;
            }
            assert!(began.elapsed() < WITHIN, "no kiosk page");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let outbox = own.path().join("outbox/outbox.jsonl");
        while !(has_reserve(&outbox) && printer.connections() > 0) {
            assert!(began.elapsed() < WITHIN, "no numbers in reserve, or no printer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        Self { printer, kiosk, dispenser, _own: own }
    }

    async fn press(&mut self, presses: u32) -> Percentiles {
        let mut times = Vec::new();
        for _ in 0..presses {
            let (begun, cut) = (self.printer.begun().len(), self.printer.slips().len());
            let pressed = Instant::now();
            let reply = self.kiosk.post("/press", None, &json!({ "lane": "acceptance" })).await;
            assert_eq!(reply.status, 200);
            while self.printer.slips().len() == cut {
                assert!(pressed.elapsed() < WITHIN, "no slip came out: {:?}", reply.body);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            times.push(self.printer.begun()[begun] - pressed);
            tokio::time::sleep(PAUSE).await;
        }
        Percentiles::of(times)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.dispenser.kill();
        let _ = self.dispenser.wait();
    }
}

fn has_reserve(outbox: &Path) -> bool {
    fs::read_to_string(outbox).is_ok_and(|lines| lines.contains("leased"))
}

fn signal(which: &str, pid: u32) {
    assert!(Command::new("kill").args([which, &pid.to_string()]).status().unwrap().success(), "kill {which} {pid}");
}
