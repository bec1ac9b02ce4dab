//! `ticket-dispenser printer status | test`: what it says, and its exit codes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tests::hall::program;
use tests::printer::{Fault, Printer};

fn run(act: &str, printer: &str) -> (i32, String) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("profile.toml");
    fs::write(&path, format!("name='d'\nserver='http://h:1'\nkey='k'\n[dispenser]\nprinter = {{ {printer} }}\n"))
        .unwrap();
    said(&command(&["printer", act], &path))
}

fn command(args: &[&str], profile: &Path) -> Output {
    Command::new(program("ticket-dispenser")).args(args).arg("--profile").arg(profile).output().unwrap()
}

/// The exit code, and both outputs.
fn said(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text.into_owned())
}

fn check((code, text): (i32, String), expected: i32, words: &[&str]) {
    assert_eq!(code, expected, "{text}");
    for word in words {
        assert!(text.contains(word), "'{word}' is not in: {text}");
    }
}

#[test]
fn it_says_how_the_printer_is_and_prints_a_slip_that_is_no_number() {
    let printer = Printer::start();
    let at = format!("back_end = 'network', address = '{}', answer_ms_max = 300", printer.address);
    check(
        run("status", &at),
        0,
        &["The printer is ready", "打印机正常", "says when a slip is done", &printer.address.to_string()],
    );
    check(run("test", &at), 0, &["printed and confirmed", "已打印并确认"]);
    assert_eq!(printer.slips().len(), 1);
    printer.set(|bits| bits.cover_open = true);
    check(run("status", &at), 1, &["The printer is open", "打印机盖未合上"]);
    check(run("test", &at), 1, &["The printer is open"]);
    printer.set(|bits| bits.cover_open = false);
    printer.fail(Fault::NeverDone);
    check(run("status", &at), 0, &["does not say when a slip is done"]);
    check(run("test", &at), 0, &["as far as its status tells"]);
    printer.fail(Fault::Mute);
    check(run("status", &at), 1, &["does not answer", "answers = false", "打印机没有应答"]);
    check(run("status", &format!("{at}, answers = false")), 0, &["is not asked anything"]);
    check(run("test", &format!("{at}, answers = false")), 0, &["only you can see"]);
    printer.plug(false);
    printer.fail(Fault::None);
    std::thread::sleep(std::time::Duration::from_millis(100));
    check(run("status", &at), 1, &["can't reach the printer", "switched on", "无法连接打印机"]);
    assert_eq!(printer.slips().len(), 3);
}

#[test]
fn where_no_printer_is_it_says_where_it_looked() {
    let (code, text) = run("status", "back_end = 'auto', address = '127.0.0.1:1', serial = '/dev/no-such-line'");
    let places = ["Looked for", "network 网络 127.0.0.1:1", "/dev/usb/lp*", "usb, any printer", "/dev/no-such-line"];
    check((code, text), 1, &places);
    check(run("status", "back_end = 'png'"), 1, &["there is no printer to ask", "没有可查询的打印机"]);
    check(run("status", "back_end = 'network'"), 2, &["dispenser.printer.address", "is missing"]);
    check(run("jump", "back_end = 'png'"), 2, &["jump"]);
}

#[test]
fn a_check_of_the_profile_asks_the_printer_too() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("profile.toml");
    let printer = Printer::start();
    let profile = format!(
        "name='d'\nserver='http://h:1'\nkey='k'\n[dispenser]\nprinter = {{ back_end='network', address='{}' }}\n",
        printer.address
    );
    fs::write(&path, profile).unwrap();
    check(said(&command(&["--check"], &path)), 0, &["right", "配置正确"]);
    printer.set(|bits| bits.paper_out = true);
    check(said(&command(&["--check"], &path)), 1, &["No paper"]);
    let help = Command::new(program("ticket-dispenser")).args(["printer", "--help"]).output().unwrap();
    check(said(&help), 0, &["status", "test", "Exit code", "--profile"]);
}
