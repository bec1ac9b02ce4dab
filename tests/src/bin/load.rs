//! A load: a real server in a process of its own, held for long over loopback from this one.
//! Run: `cargo run --release -p tests --bin load -- hall`

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use tests::load::{self, Options};

fn main() -> io::Result<ExitCode> {
    let options = Options::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let summary = runtime.block_on(load::run(&options))?;
    let mut out = io::stdout();
    for verdict in &summary.verdicts {
        let held = verdict.held.map_or("not judged 未判定", |held| if held { "held 达标" } else { "MISSED 未达标" });
        writeln!(out, "{}: {} (≤ {}): {held}", verdict.what, verdict.measured, verdict.limit)?;
    }
    writeln!(out, "→ {}", options.out.join("page.md").display())?;
    Ok(if load::is_good(&summary) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
