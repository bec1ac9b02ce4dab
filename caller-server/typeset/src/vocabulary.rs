//! What the values of one kind of paper are called, which conditions there are, and what must be on it.
//!
//! The engine knows no slip: a slip has one vocabulary, a receipt another.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Text, order::Language};

/// The words of one kind of paper.
#[derive(Debug)]
pub struct Vocabulary {
    /// What may stand in braces.
    pub placeholders: &'static [&'static str],
    /// What may stand in `when` and `unless`.
    pub conditions: &'static [&'static str],
    /// What must be on the paper.
    pub musts: &'static [Must],
}

/// Something that must be on the paper, whatever a manager leaves out.
#[derive(Debug)]
pub struct Must {
    /// The placeholder.
    pub placeholder: &'static str,
    /// The one condition that it may hang on.
    pub when: Option<&'static str>,
    /// Whether it must be there in both languages.
    pub both: bool,
    /// The smallest size, percent of the paper's width.
    pub percent_min: f32,
    /// An element that would do, as it is written in the template.
    pub example: &'static str,
}

/// The values of one paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// The language that comes first when the template leaves it to the visitor.
    pub language: Language,
    /// By placeholder; one that has no value is empty.
    pub words: BTreeMap<&'static str, Text>,
    /// The conditions that hold.
    pub holds: BTreeSet<&'static str>,
}
