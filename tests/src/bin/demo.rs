//! A living hall on this machine. Run: `./demo`, or `cargo run --release -p tests --bin demo` once everything is built.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use tests::demo::{self, Options, Problem};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            // Nobody is left to be told when this can't be written either.
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Everything on the main thread: a process that is started asks to die with the thread that started it.
fn run(options: Options) -> Result<bool, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        demo::run(options, stop).await
    })
}
