//! A hall in a simulated world. The cores are the real ones: the desk, the journal and its recovery, the live views, the
//! dispensers' and displays' machines and the dispensers' outboxes. The world around them is invented from one seed: time, a
//! network that delays, loses, repeats and cuts, disks that forget what was not synced, clocks that step, processes that die.
//!
//! - [`act`]: everything that can happen, one enum; [`world`]: lets one after another happen
//! - [`stage`]: what every part stands on: time, chance, the agenda, the network; [`net`]: links that break
//! - `server`, `dispenser`, `display`, `device`: thin shells around the real cores; `people`: clerks and citizens;
//!   `wishes`: their requests over HTTP, tried again under the same key
//! - `weather`: which faults come, and when
//! - [`model`]: the hall as simple as can be, from the journal alone; [`witness`]: the promises, and who breaks them
//! - [`report`]: what came of a seed, and how to repeat it

pub mod act;
mod device;
mod dispenser;
mod display;
pub mod model;
pub mod net;
mod people;
pub mod report;
mod server;
pub mod stage;
mod weather;
mod wishes;
pub mod witness;
pub mod world;

pub use report::Report;
pub use world::{MINUTES, Options, run};
