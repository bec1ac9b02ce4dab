//! What a device is: its profile, one TOML file, read and validated whole before a device program starts.
//!
//! - [`Profile`]: what every device has, and its [`Role`]
//! - [`dispenser`], [`display`]: what each role adds
//! - [`gpio`], [`scanner`]: buttons, lamp and sensor, and the reader for cards of a dispenser
//! - [`fault`]: what can be wrong in a profile, with key, line and remedy, in Chinese and English
//!
//! `examples/` holds a commented profile of each role with every default.

pub mod dispenser;
pub mod display;
pub mod fault;
pub mod gpio;
mod profile;
pub mod scanner;
mod section;
#[cfg(test)]
mod tests;

pub use dispenser::Dispenser;
pub use display::Display;
pub use fault::{Fault, Problem, ProfileError};
pub use gpio::Gpio;
pub use profile::{LogLevel, Profile, Role};
pub use scanner::{Scanner, Secret};
