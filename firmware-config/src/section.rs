//! Reads one section of a profile, key by key, and collects everything that is wrong instead of stopping at the first fault.

use std::{ops::Range, path::PathBuf};

use toml::de::DeValue;

use crate::{
    fault::{Fault, Kind, Problem},
    layers::{Layer, Place, Source, Value},
};

/// What is gathered while a profile is read.
pub(crate) struct Reading<'a> {
    /// The files that the profile is made of, the device's own first; never empty.
    pub sources: &'a [Source],
    /// Everything wrong so far, with its place.
    pub problems: Vec<(Place, Problem)>,
    /// Every key that was asked for, in full: what the examples must show.
    pub asked: Vec<String>,
    /// Every file that the profile names.
    pub paths: Vec<Named>,
}

/// A file that a profile names.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// The key, in full.
    pub key: String,
    /// Where it stands; `None` = it has its default.
    pub place: Option<Place>,
    /// As it is written, or the default.
    pub path: String,
    /// What it is.
    pub use_: Use,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The device writes it.
    Written,
    /// The device reads it, or it is one of its devices.
    Read,
    /// It is secret, and read with the profile.
    Secret,
}

impl<'a> Reading<'a> {
    /// Nothing yet.
    pub fn new(sources: &'a [Source]) -> Self {
        Self { sources, problems: Vec::new(), asked: Vec::new(), paths: Vec::new() }
    }

    /// Notes that `key` is wrong at this place.
    pub fn wrong(&mut self, key: impl Into<String>, place: Place, fault: Fault) {
        let Some(source) = self.sources.get(place.file) else { return };
        let problem = Problem { file: source.path.clone(), key: key.into(), line: source.line(place.at), fault };
        self.problems.push((place, problem));
    }

    /// Everything that is wrong: the device's own file first, each in the order of its lines.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_key(|(place, problem)| (place.file, problem.line));
        problems.into_iter().map(|(_, problem)| problem).collect()
    }

    fn join(&self, place: Option<Place>, path: &str) -> PathBuf {
        let source = self.sources.get(place.map_or(0, |place| place.file));
        source.map_or_else(|| path.into(), |source| source.base().join(path))
    }
}

/// One section. A key that is absent has its default; a key that is wrong is noted and has its default, too.
pub(crate) struct Section<'a, 'r, 't> {
    /// Its full name and a dot; empty at the top.
    prefix: String,
    /// Where it begins in the text.
    start: Place,
    table: Option<&'a Layer<'t>>,
    known: Vec<&'static str>,
    reading: &'a mut Reading<'r>,
}

impl<'a, 'r, 't> Section<'a, 'r, 't> {
    /// The profile as a whole.
    pub fn top(table: &'a Layer<'t>, reading: &'a mut Reading<'r>) -> Self {
        let start = Place { file: 0, at: 0 };
        Self { prefix: String::new(), start, table: Some(table), known: Vec::new(), reading }
    }

    /// Whether the key stands there.
    pub fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Knows a key that was read elsewhere.
    pub fn skip(&mut self, key: &'static str) {
        self.known.push(key);
    }

    /// A section within; without it, everything in it has its default.
    pub fn section<'b>(&'b mut self, key: &'static str) -> Section<'b, 'r, 't> {
        self.known.push(key);
        let found = self.table.and_then(|table| table.get(key));
        let table = found.and_then(|entry| match &entry.value {
            Value::Table(table) => Some(table),
            Value::Plain(_) => None,
        });
        let prefix = format!("{}{key}.", self.prefix);
        let start = found.map_or(self.start, |entry| entry.value_at);
        if found.is_some() && table.is_none() {
            self.wrong(key, Fault::Kind(Kind::Table));
        }
        Section { prefix, start, table, known: Vec::new(), reading: &mut *self.reading }
    }

    /// A text of the form that `is` accepts.
    pub fn text(&mut self, key: &'static str, form: &'static str, is: fn(&str) -> bool) -> Option<String> {
        let text = self.take(key, Kind::Text, |value| value.as_str().map(str::to_owned))?;
        if is(&text) {
            return Some(text);
        }
        self.wrong(key, Fault::Form(form));
        None
    }

    /// The same; its absence is a fault.
    pub fn required(&mut self, key: &'static str, form: &'static str, is: fn(&str) -> bool) -> String {
        if !self.has(key) {
            self.wrong(key, Fault::Missing(form));
        }
        self.text(key, form, is).unwrap_or_default()
    }

