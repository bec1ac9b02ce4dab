//! A font, of which only the outlines that were needed stay in memory: the file of a Chinese font has 19 MB.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use ab_glyph::{Font, FontVec, Glyph, GlyphId, Outline, OutlinedGlyph, PxScale, PxScaleFactor, point};
use thiserror::Error;

use crate::raster::Raster;

/// A dot is black from this share of ink on: 110 of 255. Half would lose the thin strokes of Chinese characters.
const INK: f32 = 110.0 / 255.0;

/// A font that can't be used.
#[derive(Debug, Error)]
pub enum FontError {
    /// The file can't be read.
    #[error(
        "{path}: can't read the font: {why}. Install fonts-noto-cjk, or name another font in [dispenser.slip].\n\
         {path}：无法读取字体，请安装 fonts-noto-cjk，或在 [dispenser.slip] 中指定其他字体。"
    )]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It is no font, or has no such face.
    #[error("{path}: face {face} of this file is no font. 此文件中没有第 {face} 个字体。")]
    NoFont {
        /// Which.
        path: PathBuf,
        /// Which face of a collection.
        face: u32,
    },
    /// A character is not in it.
    #[error("{path}: the font has no '{glyph}'. Choose a font with Chinese. 字体缺少“{glyph}”，请换用中文字体。")]
    MissingGlyph {
        /// Which.
        path: PathBuf,
        /// Which character.
        glyph: char,
    },
}

/// A face of a font.
#[derive(Debug)]
pub struct Face {
    path: PathBuf,
    face: u32,
    shapes: BTreeMap<char, Shape>,
}

/// A character, measured in ems.
#[derive(Debug)]
struct Shape {
    /// `None` for a space.
    outline: Option<Outline>,
    advance: f32,
    units_per_em: f32,
}

impl Face {
    /// Opens a font and makes sure that it has every character of `text`.
    ///
    /// # Errors
    /// No font, or a character is missing.
    pub fn open(path: &Path, face: u32, text: &str) -> Result<Self, FontError> {
        let mut opened = Self { path: path.to_owned(), face, shapes: BTreeMap::new() };
        opened.learn(text)?;
        Ok(opened)
    }

    /// Makes sure that every character of a text can be drawn; reads the file only for those that were never needed.
    ///
    /// # Errors
    /// A character is missing, or the file is gone.
    pub fn learn(&mut self, text: &str) -> Result<(), FontError> {
        let new: Vec<char> = text.chars().filter(|glyph| !self.shapes.contains_key(glyph)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let no_font = || FontError::NoFont { path: self.path.clone(), face: self.face };
        let bytes = read(&self.path).map_err(|why| FontError::Unreadable { path: self.path.clone(), why })?;
        let font = FontVec::try_from_vec_and_index(bytes, self.face).map_err(|_| no_font())?;
        let units_per_em = font.units_per_em().ok_or_else(no_font)?;
        for glyph in new {
            let id = font.glyph_id(glyph);
            if id == GlyphId(0) {
                return Err(FontError::MissingGlyph { path: self.path.clone(), glyph });
            }
            let advance = font.h_advance_unscaled(id) / units_per_em;
            self.shapes.insert(glyph, Shape { outline: font.outline(id), advance, units_per_em });
        }
        Ok(())
    }

    /// The width of a text, dots. A character that was not learnt has none.
    pub fn width(&self, text: &str, em_dots: f32) -> f32 {
        text.chars().filter_map(|glyph| self.shapes.get(&glyph)).map(|shape| shape.advance * em_dots).sum()
    }

    /// Draws a text from `x` on, its characters standing on the row `baseline`.
    pub fn draw(&self, raster: &mut Raster, text: &str, x: f32, baseline: f32, em_dots: f32) {
        let mut x = x;
        for shape in text.chars().filter_map(|glyph| self.shapes.get(&glyph)) {
            if let Some(outline) = &shape.outline {
                let scale = em_dots / shape.units_per_em;
                let factor = PxScaleFactor { horizontal: scale, vertical: scale };
                let glyph = Glyph { id: GlyphId(0), scale: PxScale::from(em_dots), position: point(x, baseline) };
                ink(raster, &OutlinedGlyph::new(glyph, outline.clone(), factor));
            }
            x += shape.advance * em_dots;
        }
    }
}

/// Reads a file that is needed for a moment. glibc gives memory back to the system at once only when it was asked for more
/// than 32 MiB in one piece; what of that is never touched costs nothing.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(33 * 1024 * 1024);
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn ink(raster: &mut Raster, glyph: &OutlinedGlyph) {
    let bounds = glyph.px_bounds();
    glyph.draw(|x, y, ink| {
        let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
        if ink >= INK && x >= 0.0 && y >= 0.0 {
            raster.blacken(dots(x), dots(y));
        }
    });
}

/// A length in whole dots; it is never negative and always small.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "paper is far shorter than 2^24 dots")]
pub fn dots(length: f32) -> usize {
    length.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTO: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

    #[test]
    fn a_font_without_a_character_is_refused_by_name() {
        let said = Face::open(Path::new(NOTO), 2, "号\u{10fffd}").unwrap_err().to_string();
        assert!(said.contains("has no '\u{10fffd}'") && said.contains("字体缺少"), "{said}");
    }

    #[test]
    fn what_is_no_font_is_refused() {
        assert!(matches!(Face::open(Path::new("/nowhere"), 2, "1"), Err(FontError::Unreadable { .. })));
        assert!(matches!(Face::open(Path::new("Cargo.toml"), 0, "1"), Err(FontError::NoFont { .. })));
        assert!(matches!(Face::open(Path::new(NOTO), 99, "1"), Err(FontError::NoFont { .. })));
    }

    #[test]
    fn a_chinese_character_is_one_em_wide() {
        let face = Face::open(Path::new(NOTO), 2, "号 ").unwrap();
        assert_eq!(face.width("号号", 50.0), 100.0);
        assert!(face.width(" ", 50.0) < 25.0);
    }
}
