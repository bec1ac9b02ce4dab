//! A line of text in GNU Unifont: 16 dots high, 8 wide for Latin, 16 for Chinese.

use embedded_graphics::{Pixel, draw_target::DrawTarget, geometry::Point, pixelcolor::BinaryColor};
use unifont::{Glyph, get_glyph};

/// The height of a glyph, dots.
pub(super) const GLYPH_DOTS: i32 = 16;

/// How wide a line is, dots.
pub(super) fn width(text: &str) -> i32 {
    text.chars().map(|c| glyph_width(glyph(c))).sum()
}

/// Draws a line with its upper left corner at `at`, which may lie outside.
pub(super) fn draw<D>(target: &mut D, text: &str, at: Point) -> Result<(), D::Error>
where
    D: DrawTarget<Color = BinaryColor>,
{
    let mut corner = at;
    for c in text.chars() {
        let Some(glyph) = glyph(c) else { continue };
        target.draw_iter(lit(glyph).map(|dot| Pixel(corner + dot, BinaryColor::On)))?;
        corner.x += glyph_width(Some(glyph));
    }
    Ok(())
}

fn lit(glyph: &'static Glyph) -> impl Iterator<Item = Point> {
    let dots = (0..GLYPH_DOTS).flat_map(move |y| (0..glyph_width(Some(glyph))).map(move |x| Point::new(x, y)));
    dots.filter(|dot| glyph.get_pixel(dot.x.unsigned_abs() as usize, dot.y.unsigned_abs() as usize))
}

/// A character that the font lacks is drawn as the sign for one, so that it is seen to be missing.
fn glyph(c: char) -> Option<&'static Glyph> {
    get_glyph(c).or_else(|| get_glyph(char::REPLACEMENT_CHARACTER))
}

fn glyph_width(glyph: Option<&Glyph>) -> i32 {
    match glyph {
        Some(Glyph::Fullwidth(_)) => 16,
        Some(Glyph::Halfwidth(_)) => 8,
        None => 0,
    }
}
