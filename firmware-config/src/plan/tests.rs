use std::{fs, path::Path};

use crate::{Plan, hall, render::render};

const HEAD: &str = "name = 'd-1'\nserver = 'http://h:1'\nkey = 'k'\n";

/// The English lines about a profile seen as a machine.
fn check(profile: &str, expected: &[&str]) {
    let said = Plan::parse(Path::new("p.toml"), profile).map_or_else(|error| error.to_string(), |_| String::new());
    let english: Vec<&str> = said.lines().map(|line| line.split(" / 第").next().unwrap()).collect();
    let expected: Vec<String> = expected.iter().map(|line| format!("p.toml: {line}")).collect();
    assert_eq!(english, expected, "\n{profile}");
}

#[test]
fn what_a_machine_runs_on_is_checked_key_by_key() {
    check(
        &format!(
            "{HEAD}[display]\nwindow = 1\n[machine]\nboard = 'pi9'\nhost_name = 'Ä'\ntime_zone = 'asia/shanghai'\n\
             time_servers = ['a b']\nwatchdog_s = 16\nlog_mib = 1\nread_only = 1\n[machine.network]\naddress = '10.0.0.0/8'\n\
             dns = ['x']\n[machine.network.wifi]\ncountry = 'cn'\n[machine.sound]\ncard = 'usb'\nlevel_percent = 101\n\
             control = '%'\n[machine.screen]\nturn = '45'\nbrowser = 'netscape'\n"
        ),
        &[
            "line 7: machine.board must be one of: pi3, pi4, pi5, zero2w, debian",
            "line 8: machine.host_name has the wrong form; write it as \"display-3\"",
            "line 9: machine.time_zone has the wrong form; write it as \"Asia/Shanghai\"",
            "line 10: machine.time_servers has the wrong form; write it as [\"192.168.1.10\"]",
            "line 11: machine.watchdog_s must be from 0 to 15",
            "line 12: machine.log_mib must be from 4 to 256",
            "line 13: machine.read_only must be true or false",
            "line 15: machine.network.address has the wrong form; write it as \"192.168.1.63/24\" or/或 \"dhcp\"",
            "line 16: machine.network.dns has the wrong form; write it as [\"192.168.1.1\"]",
            "line 17: machine.network.wifi.ssid is missing; write for example \"hall\" (≤ 32)",
            "line 17: machine.network.wifi.password_file is missing; write for example \"wifi.password\"",
            "line 18: machine.network.wifi.country has the wrong form; write it as \"CN\"",
            "line 19: machine.sound.name is missing; write for example \"Device\" (aplay -l)",
            "line 21: machine.sound.level_percent must be from 0 to 100",
            "line 22: machine.sound.control has the wrong form; write it as \"PCM\" (amixer scontrols)",
            "line 24: machine.screen.turn must be one of: 0, 90, 180, 270",
            "line 25: machine.screen.browser must be one of: auto, chromium, none",
        ],
    );
}

#[test]
fn a_gateway_must_be_reached() {
    let with = |network: &str| format!("{HEAD}[display]\nwindow = 1\n[machine.network]\n{network}");
    check(&with("address = '10.0.0.9/24'\ngateway = '10.0.0.1'\n"), &[]);
    check(
        &with("address = '10.0.0.9/24'\ngateway = '10.0.1.1'\n"),
        &["line 8: machine.network.gateway is not in the network of address; write one that is"],
    );
    check(
        &with("gateway = '10.0.0.1'\n"),
        &["line 6: machine.network.address is missing; write for example \"192.168.1.63/24\""],
    );
    check(&with("address = 'dhcp'\ngateway = '10.0.0.1'\n"), &[]);
    check(
        &with("address = '10'\ngateway = '10.0.0.1'\n"),
        &["line 7: machine.network.address has the wrong form; write it as \"192.168.1.63/24\" or/或 \"dhcp\""],
    );
    for address in ["10.0.0.0/24", "10.0.0.255/24", "127.0.0.1/8", "10.0.0.9/31", "10.0.0.9/+8", "10.0.0.9"] {
        let form = "line 7: machine.network.address has the wrong form; write it as \"192.168.1.63/24\" or/或 \"dhcp\"";
        check(&with(&format!("address = '{address}'\n")), &[form]);
    }
}

