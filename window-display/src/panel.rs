//! The panel above the window: lines of text on a grid of dots.
//!
//! - `frame`: the dots, a draw target
//! - `text`: glyphs, width and place of a line
//! - `motion`: scrolling and blinking, as a function of time
//! - `sign`: the text that stands now, as dots at any time
//! - `screen`: what stands on a panel, kept there
//! - `terminal`, `file`, `png`, [`max7219`] with `spi`: the back-ends that take dots
//! - [`onbon`], `page`: the back-ends that take text, and answer; they run beside the shell
//! - `trial`: the test of a panel, for the person on the ladder

mod file;
mod frame;
pub mod max7219;
mod motion;
pub mod onbon;
mod page;
mod png;
mod remote;
mod screen;
mod sign;
mod spi;
mod terminal;
mod text;
mod trial;
mod trouble;

use std::{io, time::Duration};

use embedded_graphics::geometry::Size;
use firmware_config::display::{Panel as PanelProfile, PanelBackEnd};

pub use frame::Frame;
pub use screen::Screen;
pub use sign::Sign;
pub use trial::{TrialError, trial};
pub use trouble::PanelError;

/// What a panel is to show.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// The dots.
    pub frame: &'a Frame,
    /// The text that they are part of, lines parted by `\n`.
    pub text: &'a str,
    /// How bright: 1 to 100 percent.
    pub brightness_percent: u32,
}

/// What puts frames before people's eyes.
pub trait Panel: Send {
    /// Shows a picture.
    ///
    /// # Errors
    /// Why it did not reach the panel.
    fn put(&mut self, picture: Picture<'_>) -> Result<(), PanelError>;

    /// How often a moving line is drawn; `None` for a panel that shows stills.
    fn frame_every(&self) -> Option<Duration>;

    /// How often what stands is put again, so that a panel that lost its power comes back; `None` where nothing can be lost.
    fn refresh_every(&self) -> Option<Duration> {
        None
    }
}

/// The panel of a profile; `None` where there is none.
///
/// # Errors
/// When what runs beside the shell can't be started.
pub fn open(profile: &PanelProfile) -> io::Result<Option<Screen>> {
    let size = Size::new(profile.columns, profile.rows);
    let panel: Box<dyn Panel> = match profile.back_end {
        PanelBackEnd::Terminal => Box::new(terminal::Terminal::open()),
        PanelBackEnd::File => Box::new(file::File::new(profile.file.clone())),
        PanelBackEnd::Png => Box::new(png::Png::new(profile.file.clone())),
        PanelBackEnd::Max7219 => Box::new(spi::Spi::new(profile.max7219)),
        PanelBackEnd::Onbon => return Ok(Some(Screen::beside(onbon::start(profile)?))),
        PanelBackEnd::Page => return Ok(Some(Screen::beside(page::start(profile.page)?))),
        PanelBackEnd::None => return Ok(None),
    };
    Ok(Some(Screen::new(panel, size)))
}
