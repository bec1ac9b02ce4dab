//! Dispensers on a real printer's line: what comes out, and what goes wrong with printers.

use std::process::{Child, Command};
use std::time::Duration;

use protocol::kiosk::{KioskScreen, KioskState, KioskTaken};
use protocol::{Subject, Text, View};
use serde_json::json;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::printer::{Bits, Fault, Printer};
use tests::socket::Socket;

use crate::device::Dispenser;
use crate::printed::{Picture, again, given};
use crate::{until, until_within};

/// Somewhere in the middle of a slip, bytes.
const MIDDLE: usize = 20_000;
/// A printer that says nothing has some seconds until it is given up.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(30);

/// What is wrong with a printer, and the words for it.
type Trouble = (fn(&mut Bits), &'static str);

/// A hall with a dispenser on a printer.
struct Rig {
    hall: Hall,
    printer: Printer,
    dispenser: Dispenser,
    width_dots: u32,
}

impl Rig {
    async fn start() -> Self {
        Self::start_with(576, "").await
    }

    async fn start_with(width_dots: u32, more: &str) -> Self {
        let (hall, printer) = (Hall::start(Setup::default()).await, Printer::start());
        // With so much patience each number is the server's, however slow this machine is.
        let settings = format!(
            "answer_ms_max = 5000\nprinter = {{ back_end = \"network\", address = \"{}\" {more} }}",
            printer.address
        );
        let dispenser = Dispenser::start_on(&hall, &settings, width_dots).await;
        dispenser.is_online(true).await;
        let rig = Self { hall, printer, dispenser, width_dots };
        rig.is_ready().await;
        rig
    }

    async fn is_ready(&self) {
        self.dispenser
            .screen("ready", |state| matches!(state.screen, KioskScreen::Ready | KioskScreen::Taken(_)))
            .await;
    }

    /// Touches the screen and says what it shows then.
    async fn touch(&self) -> KioskScreen {
        let reply =
            Client::connect(self.dispenser.kiosk).await.post("/press", None, &json!({ "lane": "acceptance" })).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        serde_json::from_slice::<KioskState>(&reply.body).unwrap().screen
    }

    /// Presses, and waits until this number is said to be out.
    async fn press(&self) -> KioskTaken {
        let before = self.printer.slips().len();
        self.touch().await;
        self.out(before).await
    }

    /// Waits until one more slip is out, and the screen says so.
    async fn out(&self, before: usize) -> KioskTaken {
        until_within(GIVEN_UP_WITHIN, "a slip is cut off", async || self.printer.slips().len() > before).await;
        let number = given(&self.dispenser.device).last().unwrap().number.clone();
        let is_it = |state: &KioskState| matches!(&state.screen, KioskScreen::Taken(taken) if taken.number == number);
        let state = self.dispenser.screen("the number", is_it).await;
        let KioskScreen::Taken(taken) = state.screen else { panic!("no number") };
        taken
    }

    /// Waits until the screen shows a trouble whose English has these words.
    async fn shows(&self, words: &str) {
        let has =
            |state: &KioskState| matches!(&state.screen, KioskScreen::Trouble { text } if text.en.contains(words));
        let wait = async { self.dispenser.screen(words, has).await };
        let text = match wait.await.screen {
            KioskScreen::Trouble { text } => text,
            other => panic!("{other:?}"),
        };
        assert!(!text.zh.is_empty(), "{text:?}");
    }

    /// Waits until the manager sees what is wrong with the dispenser, as a device and as an alarm; or nothing.
    async fn manager_sees(&self, words: Option<&str>) {
        let cookie = self.hall.manager().await.cookie();
        let mut manager = Socket::open_as(self.hall.address, &cookie, Subject::Manager).await;
        let fits = |trouble: Option<&Text>, alarms: &[String]| match (words, trouble) {
            (None, None) => alarms.is_empty(),
            (Some(words), Some(trouble)) => {
                trouble.en.contains(words) && !trouble.zh.is_empty() && alarms.iter().any(|alarm| alarm.contains(words))
            }
            _ => false,
        };
        let sees = |view: &View| {
            let View::Manager(manager) = view else { return None };
            let device = manager.devices.iter().find(|device| device.name == "dispenser-1")?;
            let alarms = manager.alarms.iter().filter(|alarm| alarm.code == "device_trouble");
            let alarms: Vec<String> = alarms.map(|alarm| alarm.text.en.clone()).collect();
            fits(device.trouble.as_ref(), &alarms).then_some(())
        };
        tokio::time::timeout(GIVEN_UP_WITHIN, manager.view(sees))
            .await
            .unwrap_or_else(|_| panic!("no manager sees {words:?}"));
    }

    /// No number comes of a press.
    async fn gives_nothing(&self) {
        let (before, slips) = (given(&self.dispenser.device).len(), self.printer.slips().len());
        let screen = self.touch().await;
        assert!(matches!(screen, KioskScreen::Trouble { .. }), "a press gets {screen:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
        let after = (given(&self.dispenser.device).len(), self.printer.slips().len());
        assert_eq!(after, (before, slips), "a number was given though no paper can move");
    }

    /// The last number came out again with the word on it, and every other slip once.
    fn last_is_again(&self, taken: &KioskTaken) {
        let device = &self.dispenser.device;
        let slip = given(device).pop().unwrap();
        let picture = Picture::of(&self.printer.slips().pop().unwrap().bytes, self.width_dots, device);
        assert_eq!((&slip.number, &picture.code()), (&taken.number, &taken.url));
        assert!(picture.is(&again(&slip), device), "{} has no word 'reprint' on it", slip.number);
        assert!(!picture.is(&slip, device), "the word makes no difference");
        assert_eq!(self.printer.unknown(), Vec::<Vec<u8>>::new(), "the printer did not understand");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_comes_out_dot_for_dot_and_its_code_is_read_at_both_widths() {
    for width_dots in [576, 384] {
        let rig = Rig::start_with(width_dots, "").await;
        for _ in 0..2 {
            let taken = rig.press().await;
            let (slips, device) = (rig.printer.slips(), &rig.dispenser.device);
            let last = slips.last().unwrap();
            let picture = Picture::of(&last.bytes, width_dots, device);
            let slip = given(device).pop().unwrap();
            assert_eq!((picture.code(), &slip.number), (taken.url.clone(), &taken.number));
            assert!(picture.is(&slip, device), "not as it was drawn: {}", slip.number);
            assert_eq!(last.row_bytes, width_dots as usize / 8);
        }
        assert_eq!(rig.printer.slips().len(), 2);
        assert_eq!(rig.printer.unknown(), Vec::<Vec<u8>>::new());
        assert_eq!(rig.printer.connections(), 1, "a line that works is kept");
        rig.manager_sees(None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_given_while_no_paper_can_move() {
    let rig = Rig::start().await;
    rig.press().await;
    let troubles: [Trouble; 5] = [
        (|bits| bits.paper_out = true, "No paper"),
        (|bits| bits.cover_open = true, "The printer is open"),
        (|bits| bits.cutter = true, "cutter is stuck"),
        (|bits| bits.broken = true, "does not work"),
        (|bits| bits.feeding = true, "has paused"),
    ];
    for (trouble, words) in troubles {
        rig.printer.set(trouble);
        rig.manager_sees(Some(words)).await;
        rig.gives_nothing().await;
        rig.shows(words).await;
        rig.printer.set(|bits| *bits = Bits::default());
        rig.manager_sees(None).await;
    }
    rig.printer.set(|bits| bits.paper_low = true);
    rig.manager_sees(Some("Paper is low")).await;
    rig.is_ready().await;
    rig.press().await;
    assert_eq!(rig.printer.slips().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_that_can_t_be_understood_gives_no_numbers() {
    let rig = Rig::start().await;
    rig.press().await;
    for fault in [Fault::Mute, Fault::Babbles] {
        rig.printer.fail(fault);
        rig.manager_sees(Some("does not answer")).await;
        rig.gives_nothing().await;
        rig.shows("does not answer").await;
        rig.printer.fail(Fault::None);
        rig.manager_sees(None).await;
    }
    rig.printer.plug(false);
    rig.manager_sees(Some("not connected")).await;
    rig.gives_nothing().await;
    rig.printer.plug(true);
    rig.manager_sees(None).await;
    rig.press().await;
    assert_eq!(given(&rig.dispenser.device).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_that_breaks_off_comes_again_under_its_number_with_the_word() {
    let rig = Rig::start().await;
    rig.press().await;
    // A connection that breaks comes back at once; the rest of the slip is lost.
    rig.printer.fail(Fault::ClosesAfter(MIDDLE));
    let taken = rig.press().await;
    assert_eq!(taken.number, "A002");
    rig.last_is_again(&taken);

    for (fault, words) in [
        (Fault::UnpluggedAfter(MIDDLE), "not connected"),
        (Fault::PaperEndsAfter(MIDDLE), "No paper"),
        (Fault::CutterJams, "cutter is stuck"),
    ] {
        let before = rig.printer.slips().len();
        rig.printer.fail(fault);
        rig.touch().await;
        rig.shows("was not printed whole").await;
        rig.manager_sees(Some(words)).await;
        rig.manager_sees(Some("may not have been printed")).await;
        let number = given(&rig.dispenser.device).pop().unwrap().number;
        rig.manager_sees(Some(&number)).await;
        rig.gives_nothing().await;
        rig.printer.set(|bits| *bits = Bits::default());
        rig.printer.plug(true);
        until("it comes again", async || rig.dispenser.book().unprinted.is_empty()).await;
        let taken = rig.out(before).await;
        assert_eq!(taken.number, number);
        rig.last_is_again(&taken);
        rig.manager_sees(None).await;
    }
    let numbers: Vec<String> = given(&rig.dispenser.device).into_iter().map(|slip| slip.number).collect();
    assert_eq!(numbers, ["A001", "A002", "A003", "A004", "A005"], "no number is lost or given twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_that_stops_reading_holds_up_nobody_for_long() {
    let rig = Rig::start().await;
    rig.printer.fail(Fault::StopsReading);
    rig.touch().await;
    let in_doubt = async || rig.dispenser.device.log().contains("can't print");
    until_within(GIVEN_UP_WITHIN, "the number is in doubt", in_doubt).await;
    rig.manager_sees(Some("may not have been printed")).await;
    rig.printer.fail(Fault::None);
    // What it held it prints by itself, without the word; then the dispenser prints the number again, with it.
    until_within(GIVEN_UP_WITHIN, "it comes again", async || rig.dispenser.book().unprinted.is_empty()).await;
    let taken = rig.out(0).await;
    rig.last_is_again(&taken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_that_is_killed_in_mid_slip_prints_it_again_when_the_staff_says_so() {
    let mut rig = Rig::start().await;
    rig.printer.fail(Fault::PaperEndsAfter(MIDDLE));
    rig.touch().await;
    until("half of it hangs out", async || rig.printer.hanging().bytes.len() >= MIDDLE).await;
    rig.dispenser.restart(|_| ()).await;
    rig.printer.set(|bits| *bits = Bits::default());
    rig.manager_sees(Some("Number A001 may not have been printed")).await;
    rig.is_ready().await;
    let reply = Client::connect(rig.dispenser.kiosk).await.post("/reprint", None, &json!({})).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    until("it comes again", async || rig.dispenser.book().unprinted.is_empty()).await;
    rig.manager_sees(None).await;
    let device = &rig.dispenser.device;
    let slip = given(device).pop().unwrap();
    let picture = Picture::of(&rig.printer.slips().pop().unwrap().bytes, 576, device);
    assert!(picture.is(&again(&slip), device) && picture.code() == slip.url);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn printers_that_can_say_little_print_all_the_same() {
    let (hall, printer) = (Hall::start(Setup::default()).await, Printer::start());
    for (fault, more) in [(Fault::NeverDone, ""), (Fault::Mute, ", answers = false")] {
        printer.fail(fault);
        let settings = format!(r#"printer = {{ back_end = "network", address = "{}" {more} }}"#, printer.address);
        let dispenser = Dispenser::start_on(&hall, &settings, 384).await;
        dispenser.is_online(true).await;
        let before = printer.slips().len();
        let _ = dispenser.screen("ready", |state| state.screen == KioskScreen::Ready).await;
        let reply = Client::connect(dispenser.kiosk).await.post("/press", None, &json!({ "lane": "acceptance" })).await;
        assert_eq!(reply.status, 200);
        let taken = |state: &KioskState| matches!(state.screen, KioskScreen::Taken(_));
        dispenser.screen("taken", taken).await;
        until("it is out", async || printer.slips().len() > before).await;
    }
}

/// A way from a file to a printer, as a cable is.
struct Cable(Child);

impl Drop for Cable {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_and_serial_lines_lead_to_printers_too() {
    let place = tempfile::tempdir().unwrap();
    for back_end in ["usb_file", "serial"] {
        let printer = Printer::start();
        let tty = place.path().join(back_end);
        let ends = [format!("PTY,raw,echo=0,link={}", tty.display()), format!("TCP:{}", printer.address)];
        let cable = Command::new("socat").args(ends).spawn();
        let cable = Cable(cable.unwrap_or_else(|error| panic!("socat is the cable (Debian's socat): {error}")));
        until("the cable is in", async || tty.exists()).await;
        let settings = format!(
            r#"printer = {{ back_end = "{back_end}", device = "{0}", serial = "{0}", flow = "none" }}"#,
            tty.display()
        );
        let hall = Hall::start(Setup::default()).await;
        let dispenser = Dispenser::start_on(&hall, &settings, 576).await;
        let rig = Rig { hall, printer, dispenser, width_dots: 576 };
        rig.dispenser.is_online(true).await;
        rig.is_ready().await;
        let taken = rig.press().await;
        let device = &rig.dispenser.device;
        let picture = Picture::of(&rig.printer.slips().pop().unwrap().bytes, 576, device);
        assert_eq!(picture.code(), taken.url, "{back_end}");
        drop(cable);
        rig.shows("not connected").await;
    }
}
