//! The server is killed while everybody presses, while it starts, and while it builds its store anew.

use std::fs;

use rand::{RngExt, rngs::StdRng};
use tests::book::Book;
use tests::hall::{Hall, Setup};
use tests::sent::{Sent, check_answers};

use crate::presser::{Does, Presser};
use crate::race::window_presser;
use crate::{moment, seeded, times};

/// How often it is killed at work; `YIHAO_KILLS=500` is the long run.
const KILLS: u32 = 100;
/// One start in so many is killed as well.
const KILLED_STARTS: u32 = 5;
/// And one in so many finds no store, and is killed while it builds one.
const KILLED_REBUILDS: u32 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_again_and_again_keeps_every_answer() {
    let mut rng = seeded();
    let mut hall = Hall::start(Setup { clerks: 4, ..Setup::default() }).await;
    let mut pressers = four_and_four(&hall, &mut rng).await;
    let (kills, mut starts, mut rebuilds) = (times("YIHAO_KILLS", KILLS), 0, 0);
    for _ in 0..kills {
        pressers = press_until_the_kill(&mut hall, pressers, &mut rng).await;
        if rng.random_ratio(1, KILLED_STARTS) {
            start_and_kill(&mut hall, &mut rng).await;
            starts += 1;
        }
        if rng.random_ratio(1, KILLED_REBUILDS) {
            fs::remove_dir_all(hall.data_dir().join("store")).unwrap();
            start_and_kill(&mut hall, &mut rng).await;
            rebuilds += 1;
        }
        hall.run().await;
        pressers = go_on(&hall, pressers).await;
    }
    hall.settle().await;
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let done = check_answers(&book, answers(&pressers));
    println!(
        "{kills} kills at work, {starts} while starting, {rebuilds} without a store: {done} orders, none lost or twice"
    );
    assert!(done > kills as usize * 8, "hardly anybody pressed: {done} orders");
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

async fn start_and_kill(hall: &mut Hall, rng: &mut StdRng) {
    hall.launch(&[]);
    moment(rng, 60).await;
    hall.kill();
}

async fn press_until_the_kill(hall: &mut Hall, pressers: Vec<Presser>, rng: &mut StdRng) -> Vec<Presser> {
    let pressing = tokio::spawn(together(pressers.into_iter().map(Presser::press_until_cut)));
    moment(rng, 80).await;
    hall.kill();
    pressing.await.unwrap()
}
