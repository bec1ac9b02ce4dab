//! Who is next, and why: rules, the choices, and their explanation.
//!
//! - [`Rules`]: what a manager tunes, with limits; [`BadRules`]: rules that make no sense; [`presets`]: rules with plain names
//! - [`Score`]: how waiting tickets compare (R1); [`first`]: which is next
//! - [`Ratio`]: classes take turns (R2); [`Reserve`]: windows that a class keeps (R3)
//! - [`ZoneMode`]: the zone that a new ticket is given (R4); [`IdlePick`]: the free window that gets the next ticket (R5)
//! - [`Switch`]: when some rules are others (R6)
//! - in the living hall: `reach` tells what a window may call, `order` merges its lines, `next` chooses with [`Why`]
//!
//! The choices themselves are made over heads of lines, loads of zones and free windows, whoever keeps them: the living hall
//! and a replay under other rules ask the same functions.

mod bad_rules;
mod choice;
mod direction;
mod idle;
mod next;
mod order;
pub mod presets;
mod ratio;
mod reach;
mod reserve;
mod rules;
mod score;
mod switch;
mod why;
mod zone;

pub use bad_rules::{BadRules, Length};
pub use choice::{Decided, Head, Turns, choose, first};
pub use direction::direction;
pub use idle::{Idle, IdlePick};
#[cfg(feature = "planted")]
pub(crate) use next::called_elsewhere;
pub use next::{auto_call, in_order, next_for};
pub(crate) use next::{auto_call_at, by_hand};
pub use ratio::{Credits, Ratio};
pub(crate) use reserve::Kept;
pub use reserve::{Keep, Reserve};
pub use rules::{
    ClassRule, NoShowRule, RATE_MILLI_MAX, RATIO_PART_MAX, RECALLS_MAX, Rules, SECONDS_MAX, SWITCH_NAME_CHARS_MAX,
    SWITCHES_MAX,
};
pub use score::{OFFSET_MS_MAX, RATE_PART_MAX, Rank, Rate, Score};
pub use switch::{DAY_MIN, Patch, Switch, Turned, When};
pub(crate) use switch::{Facts, next_turn, turning, turns, turns_at};
pub use why::{Because, OtherWindow, PassedOver, RunnerUp, Why, WhyWindow};
pub use zone::{ZoneLoad, ZoneMode, ZoneRule, may_steal};
