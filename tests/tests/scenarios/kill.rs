//! The server is killed while everybody presses.

use std::time::Duration;

use rand::{RngExt, rngs::StdRng};
use tests::book::Book;
use tests::hall::{Hall, Setup};
use tests::sent::{Sent, check_answers};

use crate::presser::{Does, Presser};
use crate::race::window_presser;
use crate::seeded;

/// How often it is killed.
const KILLS: u32 = 200;
/// One start in so many is killed as well.
const KILLED_STARTS: u32 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_two_hundred_times_keeps_every_answer() {
    let mut rng = seeded();
    let mut hall = Hall::start(Setup { clerks: 4, ..Setup::default() }).await;
    let mut pressers = four_and_four(&hall, &mut rng).await;
    for _ in 0..KILLS {
        pressers = press_until_the_kill(&mut hall, pressers, &mut rng).await;
        if rng.random_ratio(1, KILLED_STARTS) {
            hall.launch(&[]);
            moment(&mut rng, 60).await;
            hall.kill();
        }
        hall.run().await;
        pressers = go_on(&hall, pressers).await;
    }
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let done = check_answers(&book, answers(&pressers));
    assert!(done > KILLS as usize * 8, "hardly anybody pressed: {done} orders");
}

/// Four who take numbers and four who serve.
pub async fn four_and_four(hall: &Hall, rng: &mut StdRng) -> Vec<Presser> {
    let mut pressers = Vec::new();
    for window in 1..=4 {
        pressers.push(Presser::new(hall.dispenser(1).await, hall.address, Does::Issue, rng).await);
        pressers.push(window_presser(hall, window, rng).await);
    }
    pressers
}

/// Everybody goes on with a server that was started again, and asks again for what was answered before.
pub async fn go_on(hall: &Hall, pressers: Vec<Presser>) -> Vec<Presser> {
    together(pressers.into_iter().map(|presser| presser.go_on(hall.address))).await
}

/// All answers.
pub fn answers(pressers: &[Presser]) -> impl Iterator<Item = &Sent> {
    pressers.iter().flat_map(|presser| &presser.answered)
}

/// Does it all at the same time.
pub async fn together<T: Send + 'static>(
    each: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = each.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for one in running {
        done.push(one.await.unwrap());
    }
    done
}

async fn press_until_the_kill(hall: &mut Hall, pressers: Vec<Presser>, rng: &mut StdRng) -> Vec<Presser> {
    let pressing = tokio::spawn(together(pressers.into_iter().map(Presser::press_until_cut)));
    moment(rng, 80).await;
    hall.kill();
    pressing.await.unwrap()
}

/// A random moment: the very thing that these scenarios are about.
async fn moment(rng: &mut StdRng, most_ms: u64) {
    tokio::time::sleep(Duration::from_micros(rng.random_range(0..most_ms * 1_000))).await;
}
