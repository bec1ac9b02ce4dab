//! A way in for technicians: by their keys alone, as root. Without keys in the profile nothing of it is there, and the system of a card starts no
//! SSH by itself.

use super::{
    File, Lines, Rendered,
    service::{CLOSED, FORGONE},
};
use crate::Plan;

/// Whose keys are taken.
const KEYS: &str = "etc/yihao/authorized_keys";
const UNIT: &str = "yihao-ssh-key.service";
/// The device's own key: the system is only read, and the same on all devices.
const FOLDER: &str = "/var/lib/yihao/ssh";
const HOST_KEY: &str = "ssh_host_ed25519_key";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let keys = &plan.profile.machine.ssh_keys;
    if keys.is_empty() {
        return;
    }
    let mut lines = Lines::new(plan, "#");
    keys.iter().for_each(|key| {
        lines.add(key);
    });
    rendered.plain(KEYS, &lines);
    // What is said first counts for sshd, so this stands before what others put there.
    rendered.plain("etc/ssh/sshd_config.d/00-yihao.conf", &server(plan));
    rendered.plain(format!("etc/systemd/system/{UNIT}"), &host_key(plan));
    let mut after = Lines::new(plan, "#");
    after.add("[Unit]").add(format!("Requires={UNIT}")).add(format!("After={UNIT}"));
    rendered.plain("etc/systemd/system/ssh.service.d/yihao.conf", &after);
    // As Debian's own package enables it.
    let unit = File::Link("/lib/systemd/system/ssh.service".into());
    rendered.add("etc/systemd/system/multi-user.target.wants/ssh.service", unit);
}

fn server(plan: &Plan) -> Lines {
    let mut lines = Lines::new(plan, "#");
    lines.add(format!("HostKey {FOLDER}/{HOST_KEY}")).add(format!("AuthorizedKeysFile /{KEYS}"));
    lines.all(&[
        // The keys are no other user's: without this they would be everybody's.
        "AllowUsers root",
        "PermitRootLogin prohibit-password",
        "AuthenticationMethods publickey",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "AllowAgentForwarding no",
        "AllowTcpForwarding no",
        "X11Forwarding no",
    ]);
    lines
}

/// Makes the device's own key once. A power cut leaves either none or a whole one: its name comes last.
fn host_key(plan: &Plan) -> Lines {
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao host key of SSH SSH 主机密钥", "RequiresMountsFor=/var/lib/yihao"]);
    lines.add(format!("ConditionPathExists=!{FOLDER}/{HOST_KEY}")).add("Before=ssh.service");
    lines.all(&["", "[Service]", "Type=oneshot", "StateDirectory=yihao/ssh", "StateDirectoryMode=0700"]);
    lines.add(format!("WorkingDirectory={FOLDER}"));
    lines.add("ExecStart=/bin/rm -f new new.pub");
    lines.add(format!("ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N \"\" -C {} -f new", plan.service()));
    lines.add("ExecStart=/bin/sync new new.pub");
    lines.add(format!("ExecStart=/bin/mv new.pub {HOST_KEY}.pub")).add(format!("ExecStart=/bin/mv new {HOST_KEY}"));
    lines.add("ExecStart=/bin/sync .");
    lines.all(&FORGONE).all(&CLOSED);
    lines.all(&[
        "RestrictAddressFamilies=AF_UNIX",
        "PrivateNetwork=yes",
        "IPAddressDeny=any",
        "PrivateDevices=yes",
        "PrivateUsers=yes",
        "ProcSubset=pid",
    ]);
    lines
}
