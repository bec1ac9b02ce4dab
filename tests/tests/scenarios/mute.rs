//! A manager silences a zone while it speaks: at once, with a name and a reason, and for as long as it is wanted.

use std::path::Path;
use std::time::{Duration, Instant};

use protocol::view::{ClerkView, ManagerView, Speech};
use protocol::{Answer, Subject, View};
use serde_json::json;
use tests::client::{Client, fresh_key};
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::announce::record;
use crate::device::Display;

const PANEL: &str = r#"panel = { back_end = "file", file = "panel.txt" }"#;
const WITHIN: Duration = Duration::from_secs(10);

async fn console(hall: &Hall) -> Socket {
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    Socket::open_as(hall.address, &hall.clerk(1).await.cookie(), console).await
}

async fn office(hall: &Hall) -> Socket {
    Socket::open_as(hall.address, &hall.manager().await.cookie(), Subject::Manager).await
}

async fn speech_is(console: &mut Socket, call: u64, speech: Speech) {
    let fits = |clerk: &ClerkView| {
        let this = clerk.window.call.as_ref().is_some_and(|shown| shown.seq == call);
        (this && clerk.announced.speech == Some(speech)).then_some(())
    };
    let seen = console.view(|view| if let View::Clerk(clerk) = view { fits(clerk) } else { None });
    tokio::time::timeout(WITHIN, seen).await.unwrap_or_else(|_| panic!("call {call} is not {speech:?}"));
}

async fn manager_sees(office: &mut Socket, what: &str, fits: impl Fn(&ManagerView) -> bool) {
    let seen = office.view(|view| if let View::Manager(view) = view { fits(view).then_some(()) } else { None });
    tokio::time::timeout(WITHIN, seen).await.unwrap_or_else(|_| panic!("the manager does not see {what}"));
}

async fn mute(manager: &mut Client, zone: Option<&str>, muted: bool, reason: &str) {
    let act = json!({"act": "mute", "zone": zone, "muted": muted, "reason": reason});
    let reply = manager.post("/api/hall", Some(&fresh_key()), &act).await;
    assert_eq!(reply.status, 200, "{:?}", reply.refused());
}

/// Calls the next, or a new one when nobody waits; gives the position of the call.
async fn call(hall: &Hall, clerk: &mut Client) -> u64 {
    hall.dispenser(1).await.issue().await;
    let Answer::Called { call } = clerk.at(1, "call_next").await.answer() else { panic!("no call") };
    call.seq
}

async fn serve(clerk: &mut Client) {
    for act in ["start", "finish"] {
        assert_eq!(clerk.at(1, act).await.status, 200);
    }
}

/// A voice that speaks long enough to be muted in the middle: the chime, and the sentence three times.
fn long_words(pack: &Path) -> String {
    for unit in ["tail/01", "head/A001"] {
        record(pack, unit);
    }
    format!(r#"voice = {{ back_end = "wav", directory = "voice", pack = "{}", times = 3 }}"#, pack.display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zone_is_silent_at_once_and_stays_so_over_a_restart_until_it_may_speak_again() {
    let mut hall = Hall::start(Setup::default()).await;
    let pack = tempfile::tempdir().unwrap();
    let display = Display::start_with(&hall, PANEL, &long_words(pack.path()), &[]);
    let (mut clerk, mut manager) = (hall.clerk(1).await, hall.manager().await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    display.shows("01号窗口").await;
    let (mut screen, mut overview) = (console(&hall).await, office(&hall).await);

    let first = call(&hall, &mut clerk).await;
    speech_is(&mut screen, first, Speech::Speaking).await;
    mute(&mut manager, Some("A"), true, "开会").await;
    let muted = Instant::now();
    speech_is(&mut screen, first, Speech::Muted).await;
    println!(
        "from the manager's answer until the clerk sees that the voice broke off: {} ms",
        muted.elapsed().as_millis()
    );
    manager_sees(&mut overview, "who muted the zone", |view| {
        let zone = view.zones.iter().find(|row| row.zone == 'A').and_then(|row| row.muted.as_ref());
        let alarm = view.alarms.iter().any(|alarm| alarm.code == "muted");
        alarm && zone.is_some_and(|muted| muted.by == "manager" && muted.reason == "开会" && muted.since_ms > 0)
    })
    .await;

    serve(&mut clerk).await;
    let second = call(&hall, &mut clerk).await;
    speech_is(&mut screen, second, Speech::Muted).await;
    hall.kill();
    hall.run().await;
    (clerk, manager) = (hall.clerk(1).await, hall.manager().await);
    (screen, overview) = (console(&hall).await, office(&hall).await);
    speech_is(&mut screen, second, Speech::Muted).await;
    let quiet = |view: &ManagerView| {
        let codes: Vec<&str> = view.alarms.iter().map(|alarm| alarm.code.as_str()).collect();
        codes.contains(&"muted") && !codes.contains(&"not_spoken")
    };
    manager_sees(&mut overview, "that it is still muted, and nothing else", quiet).await;

    mute(&mut manager, None, false, "散会").await;
    manager_sees(&mut overview, "that all speak again", |view| view.zones.iter().all(|row| row.muted.is_none())).await;
    // After a restart a zone is silent: somebody may still speak on leave of the server before.
    tokio::time::sleep(Duration::from_secs(23)).await;
    // Who said nothing meanwhile was cut.
    screen = console(&hall).await;
    serve(&mut clerk).await;
    let third = call(&hall, &mut clerk).await;
    speech_is(&mut screen, third, Speech::Speaking).await;
    let refused =
        clerk.post("/api/hall", Some(&fresh_key()), &json!({"act": "mute", "muted": true, "reason": "r"})).await;
    assert_eq!(refused.status, 403, "a clerk does not mute");
}
