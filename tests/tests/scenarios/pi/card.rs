//! A whole card: made by the commands of the set-up guide, started in an emulated Raspberry Pi, updated, and given its old system back.
//!
//! Kernel, device tree and words come from the card's own boot partition, from the slot that its `autoboot.txt` names: the
//! emulator has no firmware, so that [`firmware`] plays it. docs/FIRMWARE.md says what this can't show.

mod board;
#[path = "../../../../firmware-config/tests/updated/firmware.rs"]
mod firmware;
mod guide;
mod other;
mod screen;
mod update;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use firmware_config::update::Slot;
use serde_json::json;
use tests::hall::{Hall, Setup};
use tests::pi::HOST;
use tests::printer::Printer;

use self::board::{Board, Machine, NewCard, wire};
use self::firmware::Start;
use crate::enrol;

/// A press becomes a slip by then; paper moves slowly where everything is emulated.
const PRINTED_WITHIN: Duration = Duration::from_secs(300);
const PRESS_AGAIN_AFTER: Duration = Duration::from_secs(20);

/// A hall, a printer, and a device whose card was made as the guide says.
struct Rig {
    hall: Hall,
    printer: Printer,
    card: PathBuf,
}

impl Rig {
    /// `more`: behind the profile's other lines.
    async fn make(name: &'static str, more: &str) -> Self {
        Self::of(name, more, true).await
    }

    /// The same without a key.
    async fn blank(name: &'static str) -> Self {
        Self::of(name, "", false).await
    }

    async fn of(name: &'static str, more: &str, has_key: bool) -> Self {
        let hall = Hall::start(Setup::default()).await;
        let printer = Printer::start();
        let new = NewCard {
            name,
            server_port: hall.address.port(),
            key: has_key.then(|| hall.dispenser_keys[0].clone()),
            printer_port: printer.address.port(),
            more: more.to_owned(),
        };
        let card = guide::follow(&new);
        let image_bytes = std::fs::metadata(guide::image(name)).unwrap().len();
        println!("{name}: the image has {} MiB", image_bytes >> 20);
        assert!(image_bytes <= 1 << 30, "the image is larger than 1 GiB");
        Self { hall, printer, card }
    }

    /// The device reaches its server, and a touch becomes a slip.
    async fn is_back(&self, board: &Board) {
        super::is_connected(&self.hall, "dispenser-1", board::CONNECTED_WITHIN).await;
        self.print(board).await;
    }

    /// Presses until a slip comes. On a machine as slow as this one the printer may just have seemed to be silent.
    async fn print(&self, board: &Board) {
        let (before, began) = (self.printer.slips().len(), Instant::now());
        let mut pressed = None;
        while self.printer.slips().len() == before {
            assert!(began.elapsed() < PRINTED_WITHIN, "no slip came; see {}", board.log().display());
            if pressed.is_none_or(|at: Instant| at.elapsed() > PRESS_AGAIN_AFTER) && board.press().await {
                pressed = Some(Instant::now());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_card_becomes_a_printed_ticket_as_the_guide_says() {
    if !super::asked_for("card") {
        return;
    }
    let rig = Rig::make("card", "").await;
    for (start, machine) in [("first", Machine::Pi), ("second", Machine::Pi), ("counted", Machine::PiCounted)] {
        let began = Instant::now();
        let board = Board::power_on_as(&rig.card, Start::Plain, "card", machine);
        super::is_connected(&rig.hall, "dispenser-1", board::CONNECTED_WITHIN).await;
        println!("{start} start: {:.0} s until the server sees the device", began.elapsed().as_secs_f32());
        let took = board.took(board::CONNECTED_WITHIN).await;
        println!("{start} start: {:.1} s by its own clock, {:.0} MiB read from its card", took.up_s, took.read_mib);
        rig.print(&board).await;
        board.cut();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_without_a_key_is_let_in_by_its_digits_and_knows_its_server_again() {
    if !super::asked_for("card") {
        return;
    }
    let rig = Rig::blank("blank").await;
    board::write_first(&rig.card, "server.txt", &format!("{HOST}:{}\r\n", rig.hall.address.port()));
    let board = Board::power_on(&rig.card, Start::Plain, "blank");
    let digits = board.said_behind("Enrol code ", "123 456".len(), board::CONNECTED_WITHIN).await;
    let row = enrol::waiting(&rig.hall).await;
    let began = Instant::now();
    while rig.printer.slips().is_empty() {
        assert!(began.elapsed() < PRINTED_WITHIN, "no slip shows the digits; see {}", board.log().display());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let wish = json!({ "digits": digits, "name": "dispenser-9" });
    assert_eq!(enrol::approve(&rig.hall, &row.id, &wish).await.status, 200);
    super::is_connected(&rig.hall, "dispenser-9", board::CONNECTED_WITHIN).await;
    rig.print(&board).await;
    board.cut();

    let board = Board::power_on(&rig.card, Start::Plain, "blank");
    super::is_connected(&rig.hall, "dispenser-9", board::CONNECTED_WITHIN).await;
    rig.print(&board).await;
    board.cut();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_touch_on_the_screen_of_a_card_becomes_a_ticket() {
    if !super::asked_for("card") {
        return;
    }
    let office = Office::new();
    let more = format!(
        "ssh_keys_file = \"{}\"\n[machine.screen]\nbrowser = \"chromium\"\nturn = \"90\"\n",
        office.key.with_extension("pub").display()
    );
    let rig = Rig::make("screen", &more).await;
    wire(&rig.card, Slot::A, &[screen::DRAWS]);
    let board = Board::power_on_as(&rig.card, Start::Plain, "screen", Machine::Other);
    super::is_connected(&rig.hall, "dispenser-1", board::CONNECTED_WITHIN).await;
    let (mut screen, began) = (screen::Screen::of(&board), Instant::now());
    while rig.printer.slips().is_empty() {
        assert!(began.elapsed() < screen::SHOWN_WITHIN, "no touch becomes a slip; see {}", board.log().display());
        screen.ask_for_console();
        screen.touch();
        tokio::time::sleep(Duration::from_secs(10)).await;
        screen.keep_picture("screen");
    }
    println!("a touch on the screen became a slip after {:.0} s", began.elapsed().as_secs_f32());

    // A technician at the office finds nothing that has failed, and the browser as it was started first.
    let restarts = board.login(&office.key, "systemctl show --value --property=NRestarts yihao-kiosk ticket-dispenser");
    assert_eq!(restarts.split_whitespace().collect::<Vec<_>>(), ["0", "0"]);
    assert_eq!(board.login(&office.key, "systemctl list-units --failed --plain --no-legend"), "");
    assert!(board.login(&office.key, "findmnt --noheadings --output FSTYPE,OPTIONS /usr").starts_with("squashfs ro"));
    board.cut();
}

/// Where technicians are, who have a key for SSH.
struct Office {
    key: PathBuf,
    _own: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        let key = own.path().join("office");
        let mut keygen = std::process::Command::new("ssh-keygen");
        board::run(keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key));
        Self { key, _own: own }
    }
}
