//! HTTP: one file an audience.

pub mod refuse;
pub mod session;
