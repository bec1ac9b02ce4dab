//! A board with a screen. QEMU's Raspberry Pi has none that Debian's kernel can draw on, so that this is QEMU's own board with the same
//! processors: the same card, another way to it. Its screen is looked at, and touched, through the emulator.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use firmware_config::image::layout;
use serde_json::{Value, json};

use super::board::{self, Board, run};

/// The emulator's socket.
pub const CONTROL: &str = "control";
/// A browser on an emulated processor shows its page by then.
pub const SHOWN_WITHIN: Duration = Duration::from_secs(900);
/// Where a screen ends, as the emulator counts; the other end is 0.
const ACROSS: u32 = 0x7fff;
/// The emulated screen has nothing that draws in three dimensions, and what Debian has instead of it ends at once there: the compositor draws by itself.
pub const DRAWS: (&str, &str) =
    ("etc/systemd/system/yihao-kiosk.service.d/draws.conf", "[Service]\nEnvironment=WLR_RENDERER=pixman\n");
/// What a card needs here, in the order in which it goes in: the modules and no more of what a Raspberry Pi has no use for.
const DRIVERS: [&str; 2] = ["cqhci", "sdhci-pci"];

/// The board's own wires: card slot, screen, finger, network.
pub fn wire(command: &mut Command, own: &Path) {
    command.args(["-M", "virt", "-cpu", "cortex-a53", "-smp", "4", "-m", "1G"]);
    for device in [
        "sdhci-pci",
        "sd-card,drive=card",
        "virtio-gpu-pci",
        "virtio-multitouch-pci",
        "virtio-net-pci,netdev=hall,romfile=",
    ] {
        command.args(["-device", device]);
    }
    command.arg("-qmp").arg(format!("unix:{},server=on,wait=off", own.join(CONTROL).display()));
}

/// Lets the kernel's first file system reach the card: this board's slot has another driver than that of a Raspberry Pi, and it is in the card's own
/// system.
pub fn add_card_driver(card: &Path, own: &Path) {
    let (root, drivers, added) = (own.join("root"), own.join("drivers"), own.join("added"));
    for folder in ["board", "conf/conf.d"] {
        fs::create_dir_all(added.join(folder)).unwrap();
    }
    fs::create_dir(&root).unwrap();
    let offset = layout::partition(5).unwrap().at_bytes;
    run(Command::new("mount").args(["-o", &format!("ro,loop,offset={offset}")]).arg(card).arg(&root));
    let unpacked = Command::new("unsquashfs")
        .args(["-no-progress", "-no-xattrs", "-dest"])
        .arg(&drivers)
        .arg(root.join("usr.squashfs"))
        .arg("lib/modules/*/kernel/drivers/mmc/host")
        .output();
    run(Command::new("umount").arg(&root));
    assert!(unpacked.is_ok_and(|out| out.status.success()), "the card's system can't be unpacked");
    let modules = fs::read_dir(drivers.join("lib/modules")).unwrap().next().unwrap().unwrap().path();
    // The first program reads what lies in conf.d before it looks for the card.
    let mut words = String::from("modprobe sdhci\n");
    for driver in DRIVERS {
        let name = format!("board/{driver}.ko");
        fs::copy(modules.join("kernel/drivers/mmc/host").join(format!("{driver}.ko")), added.join(&name)).unwrap();
        words.push_str(&format!("/board/insmod /{name}\n"));
    }
    std::os::unix::fs::symlink("../bin/kmod", added.join("board/insmod")).unwrap();
    fs::write(added.join("conf/conf.d/board"), words).unwrap();
    let both = own.join("both.img");
    let mut archive = Command::new("sh");
    archive.arg("-c").arg("cd \"$0\" && find . -mindepth 1 | cpio --quiet -o -H newc -R 0:0");
    run(archive.arg(&added).stdout(Stdio::from(File::create(&both).unwrap())));
    let mut file = File::options().append(true).open(&both).unwrap();
    file.write_all(&fs::read(own.join("initrd.img")).unwrap()).unwrap();
    fs::rename(both, own.join("initrd.img")).unwrap();
}

/// Its screen, and a finger.
pub struct Screen {
    orders: UnixStream,
    answers: BufReader<UnixStream>,
    touches: i64,
}

impl Screen {
    /// That of a board that has power.
    pub fn of(board: &Board) -> Self {
        let orders = UnixStream::connect(board.control()).unwrap();
        let answers = BufReader::new(orders.try_clone().unwrap());
        let mut screen = Self { orders, answers, touches: 0 };
        screen.answer();
        screen.order("qmp_capabilities", &json!({}));
        screen
    }

    /// A touch in the middle.
    pub fn touch_the_middle(&mut self) {
        self.touches += 1;
        let finger = |kind, id: i64| json!({ "type": "mtt", "data": { "type": kind, "slot": 0, "tracking-id": id, "axis": "x", "value": 0 } });
        let at = |axis| json!({ "type": "mtt", "data": { "type": "data", "slot": 0, "tracking-id": 0, "axis": axis, "value": ACROSS / 2 } });
        let button = |down| json!({ "type": "btn", "data": { "button": "touch", "down": down } });
        self.order(
            "input-send-event",
            &json!({ "events": [finger("begin", self.touches), button(true), at("x"), at("y")] }),
        );
        std::thread::sleep(Duration::from_millis(200));
        self.order("input-send-event", &json!({ "events": [finger("end", -1), button(false)] }));
    }

    /// Keeps what it shows beside the logs.
    pub fn keep_picture(&mut self, name: &str) {
        let path = board::log(name).with_extension("png");
        self.order("screendump", &json!({ "filename": path, "format": "png" }));
    }

    fn order(&mut self, what: &str, arguments: &Value) {
        let order = json!({ "execute": what, "arguments": arguments });
        writeln!(self.orders, "{order}").unwrap();
        // What the emulator tells by itself is not the answer.
        let answer = loop {
            let said = self.answer();
            if said.get("event").is_none() {
                break said;
            }
        };
        assert!(answer.get("return").is_some(), "{what}: {answer}");
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}