    /// A whole number in a range.
    pub fn number(&mut self, key: &'static str, default: u32, range: Range<u32>) -> u32 {
        let Some(number) = self.take(key, Kind::Number, whole) else { return default };
        match u32::try_from(number) {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.wrong(key, Fault::Range(range.start, range.end - 1));
                default
            }
        }
    }

    /// The same, without a default.
    pub fn optional_number(&mut self, key: &'static str, range: Range<u32>) -> Option<u32> {
        let start = range.start;
        if self.has(key) {
            return Some(self.number(key, start, range));
        }
        self.known.push(key);
        None
    }

    /// A list of texts of the form that `is` accepts; `None` without one, or with something wrong in it.
    pub fn texts(&mut self, key: &'static str, form: &'static str, is: fn(&str) -> bool) -> Option<Vec<String>> {
        let texts = self.take(key, Kind::List, |value| {
            let texts = value.as_array()?.iter().map(|text| text.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>()
        })?;
        if !texts.is_empty() && texts.iter().all(|text| is(text)) {
            return Some(texts);
        }
        self.wrong(key, Fault::Form(form));
        None
    }

    /// One of the words, as what it stands for.
    pub fn choice<T: Copy>(&mut self, key: &'static str, default: T, choices: &[(&'static str, T)]) -> T {
        let Some(word) = self.take(key, Kind::Text, |value| value.as_str().map(str::to_owned)) else { return default };
        let found = choices.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            self.wrong(key, Fault::Choice(choices.iter().map(|(name, _)| *name).collect()));
        }
        found.map_or(default, |(_, value)| *value)
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.take(key, Kind::Flag, |value| value.as_bool()).unwrap_or(default)
    }

    /// A file or directory that the device writes; a relative one begins at the directory of the file that names it.
    pub fn path(&mut self, key: &'static str, default: &str) -> PathBuf {
        let path = self.optional_path(key, Use::Written);
        path.unwrap_or_else(|| self.named(key, default.to_owned(), Use::Written))
    }

    /// One that the device reads, with a default.
    pub fn path_to_read(&mut self, key: &'static str, default: &str) -> PathBuf {
        self.optional_path(key, Use::Read).unwrap_or_else(|| PathBuf::from(default))
    }

    /// One without a default.
    pub fn optional_path(&mut self, key: &'static str, use_: Use) -> Option<PathBuf> {
        let path = self.text(key, "\"directory/name\"", is_path)?;
        Some(self.named(key, path, use_))
    }

    /// A list of files that the device reads, none when it is absent; relative ones begin where the list stands.
    pub fn paths(&mut self, key: &'static str) -> Vec<PathBuf> {
        let list = |value: &DeValue<'_>| {
            let names = value.as_array()?.iter().map(|name| name.get_ref().as_str().filter(|name| is_path(name)));
            names.map(|name| name.map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        let names = self.take(key, Kind::Paths, list).unwrap_or_default();
        names.into_iter().map(|name| self.named(key, name, Use::Read)).collect()
    }

    fn named(&mut self, key: &str, path: String, use_: Use) -> PathBuf {
        let place = self.table.and_then(|table| table.get(key)).map(|entry| entry.key);
        let joined = self.reading.join(place, &path);
        self.reading.paths.push(Named { key: format!("{}{key}", self.prefix), place, path, use_ });
        joined
    }

    /// Notes a fault of a key.
    pub fn wrong(&mut self, key: &str, fault: Fault) {
        let place = self.table.and_then(|table| table.get(key)).map_or(self.start, |entry| entry.key);
        self.reading.wrong(format!("{}{key}", self.prefix), place, fault);
    }

    /// Ends the section: every key that nobody asked for is a fault.
    pub fn end(mut self) {
        self.check_unknown();
    }

    /// The same, for one that is read in parts.
    pub fn check_unknown(&mut self) {
        let prefix = &self.prefix;
        self.reading.asked.extend(self.known.iter().map(|key| format!("{prefix}{key}")));
        let keys = self.table.into_iter().flat_map(Layer::keys).copied();
        let unknown: Vec<&str> = keys.filter(|key| !self.known.contains(key)).collect();
        for key in unknown {
            self.wrong(key, Fault::Unknown(self.known.clone()));
        }
    }

    fn take<T>(&mut self, key: &'static str, kind: Kind, read: impl Fn(&DeValue<'_>) -> Option<T>) -> Option<T> {
        self.known.push(key);
        let read = match &self.table.and_then(|table| table.get(key))?.value {
            Value::Plain(value) => read(value),
            Value::Table(_) => None,
        };
        if read.is_none() {
            self.wrong(key, Fault::Kind(kind));
        }
        read
    }
}

fn whole(value: &DeValue<'_>) -> Option<i128> {
    let number = value.as_integer()?;
    // A number with more digits than this is out of every range; its kind is right.
    Some(i128::from_str_radix(number.as_str(), number.radix()).unwrap_or(i128::MAX))
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && !path.contains('\0')
}
