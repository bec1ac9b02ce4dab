//! What a slip is printed on: a table of back-ends.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use firmware_config::dispenser::{BackEnd, Printer as Settings};
use thiserror::Error;

use typeset::{face::Face, raster::Raster};

use crate::{
    dispenser::{PrinterStatus, Slip},
    printer::{EscPos, PrinterError},
    slip::{self, Style},
};

/// A slip that did not come out.
#[derive(Debug, Error)]
pub enum PaperError {
    /// The printer did not bring it out.
    #[error(transparent)]
    Printer(#[from] PrinterError),
    /// The file or terminal can't be written.
    #[error("{place}: {why}")]
    Write {
        /// Where.
        place: String,
        /// What the system said.
        why: io::Error,
    },
}

/// What brings slips to people.
pub trait Printer: Send {
    /// What it last said of itself.
    fn status(&self) -> PrinterStatus;

    /// Asks it how it is; what has no paper that could end has nothing to ask.
    ///
    /// # Errors
    /// It can't be reached or understood; [`Self::status`] has the word for it.
    fn look(&mut self) -> Result<PrinterStatus, PrinterError> {
        Ok(self.status())
    }

    /// Prints a slip to its end.
    ///
    /// # Errors
    /// It did not come out, or not whole.
    fn print(&mut self, slip: &Slip) -> Result<(), PaperError>;
}

/// Whatever slips are drawn for.
pub struct Paper {
    face: Face,
    style: Style,
    out: Out,
}

enum Out {
    Png(PathBuf),
    Terminal,
    Printer(EscPos),
}

impl Paper {
    /// The back-end of a profile. A printer need not be there yet.
    ///
    /// # Errors
    /// The directory for files can't be made.
    pub fn new(settings: &Settings, face: Face, style: Style) -> Result<Self, PaperError> {
        let directory = &settings.directory;
        let out = match settings.back_end {
            BackEnd::Png => {
                fs::create_dir_all(directory).map_err(|why| write_error(directory, why))?;
                Out::Png(directory.clone())
            }
            BackEnd::Terminal => Out::Terminal,
            BackEnd::Auto | BackEnd::Network | BackEnd::UsbFile | BackEnd::Usb | BackEnd::Serial => {
                Out::Printer(EscPos::new(settings))
            }
        };
        Ok(Self { face, style, out })
    }
}

impl Printer for Paper {
    fn status(&self) -> PrinterStatus {
        match &self.out {
            Out::Png(_) | Out::Terminal => PrinterStatus::Ready,
            Out::Printer(printer) => printer.status(),
        }
    }

    fn look(&mut self) -> Result<PrinterStatus, PrinterError> {
        match &mut self.out {
            Out::Printer(printer) => printer.look(),
            Out::Png(_) | Out::Terminal => Ok(self.status()),
        }
    }

    fn print(&mut self, slip: &Slip) -> Result<(), PaperError> {
        let raster = slip::render(&mut self.face, slip, &self.style);
        match &mut self.out {
            Out::Printer(printer) => Ok(printer.print(&raster).map(drop)?),
            Out::Png(directory) => {
                let path = directory.join(file_name(slip, &self.style));
                write_png(&path, &raster).map_err(|why| write_error(&path, why))
            }
            Out::Terminal => {
                let text = format!("{}{}\n{}\n", half_blocks(&raster), slip.number, slip.url);
                let mut out = io::stdout().lock();
                let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
                written.map_err(|why| write_error(Path::new("terminal"), why))
            }
        }
    }
}

/// Writes a picture so that nobody ever sees half of it.
///
/// # Errors
/// The file can't be written.
pub fn write_png(path: &Path, raster: &Raster) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, raster.png()?)?;
    fs::rename(new, path)
}

/// `2026-11-23-A001.png`: a number comes once a day.
fn file_name(slip: &Slip, style: &Style) -> String {
    let clock = slip::clock(slip.at_ms, &style.zone);
    let day = clock.split(' ').next().unwrap_or_default();
    // The server's words become a file's name: nothing but letters and digits may pass.
    let number: String = slip.number.chars().filter(char::is_ascii_alphanumeric).collect();
    let again = if slip.reprint { "-reprint" } else { "" };
    format!("{day}-{number}{again}.png")
}

/// Two by four dots become one character, which shows whether its upper and lower half are dark.
fn half_blocks(raster: &Raster) -> String {
    let dark = |x: usize, y: usize| {
        let dots = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (3, 0), (2, 1), (3, 1)];
        dots.iter().filter(|(right, down)| raster.is_black(x * 4 + right, y * 2 + down)).count() >= 4
    };
    let mut text = String::new();
    for row in 0..raster.height().div_ceil(8) {
        let halves =
            |half: usize| (0..raster.width() / 4).map(move |x| (0..2).any(|part| dark(x, row * 4 + half * 2 + part)));
        let line: String = halves(0).zip(halves(1)).map(block).collect();
        // Writing to a String never fails.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn block((upper, lower): (bool, bool)) -> char {
    match (upper, lower) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

fn write_error(path: &Path, why: io::Error) -> PaperError {
    PaperError::Write { place: path.display().to_string(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_black_on_white_and_leaves_nothing_half_done() {
        let directory = tempfile::tempdir().unwrap();
        let mut raster = Raster::new(8, 2);
        raster.blacken(3, 1);
        write_png(&directory.path().join("a.png"), &raster).unwrap();
        let picture = image::open(directory.path().join("a.png")).unwrap().into_luma8();
        assert_eq!((picture.dimensions(), picture.get_pixel(3, 1).0, picture.get_pixel(2, 1).0), ((8, 2), [0], [255]));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_terminal_shows_halves_of_characters() {
        let mut raster = Raster::new(16, 8);
        raster.fill(0, 0, 8, 4);
        raster.fill(4, 4, 8, 4);
        assert_eq!(half_blocks(&raster), "▀█▄\n");
    }
}
