//! The rules of a what-if, from TOML.

use std::{collections::BTreeMap, fs, path::Path};

use hall::{
    balance::{IdlePick, OFFSET_MS_MAX, RATE_PART_MAX, Rate, Rules, Score, ZoneMode},
    whatif::{TIME_MS_MAX, Terms},
    words::Class,
};
use serde::Deserialize;

use super::{
    problem::{FileProblem, WhatIfError},
    switches::{Classes, ReserveTable, SwitchTable},
};
use crate::config::{explain, line_of};

/// The class of a visit that names none.
pub(super) const NORMAL: &str = "normal";

/// The terms of a replay, and the names of its classes.
pub(super) struct NamedTerms {
    pub terms: Terms,
    /// In the order of [`Terms::classes`].
    pub classes: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    classes: BTreeMap<String, ClassTable>,
    zones: Option<ZonesTable>,
    idle_pick: IdlePick,
    ratio: Option<BTreeMap<String, u32>>,
    reserved: Vec<ReserveTable>,
    switches: Vec<SwitchTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassTable {
    #[serde(default)]
    offset_ms: i64,
    #[serde(default)]
    rate: Option<Value>,
    #[serde(default)]
    cap_ms: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZonesTable {
    mode: ZoneMode,
    #[serde(default)]
    steal_after_ms: Option<Value>,
}

/// A number, or a word in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Whole(i64),
    Decimal(f64),
    Text(String),
}

/// Reads and checks a file; without one, the rules of a new hall.
pub(super) fn read(path: Option<&Path>, press_gap_ms: u64) -> Result<NamedTerms, WhatIfError> {
    let text = path.map_or(Ok(String::new()), |path| {
        fs::read_to_string(path).map_err(|error| WhatIfError::new(path, None, FileProblem::Read(error)))
    })?;
    let path = path.unwrap_or(Path::new("rules.toml"));
    let file: File = toml::from_str(&text).map_err(|error| WhatIfError::Toml(explain(&text, &error).in_file(path)))?;
    named(file, press_gap_ms).map_err(|(key, problem)| {
        let line = line_of(&text, &key).and_then(|line| u64::try_from(line).ok());
        WhatIfError::new(path, line, problem)
    })
}

/// A key and what is wrong with its value.
pub(super) type AtKey = (String, FileProblem);

fn named(file: File, press_gap_ms: u64) -> Result<NamedTerms, AtKey> {
    let (zone_mode, steal_after_ms) = zones(file.zones, "zones")?;
    let mut scores = if file.classes.is_empty() { of_a_new_hall() } else { BTreeMap::new() };
    for (name, class) in file.classes {
        let score = score(&format!("classes.{name}"), class)?;
        scores.insert(name, score);
    }
    scores.entry(NORMAL.into()).or_insert(FIRST_COME);
    let (classes, scores): (Vec<String>, _) = scores.into_iter().unzip();
    let names = Classes(&classes);
    let terms = Terms {
        classes: scores,
        ratio: file.ratio.map(|ratio| names.ratio(&ratio, "ratio")).transpose()?,
        reserved: names.reserved(file.reserved, "reserved")?,
        zone_mode,
        steal_after_ms,
        idle_pick: file.idle_pick,
        switches: names.switches(file.switches)?,
        press_gap_ms,
    };
    Ok(NamedTerms { terms, classes })
}

/// A class of which nothing is written.
const FIRST_COME: Score = Score { offset_ms: 0, rate: Rate::ONE, cap_ms: None };

fn of_a_new_hall() -> BTreeMap<String, Score> {
    let rules = Rules::default();
    let name = |class| match class {
        Class::Normal => NORMAL,
        Class::Returning => "returning",
        Class::Priority => "priority",
        Class::Appointment => "appointment",
    };
    Class::ALL.into_iter().map(|class| (name(class).to_owned(), rules.of(class))).collect()
}

/// R1 of the class that stands at a key.
pub(super) fn score(key: &str, class: ClassTable) -> Result<Score, AtKey> {
    let at = |field| format!("{key}.{field}");
    if class.offset_ms.unsigned_abs() > OFFSET_MS_MAX.unsigned_abs() {
        return Err((at("offset_ms"), FileProblem::Offset(class.offset_ms)));
    }
    let rate_of = |value: &Value| rate(&value.text()).ok_or_else(|| (at("rate"), FileProblem::Rate(value.text())));
    Ok(Score {
        offset_ms: class.offset_ms,
        rate: class.rate.as_ref().map_or(Ok(Rate::ONE), rate_of)?,
        cap_ms: class.cap_ms.as_ref().map_or(Ok(None), |value| limit(value, || at("cap_ms")))?,
    })
}

/// R4, as it stands at a key.
pub(super) fn zones(table: Option<ZonesTable>, key: &str) -> Result<(ZoneMode, Option<u64>), AtKey> {
    let Some(ZonesTable { mode, steal_after_ms }) = table else { return Ok((ZoneMode::Lew, Some(0))) };
    match steal_after_ms {
        Some(value) => Ok((mode, limit(&value, || format!("{key}.steal_after_ms"))?)),
        None if mode == ZoneMode::Shared => Ok((mode, Some(0))),
        None => Err((format!("{key}.mode"), FileProblem::NoSteal)),
    }
}

/// Milliseconds, or `None` for "never".
fn limit(value: &Value, key: impl Fn() -> String) -> Result<Option<u64>, AtKey> {
    let limit = match value {
        Value::Whole(ms) => u64::try_from(*ms).ok().filter(|&ms| ms <= TIME_MS_MAX).map(Some),
        Value::Text(text) if text == "never" => Some(None),
        _ => None,
    };
    limit.ok_or_else(|| (key(), FileProblem::NotALimit(value.text())))
}

/// `1`, `0.5` or `3/2`, exactly.
fn rate(text: &str) -> Option<Rate> {
    if let Some((above, below)) = text.split_once('/') {
        return Rate::new(digits(above)?, digits(below)?);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let places = u32::try_from(part.len()).ok()?;
    let below = 10_u32.checked_pow(places).filter(|&below| below <= RATE_PART_MAX)?;
    let part = if part.is_empty() { 0 } else { digits(part)? };
    Rate::new(digits(whole)?.checked_mul(below)?.checked_add(part)?, below)
}

fn digits(text: &str) -> Option<u32> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}
