//! The server in the hall: one desk that writes, a journal that is the truth, live views for every screen and device.
//!
//! - [`serve`]: puts everything together; [`config`], [`clock`], [`names`], [`gate`]: what it is given
//! - [`http`]: who asks, is it well formed; [`orders`]: from the wire to the core
//! - [`desk`]: the single writer; [`answers`]: every retry gets the first answer
//! - [`journal`]: the truth; [`store`]: projections of it
//! - [`views`]: from the core to the wire; [`live`]: fan-out to everybody who looks; [`announce`]: who speaks when
//! - [`whatif`]: a day once more, under other rules
//! - [`cli`]: the command line

pub mod announce;
pub mod answers;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod gate;
pub mod http;
pub mod journal;
pub mod live;
pub mod names;
pub mod orders;
pub mod serve;
pub mod speech;
pub mod store;
pub mod views;
pub mod whatif;

pub use serve::{ServeError, Server, Work, serve};