#[test]
fn boards_and_pins_are_held_against_what_hangs_on_them() {
    let pis = "board = \"pi3\", \"pi4\", \"pi5\", \"zero2w\"";
    check(
        &format!("{HEAD}[dispenser.gpio.normal]\npin = 17\n[machine]\nboard = 'debian'\nsound.card = 'max98357a'\n"),
        &[
            &format!("line 4: dispenser.gpio is not there on this board; there is: {pis}"),
            &format!("line 8: machine.sound.card is not there on this board; there is: {pis}"),
        ],
    );
    check(
        &format!(
            "{HEAD}[dispenser]\nprinter.back_end = 'serial'\nprinter.serial = '/dev/serial0'\n[dispenser.gpio.normal]\npin = 15\n\
             [dispenser.gpio.lamp]\npin = 18\n[machine]\nsound.card = 'hifiberry-dac'\n"
        ),
        &[
            "line 8: dispenser.gpio.normal.pin uses pin 15, which belongs to the serial line 串口 (UART: 14, 15); take another pin",
            "line 10: dispenser.gpio.lamp.pin uses pin 18, which belongs to machine.sound.card (I2S: 18–21); take another pin",
        ],
    );
    check(
        &format!(
            "{HEAD}[display]\nwindow = 1\npanel.back_end = 'max7219'\npanel.max7219.spi_bus = 3\n[machine]\nboard = 'pi5'\n\
             sound.card = 'headphones'\nscreen.browser = 'chromium'\n"
        ),
        &[
            "line 7: display.panel.max7219.spi_bus is not there on this board; there is: spi_bus = 0, 1",
            "line 10: machine.sound.card is not there on this board; there is: card = \"hdmi\", \"hifiberry-dac\", \"max98357a\", \"usb\"",
            "line 11: machine.screen.browser has the wrong form; write it as display.panel.back_end = \"page\"",
        ],
    );
}

#[test]
fn a_voice_on_a_sound_card_needs_one() {
    for section in ["display", "speaker"] {
        let window = if section == "display" { "window = 1\n" } else { "" };
        let with = |card: &str| {
            format!("{HEAD}[{section}]\n{window}[{section}.voice]\nback_end = 'alsa'\n[machine]\nboard = 'pi4'\n{card}")
        };
        let line = if section == "display" { 7 } else { 6 };
        let said = format!(
            "line {line}: {section}.voice.back_end plays on a sound card, and machine.sound.card is none; name the card there, \
             such as \"headphones\""
        );
        check(&with(""), &[&said]);
        check(&with("sound.card = 'headphones'\n"), &[]);
    }
}

#[test]
fn files_on_the_device_are_named_in_full_and_what_is_written_stays_where_it_may_be() {
    check(
        &format!(
            "{HEAD}[dispenser]\noutbox = '/var/outbox'\n[dispenser.slip]\nfont = 'my.ttf'\nfallback_fonts = ['/a/b.ttf', 'c']\n\
             [dispenser.printer]\ndirectory = '../x'\n"
        ),
        &[
            "line 5: dispenser.outbox has the wrong form; write it as \"outbox\" (/var/lib/yihao/device/outbox)",
            "line 7: dispenser.slip.font is a file on the device; write its full path there, such as \"/usr/share/yihao/voice\"",
            "line 8: dispenser.slip.fallback_fonts is a file on the device; write its full path there, such as \"/usr/share/yihao/voice\"",
            "line 10: dispenser.printer.directory has the wrong form; write it as \"outbox\" (/var/lib/yihao/device/outbox)",
        ],
    );
    check(&format!("{HEAD}[dispenser]\noutbox = '/var/lib/yihao/device/o'\n"), &[]);
    check(
        "name = '屏3'\nserver = 'http://h:1'\nkey = 'k'\n[display]\nwindow = 1\n",
        &["line 1: name can't be a name in the network; write machine.host_name = \"display-3\""],
    );
}

