//! A printer dies in mid-slip and does not come back: the staff has the number printed at another dispenser.

use std::time::Duration;

use protocol::{
    FromServer, Subject, View,
    view::{Again, UnprintedRow},
};
use serde_json::json;
use tests::book::Book;
use tests::client::{Client, Reply, fresh_key};
use tests::hall::{Hall, Setup};
use tests::printer::{Bits, Fault, Printer};
use tests::socket::Socket;

use crate::device::Dispenser;
use crate::printed::{Picture, again, given};
use crate::refusals::is_refused;
use crate::{until, until_within};

/// Somewhere in the middle of a slip, bytes.
const MIDDLE: usize = 20_000;
/// So long a torn slip is tried where it broke off, s.
const ELSEWHERE_AFTER_S: u32 = 1;
/// A busy machine takes its time to find out that a printer is gone.
const SEEN_WITHIN: Duration = Duration::from_secs(30);
/// Paper that should not move does not move for so long.
const NOTHING_COMES: Duration = Duration::from_millis(1_500);

/// Two dispensers, each on a printer.
struct Rig {
    hall: Hall,
    printers: [Printer; 2],
    dispensers: Vec<Dispenser>,
}

impl Rig {
    async fn start() -> Self {
        let hall = Hall::start(Setup { dispensers: 2, ..Setup::default() }).await;
        let printers = [Printer::start(), Printer::start()];
        let mut dispensers = Vec::new();
        for (n, printer) in (1..).zip(&printers) {
            let settings = format!(
                "answer_ms_max = 5000\nelsewhere_after_s = {ELSEWHERE_AFTER_S}\n\
                 printer = {{ back_end = \"network\", address = \"{}\" }}",
                printer.address
            );
            let dispenser = Dispenser::start_nth_on(&hall, n, &settings, 576).await;
            dispenser.is_online(true).await;
            dispensers.push(dispenser);
        }
        let rig = Self { hall, printers, dispensers };
        for dispenser in &rig.dispensers {
            dispenser.screen("ready", |state| state.screen == protocol::kiosk::KioskScreen::Ready).await;
        }
        rig
    }

    /// Somebody presses at dispenser 1, whose printer goes in mid-slip.
    async fn tear(&self) {
        self.printers[0].fail(Fault::UnpluggedAfter(MIDDLE));
        let mut kiosk = Client::connect(self.dispensers[0].kiosk).await;
        assert_eq!(kiosk.post("/press", None, &json!({ "lane": "acceptance" })).await.status, 200);
    }

    /// Waits until the manager sees a slip that is not out, as it is described.
    async fn manager_sees(&self, what: &str, fits: impl Fn(&[UnprintedRow]) -> bool) -> Vec<UnprintedRow> {
        let cookie = self.hall.manager().await.cookie();
        let mut manager = Socket::open_as(self.hall.address, &cookie, Subject::Manager).await;
        let sees = |view: &View| match view {
            View::Manager(manager) if fits(&manager.unprinted) => Some(manager.unprinted.clone()),
            _ => None,
        };
        let seen = tokio::time::timeout(SEEN_WITHIN, manager.view(sees)).await;
        seen.unwrap_or_else(|_| panic!("no manager sees {what}"))
    }

    /// Waits until every clerk sees a slip that is not out.
    async fn clerk_sees(&self, number: &str) {
        let cookie = self.hall.clerk(1).await.cookie();
        let subject = Subject::Clerk { window: 1, console: "c1".into() };
        let mut clerk = Socket::open_as(self.hall.address, &cookie, subject).await;
        let sees = |view: &View| match view {
            View::Clerk(clerk) if clerk.unprinted.iter().any(|row| row.number == number) => Some(()),
            _ => None,
        };
        tokio::time::timeout(SEEN_WITHIN, clerk.view(sees)).await.unwrap_or_else(|_| panic!("no clerk sees {number}"));
    }

    async fn print_again(&self, who: &mut Client, ticket: &str, at: &str) -> Reply {
        who.post("/api/tickets/reprint", Some(&fresh_key()), &json!({ "ticket": ticket, "at": at })).await
    }

