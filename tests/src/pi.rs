//! A Raspberry Pi 3 in QEMU, with Debian's kernel and the real device programs, and what is wired to it.
//!
//! - [`console`]: its serial console, on which it can be asked things
//! - [`pins`]: its header: buttons are pressed there, lamps and modules hang there
//!
//! What it boots is made by `tests/pi/prepare`, and by `firmware-config render` for the one device that it is.

pub mod console;
pub mod pins;

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use self::{console::Console, pins::Pins};
use crate::hall::program;

/// The address of this machine, seen from the emulated one.
pub const HOST: &str = "10.0.2.2";
/// QEMU opens its ends of the wires by then, or it has ended.
const OPENED_WITHIN: Duration = Duration::from_secs(20);
/// One that is not up by then never will be; on a free machine it takes about 15 s.
const UP_WITHIN: Duration = Duration::from_secs(240);
/// What it is asked on its console is answered by then.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// QEMU takes only powers of two; what is not used takes no room.
const CARD_BYTES: u64 = 64 << 20;

/// What is wired to it, and what it is.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// What its log is called.
    pub name: String,
    /// The files of its system, rendered from a profile.
    pub root: PathBuf,
    /// The SD card with its state.
    pub card: PathBuf,
    /// Who is at the other end of the header's UART; `None` = nobody.
    pub line: Option<SocketAddr>,
    /// The receipt printer at the end of its USB cable; `None` = there is none.
    pub printer: Option<SocketAddr>,
    /// Pins that a resistor holds up.
    pub pulled_up: Vec<u8>,
}

/// An emulated Raspberry Pi that has power.
pub struct Pi {
    /// Its serial console.
    pub console: Console,
    /// Its header.
    pub pins: Pins,
    /// From power to a running device program.
    pub up_after: Duration,
    child: Child,
    _own: TempDir,
}

impl Pi {
    /// Gives it power and waits until its device program runs.
    pub fn power_on(wiring: &Wiring) -> Self {
        let own = tempfile::tempdir().unwrap();
        let began = Instant::now();
        let (console, pins) = (own.path().join("console"), own.path().join("pins"));
        let listeners = (UnixListener::bind(&console).unwrap(), UnixListener::bind(&pins).unwrap());
        let image = own.path().join("files");
        write_image(&wiring.root, own.path(), &image);
        let log = log(&wiring.name);
        let mut child = qemu(wiring, &image, (console.as_path(), pins.as_path()), &log);
        let console = accept(&listeners.0, &mut child, &log);
        // The pins first: from now on every edge is seen.
        let pins = Pins::attach(accept(&listeners.1, &mut child, &log));
        wiring.pulled_up.iter().for_each(|pin| pins.hold(*pin, true));
        let console = Console::attach(console, log);
        let mut pi = Self { console, pins, up_after: Duration::ZERO, child, _own: own };
        pi.console.wait_for("yihao: listens", UP_WITHIN);
        pi.up_after = began.elapsed();
        pi
    }

