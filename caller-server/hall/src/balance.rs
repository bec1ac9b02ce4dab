//! Who is next, and why: rules, the choice, and the choice's explanation.
//!
//! - [`Rules`]: what a manager tunes, with limits
//! - [`Score`]: how waiting tickets compare (R1), the same for every question about order
//! - `choice`: the ticket that is next, with [`Why`]
//! - [`ZoneMode`]: the zone that a new ticket is given (R4)
//! - [`IdlePick`]: the free window that gets the next ticket (R5)
//!
//! Here are the choices themselves, over heads of lines, loads of zones and free windows, whoever keeps them: the living hall
//! and a replay under other rules ask the same functions.

mod choice;
mod direction;
mod idle;
mod rules;
mod score;
mod zone;

pub(crate) use choice::by_hand;
#[cfg(feature = "planted")]
pub(crate) use choice::called_elsewhere;
pub use choice::{Because, Head, RunnerUp, Why, first, in_order, next_for};
pub use direction::direction;
pub use idle::{Idle, IdlePick};
pub use rules::{BadRules, ClassRule, Length, NoShowRule, RATE_MILLI_MAX, RECALLS_MAX, Rules, SECONDS_MAX};
pub use score::{OFFSET_MS_MAX, RATE_PART_MAX, Rank, Rate, Score};
pub use zone::{ZoneLoad, ZoneMode, may_steal};
