//! The rest of the system: time, logs, watchdog, users, and what a device does not need.

use protocol::base16;
use sha2::{Digest, Sha256};

use super::{File, Lines, Rendered};
use crate::Plan;

/// What writes to the card, waits for a person, or updates by itself.
const UNWANTED: [&str; 10] = [
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "dphys-swapfile.service",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "logrotate.timer",
    "man-db.timer",
    "rpi-eeprom-update.service",
    "userconfig.service",
];

/// Groups that Raspberry Pi OS has and Debian has not; what is there stays.
const GROUPS: [&str; 8] =
    ["g audio -", "g dialout -", "g gpio -", "g input -", "g lp -", "g render -", "g spi -", "g video -"];
/// The program's, and the browser's.
const USERS: [&str; 2] =
    ["u yihao - \"Yihao device\" /var/lib/yihao/device", "u yihao-kiosk - \"Yihao kiosk browser\" /run/yihao-kiosk"];

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    identity(plan, rendered);
    time(plan, rendered);
    logs(plan, rendered);
    watchdog(plan, rendered);
    own_users(plan, rendered);
    UNWANTED.iter().for_each(|unit| rendered.mask(unit));
    if plan.has_uart() {
        ["hciuart.service", "serial-getty@ttyAMA0.service", "serial-getty@ttyS0.service"]
            .iter()
            .for_each(|unit| rendered.mask(unit));
    }
}

/// Who the machine is to systemd, which spreads by it what all devices would do at once. A blank device may share its card with others: it gets
/// another at each start.
fn identity(plan: &Plan, rendered: &mut Rendered) {
    if !plan.profile.is_blank() && plan.profile.machine.board.is_pi() {
        rendered.add("etc/machine-id", File::Plain(format!("{}\n", machine_id(&plan.profile.name))));
    }
}

/// A UUID of its name (RFC 9562, version 8: its other bits are whatever its maker takes).
fn machine_id(name: &str) -> String {
    let hash = Sha256::new().chain_update("yihao machine-id ").chain_update(name).finalize();
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(id, byte)| *id = byte);
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut id;
    *version = (*version & 0x0f) | 0x80;
    *variant = (*variant & 0x3f) | 0x80;
    base16::encode(&id)
}

fn time(plan: &Plan, rendered: &mut Rendered) {
    let machine = &plan.profile.machine;
    let zone = &machine.time_zone;
    rendered.add("etc/localtime", File::Link(format!("/usr/share/zoneinfo/{zone}")));
    rendered.add("etc/timezone", File::Plain(format!("{zone}\n")));
    if !machine.time_servers.is_empty() {
        let mut lines = Lines::new(plan, "#");
        // Only these: a hall may have no way to any other.
        lines.add("[Time]").add(format!("NTP={}", machine.time_servers.join(" "))).add("FallbackNTP=");
        rendered.plain("etc/systemd/timesyncd.conf.d/yihao.conf", &lines);
    }
    // A Raspberry Pi has no clock of its own: the last known time is kept, so that time never goes back at a restart.
    let mut keep = Lines::new(plan, "#");
    keep.all(&["[Unit]", "After=var-lib-yihao.mount systemd-tmpfiles-setup.service"]);
    keep.all(&["", "[Service]", "BindPaths=-/var/lib/yihao/clock:/var/lib/systemd/timesync"]);
    rendered.plain("etc/systemd/system/systemd-timesyncd.service.d/yihao.conf", &keep);
}

fn logs(plan: &Plan, rendered: &mut Rendered) {
    let mib = plan.profile.machine.log_mib;
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Journal]", "Storage=volatile"]).add(format!("RuntimeMaxUse={mib}M"));
    lines.add(format!("RuntimeMaxFileSize={}M", (mib / 4).max(1)));
    lines.all(&["RateLimitIntervalSec=30s", "RateLimitBurst=2000", "ForwardToSyslog=no", "ForwardToConsole=no"]);
    rendered.plain("etc/systemd/journald.conf.d/yihao.conf", &lines);
}

fn watchdog(plan: &Plan, rendered: &mut Rendered) {
    let seconds = plan.profile.machine.watchdog_s;
    let mut manager = Lines::new(plan, "#");
    manager.add("[Manager]");
    if seconds > 0 {
        manager.add(format!("RuntimeWatchdogSec={seconds}s")).add(format!("RebootWatchdogSec={seconds}s"));
    }
    manager.add("DefaultTimeoutStopSec=10s").add("ShowStatus=no");
    rendered.plain("etc/systemd/system.conf.d/yihao.conf", &manager);
    let mut kernel = Lines::new(plan, "#");
    // After a fault of the kernel the machine starts again by itself.
    kernel.all(&["kernel.panic = 10", "kernel.panic_on_oops = 1", "kernel.sysrq = 0"]);
    rendered.plain("etc/sysctl.d/90-yihao.conf", &kernel);
}

/// The users of every device, for a system that is only read: there they must be before its first start.
pub fn users() -> String {
    GROUPS.iter().chain(&USERS).map(|line| format!("{line}\n")).collect()
}

fn own_users(plan: &Plan, rendered: &mut Rendered) {
    let mut users = Lines::new(plan, "#");
    GROUPS.iter().chain(&USERS[..1]).for_each(|line| {
        users.add(line);
    });
    if plan.page().is_some() {
        USERS[1..].iter().for_each(|line| {
            users.add(line);
        });
    }
    rendered.plain("etc/sysusers.d/yihao.conf", &users);
    let mut folders = Lines::new(plan, "#");
    folders.add("d /var/lib/yihao 0755 root root -");
    folders.add("d /var/lib/yihao/clock 0755 systemd-timesync systemd-timesync -");
    if plan.profile.machine.updates.certificate.is_some() {
        folders.add("d /var/lib/yihao/update 0700 root root -");
    }
    rendered.plain("etc/tmpfiles.d/yihao.conf", &folders);
}
