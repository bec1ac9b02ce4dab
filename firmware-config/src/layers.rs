//! The files that a profile is made of, such as hall, kind and device: each names the one that it inherits, and the nearer one
//! wins, key by key.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, Problem};

/// The most files that one profile is made of: hall, kind, device, and two to spare. A circle is longer.
const FILES_MAX: usize = 5;
/// The key that names the file to inherit.
pub(crate) const INHERITS: &str = "inherits";

/// One file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it stands.
    pub path: PathBuf,
    /// What stands in it.
    pub text: String,
}

/// A place in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Which file: 0 = the device's own.
    pub file: usize,
    /// Bytes from its beginning.
    pub at: usize,
}

/// What stands under one key once the files are laid over each other.
pub(crate) struct Entry<'a> {
    /// Where its key stands.
    pub key: Place,
    /// Where its value stands.
    pub value_at: Place,
    /// Its value.
    pub value: Value<'a>,
}

/// A section, or anything else.
pub(crate) enum Value<'a> {
    /// A section.
    Table(Layer<'a>),
    /// Anything else.
    Plain(&'a DeValue<'a>),
}

/// A section once the files are laid over each other.
pub(crate) type Layer<'a> = BTreeMap<&'a str, Entry<'a>>;

impl Source {
    /// Directory of the file, at which its relative paths begin.
    pub fn base(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The line of a place, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(&self.text).matches('\n').count() + 1
    }

    fn problem(&self, key: &str, at: usize, fault: Fault) -> Problem {
        Problem { file: self.path.clone(), key: key.into(), line: self.line(at), fault }
    }
}

/// The profile at `path` and everything that it inherits, the nearest first; what is no TOML or can't be read is in `problems`.
pub(crate) fn gather(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut next = Some(Source { path: path.into(), text: text.into() });
    while let Some(source) = next {
        next = follow(&source, sources.len(), problems);
        sources.push(source);
    }
    sources
}

/// What this file inherits.
fn follow(source: &Source, before: usize, problems: &mut Vec<Problem>) -> Option<Source> {
    let table = match DeTable::parse(&source.text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            problems.push(source.problem("", at, Fault::Syntax(error.message().to_owned())));
            return None;
        }
    };
    let (key, value) = table.get_key_value(INHERITS)?;
    let mut wrong = |fault| {
        problems.push(source.problem(INHERITS, key.span().start, fault));
        None
    };
    let Some(name) = value.get_ref().as_str().filter(|name| !name.is_empty() && !name.contains('\0')) else {
        return wrong(Fault::Form("\"../hall.toml\""));
    };
    if before + 1 >= FILES_MAX {
        return wrong(Fault::InheritsDeep(FILES_MAX));
    }
    let path = source.base().join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Some(Source { path, text }),
        Err(why) => wrong(Fault::Inherits(format!("{}: {why}", path.display()))),
    }
}

/// The files laid over each other; `tables` in the order of [`gather`].
pub(crate) fn merge<'a>(tables: &'a [DeTable<'a>]) -> Layer<'a> {
    let mut merged = Layer::new();
    for (file, table) in tables.iter().enumerate().rev() {
        lay(&mut merged, table, file);
    }
    merged
}

fn lay<'a>(under: &mut Layer<'a>, over: &'a DeTable<'a>, file: usize) {
    for (key, value) in over {
        let place = |at: usize| Place { file, at };
        let (key_at, value_at) = (place(key.span().start), place(value.span().start));
        let name: &'a str = key.get_ref();
        let value = match value.get_ref() {
            DeValue::Table(over) => {
                let mut table = match under.remove(name) {
                    Some(Entry { value: Value::Table(table), .. }) => table,
                    _ => Layer::new(),
                };
                lay(&mut table, over, file);
                Value::Table(table)
            }
            plain => Value::Plain(plain),
        };
        under.insert(name, Entry { key: key_at, value_at, value });
    }
}

/// The same as plain TOML, for what is rendered; every source is known to be TOML.
pub(crate) fn plain(sources: &[Source]) -> toml::Table {
    let tables = sources.iter().rev().filter_map(|source| source.text.parse::<toml::Table>().ok());
    tables.fold(toml::Table::new(), |mut under, over| {
        lay_plain(&mut under, over);
        under
    })
}

fn lay_plain(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => lay_plain(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}
