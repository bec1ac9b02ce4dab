//! MAX7219 modules: shift registers, latches and eight registers, wired as people wire them. It knows the data sheet and nothing
//! of our encoder.

use firmware_config::display::{Corner, Max7219, Rotation};

/// One module: what its data sheet says of it.
#[derive(Clone)]
pub struct Chip {
    shift: u16,
    digits: [u8; 8],
    decode: u8,
    /// How bright, 0 to 15.
    pub intensity: u8,
    /// The last digit that is lit.
    pub scan_limit: u8,
    awake: bool,
    /// Everything is lit.
    pub test: bool,
}

impl Chip {
    /// After power-on: asleep, and everything else as chance has it.
    pub fn powered_on() -> Self {
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
pub struct Chain(pub Vec<Chip>);

impl Chain {
    /// So many modules that just got their power.
    pub fn powered_on(count: usize) -> Self {
        Self(vec![Chip::powered_on(); count])
    }

    /// Bit by bit through all of them; then chip select rises.
    pub fn transfer(&mut self, bytes: &[u8]) {
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

    /// What a person sees on a panel of so many modules, a row a line.
    pub fn seen(&self, columns: usize, rows: usize, wiring: &Max7219) -> Vec<Vec<bool>> {
        let mut seen = vec![vec![false; columns * 8]; rows * 8];
        for (chip, (column, row)) in self.0.iter().zip(walk(columns, rows, wiring)) {
            for (y, line) in hung(chip, wiring).iter().enumerate() {
                seen[row * 8 + y][column * 8..column * 8 + 8].copy_from_slice(line);
            }
        }
        seen
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
