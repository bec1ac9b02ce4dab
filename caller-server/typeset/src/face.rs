//! Characters, from a chain of fonts: the files of the profile in their order, then GNU Unifont, which is built in.
//!
//! A Chinese font has 19 MB, so only the outlines that were needed stay in memory, and no more than [`SHAPES_MAX`]; the file is
//! looked into where it lies, mapped for a moment. (A card that can't be read then ends the program, as it does for the
//! program's own code, which is mapped, too.) A character that no font has is drawn as 〓, the printers' mark for a missing
//! character: a slip never fails for a name.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use ab_glyph::{Font, FontRef, Glyph, GlyphId, Outline, OutlinedGlyph, PxScale, PxScaleFactor, point};
use fontdb::{Database, ID};
use thiserror::Error;

use crate::raster::Raster;

mod signs;

/// Outlines that are kept: a template and the names of a hall have about 200 different characters, an outline has up to 5 kB.
pub const SHAPES_MAX: usize = 1_000;
/// A dot is black from this share of ink on: 110 of 255. Half would lose the thin strokes of Chinese characters.
const INK: f32 = 110.0 / 255.0;
/// Bold is the same outline, blackened this much further to the right, ems.
const BOLD_EMS: f32 = 1.0 / 30.0;

/// Debian's package fonts-noto-cjk.
pub const NOTO: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
/// Noto Sans CJK SC in that collection.
pub const NOTO_FACE: u32 = 2;

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
    /// Characters that no font of the chain has.
    #[error(
        "no font has {}. Install a font that has it (fonts-noto-cjk; for rare characters fonts-hanazono) and name it in \
         fallback_fonts of [dispenser.slip], or choose other characters.\n所有字体都缺少 {}。请安装含有该字的字体（fonts-noto-cjk；\
         生僻字可用 fonts-hanazono），并写入 [dispenser.slip] 的 fallback_fonts，或改用其他字。",
        named(missing),
        named(missing)
    )]
    Missing {
        /// Which.
        missing: Vec<char>,
    },
}

/// Characters for people and for programs: `“𰻝” (U+30EDD)`.
pub fn named(glyphs: &[char]) -> String {
    let names: Vec<String> = glyphs.iter().map(|glyph| format!("“{glyph}” (U+{:04X})", u32::from(*glyph))).collect();
    names.join(", ")
}

/// A font in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFile {
    /// Which file.
    pub path: PathBuf,
    /// Which face of a collection, from 0.
    pub face: u32,
}

/// Characters that can be drawn.
#[derive(Debug)]
pub struct Face {
    files: Database,
    /// In the order in which they are asked for a character.
    chain: Vec<ID>,
    shapes: BTreeMap<char, Shape>,
}

/// A character, measured in ems.
#[derive(Debug, Clone)]
struct Shape {
    ink: Ink,
    advance: f32,
}

#[derive(Debug, Clone)]
enum Ink {
    /// A space, or nothing at all.
    Blank,
    Outline {
        outline: Outline,
        units_per_em: f32,
    },
    /// Of GNU Unifont, 16 rows an em.
    Dots(&'static unifont::Glyph),
    /// 〓, for a character that no font has.
    Missing,
}

impl Face {
    /// Opens a chain of fonts.
    ///
    /// # Errors
    /// A file can't be read or is no font.
    pub fn open(fonts: &[FontFile]) -> Result<Self, FontError> {
        let mut files = Database::new();
        let mut chain = Vec::new();
        for FontFile { path, face } in fonts {
            File::open(path).map_err(|why| FontError::Unreadable { path: path.clone(), why })?;
            let found = id_of(&mut files, path, *face);
            chain.push(found.ok_or_else(|| FontError::NoFont { path: path.clone(), face: *face })?);
        }
        Ok(Self { files, chain, shapes: BTreeMap::new() })
    }

