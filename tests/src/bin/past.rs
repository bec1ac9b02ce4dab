//! Gives a hall that has never been open some days that are over: for a look at what-ifs and plots.
//! Run: `cargo run --release -p tests --bin past -- --config hall.toml --data-dir hall-data`

use std::{fs, io, path::PathBuf};

use clap::Parser;
use tests::past::{Past, write};

/// Writes days that are over into the journal of a hall that does not run and has none yet.
#[derive(Parser)]
struct Options {
    /// The settings of the hall
    #[arg(long)]
    config: PathBuf,
    /// Where its data lie
    #[arg(long)]
    data_dir: PathBuf,
    /// How many days
    #[arg(long, default_value_t = 7)]
    days: u32,
    /// Of the visitors of a full hall's day, each so many-th comes
    #[arg(long, default_value_t = 1)]
    one_in: usize,
    /// The seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> io::Result<()> {
    let Options { config, data_dir, days, one_in, seed } = Options::parse();
    let settings = fs::read_to_string(config)?;
    for day in write(Past { days, one_in: one_in.max(1), seed }, &settings, &data_dir) {
        println!("{day}");
    }
    Ok(())
}
