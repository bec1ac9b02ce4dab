//! A dispenser on an emulated Raspberry Pi: a button, a slip out of a USB printer, and power that fails at any moment.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use protocol::order::Lane;
use rand::{RngExt, rngs::StdRng};
use tests::book::Book;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::pi::Pi;
use tests::printer::Printer;
use ticket_dispenser::dispenser::Book as Owed;
use ticket_dispenser::outbox::Outbox;

use super::{Board, asked_for, holds_memory};
use crate::printed::Picture;
use crate::{seeded, until_within};

/// What hangs on the pins.
const BUTTON: u8 = 17;
const LAMP: u8 = 24;
/// The lamp blinks, unless it stands for so long.
const STANDS: Duration = Duration::from_secs(4);
/// A dispenser is in service by then, with or without a server.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// A slip is out by then: the emulated machine draws it slowly.
const OUT_WITHIN: Duration = Duration::from_secs(120);
/// What was given out without the server is known there by then.
const MERGED_WITHIN: Duration = Duration::from_secs(120);
/// After a press the power fails at most so late, if no slip is waited for, ms.
const CUT_MS_MAX: u64 = 2_500;
/// What a dispenser may take.
const MEMORY_MIB_MAX: u64 = 25;

/// When the power fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// As soon as a slip is cut off.
    SlipOut,
    /// When a slip has begun.
    MidSlip,
    /// Some time after a press, whatever came of it.
    Pressed,
}

/// When the power fails, and whether the server can be reached before.
const CUTS: [(Moment, bool); 6] = [
    (Moment::SlipOut, true),
    (Moment::MidSlip, true),
    (Moment::Pressed, true),
    (Moment::SlipOut, false),
    (Moment::Pressed, false),
    (Moment::MidSlip, false),
];

/// A dispenser between a hall and a printer.
struct Rig {
    hall: Hall,
    printer: Printer,
    board: Board,
}

impl Rig {
    async fn start() -> Self {
        let (hall, printer) = (Hall::start(Setup::default()).await, Printer::start());
        // With so much patience each number is the server's, however slow this machine is.
        let section = format!(
            r#"
            [dispenser]
            press_gap_ms = 0
            answer_ms_max = 5000
            printer = {{ back_end = "usb_file", device = "/dev/usb/lp0", answer_ms_max = 5000 }}
            gpio = {{ normal = {{ pin = {BUTTON} }}, lamp = {{ pin = {LAMP} }} }}
            "#
        );
        let mut board = Board::new(&hall, "dispenser-1", &section, "");
        board.wiring.printer = Some(printer.address);
        board.wiring.pulled_up = vec![BUTTON];
        Self { hall, printer, board }
    }

