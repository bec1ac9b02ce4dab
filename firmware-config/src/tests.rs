use std::path::{Path, PathBuf};

use toml::de::DeTable;

use crate::{
    Machine, Profile, ProfileError, Role,
    layers::{self, Source},
    profile::read_all,
    section::Reading,
};

const DISPENSER: &str = include_str!("../examples/dispenser.toml");
const DISPLAY: &str = include_str!("../examples/display.toml");
const MACHINE: &str = include_str!("../examples/machine.toml");
const SPEAKER: &str = include_str!("../examples/speaker.toml");
const BARE_DISPENSER: &str =
    "name = 'dispenser-1'\nserver = 'http://127.0.0.1:8080'\nkey = 'device-key'\n[dispenser]\n";
const BARE_DISPLAY: &str =
    "name = 'display-3'\nserver = 'http://127.0.0.1:8080'\nkey = 'device-key'\n[display]\nwindow = 3\n";

const BARE_SPEAKER: &str = "name = 'speaker-a'\nserver = 'http://127.0.0.1:8080'\nkey = 'device-key'\n[speaker]\n";

/// The English lines about a profile, without the file's name.
fn check(profile: &str, expected: &[&str]) {
    let said = match Profile::parse(Path::new("p.toml"), profile) {
        Ok(_) => Vec::new(),
        Err(ProfileError::Wrong { problems }) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => vec![other.to_string()],
    };
    let english: Vec<&str> = said.iter().map(|line| line.split(" / 第").next().unwrap()).collect();
    assert_eq!(english, expected, "\n{profile}");
}

fn parse(text: &str) -> Profile {
    Profile::parse(Path::new("etc/p.toml"), text).unwrap()
}

#[test]
fn the_examples_show_exactly_the_defaults() {
    assert_eq!(parse(DISPENSER), parse(BARE_DISPENSER));
    assert_eq!(parse(DISPLAY), parse(BARE_DISPLAY));
    let machine = parse(&format!("{BARE_DISPLAY}{MACHINE}"));
    assert_eq!((machine.machine, machine.role), (Machine::default(), parse(BARE_DISPLAY).role));
    assert_eq!(parse(BARE_DISPENSER).machine, Machine::default());
    assert_eq!(parse(SPEAKER), parse(BARE_SPEAKER));
}

#[test]
fn the_examples_show_every_key() {
    for example in [DISPENSER, DISPLAY, SPEAKER] {
        let asked = asked(example);
        assert!(asked.len() > 10, "{asked:?}");
        for key in asked {
            // The machine has a file of its own, and what inherits stands there, too.
            let example = if key.starts_with("machine") || key == layers::INHERITS { MACHINE } else { example };
            let name = key.rsplit('.').next().unwrap();
            let shown = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{name} ="));
            let section = format!("[{key}]");
            let is_section = |line: &str| line.trim_start_matches("# ") == section;
            assert!(example.lines().any(|line| shown(line) || is_section(line)), "{key} is not in the example");
        }
    }
}

fn asked(example: &str) -> Vec<String> {
    let sources = [Source { path: "p.toml".into(), text: example.into() }];
    let tables = [DeTable::parse(example).unwrap().into_inner()];
    let mut reading = Reading::new(&sources);
    read_all(&layers::merge(&tables), &mut reading).unwrap();
    reading.asked
}

#[test]
fn relative_paths_begin_at_the_profile() {
    let Role::Dispenser(dispenser) = parse(BARE_DISPENSER).role else { panic!("a dispenser") };
    assert_eq!(dispenser.outbox, PathBuf::from("etc/outbox"));
    assert!(dispenser.slip.font.is_absolute());
}

