//! The transfers against a model of the modules: shift registers, latches and eight registers, wired as people wire them.

use embedded_graphics::{Pixel, draw_target::DrawTarget, geometry::Point, pixelcolor::BinaryColor};
use proptest::prelude::*;

use super::*;
use crate::panel::Sign;

/// What goes wrong with the bytes of a transfer.
type Wrong<'a> = &'a dyn Fn(&Vec<u8>) -> Vec<u8>;

/// One module: what its data sheet says of it.
#[derive(Clone)]
struct Chip {
    shift: u16,
    digits: [u8; 8],
    decode: u8,
    intensity: u8,
    scan_limit: u8,
    awake: bool,
    test: bool,
}

impl Chip {
    /// After power-on: asleep, and everything else as chance has it.
    fn powered_on() -> Self {
        Self { shift: 0xBEEF, digits: [0xA7; 8], decode: 0xFF, intensity: 3, scan_limit: 1, awake: false, test: true }
    }

    fn latch(&mut self) {
        let [address, value] = self.shift.to_be_bytes();
        match address & 0x0F {
            0 => {}
            digit @ 1..=8 => self.digits[usize::from(digit) - 1] = value,
            9 => self.decode = value,
            10 => self.intensity = value & 0x0F,
            11 => self.scan_limit = value & 7,
            12 => self.awake = value & 1 == 1,
            15 => self.test = value & 1 == 1,
            _ => panic!("no register {address}"),
        }
    }

    /// Whether segment DP (0), A (1) … G (7) of a digit is lit.
    fn lit(&self, digit: usize, segment: usize) -> bool {
        if self.test || !self.awake {
            return self.test;
        }
        assert_eq!(self.decode, 0, "a decoded digit is no row of dots");
        digit <= usize::from(self.scan_limit) && self.digits[digit] << segment & 0x80 != 0
    }
}

/// Modules in a chain.
struct Chain(Vec<Chip>);

impl Chain {
    /// Bit by bit through all of them; then chip select rises.
    fn transfer(&mut self, bytes: &[u8]) {
        for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)) {
            let mut carry = u16::from(bit);
            for chip in &mut self.0 {
                let out = chip.shift >> 15;
                chip.shift = chip.shift << 1 | carry;
                carry = out;
            }
        }
        self.0.iter_mut().for_each(Chip::latch);
    }
}

/// Where a person sees each module and how it hangs there, written down as someone walks along the wire.
fn walk(columns: usize, rows: usize, wiring: &Max7219) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut right = matches!(wiring.first, Corner::TopLeft | Corner::BottomLeft);
    let rows: Vec<usize> = match wiring.first {
        Corner::TopLeft | Corner::TopRight => (0..rows).collect(),
        Corner::BottomLeft | Corner::BottomRight => (0..rows).rev().collect(),
    };
    for row in rows {
        let mut line: Vec<usize> = (0..columns).collect();
        if !right {
            line.reverse();
        }
        places.extend(line.into_iter().map(|column| (column, row)));
        right ^= wiring.serpentine;
    }
    places
}

/// A module's dots, turned clockwise a quarter at a time.
fn hung(chip: &Chip, wiring: &Max7219) -> [[bool; 8]; 8] {
    let mut dots = [[false; 8]; 8];
    for (digit, row) in dots.iter_mut().enumerate() {
        for (x, dot) in row.iter_mut().enumerate() {
            *dot = chip.lit(digit, if wiring.mirror { 7 - x } else { x });
        }
    }
    let quarters = match wiring.rotation {
        Rotation::None => 0,
        Rotation::Quarter => 1,
        Rotation::Half => 2,
        Rotation::ThreeQuarters => 3,
    };
    for _ in 0..quarters {
        let before = dots;
        for (y, row) in before.iter().enumerate() {
            for (x, dot) in row.iter().enumerate() {
                dots[x][7 - y] = *dot;
            }
        }
    }
    dots
}

/// What a person sees, a row a line.
fn seen(chain: &Chain, columns: usize, rows: usize, wiring: &Max7219) -> Vec<Vec<bool>> {
    let mut seen = vec![vec![false; columns * 8]; rows * 8];
    for (chip, (column, row)) in chain.0.iter().zip(walk(columns, rows, wiring)) {
        for (y, line) in hung(chip, wiring).iter().enumerate() {
            seen[row * 8 + y][column * 8..column * 8 + 8].copy_from_slice(line);
        }
    }
    seen
}

fn show(chain: &mut Chain, frame: &Frame, wiring: &Max7219, percent: u32) {
    for transfer in transfers(frame, wiring, percent) {
        assert_eq!(transfer.len(), chain.0.len() * 2, "a word for each module");
        chain.transfer(&transfer);
    }
}

