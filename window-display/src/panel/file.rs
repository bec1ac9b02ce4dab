//! A panel in a file: the line as text, then its dots, for scripts, tests and a look over a shell.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Panel, PanelError, Picture};

/// Shows stills: the first line of the file is the text, each further line a row of dots, `#` where it is lit.
pub(super) struct File {
    path: PathBuf,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl Panel for File {
    /// Who reads never sees half a panel.
    fn put(&mut self, picture: Picture<'_>) -> Result<(), PanelError> {
        let mut content = format!("{}\n", picture.text.replace('\n', " / "));
        for row in picture.frame.rows() {
            content.extend(row.iter().map(|lit| if *lit { '#' } else { '.' }));
            content.push('\n');
        }
        Ok(replace(&self.path, content.as_bytes())?)
    }

    fn frame_every(&self) -> Option<Duration> {
        None
    }
}

/// Writes beside and renames.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let beside = path.with_added_extension("new");
    fs::write(&beside, content)?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use embedded_graphics::geometry::Size;

    use super::*;
    use crate::panel::Frame;

    fn picture<'a>(frame: &'a Frame, text: &'a str) -> Picture<'a> {
        Picture { frame, text, brightness_percent: 100 }
    }

    #[test]
    fn the_file_holds_the_text_and_its_dots_and_nothing_lies_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/panel.txt");
        let mut panel = File::new(path.clone());
        for (text, line) in [("一", "一"), ("二\n2", "二 / 2")] {
            panel.put(picture(&Frame::new(Size::new(3, 2)), text)).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{line}\n...\n...\n"));
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let mut panel = File::new(directory.path().into());
        assert!(panel.put(picture(&Frame::new(Size::new(1, 1)), "x")).is_err());
    }
}
