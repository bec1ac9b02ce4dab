//! Prints the figures of the tree: `cargo run --release -p tidy`.

use std::{path::Path, process::ExitCode};

use tidy::{Tree, figures, modules};

fn main() -> ExitCode {
    match Tree::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))) {
        Ok(tree) => print(&tree),
        Err(error) => {
            println!("The tree can't be read: {error}.");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn print(tree: &Tree) {
    let (sources, _) = modules::sources(tree);
    let shares = figures::shares(tree, &sources);
    println!("{} Rust files, {} lines, {} functions", shares.files, shares.lines, shares.functions);
    println!("tests {} % of the lines, comments {} %", shares.tests_percent, shares.comments_percent);
    print!("{}", figures::measure(tree, &sources));
}
