//! The wait that a ticket should expect: a mean and a band, for everybody who waits and for whoever comes now.
//!
//! While people wait, every window goes from one to the next; so the moment at which the ticket with `n` tickets before it is
//! called is the moment at which the windows have become free `n + 1` times. That is played out many times over from the state
//! as it is: each window with the time that its visit has taken already, its hours and planned pauses, the tickets in the order
//! in which they would be called. What is not known is drawn from a lognormal distribution with the learned mean and spread.
//!
//! - [`Outlook`]: the forecasts of a living hall, kept between events
//! - [`printed`]: one line and its windows, as `caller-server forecast` reads them
//! - [`Wait`], [`WaitRange`]: what comes out
//! - `shape`: how service times spread, and what is left of one that has begun
//! - `draws`: the numbers in place of chance, the same for ever
//! - `play`: windows and lines, played out; `soonest`: which window is free next; `curve`: every place of a line
//! - `live`: a living hall as windows and lines; `hours`: when its windows serve

mod curve;
mod draws;
mod hours;
mod live;
mod outlook;
mod play;
mod printed;
mod range;
mod shape;
mod soonest;
mod wait;

pub use curve::Curve;
pub use draws::SCENARIOS_MAX;
pub use outlook::{Moment, Outlook};
pub use play::{Free, Play, Pool, Server, Shift, Waiting};
pub use printed::{AtWindow, BadQueue, Queue, printed};
pub use range::WaitRange;
pub use shape::{CV_MAX, Service, Shapes};
pub use wait::Wait;
