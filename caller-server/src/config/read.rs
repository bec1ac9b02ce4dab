//! From text to settings, with line, key and remedy in every complaint.

use std::{fs, path::Path};

use super::{
    ConfigError, HallConfig, Problem,
    locate::{key_at, line_at, line_of},
};

/// How alike two words must be to be taken for a slip, 0 to 1.
const ALIKE_MIN: f64 = 0.75;

impl HallConfig {
    /// Reads and checks a file; without one, the defaults.
    ///
    /// # Errors
    /// What is wrong, in which file, on which line.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let read = fs::read_to_string(path).map_err(|error| ConfigError {
            file: None,
            line: None,
            key: None,
            problem: Problem::Read(error).into(),
        });
        read.and_then(|text| Self::parse(&text)).map_err(|error| error.in_file(path))
    }

    /// Reads and checks a text.
    ///
    /// # Errors
    /// What is wrong, and on which line.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| explain(text, &error))?;
        config.check().map_err(|error| {
            let line = error.key.as_deref().and_then(|key| line_of(text, key));
            ConfigError { line, ..error }
        })?;
        Ok(config)
    }
}

/// What TOML's reader says, with line, key and remedy.
pub(crate) fn explain(text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map(|span| span.start);
    let problem = unknown(error.message()).unwrap_or_else(|| Problem::Syntax(error.message().trim_end().into()));
    let key = match problem {
        Problem::UnknownKey { .. } => None,
        _ => offset.and_then(|offset| key_at(text, offset)),
    };
    let line = offset.map(|offset| line_at(text, offset));
    ConfigError { file: None, line, key, problem: problem.into() }
}

/// serde says such things in one sentence: "unknown field `zonne`, expected one of `zone`, `lanes`".
fn unknown(message: &str) -> Option<Problem> {
    let (is_key, rest) = match message.strip_prefix("unknown field ") {
        Some(rest) => (true, rest),
        None => (false, message.strip_prefix("unknown variant ")?),
    };
    let mut words = rest.split('`').skip(1).step_by(2).map(String::from);
    let word = words.next()?;
    let known: Vec<String> = words.collect();
    let meant = closest(&word, &known);
    Some(if is_key {
        Problem::UnknownKey { key: word, meant, known }
    } else {
        Problem::UnknownWord { word, meant, known }
    })
}

fn closest(word: &str, known: &[String]) -> Option<String> {
    let alike = |other: &String| strsim::jaro_winkler(word, other);
    let best = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) >= ALIKE_MIN).then(|| best.clone())
}
