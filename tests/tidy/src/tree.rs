//! The files of the tree as git sees them: tracked or new, never what is ignored.

use std::{collections::BTreeMap, fs, io, path::Path};

use ignore::WalkBuilder;

/// Every text file, by its path from the top of the tree.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the tree under `root`. What is no UTF-8 text (pictures, fonts) is listed with an empty text.
    ///
    /// # Errors
    /// When a folder or file can't be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let walk =
            WalkBuilder::new(root).hidden(false).require_git(false).filter_entry(|e| e.file_name() != ".git").build();
        for entry in walk {
            let entry = entry.map_err(io::Error::other)?;
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                let path = entry.path().strip_prefix(root).map_err(io::Error::other)?;
                files.insert(path.to_string_lossy().into_owned(), text_of(entry.path())?);
            }
        }
        Ok(Self { files })
    }

    /// A tree of these files, for tests.
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect() }
    }

    /// Every file, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files whose name ends with a dot and `ending`.
    pub fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| Path::new(path).extension().is_some_and(|found| found == ending))
    }

    /// The text of a file, if it exists.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a file or a folder stands there.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(p, _)| p.starts_with(&folder))
    }

    /// The folders that hold a package: those with a `Cargo.toml` that has a `[package]`. The top of the tree is `""`.
    pub fn packages(&self) -> impl Iterator<Item = &str> {
        self.files().filter_map(|(path, text)| {
            let folder = path.strip_suffix("Cargo.toml")?;
            text.lines().any(|line| line.trim() == "[package]").then(|| folder.trim_end_matches('/'))
        })
    }
}

fn text_of(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(String::new()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_git_ignores_are_not_in_the_tree() {
        let tree = Tree::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))).unwrap();
        assert!(tree.text("tests/tidy/src/tree.rs").is_some());
        assert!(tree.files().all(|(path, _)| !path.starts_with("target/") && !path.starts_with(".git/")));
    }

    #[test]
    fn a_folder_is_there_and_the_beginning_of_its_name_is_not() {
        let tree = Tree::of([("docs/pictures/a.txt", "")]);
        assert!(tree.has("docs") && tree.has("docs/pictures/") && tree.has("docs/pictures/a.txt"));
        assert!(!tree.has("doc") && !tree.has("docs/pic"));
    }
}