    /// Noto Sans CJK where Debian puts it, when it is installed; else the built-in font alone.
    pub fn of_this_machine() -> Self {
        let noto = FontFile { path: NOTO.into(), face: NOTO_FACE };
        Self::open(&[noto]).unwrap_or_else(|_| Self::built_in())
    }

    /// The built-in font alone.
    pub fn built_in() -> Self {
        Self { files: Database::new(), chain: Vec::new(), shapes: BTreeMap::new() }
    }

    /// Makes sure that every character of a text can be drawn, and says which of those that are new will be drawn as 〓.
    pub fn learn(&mut self, text: &str) -> Vec<char> {
        let mut new: Vec<char> = text.chars().filter(|glyph| !self.shapes.contains_key(glyph)).collect();
        new.sort_unstable();
        new.dedup();
        if self.shapes.len() + new.len() > SHAPES_MAX {
            self.shapes.clear();
            new.extend(text.chars());
        }
        let shapes = self.look_up(&new);
        let missing = shapes.iter().filter(|(_, shape)| matches!(shape.ink, Ink::Missing)).map(|(glyph, _)| *glyph);
        let missing = missing.collect();
        self.shapes.extend(shapes);
        missing
    }

    /// The characters of a text that no font has, in the order of their codes.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let glyphs: Vec<char> = text.chars().collect();
        let shapes = self.look_up(&glyphs);
        shapes.into_iter().filter(|(_, shape)| matches!(shape.ink, Ink::Missing)).map(|(glyph, _)| glyph).collect()
    }

    /// The same as an error.
    ///
    /// # Errors
    /// A character is missing.
    pub fn require(&self, text: &str) -> Result<(), FontError> {
        let missing = self.missing(text);
        if missing.is_empty() { Ok(()) } else { Err(FontError::Missing { missing }) }
    }

    /// How far a character moves the pen, ems. One that was not learnt has no width.
    pub fn advance(&self, glyph: char, bold: bool) -> f32 {
        self.shapes.get(&glyph).map_or(0.0, |shape| shape.stride(bold))
    }

    /// The width of a text, ems.
    pub fn width(&self, text: &str, bold: bool) -> f32 {
        text.chars().map(|glyph| self.advance(glyph, bold)).sum()
    }

    /// Draws a text from `x` on, its characters standing on the row `baseline`.
    pub fn draw(&self, raster: &mut Raster, text: &str, x: f32, baseline: f32, em_dots: f32, bold: bool) {
        let mut pen =
            Pen { raster, x, baseline, em_dots, thicker: if bold { dots(em_dots * BOLD_EMS).max(1) } else { 0 } };
        for shape in text.chars().filter_map(|glyph| self.shapes.get(&glyph)) {
            pen.draw(&shape.ink);
            pen.x += shape.stride(bold) * em_dots;
        }
    }

    /// Asks the fonts in their order; each file is opened once at most.
    fn look_up(&self, glyphs: &[char]) -> BTreeMap<char, Shape> {
        let mut shapes: BTreeMap<char, Shape> =
            glyphs.iter().filter_map(|&glyph| Some((glyph, signs::blank(glyph)?))).collect();
        for &id in &self.chain {
            let open: Vec<char> = glyphs.iter().copied().filter(|glyph| !shapes.contains_key(glyph)).collect();
            if open.is_empty() {
                break;
            }
            // A file that is gone has no characters; the next font is asked.
            let found = self.files.with_face_data(id, |bytes, face| outlines(bytes, face, &open)).unwrap_or_default();
            shapes.extend(found);
        }
        for &glyph in glyphs {
            shapes.entry(glyph).or_insert_with(|| signs::built_in(glyph));
        }
        shapes
    }
}

impl Shape {
    fn stride(&self, bold: bool) -> f32 {
        self.advance + if bold && self.advance > 0.0 { BOLD_EMS } else { 0.0 }
    }
}

