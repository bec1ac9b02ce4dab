//! The pure core of a service hall.
//!
//! [`decide`] says what follows from a command, or refuses it; [`evolve`] applies what followed. Between the two stands a
//! journal that this package does not know: no clock, no chance, no IO. Time, identifiers and tokens come in as arguments.
//!
//! - [`words`]: tickets, windows, lanes, zones, people
//! - [`plan`]: what a hall consists of; [`balance`]: who is next, and why
//! - [`command`], [`event`], [`refusal`]: what is asked, what happened, why not
//! - [`state`]: the hall as the events left it
//! - [`forecast`]: the wait that a ticket should expect; [`whatif`]: a day once more under other rules

pub mod balance;
pub mod command;
mod decide;
pub mod event;
mod evolve;
pub mod forecast;
pub mod plan;
pub mod refusal;
pub mod state;
pub mod whatif;
pub mod words;

pub use command::{Command, Request};
pub use decide::decide;
pub use event::{Entry, Event};
pub use evolve::evolve;
pub use plan::Plan;
pub use refusal::Refusal;
pub use state::State;
