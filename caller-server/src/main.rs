//! The program: everything is in the library.

use std::process::ExitCode;

use caller_server::cli::{self, Console};

/// Gives back what a storm of connections needed for a moment, instead of keeping it for every thread.
#[cfg(target_arch = "x86_64")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &mut Console::standard()).into()
}
