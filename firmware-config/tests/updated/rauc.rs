//! RAUC itself, with the settings that were rendered for the device, on a bus of its own.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    card::Card,
    system::{Signer, done, system},
};

/// A service that does not answer by then never will.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// A bundle, made by the technician's own command.
pub fn bundle(card: &Card, signer: &Signer, version: &str) -> PathBuf {
    let (system, out) = (system(&card.path(""), version), card.path(&format!("{version}.raucb")));
    let _ = fs::remove_file(&out);
    let mut command = Command::new(env!("CARGO_BIN_EXE_firmware-config"));
    command.arg("bundle").arg("--system").arg(system).arg("--out").arg(&out);
    done(command.arg("--certificate").arg(&signer.certificate).arg("--key").arg(&signer.key));
    out
}

/// A device's RAUC, which runs.
pub struct Rauc {
    bus: Child,
    service: Child,
    address: String,
    folder: PathBuf,
}

impl Rauc {
    /// As in the device when it was started from this slot.
    pub fn start(card: &Card, slot: &str) -> Self {
        Self::start_with(card, slot, Command::new("rauc"))
    }

    /// The same in a device that has lost the time, as those without a battery do until they hear of it.
    pub fn start_long_ago(card: &Card, slot: &str) -> Self {
        let mut rauc = Command::new("faketime");
        rauc.args(["2020-01-01 00:00:00", "rauc"]).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self::start_with(card, slot, rauc)
    }

    fn start_with(card: &Card, slot: &str, mut service: Command) -> Self {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1"]);
        let mut bus = bus.stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let conf = settings(card);
        let log = fs::File::create(card.path("rauc.log")).unwrap();
        service.arg(format!("--conf={}", conf.display())).arg("service").arg(format!("--override-boot-slot={slot}"));
        service.env("DBUS_STARTER_BUS_TYPE", "session").env("DBUS_SESSION_BUS_ADDRESS", &address);
        service.env("YIHAO_DEVICE_ROOT", card.path("device"));
        let service = service.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let rauc = Self { bus, service, address, folder: card.path("") };
        rauc.answers();
        rauc
    }

    fn answers(&self) {
        let began = Instant::now();
        while !self.asks(&["status"]).output().unwrap().status.success() {
            assert!(began.elapsed() < ANSWERS_WITHIN, "RAUC does not answer: {}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn asks(&self, words: &[&str]) -> Command {
        let mut command = Command::new("rauc");
        command.args(words).env("DBUS_STARTER_BUS_TYPE", "session").env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }

    /// Installs a bundle; what RAUC said when it does not.
    pub fn install(&self, bundle: &Path) -> Result<(), String> {
        let out = self.asks(&["install", &bundle.display().to_string()]).output().unwrap();
        if out.status.success() {
            return Ok(());
        }
        Err(format!("{}{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr), self.log()))
    }

    /// Begins to.
    pub fn installing(&self, bundle: &Path) -> Child {
        let mut command = self.asks(&["install", &bundle.display().to_string()]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// A slot did well, or did not.
    pub fn mark(&self, state: &str, slot: &str) {
        done(&mut self.asks(&["status", &format!("mark-{state}"), slot]));
    }

    /// It is gone at once, as if the power were.
    pub fn kill(mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("rauc.log")).unwrap_or_default()
    }
}

impl Drop for Rauc {
    fn drop(&mut self) {
        for child in [&mut self.service, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
        // What it had mounted when it was killed.
        for mounted in ["bundle", "rootfs.0", "rootfs.1"] {
            let at = self.folder.join("rauc").join(mounted);
            let _ = Command::new("umount").arg("--quiet").arg(at).stderr(Stdio::null()).status();
        }
    }
}

/// What was rendered, with this machine's places in it.
fn settings(card: &Card) -> PathBuf {
    let mut text = card.in_device("etc/rauc/system.conf");
    for number in [2, 3, 5, 6] {
        let device = firmware_config::image::layout::device(number);
        assert!(text.contains(&device), "{text}");
        text = text.replace(&device, &card.device(number).display().to_string());
    }
    let backend = card.path("boot-slot");
    // The device's own script mounts the partition first; here there is none.
    let program = env!("CARGO_BIN_EXE_firmware-config");
    let script =
        format!("#!/bin/sh\nexec {program} boot-slot --file '{}' \"$@\"\n", card.path("autoboot.txt").display());
    fs::write(&backend, script).unwrap();
    fs::set_permissions(&backend, fs::Permissions::from_mode(0o755)).unwrap();
    for (from, to) in [
        ("/usr/lib/yihao/boot-slot", backend),
        ("/etc/yihao/updates.pem", card.path("device/etc/yihao/updates.pem")),
        ("/var/lib/yihao/update/rauc.status", card.path("rauc.status")),
        ("/run/rauc", card.path("rauc")),
    ] {
        assert!(text.contains(from), "{text}");
        text = text.replace(from, &to.display().to_string());
    }
    fs::create_dir_all(card.path("rauc")).unwrap();
    let conf = card.path("system.conf");
    fs::write(&conf, text).unwrap();
    conf
}
