//! The text that stands on a panel, as dots.

use embedded_graphics::geometry::{Point, Size};

use super::{
    Frame,
    motion::{GAP_DOTS, Look, Motion},
    text,
};

/// One or several lines, put up at some time.
#[derive(Debug, Clone)]
pub struct Sign {
    size: Size,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    text: String,
    motion: Motion,
    y: i32,
}

impl Sign {
    /// Lines parted by `\n` on a panel of this size; those for which it has no room are left out.
    pub fn new(size: Size, text: &str, blink: bool) -> Self {
        let (columns, rows) = (dots(size.width), dots(size.height));
        let room = usize::try_from(rows / text::GLYPH_DOTS).unwrap_or(1).max(1);
        let texts: Vec<&str> = text.split('\n').take(room).collect();
        let height = i32::try_from(texts.len()).unwrap_or(i32::MAX).saturating_mul(text::GLYPH_DOTS);
        let tops = (0..).map(|line| (rows - height) / 2 + line * text::GLYPH_DOTS);
        let lines = texts.into_iter().zip(tops).map(|(text, y)| {
            let motion = Motion { width: text::width(text), columns, blink };
            Line { text: text.to_owned(), motion, y }
        });
        Self { size, lines: lines.collect() }
    }

    /// How it looks this long after it was put up, ms.
    pub fn frame(&self, elapsed_ms: u64) -> Frame {
        let mut frame = Frame::new(self.size);
        for line in &self.lines {
            line.draw(&mut frame, line.motion.at(elapsed_ms));
        }
        frame
    }

    /// Whether it will look otherwise at some time later than this long after it was put up, ms.
    pub fn moves_after(&self, elapsed_ms: u64) -> bool {
        self.lines.iter().any(|line| line.motion.moves_after(elapsed_ms))
    }
}

impl Line {
    fn draw(&self, frame: &mut Frame, look: Look) {
        if !look.lit {
            return;
        }
        let Ok(()) = text::draw(frame, &self.text, Point::new(look.x, self.y));
        if self.motion.scrolls() {
            let again = Point::new(look.x + self.motion.width + GAP_DOTS, self.y);
            let Ok(()) = text::draw(frame, &self.text, again);
        }
    }
}

fn dots(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