fn id_of(files: &mut Database, path: &Path, face: u32) -> Option<ID> {
    let known = |files: &Database| {
        files.faces().find(|info| info.index == face && is_at(&info.source, path)).map(|info| info.id)
    };
    known(files).or_else(|| {
        files.load_font_file(path).ok()?;
        known(files)
    })
}

fn is_at(source: &fontdb::Source, path: &Path) -> bool {
    match source {
        fontdb::Source::File(file) | fontdb::Source::SharedFile(file, _) => file == path,
        fontdb::Source::Binary(_) => false,
    }
}

/// What a font has of some characters.
fn outlines(bytes: &[u8], face: u32, glyphs: &[char]) -> BTreeMap<char, Shape> {
    let Ok(font) = FontRef::try_from_slice_and_index(bytes, face) else { return BTreeMap::new() };
    let Some(units_per_em) = font.units_per_em().filter(|units| *units > 0.0) else { return BTreeMap::new() };
    let shape = |glyph: char| {
        let id = font.glyph_id(glyph);
        let outline = (id != GlyphId(0)).then(|| font.outline(id)).flatten()?;
        let advance = font.h_advance_unscaled(id) / units_per_em;
        Some((glyph, Shape { ink: Ink::Outline { outline, units_per_em }, advance }))
    };
    glyphs.iter().filter_map(|&glyph| shape(glyph)).collect()
}

/// Where the next character is drawn.
struct Pen<'a> {
    raster: &'a mut Raster,
    x: f32,
    baseline: f32,
    em_dots: f32,
    /// Dots by which everything is blackened further to the right.
    thicker: usize,
}

impl Pen<'_> {
    fn draw(&mut self, ink: &Ink) {
        match ink {
            Ink::Blank => {}
            Ink::Outline { outline, units_per_em } => self.outline(outline, *units_per_em),
            Ink::Dots(glyph) => self.dots(glyph),
            Ink::Missing => signs::MISSING.iter().for_each(|&[x, y, width, height]| self.bar(x, y, width, height)),
        }
    }

    fn outline(&mut self, outline: &Outline, units_per_em: f32) {
        let scale = self.em_dots / units_per_em;
        let factor = PxScaleFactor { horizontal: scale, vertical: scale };
        let position = point(self.x, self.baseline);
        let glyph = Glyph { id: GlyphId(0), scale: PxScale::from(self.em_dots), position };
        let glyph = OutlinedGlyph::new(glyph, outline.clone(), factor);
        let bounds = glyph.px_bounds();
        let (raster, wide) = (&mut *self.raster, 1 + self.thicker);
        glyph.draw(|x, y, ink| {
            let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
            if ink >= INK && x >= 0.0 && y >= 0.0 {
                raster.fill(dots(x), dots(y), wide, 1);
            }
        });
    }

    /// A character of 16 rows, each of its dots a rectangle; it stands 14 rows above the baseline and 2 below.
    fn dots(&mut self, glyph: &unifont::Glyph) {
        for y in 0..16 {
            for x in (0..glyph.get_width()).filter(|&x| glyph.get_pixel(x, y)) {
                self.bar(x as f32 / 16.0, (14.0 - y as f32) / 16.0, 1.0 / 16.0, 1.0 / 16.0);
            }
        }
    }

    /// A rectangle, ems; `top` counts up from the baseline. Neighbours touch without a gap.
    fn bar(&mut self, left: f32, top: f32, width: f32, height: f32) {
        let edge = |origin: f32, ems: f32| dots((origin + ems * self.em_dots).round());
        let (x, y) = (edge(self.x, left), edge(self.baseline, -top));
        let (right, bottom) = (edge(self.x, left + width), edge(self.baseline, height - top));
        self.raster.fill(x, y, right.saturating_sub(x).max(1) + self.thicker, bottom.saturating_sub(y).max(1));
    }
}

/// A length in whole dots; it is never negative and always small.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "paper is far shorter than 2^24 dots")]
pub fn dots(length: f32) -> usize {
    length.max(0.0) as usize
}

#[cfg(test)]
mod tests;
