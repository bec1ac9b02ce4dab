//! States as files have them.

use std::collections::BTreeMap;

use hall::forecast::{AtWindow, Queue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{Place, Problem};

/// A state, read.
pub(super) struct Stated {
    pub id: Value,
    pub place: Place,
    pub queue: Queue,
}

/// How the states were written; the results are written likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    List,
    One,
    Lines,
}

/// A state as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Value,
    mean_ms: u64,
    cv: f64,
    queue: u64,
    elapsed_ms: Vec<Option<u64>>,
    #[serde(default)]
    resume_in_ms: Option<Vec<u64>>,
    #[serde(default)]
    pause_in_ms: Option<BTreeMap<String, u64>>,
}

/// Reads all states.
pub(super) fn read(text: &str) -> Result<(Form, Vec<Stated>), Problem> {
    let texts: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    let values = texts.map_err(|error| Problem::Json { line: error.line(), column: error.column(), error })?;
    let (form, values) = match <[Value; 1]>::try_from(values) {
        Ok([Value::Array(list)]) => (Form::List, list),
        Ok(one) => (Form::One, one.into()),
        Err(lines) => (Form::Lines, lines),
    };
    let states = values.into_iter().enumerate().map(|(at, value)| stated(at, value));
    Ok((form, states.collect::<Result<_, _>>()?))
}

fn stated(at: usize, value: Value) -> Result<Stated, Problem> {
    let place = Place { number: at + 1, id: value.get("id").cloned() };
    let written: Written =
        serde_json::from_value(value).map_err(|error| Problem::Form { place: place.clone(), error })?;
    let windows = windows(&written, &place)?;
    let Written { id, mean_ms, cv, queue: waiting, .. } = written;
    Ok(Stated { id, place, queue: Queue { mean_ms, cv, waiting, windows } })
}

fn windows(written: &Written, place: &Place) -> Result<Vec<AtWindow>, Problem> {
    let open = written.elapsed_ms.iter().map(|elapsed_ms| AtWindow { elapsed_ms: *elapsed_ms, ..AtWindow::default() });
    let mut windows: Vec<AtWindow> = open.collect();
    for (key, pauses_in_ms) in written.pause_in_ms.iter().flatten() {
        let window = key.parse::<usize>().ok().and_then(|at| windows.get_mut(at));
        let unknown =
            || Problem::UnknownWindow { place: place.clone(), key: key.clone(), windows: written.elapsed_ms.len() };
        window.ok_or_else(unknown)?.pauses_in_ms = Some(*pauses_in_ms);
    }
    let paused = written.resume_in_ms.iter().flatten();
    windows.extend(paused.map(|opens_in_ms| AtWindow { opens_in_ms: *opens_in_ms, ..AtWindow::default() }));
    Ok(windows)
}

impl Form {
    /// The results as a text.
    pub fn write(self, results: &[impl Serialize]) -> String {
        let line = |result| serde_json::to_string(result).expect("invariant: a result has text keys and numbers alone");
        let lines: Vec<String> = results.iter().map(line).collect();
        match self {
            Self::List if lines.is_empty() => "[]\n".into(),
            Self::List => format!("[\n{}\n]\n", lines.join(",\n")),
            Self::One | Self::Lines => lines.iter().map(|line| format!("{line}\n")).collect(),
        }
    }
}
