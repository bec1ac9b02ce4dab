//! The program as an installer meets it: its words and its exit codes.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

const DISPLAY: &str = r#"
name = "display-5"
server = "http://127.0.0.1:9"
key = "k"
[display]
window = 5
panel = { back_end = "terminal" }
voice = { back_end = "none" }
"#;

fn display(profile: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_window-display"));
    command.arg("--profile").arg(profile).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program with this profile and `--check`.
fn check(profile: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("display.toml");
    fs::write(&path, profile).unwrap();
    display(&path).arg("--check").output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_right_profile_is_right() {
    let output = check(DISPLAY);
    assert!(output.status.success());
    assert!(words(&output.stdout).ends_with("display.toml: right. 配置正确。\n"), "{output:?}");
}

#[test]
fn a_typo_is_named_in_both_languages() {
    let output = check(&DISPLAY.replace("window = 5", "widow = 5"));
    assert_eq!(output.status.code(), Some(1));
    let said = words(&output.stderr);
    assert!(said.contains("widow") && said.contains("unknown key") && said.contains("未知的键"), "{said}");
}

#[test]
fn a_dispensers_profile_is_not_a_displays() {
    let role = DISPLAY.find("[display]").unwrap();
    let output = check(&format!("{}[dispenser]\n", &DISPLAY[..role]));
    assert_eq!(output.status.code(), Some(1));
    let said = words(&output.stderr);
    assert!(said.contains("this is no display") && said.contains("这不是显示屏的配置"), "{said}");
}

#[test]
fn a_profile_that_is_not_there_is_an_error_and_no_panic() {
    let output = display("/nowhere/display.toml".as_ref()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output.stderr).contains("/nowhere/display.toml"));
}

#[test]
fn sigterm_ends_it_in_order_and_the_panel_keeps_no_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("display.toml");
    fs::write(&path, DISPLAY).unwrap();
    let mut child = display(&path).spawn().unwrap();
    let mut panel = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(panel.next().unwrap().unwrap(), "连接 Connecting");
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(panel.map(Result::unwrap).collect::<Vec<_>>(), ["离线 Offline"]);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(asked.elapsed() < Duration::from_secs(2));
    let log = words(&output.stderr);
    assert!(log.lines().all(|line| line.starts_with('{')) && log.contains("stopped"), "{log}");
}
