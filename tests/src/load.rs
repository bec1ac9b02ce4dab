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

use crate::plot::{self, Band, Curve, Panel};
use ledger::Phase;
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
    let process = series::rows(seen, 0.0);
    std::fs::write(out.join("series.csv"), series::csv(&process))?;
    std::fs::write(out.join("series.svg"), picture(&process, &series::rows(seen, point_s), seen))?;
    std::fs::write(out.join("page.md"), page::page(summary))
}

/// What the process took, at every sample; what people felt, in longer intervals.
fn picture(process: &[Row], felt: &[Row], seen: &Seen) -> String {
    let panel = |title: &str, curves| Panel { title: title.to_owned(), curves };
    let memory = curve("resident", process, |row| Some(whole(row.sample.memory_kib) / 1024.0));
    let files = curve("server", process, |row| Some(whole(row.sample.descriptors)));
    let standing = curve("connections", process, |row| Some(whole(row.sample.standing)));
    let answers =
        vec![curve("p50", felt, |row| Some(row.answers?.p50)), curve("p99", felt, |row| Some(row.answers?.p99))];
    let displays =
        vec![curve("p50", felt, |row| Some(row.displays?.p50)), curve("p99", felt, |row| Some(row.displays?.p99))];
    let processors = vec![
        curve("server", felt, |row| Some(row.sample.server_cpus)),
        curve("generator", felt, |row| Some(row.sample.generator_cpus)),
    ];
    let panels = [
        panel("Memory of the server, MiB", vec![memory]),
        panel("Open files of the server", vec![files, standing]),
        panel("Press → answer, ms", answers),
        panel("Press → each display, ms", displays),
        panel("Processors", processors),
        panel("Load average of the machine", vec![curve("", process, |row| Some(row.sample.load_average))]),
    ];
    let foot = "Minutes. Grey: stalled and slow readers are connected. Red: all displays come back at once.";
    plot::svg(&panels, &bands(seen), foot)
}

fn curve(name: &'static str, rows: &[Row], of: impl Fn(&Row) -> Option<f64>) -> Curve {
    let point = |row: &Row| Some((row.sample.at_s / 60.0, of(row)?));
    Curve { name, points: rows.iter().filter_map(point).collect() }
}

fn bands(seen: &Seen) -> Vec<Band> {
    let crowded = seen.samples.windows(2).filter(|pair| pair[1].phase == Phase::Crowded);
    let storms = seen.world.ledger.pages().storms.clone();
    let grey = crowded.map(|pair| Band { from: pair[0].at_s / 60.0, to: pair[1].at_s / 60.0, colour: "#eee" });
    let red =
        storms.into_iter().map(|storm| Band { from: storm.at_s / 60.0, to: storm.at_s / 60.0, colour: "#ef9a9a" });
    grey.chain(red).collect()
}

fn whole(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
