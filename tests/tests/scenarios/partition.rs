//! A line between hall and devices that loses packets, carries one way only, is out, or is slow.

use std::time::Duration;

use tests::hall::{Hall, Setup};

use crate::device::{Dispenser, Display, check_slips};
use crate::network::{Network, Trouble};
use crate::until_within;
use tests::book::Book;

/// On a line that loses three packets of ten each way, a connection may take many attempts.
const GETS_THROUGH_WITHIN: Duration = Duration::from_secs(60);
/// Presses while the line is damaged.
const PRESSES: u32 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_line_does_every_slip_counts_once_and_the_panel_says_when_it_knows_nothing() {
    let Some(network) = Network::new() else { return };
    let setup = Setup { address: Some(network.server()), under: network.in_hall(), ..Setup::default() };
    let mut hall = Hall::start(setup).await;
    let (listen, kiosk) = network.kiosk();
    let dispenser = Dispenser::start_at(&hall, listen, kiosk, &network.in_device()).await;
    let display = Display::start_at(&hall, &network.in_device());
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    display.shows("01号窗口").await;
    dispenser.is_online(true).await;
    let mut taken = Vec::new();
    for trouble in Trouble::ALL {
        dispenser.has_reserve().await;
        network.begin(trouble);
        for _ in 0..PRESSES {
            taken.push(dispenser.press().await);
        }
        let what = format!("{trouble:?}: the panel says that it is cut off");
        if trouble.cuts() {
            let took = until_within(crate::PATIENCE, &what, async || display.says("离线")).await;
            dispenser.is_online(false).await;
            let number = dispenser.press().await;
            assert!(number.offline, "{trouble:?}: {number:?}");
            taken.push(number);
            println!("{trouble:?}: cut off on the panel {took:?} after the presses");
            network.end(trouble);
        }
        let what = format!("{trouble:?}: the devices are connected");
        let took = until_within(GETS_THROUGH_WITHIN, &what, async || !display.says("离线")).await;
        println!("{trouble:?}: connected again after {took:?}");
        // A number may not be known to the server yet; the one that is called is anybody's.
        clerk.at(1, "start").await;
        dispenser.owes_nothing().await;
        let number = clerk.at(1, "call_next").await.number();
        let what = format!("{trouble:?}: the call is on the panel");
        until_within(GETS_THROUGH_WITHIN, &what, async || display.says(&number)).await;
        if !trouble.cuts() {
            network.end(trouble);
        }
        dispenser.is_online(true).await;
        taken.push(dispenser.press().await);
        dispenser.owes_nothing().await;
    }
    assert_eq!(dispenser.slips(), taken.len(), "a slip came out that nobody pressed for");
    hall.stop();
    check_slips(&Book::read(&hall.journal_dir()), &taken, &[]);
}