#[test]
fn the_nearer_file_wins_and_what_is_wrong_is_said_of_the_file_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let read = |name: &str| Plan::read(&folder.path().join(name));
    write(
        "hall.toml",
        "server = 'http://h:1'\n[display]\npanel.columns = 64\nvoice.times = 9\n[machine]\nlog_mib = 8\n",
    );
    write("kind.toml", "inherits = 'hall.toml'\n[display]\nvoice.times = 3\n");
    write("d.toml", "inherits = 'kind.toml'\nname = 'd'\nkey = 'k'\n[display]\nwindow = 5\n");
    let plan = read("d.toml").unwrap();
    let crate::Role::Display(display) = &plan.profile.role else { panic!("a display") };
    assert_eq!((display.window, display.panel.columns, display.voice.times), (5, 64, 3));
    assert_eq!((plan.profile.server.as_str(), plan.profile.machine.log_mib), ("http://h:1", 8));

    write("kind.toml", "inherits = 'hall.toml'\nlog = 'loud'\n");
    write("d.toml", "inherits = 'kind.toml'\nname = 'd'\nkey = 'k'\n[display]\nwindow = 0\n");
    let said = read("d.toml").unwrap_err().to_string();
    let line = |name: &str, rest: &str| format!("{}: {rest}", folder.path().join(name).display());
    let expected = [
        line("d.toml", "line 5: display.window"),
        line("kind.toml", "line 2: log must be one of"),
        line("hall.toml", "line 4: display.voice.times must be from 1 to 3"),
    ];
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().zip(&expected).all(|(said, expected)| said.starts_with(expected)), "{said:?}");

    write("kind.toml", "inherits = 'kind.toml'\n");
    assert!(read("d.toml").unwrap_err().to_string().contains("inherits more than 5 files"));
    write("kind.toml", "inherits = 'gone.toml'\n");
    let said = read("d.toml").unwrap_err().to_string();
    assert!(said.starts_with(&line("kind.toml", "line 1: inherits can't read the file")), "{said}");
    assert_eq!(said.lines().count(), 1, "what the file would have said is not missed, too: {said}");
}

#[test]
fn relative_files_begin_where_they_are_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("devices")).unwrap();
    fs::write(folder.path().join("hall.secret"), "0b".repeat(32)).unwrap();
    let base = "server = 'http://h:1'\n[dispenser]\nscanner.secret_file = 'hall.secret'\n";
    fs::write(folder.path().join("hall.toml"), base).unwrap();
    let device = folder.path().join("devices/d.toml");
    fs::write(&device, "inherits = '../hall.toml'\nname = 'd'\nkey = 'k'\n").unwrap();
    let plan = Plan::read(&device).unwrap();
    let crate::Role::Dispenser(dispenser) = &plan.profile.role else { panic!("a dispenser") };
    assert_eq!(dispenser.scanner.secret.as_ref().unwrap().bytes(), [11; 32]);
}

#[test]
fn no_two_devices_of_a_hall_share_a_name_a_key_or_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let device = |file: &str, name: &str, key: &str, ip: &str| {
        let text = format!(
            "inherits = 'hall.toml'\nname = '{name}'\nkey = '{key}'\n[display]\nwindow = 1\n[machine.network]\naddress = '{ip}/24'\n"
        );
        fs::write(folder.path().join(file), text).unwrap();
    };
    fs::write(folder.path().join("hall.toml"), "server = 'http://h:1'\n").unwrap();
    device("a.toml", "a", "k", "10.0.0.9");
    // In the network both are a.
    device("b.toml", "A", "k", "10.0.0.9");
    let paths = ["a.toml", "b.toml"].map(|file| folder.path().join(file));
    let said = hall::read(&paths).unwrap_err().to_string();
    let first = paths[0].display();
    let expected = [
        format!("line 2: name is the same as in {first}"),
        format!("line 3: key is the same as in {first}"),
        format!("line 7: machine.network.address is the same as in {first}"),
    ];
    assert!(expected.iter().all(|line| said.contains(line)), "{said}");

    device("b.toml", "b", "l", "10.0.0.10");
    let plans = hall::read(&paths).unwrap();
    assert_eq!(plans.len(), 2);
    let remarks: Vec<String> = hall::remarks(&plans).into_iter().map(|remark| remark.en).collect();
    assert_eq!(remarks, ["window 1 has 2 displays: a, b; mend that unless it is meant"]);

    fs::write(folder.path().join("hall.toml"), "server = 'ftp'\n").unwrap();
    let said = hall::read(&paths).unwrap_err().to_string();
    assert_eq!(said.matches("hall.toml: line 1: server").count(), 1, "once, however many inherit it: {said}");
}

#[test]
fn updates_say_from_where_when_and_by_whose_signature() {
    let with = |updates: &str| {
        format!("{HEAD}[display]\nwindow = 1\n[machine]\nlanguage = 'en'\n[machine.updates]\n{updates}")
    };
    check(&with("channel = 'night_2'\nwindow = '23:30-01:00'\n"), &[]);
    check(
        &format!(
            "{HEAD}[display]\nwindow = 1\n[machine]\nlanguage = 'de'\n[machine.updates]\nurl = 'ftp://h'\nchannel = 'a/b'\nwindow = '2-4'\n"
        ),
        &[
            "line 7: machine.language must be one of: zh, en",
            "line 8: machine.updates.certificate_file is missing; write for example \"updates.pem\"",
            "line 9: machine.updates.url has the wrong form; write it as \"http://192.168.1.10/yihao\"",
            "line 10: machine.updates.channel has the wrong form; write it as \"stable\"",
            "line 11: machine.updates.window has the wrong form; write it as \"02:00-04:00\"",
        ],
    );
    for window in ["02:00", "02:00-02:00", "24:00-01:00", "2:00-03:00", "02:60-03:00", "02:00-03:00-04:00"] {
        let form = "line 9: machine.updates.window has the wrong form; write it as \"02:00-04:00\"";
        check(&with(&format!("window = '{window}'\n")), &[form]);
    }
}

