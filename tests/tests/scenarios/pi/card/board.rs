//! An emulated Raspberry Pi that starts from a card.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use firmware_config::image::layout;
use firmware_config::update::Slot;
use serde_json::json;
use tempfile::TempDir;
use tests::client::Client;
use tests::ports::free_address;
use tokio::time::timeout;

use super::firmware::{Start, started};
use super::other;

/// A device on a card reaches its server by then; on a free machine it takes one or two minutes.
pub const CONNECTED_WITHIN: Duration = Duration::from_secs(900);
/// A touch is answered by then.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// Where the page of its screen listens, which is for its own screen alone; and where touches of this test go in.
pub const KIOSK_PORT: u16 = 8101;
const TOUCH_PORT: u16 = 8102;
/// QEMU takes only powers of two.
const CARD_BYTES: u64 = 4 << 30;
/// What the firmware of a Pi 3 would pass to the kernel.
const TREE: &str = "bcm2837-rpi-3-b.dtb";
/// Words for the emulator alone: the console that is read here, the log on it; no driver of the board's watchdog, at which QEMU ends, and
/// none of Bluetooth, whose chip never answers there and holds udev up for minutes.
const WORDS: &str =
    "console=ttyAMA0,115200 module_blacklist=bcm2835_wdt,hci_uart systemd.journald.forward_to_console=1 loglevel=4";

/// What a new card is for.
pub struct NewCard {
    /// What it is called.
    pub name: &'static str,
    /// Where the hall's server listens on this machine.
    pub server_port: u16,
    /// The device's key; without one it is blank, and knows neither its name nor its server.
    pub key: Option<String>,
    /// Where its printer listens.
    pub printer_port: u16,
    /// Behind the profile's other lines.
    pub more: String,
}

/// What is emulated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// A Raspberry Pi 3, whose time passes as ours does, however far it gets meanwhile.
    Pi,
    /// The same, a nanosecond an instruction, of all its processors together: what it says of its time is what it has done.
    PiCounted,
    /// Another board with the same processors ([`super::other`]): it has a screen that can be looked at and touched, and a quick network.
    Other,
}

/// What a start took, by the board's own account, once its program is ready.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Took {
    /// Since its kernel began, s.
    pub up_s: f64,
    /// Read from its card, MiB.
    pub read_mib: f64,
}

impl Took {
    /// From what it prints: the first number of `/proc/uptime`, and the line of its card in `/proc/diskstats`.
    fn parse(lines: &[String]) -> Option<Self> {
        let mut said = lines.iter().filter_map(|line| line.split_once("it took: ")).map(|(_, said)| said);
        let words: Vec<&str> = said.next_back()?.split_whitespace().collect();
        let card = words.iter().position(|word| *word == "mmcblk0")?;
        // Sectors of 512 bytes that were read: the third number behind the name (kernel documentation, "I/O statistics fields").
        let sectors: f64 = words.get(card + 3)?.parse().ok()?;
        Some(Self { up_s: words.first()?.parse().ok()?, read_mib: sectors / 2048.0 })
    }
}

/// Where this machine reaches it.
#[derive(Clone, Copy)]
struct Wires {
    /// The page of its screen.
    kiosk: SocketAddr,
    /// Its own SSH.
    ssh: SocketAddr,
}

/// A board that has power.
pub struct Board {
    child: Child,
    wires: Wires,
    lines: Arc<Mutex<Vec<String>>>,
    log: PathBuf,
    own: TempDir,
}

impl Board {
    /// Gives it power; the firmware is played.
    pub fn power_on(card: &Path, start: Start, name: &str) -> Self {
        Self::power_on_as(card, start, name, Machine::Pi)
    }

    /// The same, of some machine.
    pub fn power_on_as(card: &Path, start: Start, name: &str, machine: Machine) -> Self {
        let own = tempfile::tempdir().unwrap();
        let partition = started(&autoboot(card), start);
        let at = layout::partition(partition).unwrap().at_bytes;
        for file in ["vmlinuz", "initrd.img", "cmdline.txt", TREE] {
            let from = format!("{}@@{at}", card.display());
            let copied = Command::new("mcopy").args(["-n", "-i", &from, &format!("::{file}")]).arg(own.path()).status();
            assert!(copied.is_ok_and(|status| status.success()), "partition {partition} has no {file}");
        }
        println!("{name}: the firmware starts partition {partition}");
        if machine == Machine::Other {
            let slot = [Slot::A, Slot::B].into_iter().find(|slot| slot.boot_partition() == partition).unwrap();
            other::add_card_driver(card, slot, own.path());
        }
        let (log, wires) = (log(name), Wires { kiosk: free_address(), ssh: free_address() });
        let mut child = qemu(card, own.path(), wires, machine);
        let lines = Arc::new(Mutex::new(Vec::new()));
        listen(&mut child, &log, &lines);
        Self { child, wires, lines, log, own }
    }

    /// Somebody touches its screen; whether that was taken.
    pub async fn press(&self) -> bool {
        let Some(mut kiosk) = Client::try_connect(self.wires.kiosk).await else { return false };
        let press = json!({ "lane": "acceptance" });
        let pressed = kiosk.try_post("/press", None, &press);
        timeout(ANSWERED_WITHIN, pressed).await.is_ok_and(|reply| reply.is_ok_and(|reply| reply.status == 200))
    }

