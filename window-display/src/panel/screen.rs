//! The text that stands on a panel now.

use std::{io, time::Duration};

use embedded_graphics::geometry::{OriginDimensions, Point, Size};

use super::{
    Frame, Panel,
    motion::{GAP_DOTS, Look, Motion},
    text,
};

/// A panel and its text.
pub struct Screen {
    panel: Box<dyn Panel>,
    size: Size,
    text: String,
    motion: Motion,
}

impl Screen {
    /// A panel of this size that says nothing yet.
    pub fn new(panel: Box<dyn Panel>, size: Size) -> Self {
        Self { panel, size, text: String::new(), motion: Motion { width: 0, columns: dots(size.width), blink: false } }
    }

    /// Puts up another line.
    ///
    /// # Errors
    /// What the system said, when it did not reach the panel.
    pub fn show(&mut self, text: &str, blink: bool) -> io::Result<()> {
        self.motion = Motion { width: text::width(text), columns: dots(self.size.width), blink };
        text.clone_into(&mut self.text);
        self.draw(0)
    }

    /// Draws the line as it looks this long after it was put up, ms.
    ///
    /// # Errors
    /// What the system said, when it did not reach the panel.
    pub fn draw(&mut self, elapsed_ms: u64) -> io::Result<()> {
        let frame = frame(self.size, &self.text, self.motion, self.motion.at(elapsed_ms));
        self.panel.put(&frame, &self.text)
    }

    /// When the line is to be drawn again, this long after it was put up, ms; `None` while it stands.
    pub fn next_frame(&self, elapsed_ms: u64) -> Option<Duration> {
        self.panel.frame_every().filter(|_| self.motion.moves_after(elapsed_ms))
    }
}

fn frame(size: Size, line: &str, motion: Motion, look: Look) -> Frame {
    let mut frame = Frame::new(size);
    if look.lit {
        let y = (dots(frame.size().height) - text::GLYPH_DOTS) / 2;
        let Ok(()) = text::draw(&mut frame, line, Point::new(look.x, y));
        if motion.scrolls() {
            let Ok(()) = text::draw(&mut frame, line, Point::new(look.x + motion.width + GAP_DOTS, y));
        }
    }
    frame
}

fn dots(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
