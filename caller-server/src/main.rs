//! The program: everything is in the library.

use std::process::ExitCode;

use caller_server::cli::{self, Console};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &mut Console::standard()).into()
}
