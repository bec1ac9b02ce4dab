//! What every file of the tree holds to. `tests/tidy.rs` applies it to this tree, `cargo run -p tidy` prints the figures.
//!
//! - [`tree`]: the files as git sees them; [`rust`]: what stands in a Rust file
//! - [`modules`]: which Rust files are compiled, and which of them are tests
//! - [`calls`]: what a pure core may not name; [`figures`]: sizes and shares, held by a ratchet that may only fall
//! - [`manifests`]: a reason for every dependency; [`words`]: what is written nowhere; [`layout`]: where things stand

use std::fmt;

pub mod calls;
pub mod figures;
pub mod layout;
pub mod manifests;
pub mod modules;
pub mod rust;
pub mod tree;
pub mod words;

pub use tree::Tree;

/// Something that is not as it should be, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The file, from the top of the tree.
    pub path: String,
    /// From 1; 0 = the file as a whole.
    pub line: usize,
    /// A sentence that says what to do.
    pub what: String,
}

impl Complaint {
    /// About one line of a file; line 0 is the file as a whole.
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.into(), line, what: what.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}
