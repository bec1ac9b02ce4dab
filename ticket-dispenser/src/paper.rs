//! What a slip is printed on: a table of back-ends.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use firmware_config::dispenser::Paper as BackEnd;
use thiserror::Error;

use typeset::{face::Face, raster::Raster};

use crate::{
    dispenser::{PrinterStatus, Slip},
    slip::{self, Style},
};

/// A slip that did not come out.
#[derive(Debug, Error)]
pub enum PaperError {
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
    /// What it says of itself.
    fn status(&self) -> PrinterStatus;

    /// Prints a slip to its end.
    ///
    /// # Errors
    /// It did not come out, or not whole.
    fn print(&mut self, slip: &Slip) -> Result<(), PaperError>;
}

/// A printer that draws.
#[derive(Debug)]
pub struct Paper {
    face: Face,
    style: Style,
    out: Out,
}

#[derive(Debug)]
enum Out {
    Png(PathBuf),
    Terminal,
}

impl Paper {
    /// The back-end of a profile; `directory` is for those that write files.
    ///
    /// # Errors
    /// The directory can't be made.
    pub fn new(back_end: BackEnd, directory: &Path, face: Face, style: Style) -> Result<Self, PaperError> {
        let out = match back_end {
            BackEnd::Png => {
                fs::create_dir_all(directory).map_err(|why| write_error(directory, why))?;
                Out::Png(directory.to_owned())
            }
            BackEnd::Terminal => Out::Terminal,
        };
        Ok(Self { face, style, out })
    }
}

impl Printer for Paper {
    /// These have no paper that could end.
    fn status(&self) -> PrinterStatus {
        PrinterStatus::Ready
    }

    fn print(&mut self, slip: &Slip) -> Result<(), PaperError> {
        let raster = slip::render(&mut self.face, slip, &self.style);
        match &self.out {
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
