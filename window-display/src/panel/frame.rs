//! The dots of a panel, lit or dark.

use std::convert::Infallible;

use embedded_graphics::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Size},
    pixelcolor::BinaryColor,
};

/// One picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    /// Row by row.
    dots: Vec<bool>,
}

impl Frame {
    /// All dark.
    pub fn new(size: Size) -> Self {
        let count = usize::try_from(u64::from(size.width) * u64::from(size.height));
        Self { size, dots: vec![false; count.expect("invariant: a profile allows 1,024 by 128 dots")] }
    }

    /// From the top; true where a dot is lit.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        let width = usize::try_from(self.size.width).unwrap_or(usize::MAX);
        self.dots.chunks_exact(width.max(1))
    }
}

impl OriginDimensions for Frame {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Frame {
    type Color = BinaryColor;
    type Error = Infallible;

    /// Dots outside the panel are nobody's.
    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, color) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y)) else { continue };
            if x < self.size.width
                && let Some(dot) = self.dots.get_mut((y * self.size.width + x) as usize)
            {
                *dot = color.is_on();
            }
        }
        Ok(())
    }
}
