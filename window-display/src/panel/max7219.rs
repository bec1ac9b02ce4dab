//! A chain of MAX7219 modules, each 8 × 8 dots: from a frame to the words on its SPI bus. Pure.
//!
//! A word is 16 bits, the register's address and its value. A module passes on what it holds when more comes in, and every
//! module takes the last word that it holds when chip select rises. So one transfer is one word for each module, that of the
//! last module first. Source: Maxim's data sheet of the MAX7219, "Serial-Addressing Modes" and table 2.
//!
//! Every frame carries the whole state, registers and dots, so that a module that lost its power comes back with the next.

use embedded_graphics::geometry::{OriginDimensions, Size};
use firmware_config::display::{Corner, Max7219, Rotation};

use super::Frame;

/// A module's side, dots.
const SIDE_DOTS: usize = 8;
/// Registers by their address.
const DIGIT_0: u8 = 0x01;
const DECODE_MODE: u8 = 0x09;
const INTENSITY: u8 = 0x0A;
const SCAN_LIMIT: u8 = 0x0B;
const SHUTDOWN: u8 = 0x0C;
const DISPLAY_TEST: u8 = 0x0F;
/// The highest intensity, 31/32 of the time.
const INTENSITY_MAX: u32 = 15;

/// The transfers that show a frame at `brightness_percent` of 1 to 100: chip select falls before each and rises after it.
///
/// A transfer is 2 bytes a module. Dots of the frame beyond its last whole module are not shown.
pub fn transfers(frame: &Frame, wiring: &Max7219, brightness_percent: u32) -> Vec<Vec<u8>> {
    let chain = chain(frame.size(), wiring);
    let all = |register, value| chain.iter().flat_map(|_| [register, value]).collect();
    // 5 % is the least step, 100 % the greatest.
    let intensity = (brightness_percent.min(100) * INTENSITY_MAX).div_ceil(100);
    let mut transfers: Vec<Vec<u8>> = vec![
        all(DISPLAY_TEST, 0),
        all(DECODE_MODE, 0),
        all(SCAN_LIMIT, 7),
        all(INTENSITY, u8::try_from(intensity).unwrap_or(0)),
    ];
    let rows: Vec<&[bool]> = frame.rows().collect();
    for digit in 0..SIDE_DOTS {
        let register = DIGIT_0.saturating_add(u8::try_from(digit).unwrap_or(0));
        let words = chain.iter().rev().flat_map(|module| [register, module.value(&rows, wiring, digit)]);
        transfers.push(words.collect());
    }
    // At last, so that a module that wakes up shows nothing old.
    transfers.push(all(SHUTDOWN, 1));
    transfers
}

/// A module's place on the panel, in modules.
#[derive(Debug, Clone, Copy)]
struct Module {
    column: usize,
    row: usize,
}

/// The modules from the one that is wired to the Pi.
fn chain(size: Size, wiring: &Max7219) -> Vec<Module> {
    let count = |dots: u32| usize::try_from(dots).unwrap_or(0) / SIDE_DOTS;
    let (columns, rows) = (count(size.width), count(size.height));
    let from_right = matches!(wiring.first, Corner::TopRight | Corner::BottomRight);
    let from_below = matches!(wiring.first, Corner::BottomLeft | Corner::BottomRight);
    let mut chain = Vec::with_capacity(columns * rows);
    for line in 0..rows {
        let row = if from_below { rows - 1 - line } else { line };
        let back = wiring.serpentine && line % 2 == 1;
        for step in 0..columns {
            let column = if from_right != back { columns - 1 - step } else { step };
            chain.push(Module { column, row });
        }
    }
    chain
}

impl Module {
    /// The value of one digit register; its highest bit, segment DP, is the left dot of an upright module.
    fn value(self, rows: &[&[bool]], wiring: &Max7219, digit: usize) -> u8 {
        (0..SIDE_DOTS).fold(0, |value, segment| {
            let segment = if wiring.mirror { SIDE_DOTS - 1 - segment } else { segment };
            let (x, y) = seen_at(wiring.rotation, digit, segment);
            let row = rows.get(self.row * SIDE_DOTS + y);
            let lit = row.and_then(|row| row.get(self.column * SIDE_DOTS + x)).is_some_and(|lit| *lit);
            (value << 1) | u8::from(lit)
        })
    }
}

/// Where people see a dot of a module that is turned clockwise: x from the left, y from above.
fn seen_at(rotation: Rotation, digit: usize, segment: usize) -> (usize, usize) {
    let last = SIDE_DOTS - 1;
    match rotation {
        Rotation::None => (segment, digit),
        Rotation::Quarter => (last - digit, segment),
        Rotation::Half => (last - segment, last - digit),
        Rotation::ThreeQuarters => (digit, last - segment),
    }
}

#[cfg(test)]
mod tests;
