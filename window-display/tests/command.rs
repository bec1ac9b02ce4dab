//! The program as an installer meets it: its words and its exit codes.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::net::UnixDatagram,
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

/// Runs the test of the panel of this profile.
fn test_panel(profile: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("display.toml");
    fs::write(&path, profile).unwrap();
    display(&path).args(["panel", "test"]).output().unwrap()
}

#[test]
fn the_test_of_a_panel_shows_every_step_and_says_what_is_to_be_seen() {
    let output = test_panel(DISPLAY);
    assert!(output.status.success(), "{output:?}");
    let said = words(&output.stdout);
    for words in
        ["1/3 All dots", "所有点都亮", "████████", "2/3", "1111", "9999", "3/3", "请A012号到05号窗口", "测试完成"]
    {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
}

#[test]
fn a_panel_that_is_not_there_is_named_with_what_to_do() {
    for (panel, place, english, chinese) in [
        (r#"back_end = "max7219""#, "/dev/spidev0.0", "dtparam=spi=on", "树莓派请在"),
        (r#"back_end = "onbon", onbon = { address = "127.0.0.1:9" }"#, "127.0.0.1:9", "cannot be reached", "无法连接"),
        (
            r#"back_end = "onbon", onbon = { link = "serial", device = "/dev/ttyNONE" }"#,
            "/dev/ttyNONE",
            "its cable",
            "线路",
        ),
        (r#"back_end = "none""#, "", "has no panel", "没有显示屏"),
    ] {
        let output = test_panel(&DISPLAY.replace(r#"back_end = "terminal""#, panel));
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = words(&output.stderr);
        assert!(said.contains(place) && said.contains(english) && said.contains(chinese), "{panel}: {said}");
    }
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

#[test]
fn systemd_hears_that_it_is_ready_and_again_and_again_that_it_is_alive() {
    let directory = tempfile::tempdir().unwrap();
    let (path, ear) = (directory.path().join("display.toml"), directory.path().join("notify"));
    fs::write(&path, DISPLAY).unwrap();
    let systemd = UnixDatagram::bind(&ear).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut child =
        display(&path).env("NOTIFY_SOCKET", &ear).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut bytes = [0; 64];
    let mut heard = Vec::new();
    // The second sign of life comes seconds later; that there is no server is known by then.
    while heard.iter().filter(|word| *word == "WATCHDOG=1\n").count() < 2 {
        let length = systemd.recv(&mut bytes).unwrap();
        heard.push(words(&bytes[..length]));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(heard[0], "READY=1\n");
    assert!(heard.contains(&"STATUS=without its server 未连接服务器\n".to_owned()), "{heard:?}");
}