    /// Waits until its console says something.
    pub async fn says(&self, words: &str, within: Duration) {
        let began = Instant::now();
        while !self.lines.lock().unwrap().iter().any(|line| line.contains(words)) {
            assert!(began.elapsed() < within, "it does not say {words:?} in time; see {}", self.log.display());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What its console says behind some words, so many characters.
    pub async fn said_behind(&self, words: &str, chars: usize, within: Duration) -> String {
        self.says(words, within).await;
        let lines = self.lines.lock().unwrap();
        let behind = lines.iter().rev().find_map(|line| line.split_once(words)).map_or("", |(_, behind)| behind);
        behind.chars().take(chars).collect()
    }

    /// What its start took, once it has said so.
    pub async fn took(&self, within: Duration) -> Took {
        let began = Instant::now();
        loop {
            if let Some(took) = Took::parse(&self.lines.lock().unwrap()) {
                return took;
            }
            assert!(began.elapsed() < within, "it does not say what its start took; see {}", self.log.display());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What a technician is answered over SSH, who has the key in a file.
    pub fn login(&self, key: &Path, command: &str) -> String {
        let mut ssh = Command::new("ssh");
        ssh.args(["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
        ssh.args(["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=60", "-i"]).arg(key);
        ssh.args(["-p", &self.wires.ssh.port().to_string(), "root@127.0.0.1", command]);
        let out = ssh.output().unwrap();
        assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Where the emulator takes orders, for a machine with a screen.
    pub fn control(&self) -> PathBuf {
        self.own.path().join(other::CONTROL)
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

/// Somebody writes a file onto the first partition, as any PC can.
pub fn write_first(card: &Path, name: &str, text: &str) {
    let own = tempfile::tempdir().unwrap();
    let file = own.path().join(name);
    fs::write(&file, text).unwrap();
    let first = format!("{}@@{}", card.display(), layout::partition(1).unwrap().at_bytes);
    run(Command::new("mcopy").args(["-o", "-i", &first]).arg(file).arg("::"));
}

/// What the firmware reads first.
pub fn autoboot(card: &Path) -> String {
    let first = format!("{}@@{}", card.display(), layout::partition(1).unwrap().at_bytes);
    let out = Command::new("mtype").args(["-i", &first, "::autoboot.txt"]).output().unwrap();
    assert!(out.status.success(), "the card has no autoboot.txt: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Makes a card as long as QEMU wants it, and adds to one of its systems what only this test wants.
pub fn wire(card: &Path, slot: Slot, more: &[(&str, &str)]) {
    File::options().write(true).open(card).unwrap().set_len(CARD_BYTES).unwrap();
    let own = tempfile::tempdir().unwrap();
    mount(card, slot, "loop", own.path());
    for (path, text) in own_units().iter().map(|(path, text)| (*path, text.as_str())).chain(more.iter().copied()) {
        let file = own.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    run(Command::new("umount").arg(own.path()));
}

/// Mounts one of its systems.
pub fn mount(card: &Path, slot: Slot, options: &str, at: &Path) {
    let root = match slot {
        Slot::A => layout::partition(slot.root_partition()).unwrap(),
        Slot::B => layout::second_root(),
    };
    let options = format!("{options},offset={}", root.at_bytes);
    run(Command::new("mount").args(["-o", &options]).arg(card).arg(at));
}

/// The program says what its start took; somebody touches its screen from out here.
fn own_units() -> [(&'static str, String); 3] {
    let took = "[Unit]\nWants=touch.socket\n\n[Service]\n\
                ExecStartPost=+/bin/sh -c 'echo it took: $$(cat /proc/uptime) $$(grep \"mmcblk0 \" /proc/diskstats)'\n";
    let touch = format!("[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd 127.0.0.1:{KIOSK_PORT}\n");
    [
        ("etc/systemd/system/ticket-dispenser.service.d/took.conf", took.to_owned()),
        ("etc/systemd/system/touch.socket", format!("[Socket]\nListenStream={TOUCH_PORT}\n")),
        ("etc/systemd/system/touch.service", touch),
    ]
}

/// Runs a program that must do its work.
pub fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn qemu(card: &Path, own: &Path, wires: Wires, machine: Machine) -> Child {
    let words = fs::read_to_string(own.join("cmdline.txt")).unwrap();
    let words = format!("{} {WORDS}", words.trim().replace("console=tty1 ", ""));
    let mut command = Command::new("qemu-system-aarch64");
    command.args(["-accel", "tcg", "-display", "none", "-monitor", "none", "-no-reboot"]);
    // What is touched out here is touched at its page.
    let Wires { kiosk, ssh } = wires;
    let network = format!("user,id=hall,hostfwd=tcp:{kiosk}-:{TOUCH_PORT},hostfwd=tcp:{ssh}-:22");
    command.args(["-netdev", &network]);
    let card = format!("file={},format=raw,id=card", card.display());
    if machine == Machine::Other {
        other::wire(&mut command, own);
        command.args(["-drive", &format!("{card},if=none")]);
    } else {
        command.args(["-M", "raspi3b", "-dtb"]).arg(own.join(TREE)).args(["-device", "usb-net,netdev=hall"]);
        command.args(["-drive", &format!("{card},if=sd")]);
    }
    if machine == Machine::PiCounted {
        command.args(["-icount", "shift=0,sleep=off"]);
    }
    command.arg("-kernel").arg(own.join("vmlinuz")).arg("-initrd").arg(own.join("initrd.img"));
    command.args(["-append", &words, "-serial", "stdio"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command.spawn().unwrap_or_else(|error| panic!("no QEMU ({error}): ./test --pi installs it"))
}

/// Where the words of a machine are kept.
pub fn log(name: &str) -> PathBuf {
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
