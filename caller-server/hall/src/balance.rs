//! Who is next, and why: rules, the choice, and the choice's explanation.
//!
//! - [`Rules`]: what a manager tunes, with limits
//! - `rank`: how waiting tickets compare (R1), the same for every question about order
//! - `choice`: the ticket that a window gets next, with [`Why`]
//! - `zone`: the direction that a new ticket is given (R4)

mod choice;
mod rank;
mod rules;
mod zone;

pub(crate) use choice::by_hand;
#[cfg(feature = "planted")]
pub(crate) use choice::called_elsewhere;
pub use choice::{Because, RunnerUp, Why, in_order, next_for};
pub(crate) use rank::{Rank, rank};
pub use rules::{BadRules, ClassRule, Length, NoShowRule, RATE_MILLI_MAX, RECALLS_MAX, Rules, SECONDS_MAX};
pub use zone::direction;
