//! A template and its values on paper of a width: first laid out, then drawn.
//!
//! Nothing that arrives at run time stops a paper: a text that is too wide goes on in the next line or gets smaller, as its
//! element says, and ends with "…" after [`LINES_MAX`] lines; a character that no font has becomes 〓; what has no room any more
//! within [`HEIGHT_DOTS_MAX`] is left out, but never what must be there.

mod lines;

use crate::{
    face::{Face, dots},
    qr::{Code, MODULE_DOTS_MIN},
    raster::Raster,
    template::{Align, Element, Fit, Template, TextElement, What},
    vocabulary::Values,
};
use lines::Setting;

/// No paper is longer: 500 mm at 8 dots/mm.
pub const HEIGHT_DOTS_MAX: usize = 4_000;
/// Lines of one text at most; the last one then ends with "…".
pub const LINES_MAX: usize = 6;
/// And of one that must be there: two such texts in two languages always have room.
const LINES_MAX_ESSENTIAL: usize = 2;
/// No text of one element is longer, characters, also as code.
const TEXT_CHARS_MAX: usize = 300;
/// White on both sides, of the paper's width.
const MARGIN: f32 = 0.02;
/// White below the last element, of the paper's width.
const FOOT: f32 = 0.04;
/// A character of a CJK font reaches 0.88 em above its baseline and 0.12 below; a third of that stays free.
const BASELINE_EMS: f32 = 1.02;
const LINE_EMS: f32 = 1.28;
/// A code that fits nowhere is written out in characters of this size, of the paper's width.
const WRITTEN_OUT: f32 = 0.035;

/// A paper that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its dots.
    pub raster: Raster,
    /// Characters that no font has, which are 〓 on it; only those that were not asked for before.
    pub missing: Vec<char>,
}

/// Draws a paper.
pub fn draw(face: &mut Face, template: &Template, values: &Values, width_dots: usize) -> Drawn {
    let missing = learn(face, template, values);
    let layout = Layout::of(face, template, values, width_dots);
    let mut raster = Raster::new(width_dots, layout.height_dots());
    let mut top = 0;
    for block in &layout.blocks {
        block.draw(&mut raster, face, top);
        top += block.height_dots;
    }
    Drawn { raster, missing }
}

/// How high a paper would be if nothing were left out, dots.
pub fn height_dots(face: &mut Face, template: &Template, values: &Values, width_dots: usize) -> usize {
    learn(face, template, values);
    Layout::whole(face, template, values, width_dots).height_dots()
}

/// Every character at once, so that each font is opened once.
fn learn(face: &mut Face, template: &Template, values: &Values) -> Vec<char> {
    let first = template.first(values);
    let mut all = String::from("…0123456789");
    for element in template.elements.iter().filter(|element| element.stands(values)) {
        match &element.what {
            What::Text(text) => text.lines(values, first).iter().for_each(|(line, _)| all.push_str(short(line))),
            What::Qr { content, .. } => all.push_str(short(&content.said(values, first))),
            What::Rule { .. } | What::Gap { .. } => {}
        }
    }
    face.learn(&all)
}

fn short(text: &str) -> &str {
    text.char_indices().nth(TEXT_CHARS_MAX).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

/// What stands where.
struct Layout {
    blocks: Vec<Block>,
    width_dots: usize,
}

/// One element on the paper.
struct Block {
    what: Laid,
    height_dots: usize,
    essential: bool,
}

enum Laid {
    /// Lines: words, left edge, em, all in dots.
    Text {
        lines: Vec<(String, f32, f32)>,
        bold: bool,
        inverse: bool,
    },
    /// A code with its left edge and the dots of a module.
    Code {
        code: Code,
        left: usize,
        module_dots: usize,
    },
    Rule {
        thickness_dots: usize,
        dashed: bool,
    },
    Gap,
}

impl Layout {
    /// What fits the longest paper: what is too much is left out, from the end.
    fn of(face: &Face, template: &Template, values: &Values, width_dots: usize) -> Self {
        let mut layout = Self::whole(face, template, values, width_dots);
        let kept: usize = layout.blocks.iter().filter(|block| block.essential).map(|block| block.height_dots).sum();
        let mut free = HEIGHT_DOTS_MAX.saturating_sub(kept + layout.foot_dots());
        layout.blocks.retain(|block| {
            let fits = block.essential || block.height_dots <= free;
            if fits && !block.essential {
                free -= block.height_dots;
            }
            fits
        });
        layout
    }

    fn whole(face: &Face, template: &Template, values: &Values, width_dots: usize) -> Self {
        let setter = Setter { face, template, values, width: width_dots.next_multiple_of(8) as f32 };
        let stands = template.elements.iter().filter(|element| element.stands(values));
        Self { blocks: stands.map(|element| setter.block(element)).collect(), width_dots }
    }

    fn foot_dots(&self) -> usize {
        dots(self.width_dots as f32 * FOOT)
    }

    fn height_dots(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|block| block.height_dots).sum();
        (blocks + self.foot_dots()).min(HEIGHT_DOTS_MAX.max(blocks))
    }
}

