//! A picture of black dots on white paper, as a thermal printer takes it.

use std::io;

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

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

    /// Makes black what is white in a rectangle, and white what is black.
    pub fn invert(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..y + height {
            for (at, bit) in (x..x + width).filter_map(|column| self.place(column, row)).collect::<Vec<_>>() {
                self.bytes[at] ^= bit;
            }
        }
    }

    /// Cuts the paper after so many rows.
    pub fn cut(&mut self, height: usize) {
        self.height = height.min(self.height);
        self.bytes.truncate(self.width / 8 * self.height);
    }

    /// The picture as a PNG file, grey, one pixel a dot.
    ///
    /// # Errors
    /// The picture is empty, or larger than a PNG can be.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        let grey: Vec<u8> = (0..self.height)
            .flat_map(|y| (0..self.width).map(move |x| (x, y)))
            .map(|(x, y)| if self.is_black(x, y) { 0 } else { 255 })
            .collect();
        let size = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut png = Vec::new();
        let (width, height) = (size(self.width)?, size(self.height)?);
        PngEncoder::new(&mut png).write_image(&grey, width, height, ExtendedColorType::L8).map_err(io::Error::other)?;
        Ok(png)
    }

    fn place(&self, x: usize, y: usize) -> Option<(usize, u8)> {
        (x < self.width && y < self.height).then(|| (y * (self.width / 8) + x / 8, 0x80 >> (x % 8)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_turns_over_and_back() {
        let mut raster = Raster::new(16, 4);
        raster.fill(2, 1, 3, 1);
        let before = raster.clone();
        raster.invert(0, 0, 8, 4);
        assert!(raster.is_black(0, 0) && !raster.is_black(2, 1) && !raster.is_black(8, 0));
        raster.invert(0, 0, 8, 4);
        assert_eq!(raster, before);
    }

    #[test]
    fn what_is_beyond_the_paper_is_lost() {
        let mut raster = Raster::new(8, 1);
        raster.fill(7, 0, 3, 3);
        raster.invert(8, 1, 4, 4);
        assert_eq!(raster.bytes(), [1]);
    }

    #[test]
    fn a_png_has_a_pixel_for_each_dot() {
        let mut raster = Raster::new(8, 2);
        raster.blacken(3, 1);
        let picture = image::load_from_memory(&raster.png().unwrap()).unwrap().into_luma8();
        assert_eq!((picture.dimensions(), picture.get_pixel(3, 1).0, picture.get_pixel(2, 1).0), ((8, 2), [0], [255]));
    }
}
