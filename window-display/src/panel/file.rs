//! A panel in a file: the line as text, then its dots, for scripts, tests and a look over a shell.

use std::{fs, io, path::PathBuf, time::Duration};

use super::{Frame, Panel};

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
    /// Written beside and renamed: who reads never sees half a panel.
    fn put(&mut self, frame: &Frame, text: &str) -> io::Result<()> {
        let mut content = format!("{text}\n");
        for row in frame.rows() {
            content.extend(row.iter().map(|lit| if *lit { '#' } else { '.' }));
            content.push('\n');
        }
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let beside = self.path.with_added_extension("new");
        fs::write(&beside, content)?;
        fs::rename(beside, &self.path)
    }

    fn frame_every(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use embedded_graphics::geometry::Size;

    use super::*;

    #[test]
    fn the_file_holds_the_text_and_its_dots_and_nothing_lies_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/panel.txt");
        let mut panel = File::new(path.clone());
        for text in ["一", "二"] {
            panel.put(&Frame::new(Size::new(3, 2)), text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{text}\n...\n...\n"));
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let mut panel = File::new(directory.path().into());
        assert!(panel.put(&Frame::new(Size::new(1, 1)), "x").is_err());
    }
}
