//! Everybody at once.

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::json;
use tests::book::Book;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::sent::{Sent, check_answers};
use tokio::sync::Barrier;

use crate::presser::{Does, Presser};
use crate::seeded;

/// People who take numbers, and how many each.
const CLIENTS: u32 = 64;
const ISSUES: u32 = 200;
/// Windows, and how often each presses: 50,000 orders in all.
const WINDOWS: u16 = 20;
const PRESSES: u32 = 1_860;
/// Rounds of two clerks.
const ROUNDS: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_and_twenty_windows_press_fifty_thousand_times_and_nothing_is_lost_or_doubled() {
    let mut rng = seeded();
    let mut hall = Hall::start(Setup { clerks: WINDOWS, ..Setup::default() }).await;
    let mut pressing = Vec::new();
    for _ in 0..CLIENTS {
        let client = hall.dispenser(1).await;
        let presser = Presser::new(client, hall.address, Does::Issue, &mut rng).await;
        pressing.push(tokio::spawn(press_often(presser, ISSUES)));
    }
    for window in 1..=WINDOWS {
        let presser = window_presser(&hall, window, &mut rng).await;
        pressing.push(tokio::spawn(press_often(presser, PRESSES)));
    }
    let mut answered = Vec::new();
    for one in pressing {
        answered.extend(one.await.unwrap());
    }
    assert_eq!(answered.len(), 50_000);
    finish_all(&hall).await;
    hall.stop();

    let book = Book::read(&hall.journal_dir());
    let done = check_answers(&book, answered.iter());
    assert!(done > 25_000, "most orders were refused: {done} of 50,000 were done");
    let issued = book.of_kind("issued").len();
    assert_eq!(issued, (CLIENTS * ISSUES) as usize, "as many numbers as were asked for");
    assert_eq!(book.of_kind("finished").len(), issued, "everybody who took a number is served in the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clerks_who_press_together_get_two_people_at_once() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = hall.dispenser(1).await;
    for _ in 0..2 * ROUNDS {
        assert_eq!(dispenser.issue().await.status, 200);
    }
    let barrier = Arc::new(Barrier::new(2));
    let mut pressing = Vec::new();
    for window in [1, 2] {
        let mut clerk = hall.clerk(window).await;
        assert_eq!(clerk.at(window, "open").await.status, 200);
        pressing.push(tokio::spawn(press_together(clerk, window, barrier.clone())));
    }
    let mut called = Vec::new();
    for one in pressing {
        called.push(one.await.unwrap());
    }
    for (first, second) in called[0].iter().zip(&called[1]) {
        assert_ne!(first, second, "two windows called the same person");
    }
    hall.stop();
    let mut numbers = called.concat();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 2 * ROUNDS, "somebody was called twice");
    assert_eq!(Book::read(&hall.journal_dir()).of_kind("called").len(), 2 * ROUNDS);
}

async fn press_together(mut clerk: Client, window: u16, barrier: Arc<Barrier>) -> Vec<String> {
    let mut called = Vec::new();
    for _ in 0..ROUNDS {
        barrier.wait().await;
        let reply = clerk.at(window, "call_next").await;
        assert_eq!(reply.status, 200, "one who presses at the same moment is not refused: {:?}", reply.body);
        called.push(reply.number());
        assert_eq!(clerk.at(window, "start").await.status, 200);
    }
    called
}

/// One who serves at a window, whoever sat there before.
pub async fn window_presser(hall: &Hall, window: u16, rng: &mut StdRng) -> Presser {
    let mut clerk = hall.clerk(window).await;
    assert_eq!(clerk.at_with(window, &json!({ "act": "open", "take_over": true })).await.status, 200);
    Presser::new(clerk, hall.address, Does::Serve(window), rng).await
}

async fn press_often(mut presser: Presser, often: u32) -> Vec<Sent> {
    for _ in 0..often {
        assert!(presser.press().await.is_some(), "the server does not answer");
    }
    presser.send_again().await;
    presser.answered
}

/// Serves whoever still waits.
async fn finish_all(hall: &Hall) {
    let mut working = Vec::new();
    for window in 1..=WINDOWS {
        let mut clerk = hall.clerk(window).await;
        working.push(tokio::spawn(async move {
            loop {
                // Both are refused when there is nothing to do.
                clerk.at(window, "start").await;
                clerk.at(window, "finish").await;
                let called = clerk.at(window, "call_next").await;
                if called.status != 200 {
                    assert_eq!(called.refused().code, "nobody_waiting");
                    return;
                }
            }
        }));
    }
    for one in working {
        one.await.unwrap();
    }
}
