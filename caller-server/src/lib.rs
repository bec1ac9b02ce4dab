//! The server in the hall.
pub mod clock;
pub mod config;
pub mod gate;
pub mod http;
pub mod journal;
pub mod names;
