//! A system that is only read, and one small partition for what must survive a power cut.

use super::{Lines, Rendered};
use crate::Plan;

/// What programs of the system want to write and nobody needs after a restart: where, and how much of it, MiB.
const IN_MEMORY: [(&str, u32); 5] =
    [("/tmp", 64), ("/var/tmp", 16), ("/var/log", 8), ("/var/lib/systemd", 8), ("/var/lib/NetworkManager", 4)];

/// Where the small partition is.
const STATE: &str = "/var/lib/yihao";
/// The journal of ext4 and the programs' own `fdatasync` keep what was acknowledged; 5 s is how old the rest may be. Without the
/// partition the machine comes up all the same, so that a technician can reach it; the program does not start then.
const HOW_STATE: &str = "rw,noatime,nodev,nosuid,noexec,commit=5,errors=remount-ro,nofail,\
                         x-systemd.before=systemd-tmpfiles-setup.service,x-systemd.device-timeout=30s";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    if plan.profile.machine.board.is_pi() {
        rendered.plain("etc/fstab", &mounts(plan));
    }
}

/// `bootfs` and `rootfs` are the labels of Raspberry Pi OS; `yihao-state` is the partition that is added.
fn mounts(plan: &Plan) -> Lines {
    let read_only = plan.profile.machine.read_only;
    let how = if read_only { "ro" } else { "rw" };
    let mut lines = Lines::new(plan, "#");
    lines.add(format!("LABEL=rootfs / ext4 {how},noatime 0 1"));
    lines.add(format!("LABEL=bootfs /boot/firmware vfat {how},noatime,umask=0077 0 2"));
    // The journal of ext4 and the programs' own fdatasync keep what was acknowledged; 5 s is how old the rest may be.
    lines.add(format!("LABEL=yihao-state {STATE} ext4 {HOW_STATE} 0 2"));
    for (place, mib) in IN_MEMORY.iter().filter(|_| read_only) {
        let mode = if place.ends_with("tmp") { "1777" } else { "0755" };
        lines.add(format!("tmpfs {place} tmpfs rw,nodev,nosuid,noexec,size={mib}M,mode={mode},nofail 0 0"));
    }
    lines
}
