//! The program as systemd meets it.

use std::{
    fs,
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
    time::Duration,
};

const DISPENSER: &str = r#"
name = "dispenser-1"
server = "http://127.0.0.1:9"
key = "k"
[dispenser]
kiosk_listen = "127.0.0.1:0"
printer = { back_end = "png" }
"#;

#[test]
fn systemd_hears_that_it_is_ready_and_again_and_again_that_it_is_alive() {
    let directory = tempfile::tempdir().unwrap();
    let (profile, ear) = (directory.path().join("dispenser.toml"), directory.path().join("notify"));
    fs::write(&profile, DISPENSER).unwrap();
    let systemd = UnixDatagram::bind(&ear).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-dispenser"));
    command.arg("--profile").arg(&profile).env("NOTIFY_SOCKET", &ear);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut bytes = [0; 64];
    let mut heard = Vec::new();
    // The second sign of life comes seconds later; that there is no server is known by then.
    while heard.iter().filter(|word| *word == "WATCHDOG=1\n").count() < 2 {
        let length = systemd.recv(&mut bytes).unwrap();
        heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(heard[0], "READY=1\n");
    assert!(heard.contains(&"STATUS=without its server 未连接服务器\n".to_owned()), "{heard:?}");
}
