//! What a replay came to: a row for each visit, and the figures.

use std::{collections::BTreeMap, io, path::Path};

use hall::whatif::{Day, Served, Spread, Tally, WaitTally};
use serde::Serialize;

use super::problem::{FileProblem, WhatIfError};
use crate::whatif::{cv, real};

/// The names behind the places.
pub(super) struct Names<'a> {
    pub classes: &'a [String],
    pub zones: &'a [String],
    pub windows: &'a [String],
}

/// The figures, as they are written.
#[derive(Serialize)]
pub(super) struct Summary {
    visits: u64,
    served: u64,
    unserved: u64,
    target_ms: u64,
    wait: Wait,
    by_class: BTreeMap<String, Wait>,
    by_zone: BTreeMap<String, Wait>,
    windows: Vec<Window>,
    spread: Spreads,
}

/// Waits; `null` where nobody was served.
#[derive(Serialize)]
struct Wait {
    served: u64,
    unserved: u64,
    mean_ms: Option<f64>,
    p50_ms: Option<u64>,
    p95_ms: Option<u64>,
    max_ms: Option<u64>,
    over_target_share: Option<f64>,
}

#[derive(Serialize)]
struct Window {
    window: String,
    zone: String,
    served: u64,
    busy_ms: u64,
}

#[derive(Serialize)]
struct Spreads {
    served: Option<Figures>,
    busy_ms: Option<Figures>,
}

/// How far the windows lie apart.
#[derive(Serialize)]
struct Figures {
    min: u64,
    mean: f64,
    max: u64,
    cv: f64,
}

impl Summary {
    pub fn new(day: &Day, tally: &Tally, names: &Names<'_>, target_ms: u64) -> Self {
        let named = |names: &[String], waits: &[WaitTally]| {
            names
                .iter()
                .cloned()
                .zip(waits.iter().map(Wait::of))
                .filter(|(_, wait)| wait.served + wait.unserved > 0)
                .collect()
        };
        let windows = names.windows.iter().zip(&day.windows).zip(&tally.windows);
        let zone = |place: usize| names.zones.get(place).cloned().unwrap_or_default();
        Self {
            visits: tally.all.served + tally.all.unserved,
            served: tally.all.served,
            unserved: tally.all.unserved,
            target_ms,
            wait: Wait::of(&tally.all),
            by_class: named(names.classes, &tally.by_class),
            by_zone: named(names.zones, &tally.by_zone),
            windows: windows
                .map(|((window, at), done)| Window {
                    window: window.clone(),
                    zone: zone(at.zone),
                    served: done.served,
                    busy_ms: done.busy_ms,
                })
                .collect(),
            spread: Spreads {
                served: Spread::of(tally.windows.iter().map(|window| window.served)).map(Figures::of),
                busy_ms: Spread::of(tally.windows.iter().map(|window| window.busy_ms)).map(Figures::of),
            },
        }
    }

    /// In two sentences.
    pub fn in_words(&self) -> String {
        let minutes = |ms: f64| ms / 60_000.0;
        let mean = minutes(self.wait.mean_ms.unwrap_or_default());
        let p95 = minutes(real(self.wait.p95_ms.unwrap_or_default()));
        let (visits, unserved) = (self.visits, self.unserved);
        format!(
            "{visits} visits, {unserved} not served; mean wait {mean:.1} min, 95 in 100 no longer than {p95:.1} min.\n\
             共{visits}个号，{unserved}个未获服务；平均等候{mean:.1}分钟，95%不超过{p95:.1}分钟。"
        )
    }
}

impl Wait {
    fn of(tally: &WaitTally) -> Self {
        let some = tally.served > 0;
        let share = |sum: u128| some.then(|| real(sum) / real(tally.served));
        Self {
            served: tally.served,
            unserved: tally.unserved,
            mean_ms: share(tally.sum_ms),
            p50_ms: some.then_some(tally.p50_ms),
            p95_ms: some.then_some(tally.p95_ms),
            max_ms: some.then_some(tally.max_ms),
            over_target_share: share(tally.over_target.into()),
        }
    }
}

impl Figures {
    fn of(spread: Spread) -> Self {
        let mean = real(spread.sum) / real(spread.count);
        Self { min: spread.min, mean, max: spread.max, cv: cv(spread) }
    }
}

/// Writes a row for each visit, in their order.
pub(super) fn write_out(
    path: &Path,
    day: &Day,
    tickets: &[String],
    served: &[Option<Served>],
    names: &Names<'_>,
) -> Result<(), WhatIfError> {
    let failed = |error: io::Error| WhatIfError::new(path, None, FileProblem::Write(error));
    let csv_failed = |error: csv::Error| failed(io::Error::from(error));
    let mut writer = csv::Writer::from_path(path).map_err(csv_failed)?;
    writer
        .write_record(["ticket", "arrival_ms", "start_ms", "end_ms", "wait_ms", "window", "zone"])
        .map_err(csv_failed)?;
    for ((visit, ticket), served) in day.visits.iter().zip(tickets).zip(served) {
        let arrival_ms = visit.arrival_ms.to_string();
        let row = match served {
            None => {
                [ticket.clone(), arrival_ms, String::new(), String::new(), String::new(), String::new(), String::new()]
            }
            Some(Served { start_ms, end_ms, window }) => [
                ticket.clone(),
                arrival_ms,
                start_ms.to_string(),
                end_ms.to_string(),
                (start_ms - visit.arrival_ms).to_string(),
                names.windows.get(*window).cloned().unwrap_or_default(),
                day.windows.get(*window).and_then(|at| names.zones.get(at.zone)).cloned().unwrap_or_default(),
            ],
        };
        writer.write_record(row).map_err(csv_failed)?;
    }
    writer.flush().map_err(failed)
}
