//! Whatever a valid profile says: what is rendered is taken by the programs that read it, and says to the device what the profile
//! said.

use std::{collections::BTreeSet, fs, path::Path};

use firmware_config::{
    Plan,
    render::{PROFILE, Rendered, render},
};
use proptest::{prelude::*, sample::select, test_runner::Config};

use crate::tools;

/// One case takes a tenth of a second, most of it in other programs.
const CASES: u32 = 24;

/// Lines of a profile.
type Text = BoxedStrategy<String>;

fn lines(of: impl Strategy<Value = String> + 'static) -> Text {
    of.boxed()
}

/// One of these lines.
fn one(lines: &'static [&'static str]) -> Text {
    select(lines).prop_map(|line| format!("{line}\n")).boxed()
}

fn top() -> Text {
    let name = "[A-Za-z0-9]([A-Za-z0-9_.]{0,30}[A-Za-z0-9])?";
    let server =
        select(vec!["http://10.1.2.3:8080", "http://[fd00::2]:80", "http://hall:1", "http://hall.example.org:65535"]);
    let log = select(vec!["error", "warn", "info", "debug"]);
    lines((name, server, "[!-!#-\\[\\]-~]{1,200}", log).prop_map(|(name, server, key, log)| {
        format!("name = \"{name}\"\nserver = \"{server}\"\nkey = '''{}'''\nlog = \"{log}\"\n", key.replace('\'', "x"))
    }))
}

fn display() -> Text {
    let panel = one(&[
        "back_end = 'max7219'\ncolumns = 256\nrows = 32\nmax7219 = { spi_bus = 0, spi_select = 1 }",
        "back_end = 'max7219'\nmax7219 = { spi_bus = 1, spi_select = 2, rotation = '90' }",
        "back_end = 'onbon'\nonbon = { link = 'tcp', address = '192.168.0.199:5005' }",
        "back_end = 'onbon'\nonbon = { link = 'udp', address = '8.8.8.8:5005' }",
        "back_end = 'onbon'\nonbon = { link = 'serial', device = '/dev/ttyAMA0' }",
        "back_end = 'page'",
        "back_end = 'page'\npage = { listen = '[::1]:9000' }",
        "back_end = 'png'\nfile = 'pictures/panel.png'\nidle = { zh = '欢迎 \"光临\"', en = '%i ${x}' }",
        "back_end = 'none'",
    ]);
    let voice = one(&["back_end = 'none'", "directory = 'a b/%n'", "pack = '/usr/share/yihao/voice'\ntimes = 1"]);
    lines((1..=999_u16, panel, voice).prop_map(|(window, panel, voice)| {
        format!("[display]\nwindow = {window}\n[display.panel]\n{panel}[display.voice]\n{voice}")
    }))
}

fn dispenser() -> Text {
    let printer = one(&[
        "",
        "usb_id = '04b8:0E15'",
        "back_end = 'usb'",
        "back_end = 'usb_file'\ndevice = '/dev/usb/lp1'",
        "back_end = 'network'\naddress = 'printer.example.org:9100'",
        "back_end = 'network'\naddress = '[fd00::7]:9100'",
        "back_end = 'serial'\nserial = '/dev/serial0'",
        "back_end = 'png'\ndirectory = '片'",
    ]);
    let scanner =
        one(&["", "input = 'keyboard'\ndevice = '/dev/input/by-id/k'", "input = 'serial'\ndevice = '/dev/ttyACM0'"]);
    // Neither the pins of a serial line nor those of a sound card.
    let pins = prop::sample::subsequence(vec![2, 3, 4, 5, 6, 12, 16, 17, 22, 27], 0..=6).prop_shuffle();
    let ways = prop::collection::vec(select(vec!["pull = 'up'", "pull = 'down'\nactive = 'high'", "pull = 'off'"]), 6);
    let gpio = (pins, ways).prop_map(|(pins, ways)| {
        let names = ["normal", "priority", "language", "help", "paper", "lamp"];
        let section = |((name, pin), way): ((&str, i32), &str)| {
            let way = if name == "lamp" { "active = 'low'" } else { way };
            format!("[dispenser.gpio.{name}]\npin = {pin}\n{way}\n")
        };
        names.into_iter().zip(pins).zip(ways).map(section).collect::<String>()
    });
    lines((printer, scanner, gpio).prop_map(|(printer, scanner, gpio)| {
        format!("[dispenser]\n[dispenser.printer]\n{printer}[dispenser.scanner]\n{scanner}{gpio}")
    }))
}

