//! Two systems on a card, and how one replaces the other: RAUC's settings, whose signature is taken, the trial of a new system. The
//! scripts come with the package of this program, so that an update brings new ones.

use super::{
    File, Lines, Rendered,
    service::{CLOSED, FORGONE},
};
use crate::{
    Plan,
    image::layout,
    update::{Slot, bundle, healthy},
};

const CERTIFICATE: &str = "etc/yihao/updates.pem";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let updates = &plan.profile.machine.updates;
    let (true, Some(certificate)) = (plan.profile.machine.board.is_pi(), &updates.certificate) else { return };
    rendered.add(CERTIFICATE, File::Plain(certificate.clone()));
    rendered.plain("etc/rauc/system.conf", &system(plan));
    not_for_ever(plan, rendered);
    rendered.plain("etc/systemd/system/yihao-healthy.service", &trial(plan));
    rendered.enable("yihao-healthy.service", "multi-user.target");
    if let Some(url) = &updates.url {
        rendered.plain("etc/systemd/system/yihao-update.service", &update(plan, url));
        rendered.plain("etc/systemd/system/yihao-update.timer", &timer(plan));
        rendered.enable("yihao-update.timer", "timers.target");
    }
}

/// RAUC's own settings (RAUC manual, "Reference", system configuration file).
fn system(plan: &Plan) -> Lines {
    let mut lines = Lines::new(plan, "#");
    lines.add("[system]").add(format!("compatible={}", bundle::compatible(plan.page().is_some())));
    lines.all(&["bootloader=custom", "mountprefix=/run/rauc", "statusfile=/var/lib/yihao/update/rauc.status"]);
    lines.add("").add("[keyring]").add(format!("path=/{CERTIFICATE}"));
    // A board without a battery may not know the time yet: whether the certificate holds is judged by when the bundle was signed.
    lines.add("use-bundle-signing-time=true");
    lines.all(&["", "[handlers]", "bootloader-custom-backend=/usr/lib/yihao/boot-slot"]);
    for (number, slot) in [Slot::A, Slot::B].into_iter().enumerate() {
        let (root, boot) = (layout::device(slot.root_partition()), layout::device(slot.boot_partition()));
        lines.add("").add(format!("[slot.rootfs.{number}]")).add(format!("device={root}"));
        lines.all(&["type=ext4", "resize=true"]).add(format!("bootname={slot}"));
        lines.add("").add(format!("[slot.boot.{number}]")).add(format!("device={boot}"));
        lines.add("type=raw").add(format!("parent=rootfs.{number}"));
    }
    lines
}

/// What both services forgo: they talk to systemd and RAUC, who do the rest.
fn service(lines: &mut Lines, families: &str) {
    lines.all(&FORGONE).all(&CLOSED);
    lines.add(format!("RestrictAddressFamilies={families}"));
    lines.all(&[
        "PrivateDevices=yes",
        "PrivateUsers=yes",
        "ProcSubset=all",
        "StateDirectory=yihao/update",
        "StateDirectoryMode=0700",
    ]);
}

/// A start that comes to no end starts again; on a trial that is the old system. Nobody is at a device who could type.
fn not_for_ever(plan: &Plan, rendered: &mut Rendered) {
    let mut start = Lines::new(plan, "#");
    start.all(&["[Unit]", "JobTimeoutSec=20min", "JobTimeoutAction=reboot"]);
    rendered.plain("etc/systemd/system/multi-user.target.d/yihao.conf", &start);
    let mut emergency = Lines::new(plan, "#");
    emergency.all(&["[Service]", "StandardInput=null", "ExecStartPre=", "ExecStart="]);
    emergency.add("ExecStart=/bin/sh -c 'sleep 300; exec systemctl --force reboot'");
    rendered.plain("etc/systemd/system/emergency.service.d/yihao.conf", &emergency);
}

fn trial(plan: &Plan) -> Lines {
    let program = plan.service();
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao trial of a new system 新系统试运行"]);
    lines.add(format!("After={program}.service rauc.service")).all(&["RequiresMountsFor=/var/lib/yihao /boot/yihao"]);
    // Whoever can't even judge starts again, and so with the old system.
    lines.all(&["FailureAction=reboot", "", "[Service]", "Type=exec"]);
    lines.add(format!("ExecStart=/usr/lib/yihao/healthy {program}.service"));
    lines.add(format!("RuntimeMaxSec={}", 2 * (healthy::WITHIN_S + healthy::WELL_FOR_S)));
    service(&mut lines, "AF_UNIX");
    lines.all(&["PrivateNetwork=yes", "IPAddressDeny=any", "", "[Install]", "WantedBy=multi-user.target"]);
    lines
}

fn update(plan: &Plan, url: &str) -> Lines {
    let (program, updates) = (plan.service(), &plan.profile.machine.updates);
    let (channel, window) = (&updates.channel, updates.window);
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao update 系统更新", "RequiresMountsFor=/var/lib/yihao /boot/yihao"]);
    lines.all(&["", "[Service]", "Type=exec"]);
    lines.add(format!(
        "ExecStart=/usr/lib/yihao/update {}/{channel}.raucb {program}.service {} {}",
        url.trim_end_matches('/'),
        window.from_min,
        window.length_min
    ));
    // Where systemctl leaves the word for the firmware (systemd.directives: the reboot argument).
    lines.add("ReadWritePaths=/run/systemd");
    lines.all(&["RuntimeMaxSec=3h", "Nice=15", "IOSchedulingClass=idle"]);
    service(&mut lines, "AF_INET AF_INET6 AF_UNIX");
    lines
}

fn timer(plan: &Plan) -> Lines {
    let window = plan.profile.machine.updates.window;
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao update 系统更新", "", "[Timer]"]);
    lines.add(format!("OnCalendar=*-*-* {:02}:{:02}:00", window.from_min / 60, window.from_min % 60));
    // Not all devices of a hall at once, and each night at the same minute.
    lines.add(format!("RandomizedDelaySec={}min", window.length_min)).add("FixedRandomDelay=yes");
    lines.all(&["", "[Install]", "WantedBy=timers.target"]);
    lines
}
