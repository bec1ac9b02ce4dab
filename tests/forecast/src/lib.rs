//! How right the forecast is. Simulated days are played through the real core, which gives out numbers, calls, learns and
//! foretells; each wait that was foretold is held against the one that came, beside what an oracle foretells that knows the
//! true distribution, and what the formulas of others foretell. `docs/FORECAST.md` says what came of it.
//!
//! - `load`: the days that are played; `day`: arrivals and services, one after the other
//! - `hall`: the core, driven; `oracle`: the best that anybody can foretell
//! - `score`: errors, bias, cover; `study`: all of it; `speed`: what a forecast costs

#![allow(clippy::unwrap_used, clippy::panic)]
// A time in ms, cut to whole ones.
#![allow(clippy::cast_possible_truncation)]

mod day;
mod hall;
mod load;
mod oracle;
mod score;
mod speed;
mod study;

pub use load::Load;
pub use score::{Foretold, Score};
pub use speed::speed;
pub use study::{Case, Scale, Table, study};
