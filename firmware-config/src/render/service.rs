//! The service of the device's program, with nothing that it does not need.

use std::net::IpAddr;

use super::{File, Lines, Rendered};
use crate::{
    Plan, Role,
    dispenser::BackEnd,
    display::PanelBackEnd,
    machine::Card,
    plan::{KEY, VISITOR_SECRET},
    scanner::ScannerInput,
};

/// What every service of a device forgoes.
pub(super) const FORGONE: [&str; 23] = [
    "UMask=0077",
    "LimitCORE=0",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateMounts=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RemoveIPC=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "SystemCallErrorNumber=EPERM",
    "KeyringMode=private",
];
/// What those forgo beside it that run no compiler, as a browser does.
pub(super) const CLOSED: [&str; 4] = [
    "MemoryDenyWriteExecute=yes",
    "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
];
/// Networks of halls: what routers outside never pass on (RFC 1918, RFC 3927, RFC 4193, RFC 4291).
const HALL_NETWORKS: &str = "localhost link-local multicast 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let unit = format!("{}.service", plan.service());
    let needs = Needs::of(plan);
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]"]).add(format!("Description={} {}", title(plan), plan.profile.name));
    if plan.asks_card() {
        // Mounts that may fail hold nobody up by themselves.
        lines.add("After=boot-yihao.mount");
    }
    lines.all(&[
        "After=network.target sound.target",
        "RequiresMountsFor=/var/lib/yihao",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
    ]);
    lines.add(format!("ExecStart=/usr/bin/{} --profile /etc/yihao/device.toml", plan.service()));
    secrets(plan, &mut lines);
    lines.all(&[
        "TimeoutStartSec=60",
        "TimeoutStopSec=10",
        "WatchdogSec=30",
        "Restart=always",
        "RestartSec=2",
        "User=yihao",
        "Group=yihao",
        "StateDirectory=yihao/device",
        "StateDirectoryMode=0700",
        "WorkingDirectory=/var/lib/yihao/device",
        "MemoryMax=160M",
        "TasksMax=64",
        "OOMScoreAdjust=-500",
    ]);
    lines.all(&FORGONE);
    lines.all(&CLOSED).add(families(plan));
    reach(plan, &mut lines);
    needs.say(&mut lines);
    lines.all(&["", "[Install]", "WantedBy=multi-user.target"]);
    rendered.plain(format!("etc/systemd/system/{unit}"), &lines);
    rendered.enable(&unit, "multi-user.target");
    rendered.add("etc/systemd/system/default.target", File::Link("/usr/lib/systemd/system/multi-user.target".into()));
}

/// A device that looks for its server by mDNS asks the kernel, over netlink, which networks there are.
fn families(plan: &Plan) -> &'static str {
    match plan.profile.server.as_str() {
        "" => "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
        _ => "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    }
}

fn title(plan: &Plan) -> &'static str {
    match plan.profile.role {
        Role::Dispenser(_) => "Yihao ticket dispenser 取号机",
        Role::Display(_) => "Yihao window display 窗口屏",
        Role::Speaker(_) => "Yihao zone speaker 区域音箱",
    }
}

fn secrets(plan: &Plan, lines: &mut Lines) {
    if !plan.profile.key.is_empty() {
        lines.add(format!("LoadCredential={KEY}:/etc/yihao/{KEY}"));
    }
    if let Role::Dispenser(dispenser) = &plan.profile.role
        && dispenser.scanner.secret.is_some()
    {
        lines.add(format!("LoadCredential={VISITOR_SECRET}:/etc/yihao/{VISITOR_SECRET}"));
    }
}

/// The networks that the program may talk to: a hall's, and what its profile names outside.
fn reach(plan: &Plan, lines: &mut Lines) {
    let mut allowed = HALL_NETWORKS.to_owned();
    for host in plan.profile.hosts() {
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) => allowed.push_str(&format!(" {ip}")),
            // Where a name leads is known on the device alone: a single label is in the hall.
            Err(_) if host.contains('.') => return,
            Err(_) => {}
        }
    }
    lines.add("IPAddressDeny=any").add(format!("IPAddressAllow={allowed}"));
}

/// What of the machine the program needs.
#[derive(Default)]
struct Needs {
    devices: Vec<&'static str>,
    groups: Vec<&'static str>,
}

impl Needs {
    fn of(plan: &Plan) -> Self {
        let mut needs = Self::default();
        match &plan.profile.role {
            Role::Dispenser(dispenser) => needs.of_dispenser(dispenser),
            Role::Display(display) => match display.panel.back_end {
                PanelBackEnd::Max7219 => {
                    needs.add(&["char-spi"], "spi");
                }
                PanelBackEnd::Onbon if display.panel.line().is_some() => needs.serial(),
                _ => {}
            },
            Role::Speaker(_) => {}
        }
        if plan.profile.machine.sound.card != Card::None {
            needs.add(&["char-alsa"], "audio");
        }
        needs
    }

    fn of_dispenser(&mut self, dispenser: &crate::Dispenser) {
        if matches!(dispenser.printer.back_end, BackEnd::Auto | BackEnd::Usb | BackEnd::UsbFile) {
            self.add(&["char-usb", "char-usb_device"], "lp");
        }
        if dispenser.printer.line().is_some() || dispenser.scanner.line().is_some() {
            self.serial();
        }
        if matches!(dispenser.scanner.input, ScannerInput::Keyboard(_)) {
            self.add(&["char-input"], "input");
        }
        if !dispenser.gpio.is_empty() {
            self.add(&["char-gpiochip", "/dev/gpiomem", "/dev/gpiomem0"], "gpio");
        }
    }

    fn serial(&mut self) {
        self.add(&["char-ttyUSB", "char-ttyACM", "char-ttyAMA", "char-ttyS"], "dialout");
    }

    fn add(&mut self, devices: &[&'static str], group: &'static str) {
        self.devices.extend(devices);
        self.groups.push(group);
    }

    fn say(&self, lines: &mut Lines) {
        if self.devices.is_empty() {
            lines.add("PrivateDevices=yes").add("PrivateUsers=yes");
        } else {
            lines.add(format!("SupplementaryGroups={}", self.groups.join(" "))).add("DevicePolicy=closed");
            self.devices.iter().for_each(|device| {
                lines.add(format!("DeviceAllow={device} rw"));
            });
        }
        // How the machine is, and what it is called, stands there.
        lines.add("ProcSubset=all");
    }
}
