//! Buttons, lamp and paper sensor on the pins of a Raspberry Pi.
//!
//! - [`Board`]: what the levels of the pins mean, pure: `debounce`, [`lamp`], and which button is which press
//! - [`Bank`]: the pins themselves; [`pi`] has the real ones
//! - [`run`]: the loop between the two, in a thread of its own
//! - [`trial`]: each of them tried, with whoever wired them

mod board;
mod debounce;
pub mod lamp;
pub mod pi;
#[cfg(test)]
mod tests;
pub mod trial;

use std::{
    thread,
    time::{Duration, Instant},
};

use firmware_config::Gpio;
use tokio::sync::watch;
use tracing::error;

use self::lamp::{Lamp, Signal};
pub use self::{
    board::{Board, Happened},
    pi::PinError,
};

/// However quiet it is, the pins are looked at so often, ms: an interrupt that gets lost delays a press by no more.
const LOOK_MS: u64 = 20;

/// Pins, by their BCM numbers.
pub trait Bank: Send {
    /// Whether an input is high.
    ///
    /// # Errors
    /// The system does not let it be read.
    fn is_high(&mut self, pin: u8) -> Result<bool, PinError>;

    /// Sets an output.
    ///
    /// # Errors
    /// The system does not let it be set.
    fn set(&mut self, pin: u8, high: bool) -> Result<(), PinError>;

    /// Waits until an input changes, or for so long; without interrupts just for so long.
    ///
    /// # Errors
    /// The system does not let it be waited for.
    fn wait(&mut self, at_most: Duration) -> Result<(), PinError>;
}

/// Looks at the pins and lights the lamp until `tell` says that nobody listens, or until the pins fail.
pub fn run(
    gpio: &Gpio,
    mut bank: Box<dyn Bank>,
    signal: &watch::Receiver<Signal>,
    mut tell: impl FnMut(Happened) -> bool,
) {
    let (mut board, mut lamp) = (Board::new(gpio), Lamp::default());
    let began = Instant::now();
    loop {
        let now_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        lamp.set(*signal.borrow(), now_ms);
        let looked = look(gpio, &mut board, &lamp, bank.as_mut(), now_ms);
        let happened = match looked {
            Ok(happened) => happened,
            Err(why) => {
                error!(%why, "buttons and lamp are out of order; the kiosk page still works");
                tell(Happened::Failed);
                return;
            }
        };
        if !happened.into_iter().all(&mut tell) {
            return;
        }
        let wait_ms = board.settles_in_ms(now_ms).unwrap_or(LOOK_MS).clamp(1, LOOK_MS);
        if bank.wait(Duration::from_millis(wait_ms)).is_err() {
            // What can't be waited for can still be looked at.
            thread::sleep(Duration::from_millis(wait_ms));
        }
    }
}

fn look(
    gpio: &Gpio,
    board: &mut Board,
    lamp: &Lamp,
    bank: &mut dyn Bank,
    now_ms: u64,
) -> Result<Vec<Happened>, PinError> {
    let mut happened = Vec::new();
    for pin in board.pins() {
        let high = bank.is_high(pin)?;
        happened.extend(board.level(pin, high, now_ms));
    }
    if let Some(pin) = &gpio.lamp {
        let is_lit = lamp.is_lit(now_ms);
        bank.set(pin.pin, is_lit == (pin.active == firmware_config::gpio::Level::High))?;
    }
    Ok(happened)
}
