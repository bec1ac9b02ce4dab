//! The template of slips, between the manager's page and the server. Orders to change it are [`crate::order::HallAct`]s.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The template in force, and how it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SlipInForce {
    /// Counts the changes; 0 = the built-in one was never replaced.
    pub version: u32,
    /// TOML.
    pub template: String,
    /// Why it came, in the manager's words.
    pub reason: String,
    /// Who put it in force.
    pub by: String,
    /// Since when.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// The one before.
    pub former: String,
    /// The one that is built in.
    pub built_in: String,
    /// The kinds of slip that can be shown.
    pub samples: Vec<String>,
}

/// A template to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SlipDraft {
    /// TOML.
    pub template: String,
    /// One of [`SlipInForce::samples`].
    pub sample: String,
    /// 576 (80 mm paper) or 384 (58 mm).
    pub width_dots: u32,
}

/// Why a template can't be used: a [`crate::Refused`] that also says where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SlipComplaint {
    /// For programs: `bad_template`.
    pub code: String,
    /// Everything at once, for people.
    pub text: Text,
    /// One by one, in the order of the lines.
    pub problems: Vec<SlipProblem>,
}

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SlipProblem {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, and what to do.
    pub text: Text,
}
