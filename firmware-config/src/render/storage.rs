//! A system that is only read, and one small partition for what must survive a power cut.

use super::{Lines, Rendered};
use crate::{Plan, image::layout};

/// What programs of the system want to write and nobody needs after a restart: where, and how much of it, MiB.
const IN_MEMORY: [(&str, u32); 5] =
    [("/tmp", 64), ("/var/tmp", 16), ("/var/log", 8), ("/var/lib/systemd", 8), ("/var/lib/NetworkManager", 4)];

/// Where the small partition is.
const STATE: &str = "/var/lib/yihao";
/// The journal of ext4 and the programs' own `fdatasync` keep what was acknowledged; 5 s is how old the rest may be. Without the
/// partition the machine comes up all the same, so that a technician can reach it; the program does not start then. The first start
/// of a card makes it, which a slow card may take its time for.
const HOW_STATE: &str = "rw,noatime,nodev,nosuid,noexec,commit=5,errors=remount-ro,nofail,x-systemd.makefs,\
                         x-systemd.before=systemd-tmpfiles-setup.service,x-systemd.device-timeout=300s";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    if plan.profile.machine.board.is_pi() {
        rendered.plain("etc/fstab", &mounts(plan));
    }
}

/// The system itself is not named: the kernel mounts the slot that it was started from, read-only or not, as `cmdline.txt` says.
/// `/dev/yihao/boot` is that slot's boot partition, by a rule for udev.
fn mounts(plan: &Plan) -> Lines {
    let how = if plan.profile.machine.read_only { "ro" } else { "rw" };
    let mut lines = Lines::new(plan, "#");
    let optional = "nofail,x-systemd.device-timeout=300s";
    lines.add(format!("/dev/yihao/boot /boot/firmware vfat {how},noatime,umask=0077,{optional} 0 0"));
    // Nothing on it is secret, and the device's program may look for its server's address there.
    lines.add(format!("{} /boot/yihao vfat ro,noatime,umask=0022,{optional} 0 0", layout::device(1)));
    lines.add(format!("{} {STATE} ext4 {HOW_STATE} 0 2", layout::device(7)));
    for (place, mib) in IN_MEMORY.iter().filter(|_| plan.profile.machine.read_only) {
        let mode = if place.ends_with("tmp") { "1777" } else { "0755" };
        lines.add(format!("tmpfs {place} tmpfs rw,nodev,nosuid,noexec,size={mib}M,mode={mode},nofail 0 0"));
    }
    lines
}
