//! A whole day of the demonstration, with a server that is killed in the middle of it.

use std::process::{Command, Stdio};
use std::time::Duration;

use tests::hall::program;
use tests::ports::free_address;

/// Ten hours at 600 times the speed take a minute.
const SPEED: &str = "600";

#[tokio::test]
async fn every_visitor_of_a_day_is_accounted_for_although_the_server_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_address().port().to_string();
    let mut command = Command::new(program("demo"));
    command.args(["--once", "--speed", SPEED, "--port", &port, "--data-dir"]).arg(dir.path().join("demo-data"));
    let demo = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = demo.id();
    let ended = tokio::task::spawn_blocking(move || demo.wait_with_output().unwrap());
    tokio::time::sleep(Duration::from_secs(20)).await;
    let killed = Command::new("pkill").args(["-KILL", "-P", &pid.to_string(), "caller-server"]).status().unwrap();
    assert!(killed.success(), "the demonstration's server does not run");
    let output = ended.await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}
