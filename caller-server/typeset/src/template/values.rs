//! The values of one element as they stand in the file, each with its place.

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{Fault, Problem};

/// What may stand in an element, and which kinds have it.
const KEYS: [(&str, &[&str]); 13] = [
    ("kind", &["text", "qr", "rule", "gap"]),
    ("text", &["text"]),
    ("zh", &["text"]),
    ("en", &["text"]),
    ("size_percent", &["text", "qr"]),
    ("second_percent", &["text"]),
    ("align", &["text"]),
    ("weight", &["text"]),
    ("inverse", &["text"]),
    ("fit", &["text"]),
    ("content", &["qr"]),
    ("thickness_dots", &["rule"]),
    ("height_percent", &["gap"]),
];
const STYLE: (&str, &[&str]) = ("style", &["rule"]);
const CONDITIONS: [(&str, &[&str]); 2] =
    [("when", &["text", "qr", "rule", "gap"]), ("unless", &["text", "qr", "rule", "gap"])];

/// The values of an element.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    pub text: Option<Spanned<String>>,
    pub zh: Option<Spanned<String>>,
    pub en: Option<Spanned<String>>,
    pub size_percent: Option<Spanned<f32>>,
    pub second_percent: Option<Spanned<f32>>,
    pub align: Option<Spanned<String>>,
    pub weight: Option<Spanned<String>>,
    pub inverse: Option<bool>,
    pub fit: Option<Spanned<String>>,
    pub content: Option<Spanned<String>>,
    pub thickness_dots: Option<Spanned<f32>>,
    pub style: Option<Spanned<String>>,
    pub height_percent: Option<Spanned<f32>>,
    pub when: Vec<Spanned<String>>,
    pub unless: Vec<Spanned<String>>,
}

/// Where a template's faults are gathered.
pub(super) struct Reading<'a> {
    pub text: &'a str,
    pub problems: Vec<Problem>,
}

impl Reading<'_> {
    /// The line of a place in the text, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1
    }

    /// Notes a fault.
    pub fn wrong(&mut self, key: &'static str, at: usize, fault: Fault) {
        let line = self.line(at);
        self.problems.push(Problem { line, key, fault });
    }
}

/// Which kind an element says it is; every key that the kind does not have is a fault.
pub(super) fn kind(reading: &mut Reading<'_>, table: &DeTable<'_>, at: usize) -> Option<&'static str> {
    const KINDS: [&str; 4] = ["text", "qr", "rule", "gap"];
    let Some(value) = table.get("kind") else {
        reading.wrong("kind", at, Fault::Absent("kind = \"text\""));
        return None;
    };
    let kind = KINDS.into_iter().find(|kind| value.get_ref().as_str() == Some(kind));
    let Some(kind) = kind else {
        reading.wrong("kind", value.span().start, Fault::Choice(KINDS.to_vec()));
        return None;
    };
    let all = KEYS.iter().chain([&STYLE]).chain(&CONDITIONS);
    let known: Vec<&str> = all.filter(|(_, kinds)| kinds.contains(&kind)).map(|(key, _)| *key).collect();
    for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
        let fault = Fault::Unknown { key: key.get_ref().to_string(), known: known.clone() };
        reading.wrong("", key.span().start, fault);
    }
    Some(kind)
}

/// The values of an element; one of a wrong kind is a fault, and the others are looked at without it.
pub(super) fn values(reading: &mut Reading<'_>, element: &Spanned<DeValue<'_>>) -> Raw {
    let mut element = element.clone();
    loop {
        let failed = match Raw::deserialize(ValueDeserializer::from(element.clone())) {
            Ok(raw) => return raw,
            Err(error) => error,
        };
        let at = failed.span().map_or(element.span().start, |span| span.start);
        reading.wrong("", at, Fault::Kind(failed.message().to_owned()));
        if !take_away(&mut element, at) {
            return Raw::default();
        }
    }
}

/// Takes the value that stands at a place out of an element.
fn take_away(element: &mut Spanned<DeValue<'_>>, at: usize) -> bool {
    let DeValue::Table(table) = element.get_mut() else { return false };
    let before = table.len();
    let found = table.iter().find(|(_, value)| value.span().contains(&at)).map(|(key, _)| key.clone());
    found.is_some_and(|key| table.remove(&key).is_some()) && table.len() < before
}
