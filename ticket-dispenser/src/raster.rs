//! A picture of black dots on white paper, as a thermal printer takes it.

/// Rows of dots, eight in a byte, the leftmost in the highest bit; a set bit is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Raster {
    /// White paper. `width` in dots is rounded up to whole bytes.
    pub fn new(width: usize, height: usize) -> Self {
        let width = width.next_multiple_of(8);
        Self { width, height, bytes: vec![0; width / 8 * height] }
    }

    /// Dots in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All rows, one after another.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a dot is black; what is beyond the paper is white.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        self.place(x, y).is_some_and(|(at, bit)| self.bytes[at] & bit != 0)
    }

    /// Makes a dot black; what is beyond the paper is lost.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if let Some((at, bit)) = self.place(x, y) {
            self.bytes[at] |= bit;
        }
    }

    /// Makes a rectangle black.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..y + height {
            (x..x + width).for_each(|column| self.blacken(column, row));
        }
    }

    /// Cuts the paper after so many rows.
    pub fn cut(&mut self, height: usize) {
        self.height = height.min(self.height);
        self.bytes.truncate(self.width / 8 * self.height);
    }

    fn place(&self, x: usize, y: usize) -> Option<(usize, u8)> {
        (x < self.width && y < self.height).then(|| (y * (self.width / 8) + x / 8, 0x80 >> (x % 8)))
    }
}
