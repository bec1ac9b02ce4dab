//! An emulated Raspberry Pi that starts from a card.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use firmware_config::image::layout;
use tempfile::TempDir;

use super::firmware::{Start, started};

/// A device on a card reaches its server by then; on a free machine it takes about a minute.
pub const CONNECTED_WITHIN: Duration = Duration::from_secs(400);
/// QEMU opens its ends of the wires by then.
const OPENED_WITHIN: Duration = Duration::from_secs(20);
/// QEMU takes only powers of two.
const CARD_BYTES: u64 = 4 << 30;
/// What the firmware of a Pi 3 would pass to the kernel.
const TREE: &str = "bcm2837-rpi-3-b.dtb";
/// Words for the emulator alone: the console that is read here, the log on it, and no driver of the board's watchdog, at which QEMU ends.
const WORDS: &str =
    "console=ttyAMA0,115200 module_blacklist=bcm2835_wdt systemd.journald.forward_to_console=1 loglevel=4";

/// What a new card is for.
pub struct NewCard {
    /// What it is called.
    pub name: &'static str,
    /// Where the hall's server listens on this machine.
    pub server_port: u16,
    /// The device's key.
    pub key: String,
    /// Where its printer listens.
    pub printer_port: u16,
    /// Behind the profile's other lines.
    pub more: String,
}

/// A board that has power.
pub struct Board {
    child: Child,
    presses: UnixStream,
    lines: Arc<Mutex<Vec<String>>>,
    log: PathBuf,
    _own: TempDir,
}

impl Board {
    /// Gives it power; the firmware is played.
    pub fn power_on(card: &Path, start: Start, name: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let partition = started(&autoboot(card), start);
        let at = layout::partition(partition).unwrap().at_bytes;
        for file in ["vmlinuz", "initrd.img", "cmdline.txt", TREE] {
            let from = format!("{}@@{at}", card.display());
            let copied = Command::new("mcopy").args(["-n", "-i", &from, &format!("::{file}")]).arg(own.path()).status();
            assert!(copied.is_ok_and(|status| status.success()), "partition {partition} has no {file}");
        }
        println!("{name}: the firmware starts partition {partition}");
        let socket = own.path().join("presses");
        let listener = UnixListener::bind(&socket).unwrap();
        let log = log(name);
        let mut child = qemu(card, own.path(), &socket);
        let lines = Arc::new(Mutex::new(Vec::new()));
        listen(&mut child, &log, &lines);
        let presses = accept(&listener, &mut child, &log);
        Self { child, presses, lines, log, _own: own }
    }

    /// Somebody presses.
    pub fn press(&mut self) {
        self.presses.write_all(b"\n").unwrap();
    }

    /// Waits until its console says something.
    pub async fn says(&self, words: &str, within: Duration) {
        let began = Instant::now();
        while !self.lines.lock().unwrap().iter().any(|line| line.contains(words)) {
            assert!(began.elapsed() < within, "it does not say {words:?} in time; see {}", self.log.display());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Where its console's words are kept.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The power fails, now.
    pub fn cut(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the firmware reads first.
pub fn autoboot(card: &Path) -> String {
    let first = format!("{}@@{}", card.display(), layout::partition(1).unwrap().at_bytes);
    let out = Command::new("mtype").args(["-i", &first, "::autoboot.txt"]).output().unwrap();
    assert!(out.status.success(), "the card has no autoboot.txt: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// The emulated board has no device file for its pins (Debian's kernel has no driver for /dev/gpiomem): what is pressed comes over its
/// second serial line, as Enter does at the terminal of a dispenser without buttons.
pub fn wire(card: &Path, more: &[(&str, &str)]) {
    File::options().write(true).open(card).unwrap().set_len(CARD_BYTES).unwrap();
    let own = tempfile::tempdir().unwrap();
    let offset = layout::partition(5).unwrap().at_bytes;
    let mount = format!("loop,offset={offset}");
    run(Command::new("mount").args(["-o", &mount]).arg(card).arg(own.path()));
    let terminal = "[Service]\nStandardInput=tty-force\nTTYPath=/dev/ttyS1\nDeviceAllow=char-ttyS rw\nDeviceAllow=/dev/ttyS1 rw\nPrivateDevices=no\n";
    let press = ("etc/systemd/system/ticket-dispenser.service.d/terminal.conf", terminal);
    for (path, text) in [press].iter().chain(more) {
        let file = own.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    run(Command::new("umount").arg(own.path()));
}

/// Runs a program that must do its work.
pub fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn qemu(card: &Path, own: &Path, presses: &Path) -> Child {
    let words = fs::read_to_string(own.join("cmdline.txt")).unwrap();
    let words = format!("{} {WORDS}", words.trim().replace("console=tty1 ", ""));
    let mut command = Command::new("qemu-system-aarch64");
    command.args(["-M", "raspi3b", "-accel", "tcg", "-display", "none", "-monitor", "none", "-no-reboot"]);
    command.arg("-kernel").arg(own.join("vmlinuz")).arg("-initrd").arg(own.join("initrd.img"));
    command.arg("-dtb").arg(own.join(TREE)).args(["-append", &words, "-serial", "stdio"]);
    command.args(["-serial", &format!("unix:{}", presses.display())]);
    command.args(["-netdev", "user,id=hall", "-device", "usb-net,netdev=hall"]);
    command.args(["-drive", &format!("file={},if=sd,format=raw", card.display())]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command.spawn().unwrap_or_else(|error| panic!("no QEMU ({error}): ./test --pi installs it"))
}

fn log(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-output/pi");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.log"))
}

fn listen(child: &mut Child, log: &Path, lines: &Arc<Mutex<Vec<String>>>) {
    let (out, lines, began) = (child.stdout.take().unwrap(), lines.clone(), Instant::now());
    let mut keeps = File::options().create(true).append(true).open(log).unwrap();
    thread::spawn(move || {
        let (mut reader, mut bytes) = (BufReader::new(out), Vec::new());
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            // The file is for people who look for what went wrong; without it the test goes on.
            let _ = writeln!(keeps, "[{:8.3}] {line}", began.elapsed().as_secs_f64());
            bytes.clear();
            lines.lock().unwrap().push(line);
        }
    });
}

fn accept(listener: &UnixListener, child: &mut Child, log: &Path) -> UnixStream {
    listener.set_nonblocking(true).unwrap();
    let began = Instant::now();
    loop {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).unwrap();
            return stream;
        }
        assert!(child.try_wait().unwrap().is_none(), "QEMU ended; see {}", log.display());
        assert!(began.elapsed() < OPENED_WITHIN, "QEMU does not begin; see {}", log.display());
        thread::sleep(Duration::from_millis(10));
    }
}
