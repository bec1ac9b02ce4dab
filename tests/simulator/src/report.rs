//! What came of a seed, and how to repeat it.

use std::fmt;

use crate::witness::{Broken, Seen};

/// What came of a seed.
#[derive(Debug, Clone)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How much was seen.
    pub seen: Seen,
    /// The first promise that was broken.
    pub broken: Option<Broken>,
    /// Everything that happened, in one number: the same seed gives the same.
    pub digest: u64,
    /// Entries in the journal at the end.
    pub entries: u64,
    /// What a person should read, when it was asked for.
    pub trace: Vec<String>,
}

/// The last lines of a trace that lead to a broken promise.
const LINES_MAX: usize = 60;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, seen, entries, .. } = self;
        let Some(broken) = &self.broken else {
            return write!(f, "seed {seed}: {entries} entries, {seen:?}");
        };
        for line in self.trace.iter().skip(self.trace.len().saturating_sub(LINES_MAX)) {
            writeln!(f, "    {line}")?;
        }
        writeln!(f, "seed {seed}: {broken}")?;
        write!(f, "again: cargo run --release -p simulator -- --seed {seed} --trace")
    }
}
