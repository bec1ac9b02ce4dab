//! A hall, a district, a soak: a real server in a process of its own, held for long by this one, and measured.
//!
//! - `options`, `plan`, `ground`: what can be chosen, what is held in figures, the hall for it
//! - `yesterday`: a busy day before, so that what grows afterwards is neither a cache nor a day's visits
//! - `run`: from the first connection to the last; `world`: what everybody shares
//! - `visits`, `dispenser`, `console`: who comes, presses and is served
//! - `display`: who must show each call; `readers`: who reads nothing or little
//! - `ledger`, `sampler`: what was felt, and what the server's process took
//! - `summary`, `verdict`: what that comes to; `series`, `plot`, `page`: as a table, a picture, a page

mod console;
mod dispenser;
mod display;
mod ground;
mod ledger;
mod options;
mod page;
mod plan;
mod plot;
mod readers;
mod run;
mod sampler;
mod series;
mod summary;
mod verdict;
mod visits;
mod world;
mod yesterday;

use std::io;
use std::path::Path;

pub use ledger::Cut;
pub use options::{Options, What};
pub use summary::Summary;
pub use verdict::is_good;

use ledger::Phase;
use plot::{Band, Curve, Panel};
use run::Seen;
use series::Row;

/// Latencies of so many seconds make one point of a curve.
const POINT_S: f64 = 30.0;

/// Holds it, and writes figures, plots and a page into the directory for them.
///
/// # Errors
/// They can't be written.
pub async fn run(options: &Options) -> io::Result<Summary> {
    let seen = run::run(options).await;
    let summary = Summary::of(&seen);
    write(&options.out, &seen, &summary)?;
    Ok(summary)
}

fn write(out: &Path, seen: &Seen, summary: &Summary) -> io::Result<()> {
    std::fs::create_dir_all(out)?;
    let point_s = POINT_S.min(summary.lasted_s / 10.0);
    std::fs::write(out.join("summary.json"), serde_json::to_string_pretty(summary)?)?;
    std::fs::write(out.join("series.csv"), series::csv(&series::rows(seen, 0.0)))?;
    std::fs::write(out.join("series.svg"), picture(&series::rows(seen, point_s), seen))?;
    std::fs::write(out.join("page.md"), page::page(summary))
}

fn picture(rows: &[Row], seen: &Seen) -> String {
    let curve = |name, of: fn(&Row) -> Option<f64>| {
        let point = |row: &Row| Some((row.sample.at_s / 60.0, of(row)?));
        Curve { name, points: rows.iter().filter_map(point).collect() }
    };
    let panel = |title: &str, curves| Panel { title: title.to_owned(), curves };
    let panels = [
        panel("Memory of the server, MiB", vec![curve("resident", |row| Some(mib(row.sample.memory_kib)))]),
        panel(
            "Open files of the server",
            vec![
                curve("server", |row| small(row.sample.descriptors)),
                curve("connections held", |row| small(row.sample.held.unsigned_abs())),
            ],
        ),
        panel(
            "Press → answer, ms",
            vec![curve("p50", |row| Some(row.answers?.p50)), curve("p99", |row| Some(row.answers?.p99))],
        ),
        panel(
            "Press → each display, ms",
            vec![curve("p50", |row| Some(row.displays?.p50)), curve("p99", |row| Some(row.displays?.p99))],
        ),
        panel(
            "Processors",
            vec![
                curve("server", |row| Some(row.sample.server_cpus)),
                curve("generator", |row| Some(row.sample.generator_cpus)),
                curve("load average", |row| Some(row.sample.load_average)),
            ],
        ),
    ];
    plot::svg(
        &panels,
        &bands(seen),
        "Minutes. Grey: stalled and slow readers are connected. Red: all displays come back at once.",
    )
}

fn bands(seen: &Seen) -> Vec<Band> {
    let crowded = seen.samples.windows(2).filter(|pair| pair[1].phase == Phase::Crowded);
    let storms = seen.world.ledger.pages().storms.clone();
    let grey = crowded.map(|pair| Band { from: pair[0].at_s / 60.0, to: pair[1].at_s / 60.0, colour: "#eee" });
    let red =
        storms.into_iter().map(|storm| Band { from: storm.at_s / 60.0, to: storm.at_s / 60.0, colour: "#ef9a9a" });
    grey.chain(red).collect()
}

fn mib(kib: u64) -> f64 {
    small(kib).unwrap_or_default() / 1024.0
}

fn small(count: u64) -> Option<f64> {
    u32::try_from(count).ok().map(f64::from)
}
