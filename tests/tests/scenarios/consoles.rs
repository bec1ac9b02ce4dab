//! What goes wrong at a window: each press is refused in a sentence, and nothing changes.

use protocol::{Subject, View};
use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, fresh_key};
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::refusals::is_refused;
use crate::until;

/// Clerks, and what they press: `clerk window act` → `done` or the refusal. `$1` is the first ticket.
const SCRIPT: &str = "
    1 1 call_next      window_closed
    1 1 open           done
    1 1 call_next      nobody_waiting
    1 1 finish         nobody_here
    1 1 start          nobody_here
    1 1 recall         nobody_here
    1 1 no_show        nobody_here
    1 1 resume         window_not_paused
    1 1 clear_emergency no_emergency
    1 2 open           has_other_window
    2 1 open           window_taken
    2 1 call_next      window_taken
    1 1 issue          done
    1 1 call_next      done
    1 1 call_next      not_started
    1 1 finish         not_started
    1 1 recall         recall_too_soon
    1 1 no_show        recall_first
    1 1 close          window_busy
    1 1 start          done
    1 1 start          already_started
    1 1 recall         already_started
    1 1 nowhere        transfer_target
    1 1 everywhere     transfer_target
    1 1 far_away       unknown_window
    1 1 no_reason      bad_reason
    1 1 finish         done
    1 1 finish         nobody_here
    1 1 cancel_$1      wrong_stage
    1 1 call_$1        wrong_stage
    1 1 call_$2        unknown_ticket
    1 1 call_$x        bad_word
    1 1 close          done
    1 1 close          window_closed
";

#[tokio::test]
async fn every_press_at_the_wrong_moment_is_refused_and_changes_nothing() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut clerks = [hall.clerk(1).await, hall.clerk(2).await];
    let mut ticket = String::new();
    let mut refusals = 0;
    for line in SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let clerk = &mut clerks[words[0].parse::<usize>().unwrap() - 1];
        let before = hall.seq().await;
        let (path, order) = order(words[1], words[2], &ticket);
        let reply = clerk.post(&path, Some(&fresh_key()), &order).await;
        if words[3] == "done" {
            assert_eq!(reply.status, 200, "{line}: {:?}", reply.body);
            if let protocol::Answer::Ticket(given) = reply.answer() {
                ticket = given.ticket;
            }
            continue;
        }
        is_refused(&reply, reply.status, words[3], line);
        assert_eq!(hall.seq().await, before, "{line}: something changed");
        refusals += 1;
    }
    hall.stop();
    assert_eq!(Book::read(&hall.journal_dir()).of_kind("finished").len(), 1);
    assert!(refusals > 25);
}

fn order(window: &str, act: &str, ticket: &str) -> (String, Value) {
    let tomorrow = format!("{}/A999", ticket.split('/').next().unwrap_or_default());
    let transfer = |more: Value| {
        let mut order = json!({ "act": "transfer" });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        order
    };
    let order = match act {
        "issue" => return ("/api/tickets".into(), json!({ "lane": "acceptance" })),
        "cancel_$1" => return ("/api/visits".into(), json!({ "ticket": ticket, "act": "cancel" })),
        "call_$1" => json!({ "act": "call", "ticket": ticket }),
        "call_$2" => json!({ "act": "call", "ticket": tomorrow }),
        "call_$x" => json!({ "act": "call", "ticket": "the next one" }),
        "nowhere" => transfer(json!({})),
        "everywhere" => transfer(json!({ "to_lane": "issuing", "to_window": 2 })),
        "far_away" => transfer(json!({ "to_window": 99 })),
        "no_reason" => json!({ "act": "park", "reason": " " }),
        act => json!({ "act": act }),
    };
    (format!("/api/windows/{window}"), order)
}

#[tokio::test]
async fn the_console_from_which_a_window_was_taken_presses_in_vain() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut first = hall.clerk(1).await;
    // The same clerk, in another browser tab.
    let second = Client::connect(hall.address).await.with_console("the-other-tab");
    let mut second = second.sign_in("clerk-1").await;
    hall.dispenser(1).await.issue().await.number();
    assert_eq!(first.at(1, "open").await.status, 200);
    is_refused(&second.at(1, "open").await, 409, "window_taken", "a second console");
    is_refused(&second.at(1, "call_next").await, 409, "window_taken", "a second console calls");
    assert_eq!(second.at_with(1, &json!({ "act": "open", "take_over": true })).await.status, 200);
    let before = hall.seq().await;
    is_refused(&first.at(1, "call_next").await, 409, "window_taken", "the former console calls");
    assert_eq!(hall.seq().await, before);
    assert_eq!(second.at(1, "call_next").await.status, 200);
    for (client, console, is_mine) in [(&first, "console-1", false), (&second, "the-other-tab", true)] {
        let subject = Subject::Clerk { window: 1, console: console.into() };
        let mut socket = Socket::open_as(hall.address, &client.cookie(), subject).await;
        let mine = socket.view(|view| if let View::Clerk(clerk) = view { Some(clerk.mine) } else { None }).await;
        assert_eq!(mine, is_mine, "{console}");
    }
    hall.stop();
    assert_eq!(Book::read(&hall.journal_dir()).of_kind("window_opened").len(), 2);
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_held_and_told_to_the_manager() {
    let mut hall = Hall::set_up(Setup::default());
    // The hall's time was years ahead; then the server's clock is put right.
    hall.launch(&["--demo-start", "2031-03-03T10:00"]);
    hall.wait_until_ready().await;
    let before = hall.dispenser(1).await.issue().await.answer();
    hall.kill();
    hall.run().await;
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    let after = hall.dispenser(1).await.issue().await.answer();
    let (protocol::Answer::Ticket(before), protocol::Answer::Ticket(after)) = (before, after) else {
        panic!("no number")
    };
    assert!(after.at_ms >= before.at_ms && after.ticket > before.ticket, "{after:?} comes after {before:?}");
    assert_eq!(clerk.at(1, "call_next").await.number(), before.number, "who came first is called first");

    let cookie = hall.manager().await.cookie();
    let mut manager = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    let (alarm, wait_s) = manager
        .view(|view| {
            let View::Manager(view) = view else { return None };
            let alarm = view.alarms.iter().find(|alarm| alarm.code == "clock").cloned();
            alarm.map(|alarm| (alarm, view.longest_wait_s))
        })
        .await;
    assert!(alarm.text.zh.contains("时钟") && alarm.text.en.contains("clock"), "{alarm:?}");
    assert!(wait_s < 60, "a wait of {wait_s} s");
    // Time is held, but it does not stand still.
    let held_ms = after.at_ms;
    until("time goes on", async || {
        let protocol::Answer::Ticket(later) = hall.dispenser(1).await.issue().await.answer() else { return false };
        later.at_ms > held_ms
    })
    .await;
    hall.stop();
    Book::read(&hall.journal_dir());
}