/// Sets elements into blocks.
struct Setter<'a> {
    face: &'a Face,
    template: &'a Template,
    values: &'a Values,
    /// Of the paper, dots.
    width: f32,
}

impl Setter<'_> {
    fn block(&self, element: &Element) -> Block {
        let (what, height_dots) = match &element.what {
            What::Text(text) => self.text(text, element.essential),
            What::Qr { content, size_percent } => {
                self.code(&content.said(self.values, self.template.first(self.values)), *size_percent)
            }
            What::Rule { thickness_dots, dashed } => {
                // As much white above and below as a thin line needs to stand by itself.
                let height = thickness_dots + 2 * dots(self.width * 0.012);
                (Laid::Rule { thickness_dots: *thickness_dots, dashed: *dashed }, height)
            }
            What::Gap { height_percent } => (Laid::Gap, dots(self.width * height_percent / 100.0)),
        };
        Block { what, height_dots, essential: element.essential }
    }

    fn text(&self, text: &TextElement, essential: bool) -> (Laid, usize) {
        let mut placed = Vec::new();
        let lines_max = if essential { LINES_MAX_ESSENTIAL } else { LINES_MAX };
        for (words, percent) in text.lines(self.values, self.template.first(self.values)) {
            let em = percent / 100.0 * self.width;
            let setting = Setting { lines_max, ..self.setting(text.bold) };
            let (lines, em) = setting.set(short(&words), em, text.fit);
            placed.extend(lines.into_iter().map(|line| self.placed(line, em, text)));
        }
        let height = placed.iter().map(|(_, _, em)| dots(em * LINE_EMS)).sum();
        (Laid::Text { lines: placed, bold: text.bold, inverse: text.inverse }, height)
    }

    fn setting(&self, bold: bool) -> Setting<'_> {
        Setting { face: self.face, bold, width: self.width * (1.0 - 2.0 * MARGIN), lines_max: LINES_MAX }
    }

    fn placed(&self, line: String, em: f32, text: &TextElement) -> (String, f32, f32) {
        let free = self.width - self.face.width(&line, text.bold) * em;
        let left = match text.align {
            Align::Center => free / 2.0,
            Align::Left => self.width * MARGIN,
            Align::Right => free - self.width * MARGIN,
        };
        (line, left.max(0.0), em)
    }

    fn code(&self, content: &str, size_percent: f32) -> (Laid, usize) {
        let width = dots(self.width);
        let Some(code) = Code::of(content, width / MODULE_DOTS_MIN) else { return self.written_out(content) };
        let wanted = dots(self.width * size_percent / 100.0) / code.modules();
        let module_dots = wanted.max(MODULE_DOTS_MIN);
        let side = code.modules() * module_dots;
        (Laid::Code { code, left: width.saturating_sub(side) / 2, module_dots }, side)
    }

    /// An address that is too long for a code on this paper: people can still type it.
    fn written_out(&self, content: &str) -> (Laid, usize) {
        let (lines, em) = self.setting(false).set(short(content), self.width * WRITTEN_OUT, Fit::Wrap);
        let lines: Vec<_> = lines.into_iter().map(|line| (line, self.width * MARGIN, em)).collect();
        let height = lines.len() * dots(em * LINE_EMS);
        (Laid::Text { lines, bold: false, inverse: false }, height)
    }
}

impl Block {
    fn draw(&self, raster: &mut Raster, face: &Face, top: usize) {
        match &self.what {
            Laid::Text { lines, bold, inverse } => {
                let mut y = top;
                for (line, left, em) in lines {
                    face.draw(raster, line, *left, y as f32 + em * BASELINE_EMS, *em, *bold);
                    y += dots(em * LINE_EMS);
                }
                if *inverse {
                    raster.invert(0, top, raster.width(), self.height_dots);
                }
            }
            Laid::Code { code, left, module_dots } => {
                for (x, y) in code.dark() {
                    raster.fill(left + x * module_dots, top + y * module_dots, *module_dots, *module_dots);
                }
            }
            Laid::Rule { thickness_dots, dashed } => {
                let y = top + self.height_dots.saturating_sub(*thickness_dots) / 2;
                rule(raster, y, *thickness_dots, *dashed);
            }
            Laid::Gap => {}
        }
    }
}

/// A line across the paper; a broken one has dashes of 1 mm.
fn rule(raster: &mut Raster, y: usize, thickness_dots: usize, dashed: bool) {
    const DASH_DOTS: usize = 8;
    let width = raster.width();
    let margin = dots(width as f32 * MARGIN);
    let (from, to) = (margin, width.saturating_sub(margin));
    if dashed {
        let dashes = (from..to).step_by(2 * DASH_DOTS);
        dashes.for_each(|x| raster.fill(x, y, DASH_DOTS.min(to - x), thickness_dots));
    } else {
        raster.fill(from, y, to - from, thickness_dots);
    }
}