#[test]
fn everything_wrong_is_said_at_once_with_key_line_and_remedy() {
    check(
        "nam = 'x'\nserver = 'https://a'\nkey = 'k'\nlog = 'loud'\n[dispenser]\nlane = 1\npress_gap_ms = '2'\nanswer_ms_max = 9\n\
         [dispenser.slip]\nwidth_dots = 500\nfooter = 'bye'\n[dispenser.printer]\nback_end = 'laser'\n[dispenser.reserve]\ncount = 10\nrefill_at = 11\n",
        &[
            "line 1: name is missing; write for example \"dispenser-1\"",
            "line 1: nam unknown key; known here: inherits, name, server, key, key_file, log, identity, server_file, dispenser, machine",
            "line 2: server has the wrong form; write it as \"http://192.168.1.10:8080\"",
            "line 4: log must be one of: error, warn, info, debug",
            "line 6: dispenser.lane must be a text in quotation marks",
            "line 7: dispenser.press_gap_ms must be a whole number, without quotation marks",
            "line 8: dispenser.answer_ms_max must be from 50 to 5000",
            "line 10: dispenser.slip.width_dots has the wrong form; write it as 576 (80 mm) or/或 384 (58 mm)",
            "line 11: dispenser.slip.footer must be a section, such as [name]",
            "line 13: dispenser.printer.back_end must be one of: auto, network, usb_file, usb, serial, png, terminal",
            "line 16: dispenser.reserve.refill_at must not be more than count (10)",
        ],
    );
}

#[test]
fn a_printer_must_be_where_it_is_said_to_be() {
    let with = |printer: &str| format!("{BARE_DISPENSER}[dispenser.printer]\n{printer}");
    check(
        &with("back_end = 'network'\n"),
        &["line 5: dispenser.printer.address is missing; write for example \"192.168.1.50:9100\""],
    );
    check(
        &with("back_end = 'serial'\n"),
        &["line 5: dispenser.printer.serial is missing; write for example \"/dev/ttyUSB0\""],
    );
    check(
        &with(
            "address = '192.168.1.50'\ndevice = 'lp0'\nusb_id = '4b8:e15'\nserial = 'COM1'\nbaud = 110\nanswers = 1\n",
        ),
        &[
            "line 6: dispenser.printer.address has the wrong form; write it as \"192.168.1.50:9100\"",
            "line 7: dispenser.printer.device has the wrong form; write it as \"/dev/usb/lp0\"",
            "line 8: dispenser.printer.usb_id has the wrong form; write it as \"04b8:0e15\" (lsusb)",
            "line 9: dispenser.printer.serial has the wrong form; write it as \"/dev/ttyUSB0\"",
            "line 10: dispenser.printer.baud has the wrong form; write it as 9600, 19200, 38400, 57600 or/或 115200",
            "line 11: dispenser.printer.answers must be true or false",
        ],
    );
    for address in ["printer.hall:9100", "10.0.0.9:1", "[fe80::1]:9100"] {
        check(&with(&format!("back_end = 'network'\naddress = '{address}'\n")), &[]);
    }
    let Role::Dispenser(dispenser) = parse(&with("usb_id = '04b8:0E15'")).role else { panic!("a dispenser") };
    assert_eq!(dispenser.printer.usb_id, Some((0x04b8, 0x0e15)));
}

#[test]
fn a_display_must_name_its_window() {
    check(
        "name='d'\nserver='http://h:1'\nkey='k'\n[display]\n",
        &["line 4: display.window is missing; write for example 3"],
    );
    for window in ["0", "1000", "-3", "99999999999999999999999"] {
        let profile = format!("name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow={window}\n");
        check(&profile, &["line 5: display.window must be from 1 to 999"]);
    }
}

