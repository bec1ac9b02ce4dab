//! The device's page on its screen: Chromium, alone, under the compositor cage.

use super::{File, Lines, Rendered, service::FORGONE};
use crate::{
    Plan, Role,
    machine::{Card, Turn},
};

const UNIT: &str = "yihao-kiosk.service";
/// Below /etc, as all that a profile makes: /usr is packed on a card.
const SCRIPT: &str = "/etc/yihao/kiosk";
/// What Chromium must keep to, wherever somebody on the screen or a script wants to go.
const POLICY: &str = "etc/chromium/policies/managed/yihao.json";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let Some(page) = plan.page() else { return };
    rendered.plain(format!("etc/systemd/system/{UNIT}"), &unit(plan));
    rendered.enable(UNIT, "multi-user.target");
    rendered.mask("getty@tty1.service");
    rendered.add(SCRIPT.trim_start_matches('/'), File::Program(script(plan, &page)));
    rendered.add(POLICY, File::Plain(policy(&page)));
}

fn policy(page: &str) -> String {
    let rules = [
        ("CommandLineFlagSecurityWarningsEnabled", "false".to_owned()),
        ("URLBlocklist", "[\"*\"]".into()),
        ("URLAllowlist", format!("[\"{page}\"]")),
        ("DeveloperToolsAvailability", "2".into()),
        ("DefaultPopupsSetting", "2".into()),
        ("DownloadRestrictions", "3".into()),
        ("PasswordManagerEnabled", "false".into()),
        ("PrintingEnabled", "false".into()),
        ("TranslateEnabled", "false".into()),
    ];
    let lines: Vec<String> = rules.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn unit(plan: &Plan) -> Lines {
    let service = plan.service();
    let speaks = speaks(plan);
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao kiosk browser 全屏页面"]);
    // It starts when the program says that its page is there, and outlives it: the page finds back by itself.
    lines.add(format!("Wants={service}.service seatd.service")).add(format!("After={service}.service seatd.service"));
    lines.all(&["StartLimitIntervalSec=0", "", "[Service]", "Type=exec"]);
    lines.add(format!("ExecStart=/usr/bin/cage -- {SCRIPT}"));
    lines.all(&[
        "TimeoutStopSec=10",
        "Restart=always",
        "RestartSec=2",
        "User=yihao-kiosk",
        "Group=yihao-kiosk",
        if speaks { "SupplementaryGroups=video render audio" } else { "SupplementaryGroups=video render" },
        "RuntimeDirectory=yihao-kiosk",
        "RuntimeDirectoryMode=0700",
        "Environment=HOME=/run/yihao-kiosk XDG_RUNTIME_DIR=/run/yihao-kiosk LIBSEAT_BACKEND=seatd WLR_LIBINPUT_NO_DEVICES=1",
        "OOMScoreAdjust=200",
    ]);
    lines.all(&FORGONE);
    lines.all(&[
        // Memory that is written and then run it can't forgo: the browser compiles scripts.
        "RestrictNamespaces=yes",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged @resources",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
        "IPAddressDeny=any",
        "IPAddressAllow=localhost",
        "DevicePolicy=closed",
        "DeviceAllow=char-drm rw",
    ]);
    if speaks {
        lines.add("DeviceAllow=char-alsa rw");
    }
    lines.all(&["", "[Install]", "WantedBy=multi-user.target"]);
    lines
}

/// Whether the page reads itself aloud with a recorded voice.
fn speaks(plan: &Plan) -> bool {
    let has_voice = matches!(&plan.profile.role, Role::Dispenser(dispenser) if dispenser.voice_pack.is_some());
    has_voice && plan.profile.machine.sound.card != Card::None
}

fn script(plan: &Plan, page: &str) -> String {
    let mut lines = Lines(String::from("#!/bin/sh\n"));
    lines.add(Lines::new(plan, "#").text().trim_end()).add("set -eu");
    // A transform of Wayland counts against the clock.
    let transform = match plan.profile.machine.screen.turn {
        Turn::None => None,
        Turn::Quarter => Some("270"),
        Turn::Half => Some("180"),
        Turn::ThreeQuarters => Some("90"),
    };
    if let Some(transform) = transform {
        lines.add("for output in $(wlr-randr | sed -n 's/^\\([^ ][^ ]*\\) .*/\\1/p'); do");
        lines.add(format!("    wlr-randr --output \"$output\" --transform {transform}")).add("done");
    }
    // Its own sandbox needs namespaces and chroot, which the service denies to all of it: it can reach this machine's page and
    // nothing else, as a user who owns nothing. The zygote would give up capabilities, which the service denies, too, and end.
    let language = if plan.profile.machine.english { "en" } else { "zh-CN" };
    lines.add("exec /usr/bin/chromium --kiosk --no-sandbox --no-zygote --ozone-platform=wayland --user-data-dir=\"$XDG_RUNTIME_DIR/chromium\" \\");
    lines.add(format!("    --lang={language} --no-first-run --noerrdialogs --disable-infobars --disable-pinch \\"));
    lines.add("    --overscroll-history-navigation=0 --disable-component-update --disable-sync --disable-translate \\");
    lines.add("    --disable-background-networking --password-store=basic --disk-cache-size=16777216 \\");
    lines.add("    --autoplay-policy=no-user-gesture-required \\").add(format!("    '{page}'"));
    lines.text()
}
