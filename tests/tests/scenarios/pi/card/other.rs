//! Another board than a Raspberry Pi, QEMU's own, with the same processors: the same card, another way to it. QEMU's Raspberry Pi has no screen
//! that Debian's kernel can draw on, and a network at which an update takes an hour.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use firmware_config::update::Slot;

use super::board::{mount, run};

/// The emulator's socket.
pub const CONTROL: &str = "control";
/// What a card needs here, in the order in which it goes in.
const DRIVERS: [&str; 2] = ["cqhci", "sdhci-pci"];

/// The board's own wires: card slot, screen, finger, keyboard, network.
pub fn wire(command: &mut Command, own: &Path) {
    command.args(["-M", "virt", "-cpu", "cortex-a53", "-smp", "4", "-m", "1G"]);
    let network = "virtio-net-pci,netdev=hall,romfile=";
    for device in
        ["sdhci-pci", "sd-card,drive=card", "virtio-gpu-pci", "virtio-multitouch-pci", "virtio-keyboard-pci", network]
    {
        command.args(["-device", device]);
    }
    command.arg("-qmp").arg(format!("unix:{},server=on,wait=off", own.join(CONTROL).display()));
}

/// Lets the kernel's first file system reach the card: this board's slot has another driver than that of a Raspberry Pi, which is
/// taken from the system that is started.
pub fn add_card_driver(card: &Path, slot: Slot, own: &Path) {
    let (drivers, added) = (own.join("drivers"), own.join("added"));
    unpack_drivers(card, slot, own, &drivers);
    let modules = fs::read_dir(drivers.join("lib/modules")).unwrap().next().unwrap().unwrap().path();
    for folder in ["board", "conf/conf.d"] {
        fs::create_dir_all(added.join(folder)).unwrap();
    }
    // The first program reads what lies in conf.d before it looks for the card.
    let mut words = String::from("modprobe sdhci\n");
    for driver in DRIVERS {
        let name = format!("board/{driver}.ko");
        fs::copy(modules.join("kernel/drivers/mmc/host").join(format!("{driver}.ko")), added.join(&name)).unwrap();
        words.push_str(&format!("/board/insmod /{name}\n"));
    }
    std::os::unix::fs::symlink("../bin/kmod", added.join("board/insmod")).unwrap();
    fs::write(added.join("conf/conf.d/board"), words).unwrap();
    put_before(&own.join("initrd.img"), &added);
}

fn unpack_drivers(card: &Path, slot: Slot, own: &Path, into: &Path) {
    let root = own.join("root");
    fs::create_dir(&root).unwrap();
    mount(card, slot, "ro,loop", &root);
    let mut unsquash = Command::new("unsquashfs");
    unsquash.args(["-no-progress", "-no-xattrs", "-dest"]).arg(into).arg(root.join("usr.squashfs"));
    let unpacked = unsquash.arg("lib/modules/*/kernel/drivers/mmc/host").output();
    run(Command::new("umount").arg(&root));
    assert!(unpacked.is_ok_and(|out| out.status.success()), "the card's system can't be unpacked");
}

/// The kernel unpacks both, one after the other.
fn put_before(first_files: &Path, added: &Path) {
    let both = first_files.with_extension("both");
    let mut archive = Command::new("sh");
    archive.arg("-c").arg("cd \"$0\" && find . -mindepth 1 | cpio --quiet -o -H newc -R 0:0").arg(added);
    run(archive.stdout(Stdio::from(File::create(&both).unwrap())));
    let mut file = File::options().append(true).open(&both).unwrap();
    file.write_all(&fs::read(first_files).unwrap()).unwrap();
    fs::rename(both, first_files).unwrap();
}