#[test]
fn who_may_log_in_is_said_by_public_keys_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    let read = |keys: &str| {
        fs::write(folder.path().join("office.pub"), keys).unwrap();
        let text = format!("{HEAD}[display]\nwindow = 1\n[machine]\nssh_keys_file = 'office.pub'\n");
        Plan::parse(&profile, &text).map_err(|error| error.to_string())
    };
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPGyxwyyBdTKHUyd7JPQhHxqFxbVQGIKx7KjVcv0yXDe wang 王";
    let plan = read(&format!("# office\r\n\n  {key}\r\n")).unwrap();
    assert_eq!(plan.profile.machine.ssh_keys, [key]);
    let rendered = render(&plan);
    assert!(rendered.get("etc/yihao/authorized_keys").unwrap().text().ends_with(&format!("\n{key}\n")));
    let secret = format!("{key}\n-----BEGIN OPENSSH PRIVATE KEY-----\n");
    for keys in ["", "# nobody\n", "AAAA", "ssh-ed25519 AAAA wang", &key.replace("AAAAC", "BBBBC"), &secret] {
        let said = read(keys).unwrap_err();
        assert!(said.contains("machine.ssh_keys_file has the wrong form"), "{said}");
    }
    fs::remove_file(folder.path().join("office.pub")).unwrap();
    let text = format!("{HEAD}[display]\nwindow = 1\n[machine]\nssh_keys_file = 'office.pub'\n");
    let said = Plan::parse(&profile, &text).unwrap_err().to_string();
    assert!(said.contains("line 7: machine.ssh_keys_file can't read the key file"), "{said}");
    let without = render(&Plan::parse(&profile, &format!("{HEAD}[display]\nwindow = 1\n")).unwrap());
    assert!(without.files().all(|(path, _)| !path.contains("ssh") && !path.contains("authorized")));
}

#[test]
fn a_machine_is_the_same_at_each_start_unless_it_is_blank() {
    let id = |profile: &str| {
        let rendered = render(&Plan::parse(Path::new("p.toml"), profile).unwrap());
        rendered.get("etc/machine-id").map(|file| file.text().to_owned())
    };
    let one = id(&format!("{HEAD}[display]\nwindow = 1\n")).unwrap();
    assert!(one.len() == 33 && one.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()), "{one}");
    assert_eq!(id(&format!("{HEAD}[display]\nwindow = 2\n[machine]\nboard = 'pi5'\n")).unwrap(), one);
    assert_ne!(id(&format!("{}[display]\nwindow = 1\n", HEAD.replace("name = '", "name = 'b"))).unwrap(), one);
    assert_eq!(id("name = 'd-1'\n[display]\n"), None);
    assert_eq!(id(&format!("{HEAD}[display]\nwindow = 1\n[machine]\nboard = 'debian'\n")), None);
}

#[test]
fn the_small_uart_of_a_pi_has_no_pins() {
    let of = |board: &str| {
        format!(
            "{HEAD}[dispenser]\nprinter.back_end = 'serial'\nprinter.serial = '/dev/ttyS0'\n[machine]\nboard = '{board}'\n"
        )
    };
    check(&of("pi4"), &["line 6: dispenser.printer.serial has the wrong form; write it as \"/dev/serial0\""]);
    check(&of("debian"), &[]);
}

#[test]
fn a_certificate_is_one_and_brings_no_key_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    let read = |pem: &str| {
        fs::write(folder.path().join("updates.pem"), pem).unwrap();
        let text = format!("{HEAD}[display]\nwindow = 1\n[machine.updates]\ncertificate_file = 'updates.pem'\n");
        Plan::parse(&profile, &text).map_err(|error| error.to_string())
    };
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(read(certificate).unwrap().profile.machine.updates.certificate.as_deref(), Some(certificate));
    for pem in ["", &format!("{certificate}-----BEGIN PRIVATE KEY-----\n")] {
        let said = read(pem).unwrap_err();
        assert!(said.contains("machine.updates.certificate_file has the wrong form"), "{said}");
    }
}