fn powered_on(count: usize) -> Chain {
    Chain(vec![Chip::powered_on(); count])
}

const COMMON: Max7219 = Max7219 {
    spi_bus: 0,
    spi_select: 0,
    spi_clock_hz: 1_000_000,
    first: Corner::TopRight,
    serpentine: false,
    rotation: Rotation::None,
    mirror: false,
};

fn call() -> Frame {
    Sign::new(Size::new(128, 16), "请A012到05号窗口", false).frame(0)
}

#[test]
fn a_call_is_seen_as_it_was_drawn() {
    let mut chain = powered_on(32);
    show(&mut chain, &call(), &COMMON, 100);
    assert!(seen(&chain, 16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
    assert!(chain.0.iter().all(|chip| chip.intensity == 15 && chip.scan_limit == 7 && !chip.test));
}

#[test]
fn a_module_that_lost_its_power_comes_back_with_the_next_frame() {
    let mut chain = powered_on(32);
    show(&mut chain, &call(), &COMMON, 100);
    chain.0[5] = Chip { test: false, ..Chip::powered_on() };
    assert!(!seen(&chain, 16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
    show(&mut chain, &call(), &COMMON, 100);
    assert!(seen(&chain, 16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
}

/// Dots of so many modules.
fn dots_of(modules: usize) -> u32 {
    8 * u32::try_from(modules).unwrap()
}

#[test]
fn the_model_notices_bits_and_modules_in_the_wrong_order() {
    let bits = |transfer: &Vec<u8>| transfer.iter().map(|byte| byte.reverse_bits()).collect::<Vec<u8>>();
    let modules = |transfer: &Vec<u8>| transfer.chunks(2).rev().flatten().copied().collect::<Vec<u8>>();
    let bytes = |transfer: &Vec<u8>| transfer.chunks(2).flat_map(|word| [word[1], word[0]]).collect::<Vec<u8>>();
    let wrong: [Wrong<'_>; 3] = [&bits, &modules, &bytes];
    for wrong in wrong {
        let mut chain = powered_on(32);
        let noticed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            transfers(&call(), &COMMON, 100).iter().for_each(|transfer| chain.transfer(&wrong(transfer)));
            seen(&chain, 16, 2, &COMMON)
        }));
        assert!(noticed.map_or(true, |seen| !seen.iter().map(Vec::as_slice).eq(call().rows())));
    }
}

#[test]
fn the_first_words_of_a_frame_are_these() {
    let mut frame = Frame::new(Size::new(16, 8));
    let dots = [(0, 0), (15, 0), (8, 7)].map(|(x, y)| Pixel(Point::new(x, y), BinaryColor::On));
    let Ok(()) = frame.draw_iter(dots);
    let words = transfers(&frame, &Max7219 { first: Corner::TopLeft, ..COMMON }, 50);
    assert_eq!(
        words[..5],
        [
            vec![0x0F, 0, 0x0F, 0],
            vec![0x09, 0, 0x09, 0],
            vec![0x0B, 7, 0x0B, 7],
            vec![0x0A, 8, 0x0A, 8],
            // The right module is the last of the chain, and its word comes first.
            vec![0x01, 0b0000_0001, 0x01, 0b1000_0000],
        ]
    );
    assert_eq!(words[11..], [vec![0x08, 0b1000_0000, 0x08, 0], vec![0x0C, 1, 0x0C, 1]]);
}

fn any_wiring() -> impl Strategy<Value = Max7219> {
    let corner = prop::sample::select(vec![Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight]);
    let rotation =
        prop::sample::select(vec![Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters]);
    (corner, rotation, any::<bool>(), any::<bool>()).prop_map(|(first, rotation, serpentine, mirror)| Max7219 {
        first,
        serpentine,
        rotation,
        mirror,
        ..COMMON
    })
}

proptest! {
    #[test]
    fn any_picture_is_seen_on_any_wiring(
        wiring in any_wiring(),
        (columns, rows) in (1_usize..6, 1_usize..4),
        dots in prop::collection::vec((0_i32..48, 0_i32..32), 0..200),
        percent in 1_u32..101,
    ) {
        let mut frame = Frame::new(Size::new(dots_of(columns), dots_of(rows)));
        let Ok(()) = frame.draw_iter(dots.iter().map(|(x, y)| Pixel(Point::new(*x, *y), BinaryColor::On)));
        let mut chain = powered_on(columns * rows);
        show(&mut chain, &frame, &wiring, percent);
        prop_assert!(seen(&chain, columns, rows, &wiring).iter().map(Vec::as_slice).eq(frame.rows()));
    }
}
