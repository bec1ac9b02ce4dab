//! The benchmark: a real server in a process of its own, loaded over loopback from this one, each figure beside its limit.
//! Prints JSON. Run: `cargo run --release -p tests --bin bench`

use std::path::PathBuf;

use clap::Parser;
use tests::bench::{self, Scale};

/// Measures a real server over loopback, and in the same run the limits of the machine. Prints JSON.
#[derive(Parser)]
struct Options {
    /// Where the server's data lie; the disk under it is part of what is measured
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// A tenth of the load: shows that everything works, measures little
    #[arg(long)]
    quick: bool,
    /// Only the rates and their limits: a few seconds
    #[arg(long)]
    only_rates: bool,
    /// Only from a press to the printer: a minute
    #[arg(long)]
    only_first_byte: bool,
    /// Only from a call to the first sound: a minute or two
    #[arg(long)]
    only_first_sound: bool,
    /// Only how soon displays are back after a restart: a minute
    #[arg(long)]
    only_reconnect: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(bench::be_hello_if_told());
    let options = Options::parse();
    let scale = if options.quick { Scale::QUICK } else { Scale::FULL };
    if options.only_first_byte {
        let first_byte = runtime.block_on(bench::first_byte::measure(scale.presses));
        println!("{}", serde_json::to_string_pretty(&first_byte)?);
        return Ok(());
    }
    if options.only_first_sound {
        let first_sound = runtime.block_on(bench::first_sound::measure(scale.calls));
        println!("{}", serde_json::to_string_pretty(&first_sound)?);
        return Ok(());
    }
    if options.only_reconnect {
        let absences = &bench::reconnect::ABSENCES;
        let reconnect = runtime.block_on(bench::reconnect::measure(scale.returning, absences));
        println!("{}", serde_json::to_string_pretty(&reconnect)?);
        return Ok(());
    }
    let report = runtime.block_on(bench::run(scale, options.data_dir, options.only_rates));
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}
