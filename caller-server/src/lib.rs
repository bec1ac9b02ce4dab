//! The server in the hall.
pub mod cli;
pub mod clock;
pub mod config;
pub mod gate;
pub mod http;
pub mod journal;
pub mod names;
pub mod store;
