//! The studies of the rules: each figure beside what theory or the design expects. Fails when one does not hold.
//! Run: `cargo run --release -p tests --bin study -- all`

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use tests::studies::{self, Scale, Study};

/// Replays days under the rules and holds the figures against theory and design.
#[derive(Parser)]
struct Options {
    /// Which
    #[arg(value_enum, default_value = "all")]
    study: Study,
    /// Less is replayed: some seconds, wide intervals
    #[arg(long)]
    quick: bool,
    /// Where plots are written
    #[arg(long)]
    plots: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let scale = if options.quick { Scale::QUICK } else { Scale::FULL };
    match studies::run(options.study, scale, options.plots.as_deref()) {
        0 => ExitCode::SUCCESS,
        missed => {
            println!("{missed} figures do not hold.");
            ExitCode::FAILURE
        }
    }
}