    /// Gives it power, with or without a server, and waits until its lamp says that it can be pressed.
    async fn power_on(&self, with_server: bool) -> Pi {
        let pi = if with_server { self.board.power_on(&self.hall).await } else { Pi::power_on(&self.board.wiring) };
        let (began, mut lit_since) = (Instant::now(), None);
        loop {
            lit_since = if pi.pins.is_high(LAMP) { lit_since.or_else(|| Some(Instant::now())) } else { None };
            if lit_since.is_some_and(|since| since.elapsed() > STANDS) {
                return pi;
            }
            assert!(began.elapsed() < READY_WITHIN, "the lamp does not say that it can be pressed");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses; what the code on the slip says.
    async fn press(&self, pi: &Pi) -> String {
        let before = self.printer.slips().len();
        pi.pins.press(BUTTON);
        let took = until_within(OUT_WITHIN, "a slip is cut off", async || self.printer.slips().len() > before).await;
        println!("from the end of a press to the end of its slip: {took:?}");
        self.codes().pop().unwrap()
    }

    async fn press_until(&self, pi: &Pi, moment: Moment, rng: &mut StdRng) {
        let begun = self.printer.begun().len();
        match moment {
            Moment::SlipOut => drop(self.press(pi).await),
            Moment::MidSlip => {
                pi.pins.press(BUTTON);
                until_within(OUT_WITHIN, "a slip begins", async || self.printer.begun().len() > begun).await;
            }
            Moment::Pressed => {
                pi.pins.press(BUTTON);
                tokio::time::sleep(Duration::from_millis(rng.random_range(0..CUT_MS_MAX))).await;
            }
        }
    }

    /// What the codes of all slips say that were cut off, in their order.
    fn codes(&self) -> Vec<String> {
        let read = |(n, slip): (usize, tests::printer::Slip)| {
            Picture::at(&slip.bytes, 576, self.board.path(&format!("slip-{n}.png"))).code()
        };
        self.printer.slips().into_iter().enumerate().map(read).collect()
    }
}

/// What the dispenser has written down until now.
fn owed(pi: &mut Pi) -> Owed {
    let copy = tempfile::tempdir().unwrap();
    for name in ["outbox.jsonl", "outbox.mark"] {
        let text = pi.ask(&format!("cat /var/lib/yihao/device/outbox/{name}"));
        fs::write(copy.path().join(name), text).unwrap();
    }
    Outbox::open(copy.path()).unwrap().0.book().clone()
}

async fn writes_down(pi: &mut Pi, within: Duration, what: &str, holds: impl Fn(&Owed) -> bool) {
    let began = Instant::now();
    while !holds(&owed(pi)) {
        assert!(began.elapsed() < within, "{what}: not in the outbox");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_becomes_a_slip_and_no_power_cut_gives_a_number_twice() {
    if !asked_for("1") {
        return;
    }
    let mut rng = seeded();
    let mut rig = Rig::start().await;
    let mut pi = rig.power_on(true).await;
    let code = rig.press(&pi).await;
    leads_to_the_visit(&rig.hall, &code).await;
    let has_reserve = |book: &Owed| book.reserve.contains_key(&Lane::Acceptance);
    writes_down(&mut pi, READY_WITHIN, "numbers for a time without the server", has_reserve).await;
    holds_memory(&mut pi, "ticket-dispenser", MEMORY_MIB_MAX);
    let mut up = true;
    for (moment, with_server) in CUTS {
        if up && !with_server {
            rig.hall.kill();
        }
        up = with_server;
        println!("the power fails: {moment:?}, {} server", if up { "with the" } else { "without a" });
        rig.press_until(&pi, moment, &mut rng).await;
        pi.cut();
        pi = rig.power_on(up).await;
    }
    rig.press(&pi).await;
    rig.hall.run().await;
    rig.board.is_connected(&rig.hall).await;
    rig.press(&pi).await;
    writes_down(&mut pi, MERGED_WITHIN, "nothing more", |book| book.unmerged.is_empty() && book.asked.is_empty()).await;
    pi.cut();
    every_slip_is_one_number(&mut rig);
}

/// The code on a slip is the address of its visit, and the server knows it.
async fn leads_to_the_visit(hall: &Hall, code: &str) {
    let token = code.strip_prefix(&format!("http://{}/t/", hall.address)).unwrap_or_else(|| panic!("{code}"));
    let visit = Client::connect(hall.address).await.get(&format!("/api/my/{token}")).await;
    let visit: protocol::view::TicketView = serde_json::from_slice(&visit.body).unwrap();
    assert_eq!((visit.number.as_str(), visit.ahead), ("A001", Some(0)));
}

/// The journal knows every slip that is out. It is sound, so no two visits have the same number; and a slip that came out once more is
/// one that may have been torn.
fn every_slip_is_one_number(rig: &mut Rig) {
    rig.hall.stop();
    let book = Book::read(&rig.hall.journal_dir());
    let issued = book.of_kind("issued");
    let known: BTreeSet<&str> = issued.iter().map(|event| event["token"].as_str().unwrap()).collect();
    let codes = rig.codes();
    let tokens: BTreeSet<&str> = codes.iter().map(|code| code.rsplit('/').next().unwrap()).collect();
    assert!(tokens.is_subset(&known), "a slip is out whose number the journal does not know: {codes:?}");
    let torn = CUTS.iter().filter(|(moment, _)| *moment != Moment::SlipOut).count();
    assert!(codes.len() - tokens.len() <= torn, "a slip came out again that was not torn: {codes:?}");
    // Besides the first and the last two, each cut after a whole slip left one.
    let whole = 3 + CUTS.len() - torn;
    assert!(tokens.len() >= whole, "{} of at least {whole} people have a number", tokens.len());
    let offline = issued.iter().filter(|event| !event["offline"].is_null()).count();
    assert!(offline >= 2, "numbers that were given out without the server are not in the journal: {offline}");
    println!("{} power cuts, {} numbers, {} slips: no number twice", CUTS.len(), tokens.len(), codes.len());
}
