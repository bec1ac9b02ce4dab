//! From TOML to elements.

use std::collections::BTreeSet;

use protocol::order::Language;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Align, ELEMENTS_MAX, Element, Fault, First, Fit, Phrase, TEMPLATE_BYTES_MAX, Template, TemplateError, TextElement,
    What, Words,
    values::{Raw, Reading, kind, values},
};
use crate::vocabulary::{Must, Vocabulary};

/// Height of a character: 58 mm paper has 48 mm of dots, and 2 mm is the smallest that people read.
const TEXT_PERCENT: (f32, f32) = (3.5, 60.0);
const TEXT_PERCENT_DEFAULT: f32 = 6.2;
const SECOND_PERCENT_DEFAULT: f32 = 4.2;
const QR_PERCENT: (f32, f32) = (10.0, 100.0);
const QR_PERCENT_DEFAULT: f32 = 50.0;
const GAP_PERCENT: (f32, f32) = (0.5, 50.0);
const RULE_DOTS: (f32, f32) = (1.0, 40.0);
const RULE_DOTS_DEFAULT: f32 = 2.0;
const ALIGNS: [(&str, Align); 3] = [("center", Align::Center), ("left", Align::Left), ("right", Align::Right)];
const FITS: [(&str, Fit); 2] = [("wrap", Fit::Wrap), ("shrink", Fit::Shrink)];
const FIRSTS: [(&str, First); 3] =
    [("visitor", First::Visitor), ("zh", First::Always(Language::Zh)), ("en", First::Always(Language::En))];

pub(super) fn template(text: &str, vocabulary: &Vocabulary) -> Result<Template, TemplateError> {
    let mut reading = Reading { text, problems: Vec::new() };
    let template = document(&mut reading, vocabulary);
    let mut problems = reading.problems;
    problems.sort_by_key(|problem| problem.line);
    template.filter(|_| problems.is_empty()).ok_or(TemplateError { problems })
}

fn document(reading: &mut Reading<'_>, vocabulary: &Vocabulary) -> Option<Template> {
    if reading.text.len() > TEMPLATE_BYTES_MAX {
        reading.wrong("", 0, Fault::TooLong);
        return None;
    }
    let table = match DeTable::parse(reading.text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reading.wrong("", at, Fault::Syntax(error.message().to_owned()));
            return None;
        }
    };
    for key in table.keys().filter(|key| !["first", "element"].contains(&key.get_ref().as_ref())) {
        let fault = Fault::Unknown { key: key.get_ref().to_string(), known: vec!["first", "element"] };
        reading.wrong("", key.span().start, fault);
    }
    let first = table.get("first").map_or(First::Visitor, |value| first(reading, value));
    let mut elements = elements(reading, &table, vocabulary);
    for must in vocabulary.musts {
        hold_to(reading, &mut elements, must);
    }
    Some(Template { elements, first })
}

fn first(reading: &mut Reading<'_>, value: &Spanned<DeValue<'_>>) -> First {
    let found = FIRSTS.iter().find(|(name, _)| value.get_ref().as_str() == Some(name));
    if found.is_none() {
        reading.wrong("first", value.span().start, Fault::Choice(FIRSTS.iter().map(|(name, _)| *name).collect()));
    }
    found.map_or(First::Visitor, |(_, first)| *first)
}

fn elements(reading: &mut Reading<'_>, table: &DeTable<'_>, vocabulary: &Vocabulary) -> Vec<Element> {
    let Some(value) = table.get("element") else {
        reading.wrong("", 0, Fault::Count(0));
        return Vec::new();
    };
    let Some(list) = value.get_ref().as_array() else {
        reading.wrong("element", value.span().start, Fault::Kind("[[element]]".into()));
        return Vec::new();
    };
    if list.is_empty() || list.len() > ELEMENTS_MAX {
        reading.wrong("", value.span().start, Fault::Count(list.len()));
    }
    list.iter().take(ELEMENTS_MAX).filter_map(|value| element(reading, value, vocabulary)).collect()
}

fn element(reading: &mut Reading<'_>, value: &Spanned<DeValue<'_>>, vocabulary: &Vocabulary) -> Option<Element> {
    let at = value.span().start;
    let Some(table) = value.get_ref().as_table() else {
        reading.wrong("element", at, Fault::Kind("[[element]]".into()));
        return None;
    };
    let kind = kind(reading, table, at)?;
    let mut reader = Reader { raw: values(reading, value), reading, vocabulary, at };
    let what = match kind {
        "text" => reader.text().map(What::Text),
        "qr" => reader.qr(),
        "rule" => Some(reader.rule()),
        _ => Some(reader.gap()),
    };
    let (when, unless) = reader.conditions();
    Some(Element { line: reader.reading.line(at), what: what?, when, unless, essential: false })
}

/// Looks for an element that does what must be done, and marks it; without one, that is a fault.
fn hold_to(reading: &mut Reading<'_>, elements: &mut [Element], must: &Must) {
    match elements.iter_mut().find(|element| does(element, must)) {
        Some(element) => element.essential = true,
        None => {
            let fault = Fault::Must { placeholder: must.placeholder, example: must.example };
            reading.wrong("", reading.text.len(), fault);
        }
    }
}

fn does(element: &Element, must: &Must) -> bool {
    let What::Text(text) = &element.what else { return false };
    let has = |phrase: &Option<Phrase>| phrase.as_ref().is_some_and(|phrase| phrase.has(must.placeholder));
    let (said, smallest) = match &text.words {
        Words::One(phrase) => (!must.both && phrase.has(must.placeholder), text.size_percent),
        Words::Each { zh, en } if must.both => (has(zh) && has(en), text.size_percent.min(text.second_percent)),
        Words::Each { zh, en } => (has(zh) || has(en), text.size_percent.min(text.second_percent)),
    };
    let stands = element.unless.is_empty() && element.when.iter().all(|condition| must.when == Some(condition));
    said && stands && smallest >= must.percent_min
}

