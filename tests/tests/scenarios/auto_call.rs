//! Rule R8 in the living server, under race: no window is free while somebody waits whom it may call.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, fresh_key};
use tests::hall::{Hall, Setup};

/// Windows that accept, all with auto-call.
const WINDOWS: u16 = 20;
/// People who take numbers, and how many each.
const KIOSKS: usize = 4;
const ISSUES: usize = 100;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_auto_call_no_window_is_free_while_somebody_waits() {
    let mut hall = Hall::start(Setup { clerks: WINDOWS, ..Setup::default() }).await;
    let mut manager = hall.manager().await;
    let rules = json!({"act": "set_rules", "reason": "抢号", "rules": rules()});
    assert_eq!(manager.post("/api/hall", Some(&fresh_key()), &rules).await.status, 200);
    let until = Instant::now() + PATIENCE;
    let mut working = Vec::new();
    for window in 1..=WINDOWS {
        let clerk = hall.clerk(window).await;
        working.push(tokio::spawn(serve(clerk, window, until)));
    }
    let mut taking = Vec::new();
    for _ in 0..KIOSKS {
        taking.push(tokio::spawn(take_numbers(hall.dispenser(1).await)));
    }
    for one in taking {
        one.await.unwrap();
    }
    let everybody = KIOSKS * ISSUES;
    while finished(&mut manager).await < everybody {
        assert!(Instant::now() < until, "not everybody was served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    working.iter().for_each(tokio::task::JoinHandle::abort);

    let day = today(&mut manager).await;
    let ticket = format!("{day}/A001");
    let calls = read(&mut manager, &format!("/api/calls?ticket={ticket}")).await;
    let why = calls["calls"][0]["why"]["en"].as_str().unwrap_or_default();
    assert!(why.contains("this window was free for the longest time"), "{calls:?}");
    let overtaken = read(&mut manager, &format!("/api/overtaken?day={day}")).await;
    assert_eq!(overtaken["overtaken"], json!([]), "first come, first served");
    hall.stop();
    assert_eq!(idle_while_somebody_waits_ms(&Book::read(&hall.journal_dir())), 0);
}

fn rules() -> Value {
    let class = |class: &str| json!({"class": class, "offset_s": 0, "rate_milli": 1000, "cap_s": 86_400});
    let classes: Vec<Value> = ["normal", "returning", "priority", "appointment"].map(class).into();
    let auto_call: Vec<u16> = (1..=WINDOWS).collect();
    json!({"classes": classes, "recalls": 2, "recall_gap_s": 20, "grace_s": 900, "penalty_s": 300,
        "balance": {"auto_call": auto_call}})
}

/// A clerk who presses nothing but "here" and "done".
async fn serve(mut clerk: Client, window: u16, until: Instant) {
    assert_eq!(clerk.at(window, "open").await.status, 200);
    while Instant::now() < until {
        if clerk.at(window, "start").await.status == 200 {
            assert_eq!(clerk.at(window, "finish").await.status, 200);
        } else {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn take_numbers(mut kiosk: Client) {
    for _ in 0..ISSUES {
        assert_eq!(kiosk.issue().await.status, 200);
    }
}

async fn read(manager: &mut Client, path: &str) -> Value {
    let reply = manager.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {:?}", reply.body);
    serde_json::from_slice(&reply.body).unwrap()
}

async fn finished(manager: &mut Client) -> usize {
    let found = read(manager, "/api/search?q=A").await;
    let visits = found["visits"].as_array().cloned().unwrap_or_default();
    // The search shows the newest 200: when the oldest of these is done and all are, so are those before, who were called sooner.
    let done = visits.iter().filter(|visit| visit["stage"] == "finished").count();
    if visits.len() == 200 && done == 200 { KIOSKS * ISSUES } else { done }
}

async fn today(manager: &mut Client) -> String {
    let found = read(manager, "/api/search?q=A001").await;
    found["visits"][0]["ticket"].as_str().unwrap().split('/').next().unwrap().to_owned()
}

/// How long windows were free while somebody waited, by the times in the journal.
fn idle_while_somebody_waits_ms(book: &Book) -> u64 {
    let (mut free, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    let (mut idle_ms, mut at_ms) = (0, 0);
    for entry in &book.entries {
        if !free.is_empty() && !waiting.is_empty() {
            idle_ms += entry.at_ms - at_ms;
        }
        at_ms = entry.at_ms;
        for event in &entry.events {
            let (window, ticket) = (event["window"].as_u64().unwrap_or_default(), event["ticket"].to_string());
            match event["e"].as_str().unwrap_or_default() {
                "window_opened" | "finished" | "resumed" => drop(free.insert(window)),
                "wrap_up_started" | "window_closed" => drop(free.remove(&window)),
                "joined" => drop(waiting.insert(ticket)),
                "called" => {
                    free.remove(&window);
                    waiting.remove(&ticket);
                }
                _ => {}
            }
        }
    }
    idle_ms
}
