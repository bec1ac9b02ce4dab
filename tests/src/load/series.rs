//! The time series with what people felt in each interval, as rows of a table.

use std::fmt::Write;
use std::time::Duration;

use super::ledger::Phase;
use super::run::Seen;
use super::sampler::Sample;
use super::summary::percentiles;
use crate::bench::Percentiles;

/// One interval.
pub struct Row {
    /// The process at its end.
    pub sample: Sample,
    /// Answers of presses in it.
    pub answers: Option<Percentiles>,
    /// Each display of calls that were pressed in it.
    pub displays: Option<Percentiles>,
}

/// All rows. Latencies stand in intervals of this length at least, so that each has something to say.
pub fn rows(seen: &Seen, interval_s: f64) -> Vec<Row> {
    let pages = seen.world.ledger.pages();
    let mut rows = Vec::new();
    let mut from_s = 0.0;
    for sample in &seen.samples {
        let to_s = sample.at_s;
        if to_s - from_s < interval_s {
            continue;
        }
        let at = |seconds: f64| seen.began + Duration::from_secs_f64(seconds);
        let within = at(from_s)..at(to_s);
        let answers = percentiles(pages.answers(|press| within.contains(&press.at)));
        let displays = percentiles(pages.to_each_display(|press| within.contains(&press.at)));
        rows.push(Row { sample: sample.clone(), answers, displays });
        from_s = to_s;
    }
    rows
}

/// A table that any program reads.
pub fn csv(rows: &[Row]) -> String {
    let mut csv = String::from(
        "at_s,phase,memory_kib,descriptors,standing,threads,server_cpus,generator_cpus,load_average,errors,cuts,answers,\
         answer_p50_ms,answer_p99_ms,answer_max_ms,displays,display_p50_ms,display_p99_ms,display_max_ms\n",
    );
    for Row { sample: of, answers, displays } in rows {
        let (answers, displays) = (columns(answers.as_ref()), columns(displays.as_ref()));
        // Writing to a String can't fail.
        let _ = writeln!(
            csv,
            "{:.1},{},{},{},{},{},{:.3},{:.3},{:.2},{},{},{answers},{displays}",
            of.at_s,
            name(of.phase),
            of.memory_kib,
            of.descriptors,
            of.standing,
            of.threads,
            of.server_cpus,
            of.generator_cpus,
            of.load_average,
            of.errors,
            of.cuts
        );
    }
    csv
}

fn columns(of: Option<&Percentiles>) -> String {
    of.map_or("0,,,".to_owned(), |of| format!("{},{:.3},{:.3},{:.3}", of.count, of.p50, of.p99, of.max))
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Around => "around",
        Phase::Calm => "calm",
        Phase::Crowded => "crowded",
        Phase::Storm => "storm",
    }
}