#[test]
fn each_panel_is_checked_for_what_it_can_be() {
    let with =
        |panel: &str| format!("name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow=3\n[display.panel]\n{panel}");
    check(
        &with("back_end='onbon'\ncolumns=100\n[display.panel.onbon]\nscreen=65535\nbaud=1\n"),
        &[
            "line 8: display.panel.columns must be a multiple of 8 for this back-end",
            "line 9: display.panel.onbon.address is missing; write for example \"192.168.0.199:5005\"",
            "line 10: display.panel.onbon.screen must be from 1 to 65534",
            "line 11: display.panel.onbon.baud must be from 1200 to 921600",
        ],
    );
    check(&with("back_end='onbon'\n[display.panel.onbon]\nlink='serial'\ndevice='/dev/ttyS0'\n"), &[]);
    check(
        &with(
            "back_end='max7219'\nrows=20\nbrightness=['18:00 40', '07:00 100']\n[display.panel.max7219]\nrotation='45'\nfirst=1\n",
        ),
        &[
            "line 8: display.panel.rows must be a multiple of 8 for this back-end",
            "line 9: display.panel.brightness has the wrong form; write it as [\"07:00 100\", \"18:00 40\"]",
            "line 11: display.panel.max7219.rotation must be one of: 0, 90, 180, 270",
            "line 12: display.panel.max7219.first must be a text in quotation marks",
        ],
    );
    check(
        &with("brightness='07:00 100'\nidle={zh=''}\npage={listen='0.0.0.0:1'}\n"),
        &[
            "line 7: display.panel.brightness must be a list of texts in quotation marks, such as [\"…\"]",
            "line 8: display.panel.idle.zh has the wrong form; write it as \"…\" (≤ 40)",
            "line 9: display.panel.page.listen has the wrong form; write it as \"127.0.0.1:8102\"",
        ],
    );
}

#[test]
fn there_is_exactly_one_role_and_one_key() {
    check(
        "name='d'\nserver='http://h:1'\nkey='k'\n",
        &["line 1: give exactly one role: [dispenser], [display] or [speaker]"],
    );
    check(
        "name='d'\nserver='http://h:1'\nkey='k'\nkey_file='f'\n[dispenser]\n",
        &[
            "line 3: key give exactly one of key and key_file; a device with neither is enrolled by its own program",
            "line 4: key_file can't read the key file: f: No such file or directory (os error 2); check its path and permissions",
        ],
    );
    check(
        "name='d'\nserver='http://h:1'\n[dispenser]\n",
        &["line 1: key give exactly one of key and key_file; a device with neither is enrolled by its own program"],
    );
}

#[test]
fn what_is_not_toml_is_said_with_its_line() {
    let Err(error) = Profile::parse(Path::new("p.toml"), "name = 'd'\nserver = = 1\n") else { panic!("parsed") };
    let said = error.to_string();
    assert!(said.starts_with("p.toml: line 2: not valid TOML") && said.contains("第 2 行：不是有效的 TOML"), "{said}");
}

#[test]
fn servers_and_addresses_are_checked() {
    let with = |server: &str, listen: &str| {
        format!("name='d'\nserver='{server}'\nkey='k'\n[dispenser]\nkiosk_listen='{listen}'\n")
    };
    for server in ["http://hall.example:8080", "http://10.0.0.1:1", "http://[::1]:65535"] {
        check(&with(server, "127.0.0.1:0"), &[]);
    }
    for server in [
        "hall:80",
        "http://hall",
        "http://:80",
        "http://h:0",
        "http://h:65536",
        "http://h:80/",
        "http://a b:80",
        "http://h:+1",
    ] {
        check(
            &with(server, "[::1]:8101"),
            &["line 2: server has the wrong form; write it as \"http://192.168.1.10:8080\""],
        );
    }
    for listen in ["0.0.0.0:8101", "127.0.0.1", "localhost:1"] {
        check(
            &with("http://h:1", listen),
            &["line 5: dispenser.kiosk_listen has the wrong form; write it as \"127.0.0.1:8101\""],
        );
    }
}

#[test]
fn the_key_may_stand_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p.toml");
    std::fs::write(directory.path().join("my.key"), "secret-1\n").unwrap();
    std::fs::write(&path, "name='d'\nserver='http://h:1'\nkey_file='my.key'\n[dispenser]\n").unwrap();
    assert_eq!(Profile::read(&path).unwrap().key, "secret-1");

    std::fs::write(directory.path().join("my.key"), "two words").unwrap();
    let said = Profile::read(&path).unwrap_err().to_string();
    assert!(said.contains("line 3: key_file has the wrong form"), "{said}");
}

