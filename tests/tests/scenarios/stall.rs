//! A process that stands still (stopped by a signal, as by a machine without memory) and later goes on as if nothing were.

use std::time::{Duration, Instant};

use protocol::kiosk::KioskTaken;
use tests::client::Client;
use tests::hall::{Hall, Setup};

use crate::device::{Dispenser, Display, check_slips, freeze, thaw};
use crate::live::connections;
use crate::{moment, seeded, until, until_within};
use tests::book::Book;

/// Stops of the dispenser between a press and its slip.
const SHORT_STOPS: u32 = 6;
/// A dispenser and a display.
const DEVICES: u32 = 2;
/// The server decides and answers within this time while a device stands still: generous, and far less than the silence after
/// which the device is cut.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// Twenty seconds, a leave of two, and what it takes to come back and to speak.
const SOUNDS_MAX: Duration = Duration::from_secs(40);

/// A hall with its devices, window 1 open, and the first number called.
struct Running {
    hall: Hall,
    dispenser: Dispenser,
    display: Display,
    clerk: Client,
    taken: Vec<KioskTaken>,
}

impl Running {
    async fn start() -> Self {
        let hall = Hall::start(Setup::default()).await;
        let (dispenser, display) = (Dispenser::start(&hall).await, Display::start(&hall));
        dispenser.is_online(true).await;
        dispenser.has_reserve().await;
        let mut clerk = hall.clerk(1).await;
        assert_eq!(clerk.at(1, "open").await.status, 200);
        let taken = vec![dispenser.press().await];
        assert_eq!(clerk.at(1, "call_next").await.number(), taken[0].number);
        display.shows(&taken[0].number).await;
        until("both devices are connected", async || connections(&hall).await == DEVICES).await;
        Self { hall, dispenser, display, clerk, taken }
    }

    async fn press(&mut self) -> &KioskTaken {
        self.taken.push(self.dispenser.press().await);
        &self.taken[self.taken.len() - 1]
    }

    /// Everything is as it was, and everything came together.
    async fn end(mut self, others: &[String]) {
        self.dispenser.is_online(true).await;
        self.press().await;
        self.dispenser.owes_nothing().await;
        assert_eq!(self.dispenser.slips(), self.taken.len(), "a slip came out that nobody pressed for");
        self.hall.stop();
        check_slips(&Book::read(&self.hall.journal_dir()), &self.taken, others);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_is_noticed_and_goes_on_where_it_was() {
    let mut running = Running::start().await;
    let number = running.taken[0].number.clone();
    freeze(running.hall.pid());
    let began = Instant::now();
    assert!(running.press().await.offline, "the server stands still, and answered");
    println!("a slip from the reserve is out {:?} after the stop", began.elapsed());
    running.display.shows("离线").await;
    println!("the panel says that it is cut off {:?} after the stop", began.elapsed());
    running.dispenser.is_online(false).await;
    for _ in 0..3 {
        assert!(running.press().await.offline);
    }
    thaw(running.hall.pid());
    let display = &running.display;
    until("the panel shows the call again", async || display.says(&number) && !display.says("离线")).await;
    assert_eq!(display.spoken(), 1, "what was announced is announced again");
    running.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_that_stands_still_is_cut_slows_nobody_and_prints_when_it_goes_on() {
    let mut rng = seeded();
    let mut running = Running::start().await;
    for _ in 0..SHORT_STOPS {
        let touched = running.dispenser.touch().await;
        moment(&mut rng, 20).await;
        freeze(running.dispenser.device.pid());
        moment(&mut rng, 600).await;
        thaw(running.dispenser.device.pid());
        running.taken.push(running.dispenser.take(touched).await);
    }
    let touched = running.dispenser.touch().await;
    freeze(running.dispenser.device.pid());
    let others = work_until_cut(&mut running).await;
    thaw(running.dispenser.device.pid());
    running.taken.push(running.dispenser.take(touched).await);
    running.end(&others).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_display_that_stands_still_is_cut_slows_nobody_and_shows_the_present_call_when_it_goes_on() {
    let mut running = Running::start().await;
    freeze(running.display.0.pid());
    let others = work_until_cut(&mut running).await;
    let spoken = running.display.spoken();
    let number = running.clerk.at(1, "call_next").await.number();
    thaw(running.display.0.pid());
    running.display.shows(&number).await;
    // Frozen between leave and the first sound, a voice may sound for all that the server knows: that long nobody else speaks.
    until_within(SOUNDS_MAX, "the present call is spoken", async || running.display.spoken() > spoken).await;
    running.end(&others).await;
}

/// Somebody else takes numbers and the clerk calls, until the device that stands still is cut. The numbers that were taken;
/// somebody still waits.
async fn work_until_cut(running: &mut Running) -> Vec<String> {
    let mut other = running.hall.dispenser(1).await;
    let (began, mut longest, mut taken) = (Instant::now(), Duration::ZERO, Vec::new());
    while connections(&running.hall).await == DEVICES {
        assert!(began.elapsed() < crate::PATIENCE, "a device that stands still is still connected");
        let asked = Instant::now();
        taken.push(other.issue().await.number());
        assert_eq!(running.clerk.at(1, "start").await.status, 200);
        running.clerk.at(1, "call_next").await.number();
        longest = longest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("cut after {:?}; {} times three orders took {longest:?} at most", began.elapsed(), taken.len());
    assert!(longest < ANSWERS_WITHIN, "the others waited {longest:?}");
    assert_eq!(running.clerk.at(1, "start").await.status, 200);
    taken.push(other.issue().await.number());
    taken
}