fn machine() -> Text {
    let board = one(&["board = 'pi3'", "board = 'pi4'"]);
    let zone =
        one(&["", "time_zone = 'Asia/Urumqi'", "time_zone = 'America/Argentina/Buenos_Aires'", "time_zone = 'UTC'"]);
    let time = one(&["", "time_servers = ['10.0.0.1', 'time.example.org', 'fd00::1']"]);
    let network = one(&[
        "",
        "address = '10.0.0.7/8'",
        "address = '10.0.0.7/24'\ngateway = '10.0.0.1'\ndns = ['fd00::1', '10.0.0.1']",
    ]);
    let sound = one(&[
        "",
        "card = 'headphones'\nlevel_percent = 0",
        "card = 'hdmi'",
        "card = 'hifiberry-dac'",
        "card = 'max98357a'",
        "card = 'usb'\nname = 'U0x41e0x30d3'\ncontrol = 'Speaker Playback'",
    ]);
    // A certificate is read where the profile is checked: this one stands beside this test.
    let updates = one(&[
        "",
        "certificate_file = 'tests/golden/radio/updates.pem'\nwindow = '23:30-01:00'",
        "certificate_file = 'tests/golden/radio/updates.pem'\nurl = 'http://[fd00::1]:8080/a/b/'\nchannel = 'night_2'",
    ]);
    let ssh = one(&["", "ssh_keys_file = 'tests/golden/radio/office.pub'"]);
    let turn = select(vec!["0", "90", "180", "270"]);
    let numbers = (0..=15_u32, 4..=256_u32, any::<bool>());
    lines((board, zone, time, network, sound, turn, numbers, updates, ssh).prop_map(
        |(board, zone, time, network, sound, turn, (watchdog_s, log_mib, read_only), updates, ssh)| {
            format!(
                "[machine]\n{board}{zone}{time}{ssh}watchdog_s = {watchdog_s}\nlog_mib = {log_mib}\nread_only = {read_only}\n\
                 [machine.network]\n{network}[machine.sound]\n{sound}[machine.updates]\n{updates}[machine.screen]\nturn = '{turn}'\n"
            )
        },
    ))
}

fn profile() -> Text {
    let touch = dispenser().prop_map(|text| (text, "browser = 'chromium'\n"));
    let role = prop_oneof![dispenser().prop_map(|text| (text, "")), touch, display().prop_map(|text| (text, ""))];
    lines((top(), role, machine()).prop_map(|(top, (role, screen), machine)| format!("{top}{role}{machine}{screen}")))
}

proptest! {
    #![proptest_config(Config { cases: CASES, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_a_profile_says_every_program_takes_what_is_rendered(text in profile()) {
        let plan = Plan::parse(Path::new("p.toml"), &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let rendered = render(&plan);
        prop_assert_eq!(&rendered, &render(&plan));
        boot_is_known(&rendered);
        tools::all_take(&plan, &rendered);
    }

    #[test]
    fn what_the_device_reads_says_the_same_as_the_profile(text in profile()) {
        let plan = Plan::parse(Path::new("p.toml"), &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let read = render(&plan).get(PROFILE).unwrap().text().to_owned();
        // The secrets lie elsewhere on the machine of a test.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("device.key"), &plan.profile.key).unwrap();
        let credentials = format!("/run/credentials/{}.service", plan.service());
        let here = read.replace(&credentials, &folder.path().display().to_string());
        let again = Plan::parse(Path::new("device.toml"), &here).unwrap_or_else(|error| panic!("{error}\n{here}"));
        prop_assert_eq!(&again.profile.key, &plan.profile.key);
        let rendered = render(&again);
        prop_assert_eq!(rendered.get(PROFILE).unwrap().text(), read);
    }
}

/// The firmware skips what it does not know without a word; so the words that it knows are kept here, as its documentation has them.
fn boot_is_known(rendered: &Rendered) {
    let known: BTreeSet<&str> = BTreeSet::from([
        "arm_64bit=1",
        "disable_splash=1",
        "dtoverlay=disable-bt",
        "dtoverlay=hifiberry-dac",
        "dtoverlay=max98357a,no-sdmode",
        "dtoverlay=spi1-3cs",
        "dtoverlay=vc4-kms-v3d",
        "dtoverlay=vc4-kms-v3d,noaudio",
        "dtparam=audio=off",
        "dtparam=audio=on",
        "dtparam=spi=on",
        "dtparam=watchdog=on",
        "enable_uart=1",
        "initramfs initrd.img followkernel",
        "kernel=vmlinuz",
        "max_framebuffers=2",
    ]);
    let config = rendered.get("boot/firmware/config.txt").unwrap().text();
    let mut pins = BTreeSet::new();
    for line in config.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("gpio=").and_then(|rest| rest.split_once('=')) {
            Some((pin, way)) => {
                assert!(["ip,pu", "ip,pd", "ip,pn", "op,dl", "op,dh"].contains(&way), "{line}");
                assert!(pins.insert(pin), "{pin} twice: {config}");
            }
            None => assert!(known.contains(line), "{line}"),
        }
        // The firmware reads no more of a line than this.
        assert!(line.len() <= 98, "{line}");
    }
    assert_eq!(rendered.get("boot/firmware/cmdline.txt").unwrap().text().lines().count(), 1);
}
