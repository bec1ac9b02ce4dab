//! The real device programs, built for arm64, on an emulated Raspberry Pi with the files that were rendered for it; the server
//! is outside of it. docs/FIRMWARE.md says what this can't show.

mod card;
mod dispenser;
mod display;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use protocol::{Subject, View};
use tempfile::TempDir;
use tests::hall::Hall;
use tests::pi::{self, HOST, Pi, Wiring};
use tests::socket::Socket;

/// A device that has power reaches its server by then.
const CONNECTED_WITHIN: Duration = Duration::from_secs(120);
/// Manager's eyes are not quicker.
const LOOK: Duration = Duration::from_millis(100);

/// A device with its SD card, whether it has power or not.
struct Board {
    wiring: Wiring,
    /// Its name at the server.
    device: &'static str,
    own: TempDir,
}

impl Board {
    /// A device as its profile says; the lines of its section, and more of its machine.
    fn new(hall: &Hall, device: &'static str, section: &str, machine: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let keys = if device.starts_with("dispenser") { &hall.dispenser_keys } else { &hall.display_keys };
        let (key, port) = (&keys[0], hall.address.port());
        let profile = format!(
            r#"
            name = "{device}"
            server = "http://{HOST}:{port}"
            key = "{key}"
            {section}
            [machine]
            board = "pi3"
            {machine}
            [machine.network]
            address = "10.0.2.15/24"
            "#
        );
        let (root, card) = (pi::render(&profile, own.path()), pi::new_card(own.path()));
        let (line, printer, pulled_up) = (None, None, Vec::new());
        let wiring = Wiring { name: device.to_owned(), root, card, line, printer, pulled_up };
        Self { wiring, device, own }
    }

    /// One of its files out here.
    fn path(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    /// Gives it power, and waits until the server sees it; says how long both took.
    async fn power_on(&self, hall: &Hall) -> Pi {
        let began = Instant::now();
        let mut pi = Pi::power_on(&self.wiring);
        self.is_connected(hall).await;
        let uptime = pi.ask("cut -d ' ' -f 1 /proc/uptime");
        let (up_s, connected_s) = (pi.up_after.as_secs_f32(), began.elapsed().as_secs_f32());
        let device = self.device;
        println!(
            "{device}: {up_s:.1} s to a running program, {connected_s:.1} s until the server sees it; its own clock says {} s",
            uptime.trim()
        );
        pi
    }

    async fn is_connected(&self, hall: &Hall) {
        is_connected(hall, self.device, CONNECTED_WITHIN).await;
    }
}

/// Waits until the server sees a device.
async fn is_connected(hall: &Hall, device: &str, within: Duration) {
    let cookie = hall.manager().await.cookie();
    let began = Instant::now();
    loop {
        let mut manager = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
        let is_there = |view: &View| match view {
            View::Manager(manager) => Some(manager.devices.iter().any(|there| there.name == device && there.connected)),
            _ => None,
        };
        if manager.view(is_there).await {
            return;
        }
        assert!(began.elapsed() < within, "{device} does not reach its server");
        tokio::time::sleep(LOOK).await;
    }
}

/// They need an emulator and programs for arm64, which the other scenarios can do without: `1`; those of a whole card, which
/// is made from Debian's packages and takes long: `card`.
fn asked_for(which: &str) -> bool {
    let asked = std::env::var("YIHAO_PI").is_ok_and(|asked| asked == which);
    if !asked {
        println!("left out: YIHAO_PI={which} runs it");
    }
    asked
}

/// What a device program takes of its memory, held against the most that it may take.
fn holds_memory(pi: &mut Pi, program: &str, mib_max: u64) {
    let kib = pi.memory_kib(program);
    println!("{program} on arm64: {kib} KiB resident (at most {mib_max} MiB)");
    assert!(kib <= mib_max * 1024, "{program} takes {kib} KiB, more than {mib_max} MiB");
}