#[test]
fn a_profile_that_is_not_there_is_named() {
    let said = Profile::read(Path::new("/nowhere/p.toml")).unwrap_err().to_string();
    assert!(said.contains("/nowhere/p.toml: can't read the profile") && said.contains("无法读取配置文件"), "{said}");
}

#[test]
fn pins_are_given_once_and_are_there() {
    let profile = |gpio: &str| format!("{BARE_DISPENSER}{gpio}");
    check(
        &profile(
            "[dispenser.gpio]\nbell = 1\n[dispenser.gpio.normal]\npin = 17\npul = 'up'\n[dispenser.gpio.priority]\npin = 17\n\
             [dispenser.gpio.lamp]\npin = 28\nactive = 'on'\n[dispenser.gpio.paper]\nsays = 'much'\ndebounce_ms = 0\n",
        ),
        &[
            "line 6: dispenser.gpio.bell unknown key; known here: normal, priority, language, help, paper, lamp",
            "line 9: dispenser.gpio.normal.pul unknown key; known here: pin, pull, active, debounce_ms",
            "line 11: dispenser.gpio.priority.pin uses pin 17, which is in use for something else; give each its own",
            "line 13: dispenser.gpio.lamp.pin must be from 2 to 27",
            "line 14: dispenser.gpio.lamp.active must be one of: low, high",
            "line 15: dispenser.gpio.paper.pin is missing; write for example 17 (BCM)",
            "line 16: dispenser.gpio.paper.says must be one of: low, out",
            "line 17: dispenser.gpio.paper.debounce_ms must be from 1 to 500",
        ],
    );
    let text = profile("[dispenser.gpio.help]\npin = 5\nactive = 'high'\n[dispenser.gpio.lamp]\npin = 6\n");
    let Role::Dispenser(dispenser) = parse(&text).role else { panic!("a dispenser") };
    assert_eq!(dispenser.gpio.buttons.len(), 1);
    assert_eq!(dispenser.gpio.buttons[0].1.pin, 5);
    assert_eq!(dispenser.gpio.lamp.map(|lamp| lamp.pin), Some(6));
    assert!(parse(BARE_DISPENSER).role != parse(&text).role);
}

#[test]
fn a_reader_of_its_own_names_its_device_and_the_secret_is_one_and_never_shown() {
    let profile = |scanner: &str| format!("{BARE_DISPENSER}[dispenser.scanner]\n{scanner}");
    check(
        &profile("input = 'keyboard'\nbaud = 1\nkeep_s = 1\ncode_prefix = 'a b'\n"),
        &[
            "line 5: dispenser.scanner.device is missing; write for example \"/dev/input/by-id/usb-reader-event-kbd\"",
            "line 7: dispenser.scanner.baud must be from 1200 to 115200",
            "line 8: dispenser.scanner.keep_s must be from 3 to 120",
            "line 9: dispenser.scanner.code_prefix has the wrong form; write it as \"yihao:\" (≤ 20)",
        ],
    );
    check(
        &profile("device = '/dev/x'\n"),
        &["line 6: dispenser.scanner.device has the wrong form; write it as input = \"keyboard\" or/或 \"serial\""],
    );
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("visitor.secret");
    let path = directory.path().join("p.toml");
    let read = |text: &str| {
        std::fs::write(&secret, text).unwrap();
        Profile::parse(&path, &profile("secret_file = 'visitor.secret'\n"))
    };
    assert!(read("0123").unwrap_err().to_string().contains("openssl rand -hex 32"));
    let profile = read(&format!("{}\n", "0a".repeat(32))).unwrap();
    assert!(!format!("{profile:?}").contains("10, 10"), "{profile:?}");
    let Role::Dispenser(dispenser) = profile.role else { panic!("a dispenser") };
    assert_eq!(dispenser.scanner.secret.unwrap().bytes(), [10; 32]);
}
