//! Characters that come from no file: blanks, those of the built-in font, and the sign for a missing one.

use super::{Ink, Shape};

/// 〓: two bars. Left, top above the baseline, width, height, in ems.
pub(super) const MISSING: [[f32; 4]; 2] = [[0.08, 0.76, 0.84, 0.26], [0.08, 0.26, 0.84, 0.26]];

/// What leaves the paper white: spaces, and characters that only steer others.
pub(super) fn blank(glyph: char) -> Option<Shape> {
    let advance = match glyph {
        '\u{3000}' | '\u{2003}' => 1.0,
        '\u{2002}' => 0.5,
        _ if glyph.is_whitespace() => 0.25,
        _ if steers(glyph) => 0.0,
        _ => return None,
    };
    Some(Shape { ink: Ink::Blank, advance })
}

/// A character of the built-in font, or the sign for a missing one.
pub(super) fn built_in(glyph: char) -> Shape {
    let found = unifont::get_glyph(glyph);
    found.map_or(Shape { ink: Ink::Missing, advance: 1.0 }, |dots| Shape {
        ink: Ink::Dots(dots),
        advance: if dots.is_fullwidth() { 1.0 } else { 0.5 },
    })
}

/// Control characters, directions, joiners, selectors of variants: nothing is to be seen of them.
fn steers(glyph: char) -> bool {
    glyph.is_control()
        || matches!(u32::from(glyph),
            0xAD | 0x61C | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F
            | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}
