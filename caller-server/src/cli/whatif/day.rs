//! Visits and windows, from CSV.

use std::{collections::BTreeMap, path::Path};

use hall::{
    balance::ZoneMode,
    whatif::{Lanes, Opening, PACE_MILLI, TIME_MS_MAX, Visit, Window},
};

use super::{
    problem::{FileProblem, WhatIfError},
    rules::{NORMAL, NamedTerms},
    table::{Row, Table},
};

const VISIT_COLUMNS: [&str; 6] = ["ticket", "arrival_ms", "service_ms", "class", "zone", "eff_arrival_ms"];
const WINDOW_COLUMNS: [&str; 4] = ["window", "zone", "open_ms", "close_ms"];

/// Windows with their names, in the order of their numbers.
pub(super) struct Named {
    pub names: Vec<String>,
    /// The zones in the order in which the file names them.
    pub zones: Vec<String>,
    pub ids: Vec<Window>,
    pub openings: Vec<Opening>,
}

/// The windows 1 to `count` of zone A, always open.
pub(super) fn always_open(count: u32) -> Named {
    let names: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    let openings = (0..names.len()).map(|window| Opening { window, open_ms: 0, close_ms: None }).collect();
    Named { ids: vec![window_of(0); names.len()], names, zones: vec!["A".into()], openings }
}

/// The visits in the order of the file, and their tickets.
pub(super) fn visits(
    path: &Path,
    rules: &NamedTerms,
    zones: &[String],
) -> Result<(Vec<Visit>, Vec<String>), WhatIfError> {
    let mut table = Table::open(path, &VISIT_COLUMNS, 3)?;
    let (mut visits, mut tickets, mut lines) = (Vec::new(), Vec::new(), BTreeMap::new());
    while let Some(row) = table.next()? {
        let ticket = row.text("ticket")?;
        if let Some(line) = lines.insert(ticket.to_owned(), row.line) {
            return Err(row.wrong(FileProblem::TicketTwice { ticket: ticket.into(), line }));
        }
        tickets.push(ticket.to_owned());
        visits.push(visit(&row, rules, zones)?);
    }
    Ok((visits, tickets))
}

fn visit(row: &Row<'_>, rules: &NamedTerms, zones: &[String]) -> Result<Visit, WhatIfError> {
    let arrival_ms = row.ms("arrival_ms")?;
    let class = row.may_be("class").unwrap_or(NORMAL);
    let class_at = rules.classes.iter().position(|name| name == class);
    let zone = match rules.terms.zone_mode {
        ZoneMode::Given => Some(zone_at(row, zones)?),
        _ => None,
    };
    Ok(Visit {
        arrival_ms,
        effective_arrival_ms: row.may_be("eff_arrival_ms").map_or(Ok(arrival_ms), |_| row.ms("eff_arrival_ms"))?,
        service_ms: row.ms("service_ms")?,
        class: class_at.ok_or_else(|| {
            row.wrong(FileProblem::UnknownClass { class: class.into(), known: rules.classes.join(", ") })
        })?,
        lane: 0,
        zone,
    })
}

fn zone_at(row: &Row<'_>, zones: &[String]) -> Result<usize, WhatIfError> {
    let zone = row.text("zone")?;
    let at = zones.iter().position(|name| name == zone);
    at.ok_or_else(|| row.wrong(FileProblem::UnknownZone { zone: zone.into(), known: zones.join(", ") }))
}

/// The windows of a file.
pub(super) fn windows(path: &Path) -> Result<Named, WhatIfError> {
    let mut table = Table::open(path, &WINDOW_COLUMNS, 4)?;
    let mut zones: Vec<String> = Vec::new();
    // By number, then by name: (zone, its times with their lines).
    let mut windows: BTreeMap<(u64, String), (usize, Vec<Times>)> = BTreeMap::new();
    while let Some(row) = table.next()? {
        let (window, zone) = (row.text("window")?, row.text("zone")?);
        let zone_at = zones.iter().position(|name| name == zone).unwrap_or_else(|| {
            zones.push(zone.to_owned());
            zones.len() - 1
        });
        let number = window.parse().unwrap_or(u64::MAX);
        let (first_zone, times) = windows.entry((number, window.to_owned())).or_insert((zone_at, Vec::new()));
        if *first_zone != zone_at {
            let zone = zones.get(*first_zone).cloned().unwrap_or_default();
            return Err(row.wrong(FileProblem::OtherZone { window: window.into(), zone }));
        }
        times.push(opening(&row, window, times)?);
    }
    if windows.is_empty() {
        return Err(WhatIfError::new(path, None, FileProblem::NoWindow));
    }
    let mut named = Named { names: Vec::new(), zones, ids: Vec::new(), openings: Vec::new() };
    for (window, ((_, name), (zone, times))) in windows.into_iter().enumerate() {
        named.names.push(name);
        named.ids.push(window_of(zone));
        let opening = |(open_ms, close_ms)| Opening { window, open_ms, close_ms: Some(close_ms) };
        named.openings.extend(times.into_iter().map(opening));
    }
    Ok(named)
}

fn window_of(zone: usize) -> Window {
    Window { zone, lanes: Lanes::ALL, pace_milli: PACE_MILLI }
}

/// From when until when a window is open, ms.
type Times = (u64, u64);

fn opening(row: &Row<'_>, window: &str, before: &[Times]) -> Result<Times, WhatIfError> {
    let (open_ms, close_ms) = (row.ms("open_ms")?, row.ms("close_ms")?);
    if open_ms >= close_ms {
        return Err(row.wrong(FileProblem::ClosesEarly));
    }
    if before.iter().any(|&(open, close)| open < close_ms && open_ms < close) {
        return Err(row.wrong(FileProblem::Overlap(window.into())));
    }
    Ok((open_ms, close_ms))
}

/// Milliseconds as they are written.
pub(super) fn ms(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?.filter(|&ms| ms <= TIME_MS_MAX)
}
