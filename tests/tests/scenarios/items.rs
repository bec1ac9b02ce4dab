//! Kinds of business on the real server: named with the number or by the clerk, kept from windows, and told to the manager.

use std::time::Duration;

use protocol::{Subject, View};
use serde_json::{Value, json};
use tests::client::{Client, Reply};
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

/// Window 1 does not serve `tax`, at window 2 is a new clerk, who may not serve `deed`.
fn setup() -> Setup {
    let items = r#"
items = [
  { id = "tax", zh = "税务登记", en = "Tax registration" },
  { id = "deed", zh = "不动产登记", en = "Deeds", experienced = true },
]
[[lanes]]
lane = "acceptance"
letter = "A"
zh = "综合受理"
en = "Acceptance"
[[windows]]
numbers = [1]
zone = "A"
lanes = ["acceptance"]
excludes = ["tax"]
[[windows]]
numbers = [2]
zone = "A"
lanes = ["acceptance"]
clerk = "new"
"#;
    Setup { config: items.to_owned(), displays: 0, windows: 2, ..Setup::default() }
}

#[tokio::test]
async fn a_window_calls_only_what_it_may_serve_and_the_manager_reads_why_and_how_long_each_item_takes() {
    let hall = Hall::start(setup()).await;
    let (mut dispenser, mut manager) = (hall.dispenser(1).await, hall.manager().await);
    let (mut first, mut second) = (hall.clerk(1).await, hall.clerk(2).await);
    for (clerk, window) in [(&mut first, 1), (&mut second, 2)] {
        assert_eq!(clerk.at(window, "open").await.status, 200);
    }
    let tax = take(&mut dispenser, Some("tax")).await.number();
    let deed = take(&mut dispenser, Some("deed")).await.number();
    let plain = take(&mut dispenser, None).await.number();
    let refused = take(&mut dispenser, Some("fishing")).await.refused();
    assert!(refused.code == "unknown_item" && refused.text.zh.contains("没有事项“fishing”"), "{refused:?}");
    assert_eq!(take(&mut dispenser, Some("Fishing!")).await.refused().code, "bad_word");

    assert_eq!(first.at(1, "call_next").await.number(), deed, "{tax} is not for window 1");
    // Who is called within the same millisecond was overtaken by nobody.
    tokio::time::sleep(Duration::from_millis(3)).await;
    assert_eq!(second.at(2, "call_next").await.number(), tax);
    for (clerk, window) in [(&mut first, 1), (&mut second, 2)] {
        assert_eq!(clerk.at(window, "start").await.status, 200);
        assert_eq!(clerk.at(window, "finish").await.status, 200);
    }
    assert_eq!(second.at(2, "call_next").await.number(), plain);
    let call = json!({"act": "call", "ticket": "x"});
    assert_eq!(second.at_with(2, &call).await.refused().code, "bad_word");
    assert_eq!(second.at_with(2, &json!({"act": "set_item", "item": "deed"})).await.status, 200);
    assert_eq!(second.at_with(2, &json!({"act": "set_item", "item": "fishing"})).await.refused().code, "unknown_item");
    assert_eq!(second.at(2, "start").await.status, 200);
    let onward = json!({"act": "transfer", "to_window": 1, "come_back": false});
    assert_eq!(second.at_with(2, &onward).await.status, 200, "window 1 may serve deeds");
    assert_eq!(first.at(1, "call_next").await.number(), plain);
    assert_eq!(first.at(1, "start").await.status, 200);
    let seen = console(&hall, &first).await;
    assert_eq!(seen["current"]["item"], "deed");
    assert_eq!(seen["items"][1], json!({"item": "tax", "name": {"zh": "税务登记", "en": "Tax registration"}}));
    assert_eq!(first.at(1, "finish").await.status, 200);
    hall.settle().await;

    let day = read(&mut manager, "/api/days").await["days"][0]["day"].as_str().unwrap().to_owned();
    let calls = read(&mut manager, &format!("/api/calls?ticket={day}/{deed}")).await;
    let (why, decision) = (&calls["calls"][0]["why"], &calls["calls"][0]["decision"]);
    assert!(why["en"].as_str().unwrap().contains("window 2 was free and does not serve its item 'deed'"), "{why}");
    assert!(why["zh"].as_str().unwrap().contains("此窗口不办理其事项"), "{why}");
    assert_eq!(decision["passed_over"][0]["item"], "tax", "{decision}");
    let overtaken = read(&mut manager, &format!("/api/overtaken?day={day}")).await;
    assert_eq!(overtaken["overtaken"][0]["rule"], "item", "{overtaken}");
    let course = read(&mut manager, &format!("/api/course?day={day}")).await;
    let rows: Vec<&Value> =
        course["services"].as_array().unwrap().iter().filter(|row| row.get("item").is_some()).collect();
    let told: Vec<(&str, u64)> =
        rows.iter().map(|row| (row["item"]["item"].as_str().unwrap(), row["visits"].as_u64().unwrap())).collect();
    assert_eq!(told, [("deed", 2), ("tax", 1)]);
    assert!(rows.iter().all(|row| row["lane"] == "acceptance"), "{course}");
}

async fn take(dispenser: &mut Client, item: Option<&str>) -> Reply {
    let mut order = json!({"lane": "acceptance"});
    if let Some(item) = item {
        order["item"] = json!(item);
    }
    dispenser.post("/api/tickets", Some(&tests::client::fresh_key()), &order).await
}

/// What the clerk of window 1 sees.
async fn console(hall: &Hall, clerk: &Client) -> Value {
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut socket = Socket::open_as(hall.address, &clerk.cookie(), console).await;
    let seen = socket.view(|view| if let View::Clerk(clerk) = view { Some(clerk.clone()) } else { None }).await;
    serde_json::to_value(seen).unwrap()
}

async fn read(manager: &mut Client, path: &str) -> Value {
    let reply = manager.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {:?}", reply.body);
    serde_json::from_slice(&reply.body).unwrap()
}
