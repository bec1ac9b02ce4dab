//! .
pub mod display;
