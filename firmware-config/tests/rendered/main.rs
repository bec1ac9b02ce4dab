//! What is rendered, as files: the same bytes each time, right by the judgement of the programs that will read them, and known to
//! the technician's program again.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]

mod boot_partition;
mod command;
mod golden;
mod properties;
mod tools;

use std::path::PathBuf;

/// A path below this package.
fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
