//! A panel drawn in a terminal, two rows of dots a line.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use super::{Frame, Panel, PanelError, Picture};

/// Ten pictures a second: smooth enough for a look, little work for many displays on one machine.
const FRAME_EVERY: Duration = Duration::from_millis(100);
/// The amber of an LED bar, from the 256 colours that terminals share.
const AMBER: &str = "\x1b[38;5;214m";

/// Draws at the top of a terminal, and leaves the lines below it to the log; where the output is no terminal it prints
/// each new text as a line.
pub(super) struct Terminal {
    is_terminal: bool,
    last_text: String,
    began: bool,
}

impl Terminal {
    pub(super) fn open() -> Self {
        Self { is_terminal: io::stdout().is_terminal(), last_text: String::new(), began: false }
    }
}

impl Panel for Terminal {
    fn put(&mut self, Picture { frame, text, .. }: Picture<'_>) -> Result<(), PanelError> {
        let mut stdout = io::stdout().lock();
        if self.is_terminal {
            let drawn = draw(frame);
            if !self.began {
                self.began = true;
                stdout.write_all(clear(drawn.lines().count()).as_bytes())?;
            }
            // Save the cursor, draw from the upper left corner without wrapping in a narrow terminal, give the cursor back
            // to the log.
            write!(stdout, "\x1b7\x1b[?7l\x1b[1;1H{AMBER}{drawn}\x1b[0m\x1b[?7h\x1b8")?;
        } else if self.last_text != text {
            writeln!(stdout, "{}", text.replace('\n', " / "))?;
        }
        text.clone_into(&mut self.last_text);
        Ok(stdout.flush()?)
    }

    fn frame_every(&self) -> Option<Duration> {
        self.is_terminal.then_some(FRAME_EVERY)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.began {
            // The whole terminal scrolls again. Nothing can be done about a terminal that is gone.
            let _ = io::stdout().write_all(b"\x1b[r\x1b[999;1H\n");
        }
    }
}

/// Clears the terminal, and lets only what is below the panel scroll.
fn clear(panel_lines: usize) -> String {
    let below = panel_lines + 2;
    format!("\x1b[2J\x1b[{below};999r\x1b[{below};1H")
}

fn draw(frame: &Frame) -> String {
    let rows: Vec<&[bool]> = frame.rows().collect();
    let mut drawn = String::new();
    for pair in rows.chunks(2) {
        let lower = pair.get(1);
        for (x, upper) in pair[0].iter().enumerate() {
            drawn.push(match (*upper, lower.is_some_and(|row| row[x])) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        // Clears what a wider terminal has behind the panel; a string takes every write.
        let _ = write!(drawn, "\x1b[K\r\n");
    }
    drawn
}

#[cfg(test)]
mod tests {
    use embedded_graphics::{Pixel, draw_target::DrawTarget, geometry::Size, pixelcolor::BinaryColor, prelude::Point};

    use super::*;

    #[test]
    fn two_rows_of_dots_are_one_line_of_half_blocks() {
        let mut frame = Frame::new(Size::new(4, 3));
        let dots = [(0, 0), (0, 1), (1, 0), (2, 1), (3, 2)];
        let Ok(()) = frame.draw_iter(dots.map(|(x, y)| Pixel(Point::new(x, y), BinaryColor::On)));
        assert_eq!(draw(&frame), "█▀▄ \x1b[K\r\n   ▀\x1b[K\r\n");
    }
}