/// One element that is being read.
struct Reader<'a, 'r> {
    reading: &'a mut Reading<'r>,
    vocabulary: &'a Vocabulary,
    raw: Raw,
    at: usize,
}

impl Reader<'_, '_> {
    fn text(&mut self) -> Option<TextElement> {
        let words = self.words();
        let size_percent =
            self.number("size_percent", self.raw.size_percent.clone(), TEXT_PERCENT_DEFAULT, TEXT_PERCENT);
        let second = SECOND_PERCENT_DEFAULT.min(size_percent);
        let second_percent = self.number("second_percent", self.raw.second_percent.clone(), second, TEXT_PERCENT);
        let align = self.choice("align", self.raw.align.clone(), Align::Center, &ALIGNS);
        let bold = self.choice("weight", self.raw.weight.clone(), false, &[("normal", false), ("bold", true)]);
        let fit = self.choice("fit", self.raw.fit.clone(), Fit::Wrap, &FITS);
        let inverse = self.raw.inverse.unwrap_or(false);
        Some(TextElement { words: words?, size_percent, second_percent, align, bold, inverse, fit })
    }

    fn words(&mut self) -> Option<Words> {
        let (one, zh, en) = (self.raw.text.take(), self.raw.zh.take(), self.raw.en.take());
        if one.is_some() == (zh.is_some() || en.is_some()) {
            self.reading.wrong("text", self.at, Fault::Words);
            return None;
        }
        if let Some(one) = one {
            return self.phrase("text", &one).map(Words::One);
        }
        let (zh, en) = (zh.map(|words| self.phrase("zh", &words)), en.map(|words| self.phrase("en", &words)));
        // A language that is there must be right.
        let sound = [&zh, &en].into_iter().all(|phrase| !matches!(phrase, Some(None)));
        sound.then_some(Words::Each { zh: zh.flatten(), en: en.flatten() })
    }

    fn qr(&mut self) -> Option<What> {
        let content = self.raw.content.take();
        let Some(content) = content else {
            self.reading.wrong("content", self.at, Fault::Absent("content = \"{url}\""));
            return None;
        };
        let content = self.phrase("content", &content);
        let size_percent = self.number("size_percent", self.raw.size_percent.clone(), QR_PERCENT_DEFAULT, QR_PERCENT);
        Some(What::Qr { content: content?, size_percent })
    }

    fn rule(&mut self) -> What {
        let thickness = self.number("thickness_dots", self.raw.thickness_dots.clone(), RULE_DOTS_DEFAULT, RULE_DOTS);
        let dashed = self.choice("style", self.raw.style.clone(), false, &[("solid", false), ("dashed", true)]);
        What::Rule { thickness_dots: crate::face::dots(thickness), dashed }
    }

    fn gap(&mut self) -> What {
        if self.raw.height_percent.is_none() {
            self.reading.wrong("height_percent", self.at, Fault::Absent("height_percent = 4"));
        }
        let (least, _) = GAP_PERCENT;
        What::Gap { height_percent: self.number("height_percent", self.raw.height_percent.clone(), least, GAP_PERCENT) }
    }

    fn phrase(&mut self, key: &'static str, words: &Spanned<String>) -> Option<Phrase> {
        let at = words.span().start;
        if words.get_ref().trim().is_empty() {
            self.reading.wrong(key, at, Fault::Empty);
            return None;
        }
        let read = Phrase::parse(words.get_ref(), self.vocabulary.placeholders);
        read.map_err(|faults| faults.into_iter().for_each(|fault| self.reading.wrong(key, at, fault))).ok()
    }

    fn number(
        &mut self,
        key: &'static str,
        value: Option<Spanned<f32>>,
        default: f32,
        (least, most): (f32, f32),
    ) -> f32 {
        let Some(value) = value else { return default };
        if (least..=most).contains(value.get_ref()) {
            return value.into_inner();
        }
        self.reading.wrong(key, value.span().start, Fault::Range(least, most));
        default
    }

    fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        value: Option<Spanned<String>>,
        default: T,
        of: &[(&'static str, T)],
    ) -> T {
        let Some(value) = value else { return default };
        let found = of.iter().find(|(name, _)| name == value.get_ref());
        if found.is_none() {
            self.reading.wrong(key, value.span().start, Fault::Choice(of.iter().map(|(name, _)| *name).collect()));
        }
        found.map_or(default, |(_, chosen)| *chosen)
    }

    fn conditions(&mut self) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let (when, unless) = (std::mem::take(&mut self.raw.when), std::mem::take(&mut self.raw.unless));
        let (when, unless) = (self.known("when", &when), self.known("unless", &unless));
        if let Some(both) = when.intersection(&unless).next() {
            self.reading.wrong("when", self.at, Fault::Never(both));
        }
        (when, unless)
    }

    fn known(&mut self, key: &'static str, names: &[Spanned<String>]) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        for name in names {
            match self.vocabulary.conditions.iter().find(|known| *known == name.get_ref()) {
                Some(known) => drop(found.insert(*known)),
                None => {
                    let fault =
                        Fault::Condition { name: name.get_ref().clone(), known: self.vocabulary.conditions.to_vec() };
                    self.reading.wrong(key, name.span().start, fault);
                }
            }
        }
        found
    }
}
