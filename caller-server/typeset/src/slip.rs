//! The slip: what a visitor takes away from the dispenser.

mod samples;

use std::collections::BTreeSet;

use protocol::{
    Text,
    order::{Class, Language},
    view::WaitRange,
};

pub use samples::Sample;

use crate::{
    check,
    face::Face,
    template::{Template, TemplateError},
    vocabulary::{Must, Values, Vocabulary},
};

/// The template that is built in.
pub const BUILT_IN: &str = include_str!("../slip.toml");

/// An address as long as that of a citizen's page mostly is.
pub const URL_TYPICAL: &str = "http://hall.example:8080/t/0123456789abcdef0123456789abcdef";

/// What may stand on a slip.
pub const VOCABULARY: Vocabulary = Vocabulary {
    placeholders: &[
        "number",
        "hall",
        "lane",
        "zone",
        "direction",
        "ahead",
        "wait",
        "time",
        "class",
        "reprint",
        "url",
        "footer",
    ],
    conditions: &[
        "wait_known",
        "ahead_known",
        "zone_known",
        "offline",
        "reprint",
        "priority",
        "appointment",
        "footer",
        "zh",
        "en",
    ],
    musts: &[
        Must {
            placeholder: "number",
            when: None,
            both: false,
            percent_min: 20.0,
            example: "kind = \"text\", text = \"{number}\", size_percent = 36, fit = \"shrink\", unconditional/无条件",
        },
        Must {
            placeholder: "reprint",
            when: Some("reprint"),
            both: true,
            percent_min: 4.0,
            example: "kind = \"text\", zh = \"{reprint}\", en = \"{reprint}\", when = [\"reprint\"]",
        },
    ],
};

/// The values of a slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// `A001`.
    pub number: String,
    /// The hall's name.
    pub hall: Text,
    /// The queue's name.
    pub lane: Text,
    /// Where to wait; unknown when cut off.
    pub zone: Option<Text>,
    /// Tickets before; unknown when cut off.
    pub ahead: Option<u32>,
    /// The expected wait; `None` = unknown.
    pub wait: Option<WaitRange>,
    /// `2026-11-23 17:45`, by the hall's clock.
    pub time: String,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// The citizen's page.
    pub url: String,
    /// The hall's last words.
    pub footer: Text,
    /// Whether it was given out while cut off from the server.
    pub offline: bool,
    /// Whether the same number may be on paper already.
    pub reprint: bool,
}

/// Reads a template of slips and makes sure that it does for every slip whose code leads to an address like `url`.
///
/// # Errors
/// Everything that is wrong in it.
pub fn template(text: &str, url: &str) -> Result<Template, TemplateError> {
    let template = Template::parse(text, &VOCABULARY)?;
    let values: Vec<Values> = Sample::ALL.iter().map(|sample| sample.slip(url).values()).collect();
    // Sizes are those of the built-in font: the same on every machine.
    check::sizes(&mut Face::built_in(), &template, &values)?;
    Ok(template)
}

impl Slip {
    /// What a template says with it.
    pub fn values(&self) -> Values {
        let same = |word: &str| Text::new(word, word);
        let words = [
            ("number", same(&self.number)),
            ("hall", self.hall.clone()),
            ("lane", self.lane.clone()),
            ("zone", self.zone.clone().unwrap_or_default()),
            ("direction", self.direction()),
            ("ahead", self.ahead.map(|ahead| same(&ahead.to_string())).unwrap_or_default()),
            ("wait", self.wait_range()),
            ("time", same(&self.time)),
            ("class", class(self.class)),
            ("reprint", Text::new("补打", "Reprint")),
            ("url", same(&self.url)),
            ("footer", self.footer.clone()),
        ];
        Values { language: self.language, words: words.into(), holds: self.holds() }
    }

    fn holds(&self) -> BTreeSet<&'static str> {
        let all = [
            ("wait_known", self.wait.is_some()),
            ("ahead_known", self.ahead.is_some()),
            ("zone_known", self.zone.is_some()),
            ("offline", self.offline),
            ("reprint", self.reprint),
            ("priority", self.class == Class::Priority),
            ("appointment", self.class == Class::Appointment),
            ("footer", self.footer != Text::default()),
            ("zh", self.language == Language::Zh),
            ("en", self.language == Language::En),
        ];
        all.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
    }

    fn direction(&self) -> Text {
        self.zone.as_ref().map_or_else(
            || Text::new("请看叫号屏", "Please watch the screens"),
            |zone| Text::new(format!("请在 {} 等候", zone.zh), format!("Please wait in {}", zone.en)),
        )
    }

    fn wait_range(&self) -> Text {
        match self.wait {
            Some(WaitRange { low_min, high_min }) => {
                Text::new(format!("{low_min}–{high_min} 分钟"), format!("{low_min} to {high_min} minutes"))
            }
            None => Text::new("未知", "unknown"),
        }
    }
}

fn class(class: Class) -> Text {
    match class {
        Class::Normal => Text::default(),
        Class::Returning => Text::new("返回", "Returning"),
        Class::Priority => Text::new("优先", "Priority"),
        Class::Appointment => Text::new("预约", "Appointment"),
    }
}

#[cfg(test)]
mod tests;
