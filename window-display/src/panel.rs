//! The panel above the window: one line of text on a grid of dots.
//!
//! - `frame`: the dots, a draw target
//! - `text`: glyphs, width and place of a line
//! - `motion`: scrolling and blinking, as a function of time
//! - `screen`: the text that stands now, drawn when it must be
//! - `terminal`, `file`: the back-ends; a hardware panel is one more, with one more line in [`open`]

mod file;
mod frame;
mod motion;
mod screen;
mod terminal;
mod text;

use std::{io, time::Duration};

use embedded_graphics::geometry::Size;
use firmware_config::display::{Panel as PanelProfile, PanelBackEnd};

pub use frame::Frame;
pub use screen::Screen;

/// What puts frames before people's eyes.
pub trait Panel: Send {
    /// Shows a frame, and `text`, the line that it is part of.
    ///
    /// # Errors
    /// What the system said, when the frame did not reach the panel.
    fn put(&mut self, frame: &Frame, text: &str) -> io::Result<()>;

    /// How often a moving line is drawn; `None` for a panel that shows stills.
    fn frame_every(&self) -> Option<Duration>;
}

/// The panel of a profile; `None` where there is none.
pub fn open(profile: &PanelProfile) -> Option<Screen> {
    let panel: Box<dyn Panel> = match profile.back_end {
        PanelBackEnd::Terminal => Box::new(terminal::Terminal::open()),
        PanelBackEnd::File => Box::new(file::File::new(profile.file.clone())),
        PanelBackEnd::None => return None,
    };
    Some(Screen::new(panel, Size::new(profile.columns, profile.rows)))
}
