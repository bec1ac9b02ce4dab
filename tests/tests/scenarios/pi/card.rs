//! A whole card: made by the commands of the set-up guide, started in an emulated Raspberry Pi, updated, and given its old system back.
//!
//! Kernel, device tree and words come from the card's own boot partition, from the slot that its `autoboot.txt` names: the
//! emulator has no firmware, so that [`firmware`] plays it. docs/FIRMWARE.md says what this can't show.

mod board;
#[path = "../../../../firmware-config/tests/updated/firmware.rs"]
mod firmware;
mod guide;
mod update;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tests::hall::{Hall, Setup};
use tests::printer::Printer;

use self::board::{Board, NewCard};
use self::firmware::Start;

/// A press becomes a slip by then; paper moves slowly where everything is emulated.
const PRINTED_WITHIN: Duration = Duration::from_secs(60);

/// A hall, a printer, and a device whose card was made as the guide says.
struct Rig {
    hall: Hall,
    printer: Printer,
    card: PathBuf,
}

impl Rig {
    /// `more`: behind the profile's other lines.
    async fn make(name: &'static str, more: &str) -> Self {
        let hall = Hall::start(Setup::default()).await;
        let printer = Printer::start();
        let new = NewCard {
            name,
            server_port: hall.address.port(),
            key: hall.dispenser_keys[0].clone(),
            printer_port: printer.address.port(),
            more: more.to_owned(),
        };
        let card = guide::follow(&new);
        Self { hall, printer, card }
    }

    /// Presses once, and waits for the slip.
    async fn print(&self, board: &mut Board) {
        let before = self.printer.slips().len();
        board.press();
        let began = Instant::now();
        while self.printer.slips().len() == before {
            assert!(began.elapsed() < PRINTED_WITHIN, "no slip came; see {}", board.log().display());
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
    let image_bytes = std::fs::metadata(guide::image("card")).unwrap().len();
    println!("the image: {} MiB", image_bytes >> 20);
    assert!(image_bytes <= 1 << 30, "the image is larger than 1 GiB");
    let mut times = Vec::new();
    for start in ["first", "second"] {
        let began = Instant::now();
        let mut board = Board::power_on(&rig.card, Start::Plain, "card");
        super::is_connected(&rig.hall, "dispenser-1", board::CONNECTED_WITHIN).await;
        times.push(began.elapsed());
        println!("{start} start: {:.0} s until the server sees the device", began.elapsed().as_secs_f32());
        rig.print(&mut board).await;
        board.cut();
    }
    assert_eq!(rig.printer.slips().len(), 2);
    assert!(times[1] < times[0] + Duration::from_secs(30), "{times:?}");
}