    /// What dispenser 2 printed last is the slip of dispenser 1, with the word on it.
    fn is_the_slip_with_the_word(&self) {
        let device = &self.dispensers[0].device;
        let slip = given(device).pop().unwrap();
        let picture = Picture::of(&self.printers[1].slips().pop().unwrap().bytes, 576, device);
        assert_eq!(picture.code(), slip.url);
        assert!(picture.is(&again(&slip), device), "{} has no word 'reprint' on it", slip.number);
        assert!(!picture.is(&slip, device), "the word makes no difference");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_whose_printer_died_comes_out_at_another_dispenser_once_under_its_number_with_the_word() {
    let rig = Rig::start().await;
    rig.tear().await;
    let rows = rig.manager_sees("A001", |rows| rows.iter().any(|row| row.ready == ["dispenser-2"])).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((&*row.number, &*row.device, &row.again), ("A001", "dispenser-1", &None));
    rig.clerk_sees("A001").await;

    let mut clerk = rig.hall.clerk(1).await;
    let nowhere = rig.print_again(&mut clerk, &row.ticket, "dispenser-9").await;
    is_refused(&nowhere, 404, "unknown_device", "a dispenser that does not exist");
    let nobody = rig.print_again(&mut clerk, &row.ticket.replace("A001", "A777"), "dispenser-2").await;
    is_refused(&nobody, 404, "unknown_ticket", "a number that nobody has");
    let device = rig.print_again(&mut rig.hall.dispenser(2).await, &row.ticket, "dispenser-2").await;
    is_refused(&device, 403, "not_allowed", "a device");

    let key = fresh_key();
    let order = json!({ "ticket": row.ticket, "at": "dispenser-2" });
    for _ in 0..2 {
        // The second is a retry: the first answer again, and no second slip.
        let reply = clerk.post("/api/tickets/reprint", Some(&key), &order).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
    }
    until_within(SEEN_WITHIN, "it comes out at 2", async || !rig.printers[1].slips().is_empty()).await;
    rig.is_the_slip_with_the_word();
    rig.manager_sees("nothing", <[UnprintedRow]>::is_empty).await;
    until("dispenser 1 knows", async || rig.dispensers[0].book().unprinted.is_empty()).await;

    // Its own printer is back, and has nothing to do.
    rig.printers[0].plug(true);
    rig.dispensers[0].screen("ready", |state| state.screen == protocol::kiosk::KioskScreen::Ready).await;
    tokio::time::sleep(NOTHING_COMES).await;
    assert_eq!((rig.printers[0].slips().len(), rig.printers[1].slips().len()), (0, 1), "a slip too many");
    let mut hall = rig.hall;
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let reprinted = book.of_kind("reprinted");
    assert!(matches!(reprinted[..], [event] if event["at"] == "dispenser-2"), "{reprinted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_that_does_not_come_out_there_either_stays_listed_over_a_restart_of_the_server() {
    let mut rig = Rig::start().await;
    rig.printers[1].set(|bits| bits.paper_out = true);
    rig.tear().await;
    let rows = rig.manager_sees("A001 and no printer", |rows| rows.iter().any(|row| row.ready.is_empty())).await;
    let ticket = rows[0].ticket.clone();
    let mut manager = rig.hall.manager().await;
    assert_eq!(rig.print_again(&mut manager, &ticket, "dispenser-2").await.status, 200);
    let failed = Some(Again { at: "dispenser-2".into(), failed: true });
    rig.manager_sees("that it failed", |rows| rows.iter().any(|row| row.again == failed)).await;

    rig.hall.kill();
    rig.hall.run().await;
    rig.printers[1].set(|bits| *bits = Bits::default());
    rig.manager_sees("A001 still", |rows| rows.iter().any(|row| row.ready == ["dispenser-2"])).await;
    let mut manager = rig.hall.manager().await;
    assert_eq!(rig.print_again(&mut manager, &ticket, "dispenser-2").await.status, 200);
    until_within(SEEN_WITHIN, "it comes out at 2", async || !rig.printers[1].slips().is_empty()).await;
    rig.is_the_slip_with_the_word();
    rig.manager_sees("nothing", <[UnprintedRow]>::is_empty).await;
}

#[tokio::test]
async fn a_dispenser_hears_what_to_print_when_it_comes_back_until_it_says_how_that_ended() {
    let hall = Hall::start(Setup { dispensers: 2, ..Setup::default() }).await;
    let ticket = match hall.dispenser(1).await.issue().await.answer() {
        protocol::Answer::Ticket(ticket) => ticket,
        other => panic!("{other:?}"),
    };
    let order = json!({ "ticket": ticket.ticket, "at": "dispenser-2" });
    let reply = hall.clerk(1).await.post("/api/tickets/reprint", Some(&fresh_key()), &order).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    let mut keys = Vec::new();
    for _ in 0..2 {
        let mut dispenser = Socket::open(hall.address, Some(&hall.dispenser_keys[1]), Subject::Dispenser, None).await;
        let key = loop {
            if let FromServer::Print { key, ticket: again, .. } = dispenser.next().await.unwrap() {
                assert!(again.reprint && (again.token, again.number) == (ticket.token.clone(), ticket.number.clone()));
                break key;
            }
        };
        keys.push(key.clone());
        if keys.len() == 2 {
            dispenser.say(&protocol::FromClient::Printed { key, whole: true }).await;
            until("it is known", async || hall.health().await.0 == 200).await;
        }
    }
    assert_eq!(keys[0], keys[1], "the same order has the same name");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut dispenser = Socket::open(hall.address, Some(&hall.dispenser_keys[1]), Subject::Dispenser, None).await;
    loop {
        match dispenser.next().await.unwrap() {
            FromServer::Print { key, .. } => panic!("{key} is ordered again"),
            FromServer::Pulse { .. } => break,
            _ => {}
        }
    }
}
