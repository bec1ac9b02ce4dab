//! A manager looks for a device, tries it, reads its log, and lets it begin anew; the real programs do it.

use std::fs;

use protocol::view::ManagerView;
use protocol::{Subject, View};
use serde_json::{Value, json};
use tests::client::Reply;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::device::{Dispenser, Display};
use crate::refusals::is_refused;
use crate::until;

const PANEL: &str = r#"panel = { back_end = "file", file = "panel.txt" }"#;
const VOICE: &str = r#"voice = { back_end = "wav", directory = "voice" }"#;

async fn attend(hall: &Hall, device: &str, what: &str) -> Reply {
    hall.manager().await.post(&format!("/api/devices/{device}/attend"), None, &json!({ "what": what })).await
}

/// What came of it, which was done.
async fn attended(hall: &Hall, device: &str, what: &str) -> Value {
    let reply = attend(hall, device, what).await;
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, &body["done"]), (200, &json!(true)), "{body}");
    body
}

async fn manager_sees(hall: &Hall, fits: impl Fn(&ManagerView) -> bool) {
    let mut office = Socket::open_as(hall.address, &hall.manager().await.cookie(), Subject::Manager).await;
    office.view(|view| if let View::Manager(view) = view { fits(view).then_some(()) } else { None }).await;
}

/// What the display spoke.
fn spoken(display: &Display) -> Vec<String> {
    let cues = display.0.files("voice", "json");
    cues.iter().map(|cue| fs::read_to_string(cue).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_display_is_found_tried_looked_into_and_begun_anew() {
    let hall = Hall::start(Setup::default()).await;
    let display = Display::start_with(&hall, PANEL, VOICE, &[]);
    display.shows("窗口关闭").await;
    manager_sees(&hall, |view| view.devices.iter().any(|device| device.name == "display-1" && device.health.is_some()))
        .await;

    attended(&hall, "display-1", "identify").await;
    display.shows("本机").await;
    until("the voice chimes", async || spoken(&display).len() == 1).await;
    attended(&hall, "display-1", "test").await;
    display.shows("测试 A001").await;
    until("the voice calls", async || spoken(&display).iter().any(|cue| cue.contains("A001"))).await;

    let log = attended(&hall, "display-1", "log").await;
    let lines: Vec<&str> = log["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.iter().any(|line| line.contains("\"text\":\"窗口关闭 Closed\"")), "{lines:?}");

    let (pid, starts) = (display.0.pid(), || display.0.log().matches("\"message\":\"started\"").count());
    assert_eq!(starts(), 1);
    attended(&hall, "display-1", "restart").await;
    until("it has begun anew, under the same process", async || starts() == 2).await;
    assert!(fs::exists(format!("/proc/{pid}")).unwrap());
    display.shows("窗口关闭").await;
    manager_sees(&hall, |view| view.devices.iter().any(|device| device.name == "display-1" && device.health.is_some()))
        .await;

    // The call that it shows then is the last that the manager sees of it.
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    hall.dispenser(1).await.issue().await;
    assert_eq!(clerk.at(1, "call_next").await.status, 200);
    manager_sees(&hall, |view| {
        view.devices.iter().any(|device| device.shown.as_ref().is_some_and(|shown| shown.number == "A001"))
    })
    .await;
    let reply = attend(&hall, "display-1", "identify").await;
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, &body["done"]), (200, &json!(false)), "a call is never covered: {body}");
    assert!(display.says("A001"));

    // Nor is anybody called by a test that the display refused.
    let tests = || spoken(&display).iter().filter(|cue| cue.contains("Number A001")).count();
    let (before, tested) = (spoken(&display).len(), tests());
    assert_eq!(attend(&hall, "display-1", "test").await.status, 200);
    for act in ["start", "finish"] {
        assert_eq!(clerk.at(1, act).await.status, 200);
    }
    display.shows("01号窗口").await;
    attended(&hall, "display-1", "identify").await;
    until("the chime is heard", async || spoken(&display).len() > before).await;
    assert_eq!(tests(), tested, "{:?}", spoken(&display));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_is_found_prints_a_slip_that_is_nobodys_number_and_begins_anew_with_its_numbers() {
    let hall = Hall::start(Setup::default()).await;
    let dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    dispenser.has_reserve().await;
    attended(&hall, "dispenser-1", "identify").await;
    dispenser.screen("here", |state| state.here).await;
    dispenser.screen("found", |state| !state.here).await;

    attended(&hall, "dispenser-1", "test").await;
    let slips = dispenser.device.files("slips", "png");
    assert!(slips.len() == 1 && slips[0].to_string_lossy().contains("TEST"), "{slips:?}");
    assert_eq!(dispenser.press().await.number, "A001", "the slip took no number");

    let reserve = dispenser.book().reserve;
    attended(&hall, "dispenser-1", "restart").await;
    let starts = || dispenser.device.log().matches("\"message\":\"ready\"").count();
    until("it has begun anew", async || starts() == 2).await;
    dispenser.is_online(true).await;
    assert_eq!(dispenser.book().reserve, reserve, "its numbers are where they were");
    assert_eq!(dispenser.press().await.number, "A002");
    let log = attended(&hall, "dispenser-1", "log").await;
    assert!(log["lines"].to_string().contains("A002"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_away_unknown_or_silent_is_named_and_only_managers_may_ask() {
    let hall = Hall::start(Setup::default()).await;
    is_refused(&attend(&hall, "display-1", "identify").await, 409, "device_away", "switched off");
    is_refused(&attend(&hall, "display-99", "identify").await, 404, "unknown_device", "no such device");
    is_refused(&attend(&hall, "display-1", "explode").await, 400, "bad_json", "no such wish");
    let mut clerk = hall.clerk(1).await;
    let path = "/api/devices/display-1/attend";
    is_refused(&clerk.post(path, None, &json!({"what": "restart"})).await, 403, "wrong_role", "a clerk");

    // One that connects and is of an earlier version never says how its machine is, and is not told a word that it can't read.
    let mut old = Socket::open(hall.address, Some(&hall.display_keys[0]), Subject::Display { window: 1 }, None).await;
    old.view(|_| Some(())).await;
    is_refused(&attend(&hall, "display-1", "identify").await, 409, "device_old", "an earlier version");
}