    /// The power fails, now.
    pub fn cut(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What a command prints there.
    pub fn ask(&mut self, command: &str) -> String {
        self.console.ask(command, ANSWERED_WITHIN)
    }

    /// Resident memory of a program there, KiB: counted page by page, because `status` may lag behind by 64 pages a thread.
    pub fn memory_kib(&mut self, program: &str) -> u64 {
        let rollup = self.ask(&format!("cat /proc/$(pidof {program})/smaps_rollup"));
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let figure = line.and_then(|line| line.split_whitespace().next());
        figure.and_then(|figure| figure.parse().ok()).unwrap_or_else(|| panic!("{program} does not run: {rollup}"))
    }
}

impl Drop for Pi {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The files of a device's system, rendered by the technician's program below a folder.
pub fn render(profile: &str, below: &Path) -> PathBuf {
    let (file, rendered) = (below.join("profile.toml"), below.join("rendered"));
    fs::write(&file, profile).unwrap();
    let mut command = Command::new(program("firmware-config"));
    let output = command.arg("render").arg(&file).arg("--out").arg(&rendered).output().unwrap();
    assert!(output.status.success(), "not rendered: {}", String::from_utf8_lossy(&output.stderr));
    let mut devices = fs::read_dir(&rendered).unwrap().map(|entry| entry.unwrap().path());
    devices.find(|path| path.is_dir()).unwrap_or_else(|| panic!("nothing was rendered"))
}

/// An SD card with an empty partition for the state.
pub fn new_card(below: &Path) -> PathBuf {
    let card = below.join("card");
    File::create(&card).and_then(|file| file.set_len(CARD_BYTES)).unwrap();
    let made = Command::new("mkfs.ext4").args(["-qF", "-L", "yihao-state"]).arg(&card).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfs.ext4 makes no file system (Debian's e2fsprogs)");
    card
}

/// Something that `tests/pi/prepare` made.
fn prepared(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/pi").join(name);
    assert!(path.is_file(), "{} is not there: ./test --pi makes it", path.display());
    path
}

/// Where its words on the console are kept.
fn log(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-output/pi");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.log"))
}

/// The first file system: what is the same for all devices, and behind it what is rendered for this one.
fn write_image(root: &Path, own: &Path, image: &Path) {
    let rendered = own.join("rendered");
    let archive = "cd \"$0\" && find . -mindepth 1 -print0 | cpio --null --quiet -o -H newc -R 0:0 >\"$1\"";
    let made = Command::new("sh").args(["-c", archive]).arg(root).arg(&rendered).status();
    assert!(made.is_ok_and(|status| status.success()), "cpio packs no files (Debian's cpio)");
    let mut image = File::create(image).unwrap();
    for part in [prepared("system.cpio"), prepared("programs.cpio"), rendered] {
        std::io::copy(&mut File::open(part).unwrap(), &mut image).unwrap();
    }
}

fn qemu(wiring: &Wiring, image: &Path, (console, pins): (&Path, &Path), log: &Path) -> Child {
    let now_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let printer = wiring.printer.map(|printer| format!(" yihao.printer={}", printer.port())).unwrap_or_default();
    // `iomem=relaxed`: rppal reaches the pins through /dev/mem, because Debian's kernel has no /dev/gpiomem.
    let words =
        format!("console=ttyS1,115200 iomem=relaxed panic=-1 loglevel=5 rdinit=/init yihao.now={now_s}{printer}");
    let mut command = Command::new("qemu-system-aarch64");
    command.args(["-M", "raspi3b", "-accel", "tcg", "-display", "none", "-monitor", "none", "-no-reboot"]);
    command.arg("-kernel").arg(prepared("kernel")).arg("-dtb").arg(prepared("board.dtb")).arg("-initrd").arg(image);
    command.args(["-append", &words]);
    // The first is the UART of the header, the second the console.
    command.args(["-serial", &wiring.line.map_or("null".to_owned(), |line| format!("tcp:{line}"))]);
    command.args(["-serial", &format!("unix:{}", console.display())]);
    command.args(["-qtest", &format!("unix:{}", pins.display()), "-qtest-log", "/dev/null"]);
    command.args(["-netdev", "user,id=hall", "-device", "usb-net,netdev=hall"]);
    command.args(["-drive", &format!("file={},if=sd,format=raw", wiring.card.display())]);
    let log = File::options().create(true).append(true).open(log).unwrap();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
    child.unwrap_or_else(|error| panic!("no QEMU ({error}): ./test --pi installs it"))
}

fn accept(listener: &UnixListener, child: &mut Child, log: &Path) -> UnixStream {
    listener.set_nonblocking(true).unwrap();
    let began = Instant::now();
    loop {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).unwrap();
            return stream;
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "QEMU ended: {}", fs::read_to_string(log).unwrap_or_default());
        assert!(began.elapsed() < OPENED_WITHIN, "QEMU does not begin; see {}", log.display());
        thread::sleep(Duration::from_millis(10));
    }
}
