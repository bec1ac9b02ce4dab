//! Displays on an emulated Raspberry Pi: a call from the server lights LED modules on the SPI bus, and an LED bar at the UART.

use std::time::{Duration, Instant};

use embedded_graphics::geometry::Size;
use firmware_config::display::{Corner, Max7219, Rotation};
use protocol::{Subject, View};
use tests::hall::{Hall, Setup};
use tests::onbon::Card;
use tests::pi::Pi;
use tests::socket::Socket;
use window_display::panel::Sign;

use self::max7219::Chain;
use super::{Board, asked_for, holds_memory};
use crate::until_within;

#[path = "../../../../window-display/src/panel/max7219/tests/model.rs"]
mod max7219;

/// An emulated machine bangs a frame out pin by pin: a second or two.
const LIT_WITHIN: Duration = Duration::from_secs(60);
/// What a display may take.
const MEMORY_MIB_MAX: u64 = 30;
/// A common LED bar: 16 × 2 modules of 8 × 8 dots.
const MODULES: (usize, usize) = (16, 2);
/// As a profile has it by default.
const WIRING: Max7219 = Max7219 {
    spi_bus: 0,
    spi_select: 0,
    spi_clock_hz: 1_000_000,
    first: Corner::TopRight,
    serpentine: false,
    rotation: Rotation::None,
    mirror: false,
};
/// What is left of the headphones of a Raspberry Pi 3 in QEMU is a card that nobody hears.
const SOUND: &str = "sound = { card = 'headphones' }";

/// LED modules on the bus of an emulated Raspberry Pi.
struct Leds {
    chain: Chain,
    frames: usize,
}

impl Leds {
    fn new() -> Self {
        Self { chain: Chain::powered_on(MODULES.0 * MODULES.1), frames: 0 }
    }

    /// Whether people read this on them now, dot for dot, at full brightness.
    fn read(&mut self, pi: &Pi, text: &str) -> bool {
        for transfer in pi.pins.transfers() {
            assert_eq!(transfer.len(), self.chain.0.len() * 2, "a word for each module");
            self.chain.transfer(&transfer);
            self.frames += usize::from(transfer.starts_with(&[0x0C, 1]));
        }
        let drawn = Sign::new(Size::new(128, 16), text, false).frame(0);
        let seen = self.chain.seen(MODULES.0, MODULES.1, &WIRING);
        let bright = self.chain.0.iter().all(|chip| chip.intensity == 15 && chip.scan_limit == 7 && !chip.test);
        bright && seen.iter().map(Vec::as_slice).eq(drawn.rows())
    }

    async fn show(&mut self, pi: &Pi, text: &str) -> Duration {
        let began = Instant::now();
        while !self.read(pi, text) {
            assert!(began.elapsed() < LIT_WITHIN, "{text} is not on the LED modules after {} frames", self.frames);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        began.elapsed()
    }
}

/// Takes a number and calls it to window 1; what its panel is to say then.
async fn call(hall: &Hall) -> String {
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(hall.clerk(1).await.at(1, "call_next").await.number(), number);
    format!("请{number}到01号窗口")
}

/// Waits until the clerk sees that the call is shown.
async fn clerk_sees_it_shown(hall: &Hall) {
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut screen = Socket::open_as(hall.address, &hall.clerk(1).await.cookie(), console).await;
    screen.view(|view| matches!(view, View::Clerk(clerk) if clerk.announced.shown).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_lights_the_led_modules_on_the_spi_bus_and_stands_again_after_a_power_cut() {
    if !asked_for("1") {
        return;
    }
    let hall = Hall::start(Setup::default()).await;
    let section = "[display]\nwindow = 1\npanel = { back_end = 'max7219' }\nvoice = { back_end = 'alsa' }";
    let board = Board::new(&hall, "display-1", section, SOUND);
    let mut pi = board.power_on(&hall).await;
    let mut leds = Leds::new();
    assert_eq!(hall.clerk(1).await.at(1, "open").await.status, 200);
    leds.show(&pi, "01号窗口").await;
    let text = call(&hall).await;
    let took = leds.show(&pi, &text).await;
    println!("from the clerk's answer to {text} on the LED modules: {took:?}, {} frames so far", leds.frames);
    clerk_sees_it_shown(&hall).await;
    holds_memory(&mut pi, "window-display", MEMORY_MIB_MAX);
    pi.cut();
    let pi = board.power_on(&hall).await;
    Leds::new().show(&pi, &text).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_read_on_an_led_card_at_the_uart() {
    if !asked_for("1") {
        return;
    }
    let (hall, card) = (Hall::start(Setup::default()).await, Card::tcp());
    let onbon =
        "panel = { back_end = 'onbon', onbon = { link = 'serial', device = '/dev/ttyAMA0', answer_ms_max = 5000 } }";
    let section = format!("[display]\nwindow = 1\n{onbon}\nvoice = {{ back_end = 'none' }}");
    let mut board = Board::new(&hall, "display-1", &section, "");
    board.wiring.name = "display-1-uart".to_owned();
    board.wiring.line = Some(card.address());
    let mut pi = board.power_on(&hall).await;
    assert_eq!(hall.clerk(1).await.at(1, "open").await.status, 200);
    until_within(LIT_WITHIN, "the window's name", async || card.shows() == "01号窗口").await;
    let text = call(&hall).await;
    let took = until_within(LIT_WITHIN, "the call", async || card.shows() == text).await;
    println!("from the clerk's answer to {text} on the LED card: {took:?}, {} packets so far", card.packets());
    clerk_sees_it_shown(&hall).await;
    assert_eq!((card.brightness(), card.complaints()), (Some(15), Vec::new()));
    holds_memory(&mut pi, "window-display", MEMORY_MIB_MAX);
}
