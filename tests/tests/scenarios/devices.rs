//! The devices' own programs, between a press on paper and a call in the hall.

use std::collections::BTreeSet;

use protocol::{Subject, View};
use tests::book::Book;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::device::{Dispenser, Display, check_slips};
use crate::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_becomes_a_slip_whose_code_leads_to_the_visit() {
    let hall = Hall::start(Setup::default()).await;
    let dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    let taken = dispenser.press().await;
    assert_eq!((taken.number.as_str(), taken.offline), ("A001", false));
    assert_eq!(dispenser.codes(), BTreeSet::from([taken.url.clone()]));
    let token = taken.url.strip_prefix(&format!("http://{}/t/", hall.address)).unwrap_or_else(|| panic!("{taken:?}"));
    let visit = Client::connect(hall.address).await.get(&format!("/api/my/{token}")).await;
    let visit: protocol::view::TicketView = serde_json::from_slice(&visit.body).unwrap();
    assert_eq!((visit.number, visit.ahead), ("A001".into(), Some(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_that_is_cut_off_gives_out_its_reserve_and_brings_it_in_order() {
    let mut hall = Hall::start(Setup::default()).await;
    let dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    let mut taken = vec![dispenser.press().await];
    dispenser.has_reserve().await;
    hall.kill();
    dispenser.is_online(false).await;
    for _ in 0..5 {
        let number = dispenser.press().await;
        assert!(number.offline && !number.url.is_empty(), "{number:?}");
        taken.push(number);
    }
    hall.run().await;
    dispenser.is_online(true).await;
    taken.push(dispenser.press().await);
    dispenser.owes_nothing().await;
    let token = taken[1].url.rsplit('/').next().unwrap();
    let visit = Client::connect(hall.address).await.get(&format!("/api/my/{token}")).await;
    assert_eq!(visit.status, 200, "a ticket that was given out while cut off is known: {:?}", visit.body);
    assert_eq!(dispenser.codes(), taken.iter().map(|taken| taken.url.clone()).collect());
    hall.stop();
    check_slips(&Book::read(&hall.journal_dir()), &taken, &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_shown_and_spoken_and_a_display_that_is_cut_off_says_so() {
    let mut hall = Hall::start(Setup::default()).await;
    let display = Display::start(&hall);
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    display.shows("01号窗口").await;
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(clerk.at(1, "call_next").await.number(), number);
    display.shows(&number).await;
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut screen = Socket::open_as(hall.address, &clerk.cookie(), console).await;
    let announced = |view: &View| match view {
        View::Clerk(clerk) if clerk.announced.shown && clerk.announced.spoken => Some(()),
        _ => None,
    };
    screen.view(announced).await;
    assert_eq!(display.spoken(), 1, "one call is one announcement");
    hall.kill();
    display.shows("离线").await;
    hall.run().await;
    until("the panel shows the call again", async || display.says(&number) && !display.says("离线")).await;
    assert_eq!(display.spoken(), 1, "nothing is announced again");
}
