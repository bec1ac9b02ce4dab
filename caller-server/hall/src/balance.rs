//! Who is next, and why: rules, the choice, and the choice's explanation.
//!
//! - [`rules`]: what a manager tunes, with limits
//! - `choice`: the ticket that a window gets next (R1), with [`Why`]
//! - `zone`: the direction that a new ticket is given (R4)

mod choice;
mod rules;
mod zone;

pub use choice::{Because, RunnerUp, Why, in_order, next_for};
pub use rules::{BadRules, ClassRule, NoShowRule, Rules};
pub use zone::direction;
