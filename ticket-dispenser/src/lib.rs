//! The program of a ticket dispenser: a press becomes a number, a number becomes paper.
//!
//! - [`dispenser`]: the pure machine that decides

pub mod dispenser;
