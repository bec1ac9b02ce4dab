//! What is rendered, as files: the same bytes each time, right by the judgement of the programs that will read them, and known to
//! the technician's program again.

mod command;
mod golden;
mod properties;
mod tools;

use std::path::PathBuf;

/// A path below this package.
fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
