//! The study of the forecast. Run: `cargo run --release -p forecast-study`; `--quick` shows that it works.

use clap::Parser;
use forecast_study::{Scale, speed, study};

/// Plays days of three loads through the core and prints how right its forecasts were, beside an oracle and others.
#[derive(Parser)]
struct Options {
    /// A twentieth of the days
    #[arg(long)]
    quick: bool,
    /// Only what a forecast costs
    #[arg(long)]
    speed: bool,
    /// Days of each load
    #[arg(long, default_value_t = 200)]
    days: u32,
    /// The seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() {
    let options = Options::parse();
    let days = if options.quick { options.days / 20 } else { options.days };
    if !options.speed {
        println!("{}", study(Scale { days, draws: 400, one_in: 7, seed: options.seed }));
    }
    for waiting in [20, 200, 2_000] {
        let (least, median) = speed(waiting, 100);
        println!("forecasts of {waiting} who wait: {:.2} ms at best, {:.2} ms median", ms(least), ms(median));
    }
}

fn ms(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
