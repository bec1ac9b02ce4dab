//! A CSV file with named columns, whose rows know their lines.

use std::{fs, io::Cursor, path::Path, rc::Rc};

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord, Trim};

use super::{
    day::ms,
    problem::{FileProblem, WhatIfError},
};

/// The columns of a visit and of a window as a complaint lists them.
const COLUMNS: [(&str, &str); 2] = [
    ("ticket", "ticket, arrival_ms, service_ms, class, zone, eff_arrival_ms"),
    ("window", "window, zone, open_ms, close_ms"),
];

/// A file with a first line of names.
pub(super) struct Table<'a> {
    path: &'a Path,
    bytes: Rc<[u8]>,
    reader: Reader<Cursor<Rc<[u8]>>>,
    /// A byte of the file and its line, to count on from.
    counted: (usize, u64),
    names: Vec<&'static str>,
    record: StringRecord,
}

/// A row.
pub(super) struct Row<'a> {
    path: &'a Path,
    names: &'a [&'static str],
    record: &'a StringRecord,
    /// From 1.
    pub line: u64,
}

impl<'a> Table<'a> {
    /// Opens a file with some of the columns, the first `needed` of which must be there.
    pub fn open(path: &'a Path, columns: &[&'static str], needed: usize) -> Result<Self, WhatIfError> {
        let read = fs::read(path).map_err(|error| WhatIfError::new(path, None, FileProblem::Read(error)))?;
        let bytes: Rc<[u8]> = read.into();
        let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(Cursor::new(Rc::clone(&bytes)));
        let first = reader.headers().map_err(|error| explain(path, error, Some(1)))?.clone();
        let wrong = |problem| WhatIfError::new(path, Some(1), problem);
        let mut names = Vec::new();
        for name in &first {
            let known = columns.iter().find(|&&column| column == name.trim_start_matches('\u{feff}'));
            let Some(&known) = known.filter(|known| !names.contains(*known)) else {
                let all = COLUMNS.iter().find(|(first, _)| columns.contains(first)).map_or("", |(_, all)| all);
                return Err(wrong(FileProblem::Column(name.into(), all)));
            };
            names.push(known);
        }
        if let Some(missing) = columns.iter().take(needed).find(|column| !names.contains(*column)) {
            return Err(wrong(FileProblem::NoColumn(missing)));
        }
        Ok(Self { path, bytes, reader, counted: (0, 1), names, record: StringRecord::new() })
    }

    /// The next row; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, WhatIfError> {
        let read = self.reader.read_record(&mut self.record);
        let position = read.as_ref().map_or_else(|error| error.position(), |_| self.record.position()).cloned();
        let line = position.map(|position| self.line(&position));
        let is_row = read.map_err(|error| explain(self.path, error, line))?;
        let line = line.unwrap_or_default();
        let Self { path, names, record, .. } = self;
        Ok(is_row.then_some(Row { path, names, record, line }))
    }
}

impl Table<'_> {
    /// The line on which a row begins: the reader gives the place where it began to look, before empty lines.
    fn line(&mut self, position: &Position) -> u64 {
        let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        let is_blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let blanks = self.bytes.iter().skip(from).take_while(is_blank).count();
        let (counted, mut line) = self.counted;
        let begin = from.saturating_add(blanks);
        let passed = self.bytes.get(counted..begin).unwrap_or_default();
        line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.counted = (begin, line);
        line
    }
}

impl Row<'_> {
    /// What is wrong on this line.
    pub fn wrong(&self, problem: FileProblem) -> WhatIfError {
        WhatIfError::new(self.path, Some(self.line), problem)
    }

    /// A field; `None` when it is empty or its column is not there.
    pub fn may_be(&self, column: &str) -> Option<&str> {
        let place = self.names.iter().position(|name| *name == column)?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    /// A field that must not be empty.
    pub fn text(&self, column: &'static str) -> Result<&str, WhatIfError> {
        self.may_be(column).ok_or_else(|| self.wrong(FileProblem::Empty(column)))
    }

    /// A field in whole milliseconds.
    pub fn ms(&self, column: &'static str) -> Result<u64, WhatIfError> {
        let text = self.text(column)?;
        ms(text).ok_or_else(|| self.wrong(FileProblem::NotMs { column, text: text.into() }))
    }
}

fn explain(path: &Path, error: csv::Error, line: Option<u64>) -> WhatIfError {
    let problem = match error.into_kind() {
        ErrorKind::Utf8 { .. } => FileProblem::NotUtf8,
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            FileProblem::Fields { expected: expected_len, found: len }
        }
        ErrorKind::Io(error) => FileProblem::Read(error),
        other => FileProblem::Read(std::io::Error::other(format!("{other:?}"))),
    };
    WhatIfError::new(path, line, problem)
}
