//! The power fails while everybody presses: the disk keeps what was synced, and nothing else.

use std::time::Duration;

use rand::{RngExt, rngs::StdRng};
use tests::bench::startup::write_journal;
use tests::book::Book;
use tests::hall::{Hall, Setup};
use tests::sent::check_answers;

use crate::kill::{answers, four_and_four, go_on, together};
use crate::mount::Mount;
use crate::presser::Presser;
use crate::{seeded, times};

/// Cuts of each of the two scenarios; `YIHAO_CUTS=100` is the long run.
const CUTS: u32 = 10;
/// How long everybody presses before a cut, ms; `YIHAO_PRESS_MS` gives another longest time.
const PRESS_MS_MIN: u64 = 100;
const PRESS_MS_MAX: u32 = 1_500;
/// A cut says something when people pressed before it: at least so many orders each in the mean, even on a busy machine.
const ORDERS_A_CUT: usize = 20;
/// What an aged hall has behind it.
const AGED_ENTRIES: u64 = 50_000;
/// Room for a long run's journal and the stores that are moved aside; what is not used takes no room.
const AGED_DISK_MIB: u64 = 2_048;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_young_hall_keeps_every_answer_when_the_power_fails() {
    let mut rng = seeded();
    let Some(disk) = Mount::new(128) else { return };
    let (cuts, mut orders) = (times("YIHAO_CUTS", CUTS), 0);
    for n in 0..cuts {
        let setup = Setup { clerks: 4, data_dir: Some(disk.dir(&format!("hall-{n}"))), ..Setup::default() };
        let mut hall = Hall::start(setup).await;
        let pressers = four_and_four(&hall, &mut rng).await;
        let pressers = press_until_the_cut(&disk, &mut hall, pressers, &mut rng).await;
        orders += go_on_and_check(&mut hall, pressers).await.1;
        std::fs::remove_dir_all(hall.data_dir()).unwrap();
    }
    assert!(orders > ORDERS_A_CUT * cuts as usize, "hardly anybody pressed before the cuts: {orders} orders");
    println!("{cuts} cuts of a young hall: {orders} orders, none lost or twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aged_hall_keeps_every_answer_when_the_power_fails_again_and_again() {
    let mut rng = seeded();
    let Some(disk) = Mount::new(AGED_DISK_MIB) else { return };
    let setup = Setup { clerks: 4, data_dir: Some(disk.dir("hall")), ..Setup::default() };
    let mut hall = Hall::set_up(setup);
    write_journal(&hall.journal_dir(), AGED_ENTRIES);
    hall.run().await;
    hall.settle().await;
    let mut pressers = four_and_four(&hall, &mut rng).await;
    let (cuts, mut orders) = (times("YIHAO_CUTS", CUTS), 0);
    for _ in 0..cuts {
        pressers = press_until_the_cut(&disk, &mut hall, pressers, &mut rng).await;
        (pressers, orders) = go_on_and_check(&mut hall, pressers).await;
        hall.run().await;
        pressers = go_on(&hall, pressers).await;
    }
    assert!(orders > ORDERS_A_CUT * cuts as usize, "hardly anybody pressed before the cuts: {orders} orders");
    println!("{cuts} cuts of an aged hall: {orders} orders, none lost or twice");
}

/// Opens what the cut left, asks for every answer again, and looks into the journal. Also says how many orders were done.
async fn go_on_and_check(hall: &mut Hall, pressers: Vec<Presser>) -> (Vec<Presser>, usize) {
    hall.run().await;
    let pressers = go_on(hall, pressers).await;
    hall.settle().await;
    hall.stop();
    let done = check_answers(&Book::read(&hall.journal_dir()), answers(&pressers));
    assert!(done > 0, "nobody pressed before the cut");
    (pressers, done)
}

async fn press_until_the_cut(disk: &Mount, hall: &mut Hall, pressers: Vec<Presser>, rng: &mut StdRng) -> Vec<Presser> {
    let pressing = tokio::spawn(together(pressers.into_iter().map(Presser::press_until_cut)));
    let press_ms = rng.random_range(PRESS_MS_MIN..times("YIHAO_PRESS_MS", PRESS_MS_MAX).into());
    let cut_at = disk.cut_after(Duration::from_millis(press_ms)).await;
    // Whoever waits for an answer is told that nothing can be stored.
    let mut pressers = pressing.await.unwrap();
    pressers.iter_mut().for_each(|presser| presser.doubt_after(cut_at));
    hall.kill();
    disk.power_on();
    pressers
}
