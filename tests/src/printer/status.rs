//! What a printer says of itself, as in Epson's reference: `DLE EOT n`, `GS r 1`, `GS a`.

/// What is so with a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bits {
    /// The end of the roll is near.
    pub paper_low: bool,
    /// There is no paper.
    pub paper_out: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// The cutter is stuck.
    pub cutter: bool,
    /// An error that only a mechanic mends.
    pub broken: bool,
    /// Somebody holds the button that feeds paper.
    pub feeding: bool,
}

impl Bits {
    /// Whether it prints nothing.
    pub fn stands_still(self) -> bool {
        self.paper_out || self.cover_open || self.cutter || self.broken || self.feeding
    }

    /// The answer to `DLE EOT n`.
    pub fn answer(self, n: u8) -> Option<u8> {
        let bit = |is: bool, bits: u8| if is { bits } else { 0 };
        let bits = match n {
            1 => bit(self.stands_still(), 1 << 3) | bit(self.feeding, 1 << 6),
            2 => {
                bit(self.cover_open, 1 << 2)
                    | bit(self.feeding, 1 << 3)
                    | bit(self.paper_out, 1 << 5)
                    | bit(self.cutter || self.broken, 1 << 6)
            }
            3 => bit(self.cutter, 1 << 3) | bit(self.broken, 1 << 5),
            4 => bit(self.paper_low || self.paper_out, 0b0000_1100) | bit(self.paper_out, 0b0110_0000),
            _ => return None,
        };
        Some(0b0001_0010 | bits)
    }

    /// The answer to `GS r 1`.
    pub fn paper(self) -> u8 {
        let near = if self.paper_low || self.paper_out { 0b0011 } else { 0 };
        near | if self.paper_out { 0b1100 } else { 0 }
    }

    /// What it reports unasked.
    pub fn packet(self) -> [u8; 4] {
        let bit = |is: bool, bits: u8| if is { bits } else { 0 };
        let first = bit(self.stands_still(), 1 << 3) | bit(self.cover_open, 1 << 5) | bit(self.feeding, 1 << 6);
        let second = bit(self.cutter, 1 << 3) | bit(self.broken, 1 << 5);
        [0b0001_0000 | first, second, self.paper(), 0]
    }
}
