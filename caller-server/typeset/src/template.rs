//! A document of elements, as a manager writes it: TOML, read whole, every fault with its line.
//!
//! ```toml
//! first = "visitor"            # which language comes first: "visitor" (as the visitor chose), "zh" or "en"
//!
//! [[element]]
//! kind = "text"                # "text", "qr", "rule" or "gap"
//! zh = "前面还有 {ahead} 位"    # or text = "…" for words that are the same in both languages
//! en = "{ahead} ahead of you"
//! size_percent = 6.2           # height of a character, of the paper's width
//! when = ["ahead_known"]       # only if all of these hold
//! ```

mod fault;
mod phrase;
mod read;
mod values;

use std::collections::BTreeSet;

use protocol::{Text, order::Language};

pub use fault::{Fault, Problem, TemplateError};
pub use phrase::Phrase;

use crate::vocabulary::{Values, Vocabulary};

/// The largest template, bytes: the built-in one has 3 kB, and every dispenser hears it with every view.
pub const TEMPLATE_BYTES_MAX: usize = 8 * 1024;
/// The most elements.
pub const ELEMENTS_MAX: usize = 60;

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// From the top of the paper to its end.
    pub elements: Vec<Element>,
    /// Which language comes first.
    pub first: First,
}

/// Which language comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The one that the visitor chose.
    Visitor,
    /// Always this one.
    Always(Language),
}

/// One part of the paper, as wide as it.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Where it stands in the template, from 1.
    pub line: usize,
    /// What it is.
    pub what: What,
    /// Only if all of these hold.
    pub when: BTreeSet<&'static str>,
    /// Only if none of these holds.
    pub unless: BTreeSet<&'static str>,
    /// Whether it is one of those that must be there: room is kept for it.
    pub essential: bool,
}

/// What an element is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Words.
    Text(TextElement),
    /// A QR code in the middle.
    Qr {
        /// What is in it.
        content: Phrase,
        /// Its side with the white around, of the paper's width.
        size_percent: f32,
    },
    /// A line across the paper.
    Rule {
        /// How thick.
        thickness_dots: usize,
        /// Whether it is broken.
        dashed: bool,
    },
    /// White paper.
    Gap {
        /// How high, of the paper's width.
        height_percent: f32,
    },
}

/// Words and how they look.
#[derive(Debug, Clone, PartialEq)]
pub struct TextElement {
    /// What they say.
    pub words: Words,
    /// Height of a character of the first language, of the paper's width.
    pub size_percent: f32,
    /// And of the second language.
    pub second_percent: f32,
    /// Where on the line.
    pub align: Align,
    /// Thicker strokes.
    pub bold: bool,
    /// White on black.
    pub inverse: bool,
    /// What happens to a line that is too wide.
    pub fit: Fit,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// The same in both languages.
    One(Phrase),
    /// A line or more for each language that is there.
    Each {
        /// Chinese.
        zh: Option<Phrase>,
        /// English.
        en: Option<Phrase>,
    },
}

/// Where a text stands on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// In the middle.
    Center,
    /// At the left.
    Left,
    /// At the right.
    Right,
}

/// What happens to a text that is wider than the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It goes on in the next line.
    Wrap,
    /// It gets smaller, to half of its size; then it goes on in the next line.
    Shrink,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Everything that is wrong in it at once, in the order of the lines.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, TemplateError> {
        read::template(text, vocabulary)
    }

    /// The language that comes first on a paper with these values.
    pub fn first(&self, values: &Values) -> Language {
        match self.first {
            First::Visitor => values.language,
            First::Always(language) => language,
        }
    }

    /// The words that are the same on every paper, with their lines.
    pub fn fixed(&self) -> impl Iterator<Item = (usize, String)> {
        self.elements.iter().flat_map(|element| element.phrases().map(|phrase| (element.line, phrase.fixed())))
    }
}

impl Element {
    /// Whether it is on a paper with these values.
    pub fn stands(&self, values: &Values) -> bool {
        self.when.is_subset(&values.holds) && self.unless.is_disjoint(&values.holds)
    }

    fn phrases(&self) -> impl Iterator<Item = &Phrase> {
        let [one, zh, en] = match &self.what {
            What::Text(TextElement { words: Words::One(phrase), .. }) => [Some(phrase), None, None],
            What::Text(TextElement { words: Words::Each { zh, en }, .. }) => [None, zh.as_ref(), en.as_ref()],
            What::Qr { content, .. } => [Some(content), None, None],
            What::Rule { .. } | What::Gap { .. } => [None; 3],
        };
        [one, zh, en].into_iter().flatten()
    }
}

impl TextElement {
    /// The lines to be set: words and size in percent of the paper's width, the first language first. Words without a character
    /// are left out.
    pub fn lines(&self, values: &Values, first: Language) -> Vec<(String, f32)> {
        let said = |phrase: &Phrase, language| phrase.said(values, language);
        let lines = match &self.words {
            Words::One(phrase) => vec![said(phrase, first)],
            Words::Each { zh, en } => {
                let (zh, en) = (
                    zh.as_ref().map(|phrase| said(phrase, Language::Zh)),
                    en.as_ref().map(|phrase| said(phrase, Language::En)),
                );
                let ordered = if first == Language::Zh { [zh, en] } else { [en, zh] };
                ordered.into_iter().flatten().collect()
            }
        };
        let sizes = [self.size_percent, self.second_percent];
        lines.into_iter().zip(sizes).filter(|(line, _)| !line.trim().is_empty()).collect()
    }
}

/// The word for a language.
pub(crate) fn in_language(text: &Text, language: Language) -> &str {
    match language {
        Language::Zh => &text.zh,
        Language::En => &text.en,
    }
}

#[cfg(test)]
mod tests;
