//! The device's page on its screen: Chromium, alone, under the compositor sway. Cage, which is made for this, never ends a touch in Debian 12
//! (its 0.1.4 sends no `wl_touch.frame`), and turns a picture without its touches.

use std::net::SocketAddr;

use super::{File, Lines, Rendered, service::FORGONE};
use crate::{
    Plan, Role,
    machine::{Card, Turn},
};

const UNIT: &str = "yihao-kiosk.service";
/// What the compositor is told. Below /etc, as all that a profile makes: /usr is packed on a card.
const SETTINGS: &str = "/etc/yihao/sway.conf";
const SCRIPT: &str = "/etc/yihao/kiosk";
/// A page speaks with the device's program all the time, and one that died while it was loaded stays white: after three minutes without an
/// established connection to the program (proc(5), "/proc/net/tcp") the script ends, and its service begins anew.
const WATCH: &str = r#"browser=$!
missed=0
while kill -0 "$browser" 2>/dev/null; do
    sleep 20
    if grep -qs ':@PORT@ 01 ' /proc/net/tcp /proc/net/tcp6; then missed=0; else missed=$((missed + 1)); fi
    if [ "$missed" -ge 9 ]; then
        echo 'The page does not come; the browser begins anew. 页面未显示，重新启动浏览器。' >&2
        exit 1
    fi
done
"#;
/// What Chromium must keep to, wherever somebody on the screen or a script wants to go.
const POLICY: &str = "etc/chromium/policies/managed/yihao.json";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let Some(listen) = plan.page() else { return };
    rendered.plain(format!("etc/systemd/system/{UNIT}"), &unit(plan));
    rendered.enable(UNIT, "multi-user.target");
    rendered.mask("getty@tty1.service");
    rendered.add(SCRIPT.trim_start_matches('/'), File::Program(script(plan, listen)));
    rendered.plain(SETTINGS.trim_start_matches('/'), &settings(plan));
    rendered.add(POLICY, File::Plain(policy(&page(listen))));
}

fn page(listen: SocketAddr) -> String {
    format!("http://{listen}/")
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
    lines.add(format!("ExecStart=/usr/bin/sway --config {SETTINGS}"));
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

/// No bars, no second window, no key that does anything: what is not named here does not exist, but for the keys that lead to another console.
fn settings(plan: &Plan) -> Lines {
    let mut lines = Lines::new(plan, "#");
    lines.all(&["xwayland disable", "default_border none", "seat * hide_cursor 1000"]);
    lines.add("input type:keyboard xkb_options srvrkeys:none");
    let turn = match plan.profile.machine.screen.turn {
        Turn::None => None,
        Turn::Quarter => Some("90"),
        Turn::Half => Some("180"),
        Turn::ThreeQuarters => Some("270"),
    };
    if let Some(turn) = turn {
        lines.add(format!("output * transform {turn}"));
    }
    lines.add(format!("exec '{SCRIPT}; swaymsg exit'"));
    lines
}

fn script(plan: &Plan, listen: SocketAddr) -> String {
    let mut lines = Lines(String::from("#!/bin/sh\n"));
    lines.add(Lines::new(plan, "#").text().trim_end()).add("set -eu");
    // Where somebody touches belongs to the screen, and turns with it.
    lines.add("until output=$(swaymsg -p -t get_outputs | sed -n 's/^Output \\([^ ]*\\) .*/\\1/p' | head -n 1) && [ -n \"$output\" ]; do");
    lines.all(&["    sleep 2", "done", "swaymsg -q \"input type:touch map_to_output $output\" || :"]);
    // Its own sandbox needs namespaces and chroot, which the service denies to all of it: it can reach this machine's page and
    // nothing else, as a user who owns nothing. The zygote would give up capabilities, which the service denies, too, and end.
    let language = if plan.profile.machine.english { "en" } else { "zh-CN" };
    lines.add("/usr/bin/chromium --kiosk --no-sandbox --no-zygote --ipc-connection-timeout=120 --ozone-platform=wayland --user-data-dir=\"$XDG_RUNTIME_DIR/chromium\" \\");
    lines.add(format!("    --lang={language} --no-first-run --noerrdialogs --disable-infobars --disable-pinch \\"));
    lines.add("    --overscroll-history-navigation=0 --disable-component-update --disable-sync --disable-translate \\");
    lines.add("    --disable-background-networking --password-store=basic --disk-cache-size=16777216 \\");
    lines.add("    --autoplay-policy=no-user-gesture-required \\").add(format!("    '{}' &", page(listen)));
    lines.add(WATCH.replace("@PORT@", &format!("{:04X}", listen.port())).trim_end());
    lines.text()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use super::*;

    const PROFILE: &str = "name='d'\nserver='http://hall:8080'\nkey='k'\n[dispenser]\n[machine]\nboard='pi4'\n\
                           [machine.screen]\nbrowser='chromium'\n";

    /// Runs the script with a browser that does nothing for some seconds, connections as a file has them, and little patience; what it says, and
    /// how it ends.
    fn run(connections: &str, browser_s: u32) -> (String, Option<i32>) {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::parse(Path::new("d.toml"), PROFILE).unwrap();
        let text = script(&plan, plan.page().unwrap());
        let listed = folder.path().join("tcp");
        fs::write(&listed, connections).unwrap();
        let text = text.replace("/proc/net/tcp /proc/net/tcp6", &listed.display().to_string());
        // On a device the service ends what the script leaves.
        let browser = format!("sh -c 'exec setpriv --pdeathsig KILL sleep {browser_s} >/dev/null 2>&1' ");
        let text = text.replace("/usr/bin/chromium ", &browser).replace("sleep 20", "sleep 0.1");
        let file = folder.path().join("kiosk");
        fs::write(&file, text).unwrap();
        let swaymsg = folder.path().join("swaymsg");
        let screen = "echo \"Output HDMI-A-1 'Some Maker' (focused)\"";
        let answers =
            format!("#!/bin/sh\ncase \"$*\" in *get_outputs) {screen} ;; *) echo \"$*\" >>\"$0.asked\" ;; esac\n");
        fs::write(&swaymsg, answers).unwrap();
        fs::set_permissions(&swaymsg, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        let out = shell.arg(file).env("XDG_RUNTIME_DIR", folder.path()).env("PATH", path).output().unwrap();
        let asked = fs::read_to_string(folder.path().join("swaymsg.asked")).unwrap();
        assert_eq!(asked, "-q input type:touch map_to_output HDMI-A-1\n");
        (String::from_utf8([out.stdout, out.stderr].concat()).unwrap(), out.status.code())
    }

    #[test]
    fn a_browser_without_its_page_begins_anew_and_one_with_it_is_left_alone() {
        let line =
            |other_end: &str, state: &str| format!("   1: 0100007F:D1C2 {other_end} {state} 00000000:00000000 00:\n");
        assert_eq!(run(&line("0100007F:1FA5", "01"), 1), (String::new(), Some(0)));
        for none in [line("0100007F:1FA5", "06"), line("0100007F:1FA6", "01"), String::new()] {
            let (said, code) = run(&none, 60);
            assert!(said.contains("The page does not come") && code == Some(1), "{said} {code:?}");
        }
    }
}
