//! What a device is: its profile, one TOML file with what it inherits, read and validated whole before a device program starts;
//! and the files of an operating system that are made from it.
//!
//! - [`Profile`]: what every device has, and its [`Role`]
//! - [`dispenser`], [`display`]: what each role adds
//! - [`gpio`], [`scanner`]: buttons, lamp and sensor, and the reader for cards of a dispenser
//! - [`machine`]: board, network, sound card, screen
//! - [`Plan`]: a profile seen as a whole machine; [`hall`]: many of them beside each other
//! - [`render`]: the files of a device; [`folder`]: written, and compared with what is there
//! - [`enrol`]: how a device without a key gets one; [`talk`]: one question to a server
//! - [`image`]: a card for a Raspberry Pi; [`update`]: a new system for a device that is far away
//! - [`doctor`]: a device examined step by step, with the technician
//! - `program` and `health` (a feature): log, end and signs of life of the programs that run on devices, and how their machine is
//! - [`fault`]: what can be wrong in a profile, with file, key, line and remedy, in Chinese and English
//!
//! `examples/` holds a commented profile of each role with every default, and a whole hall.

pub mod dispenser;
pub mod display;
pub mod doctor;
pub mod enrol;
pub mod fault;
pub mod folder;
pub mod gpio;
pub mod hall;
#[cfg(feature = "program")]
pub mod health;
pub mod image;
mod layers;
pub mod machine;
mod plan;
mod profile;
#[cfg(feature = "program")]
pub mod program;
pub mod render;
pub mod scanner;
mod section;
pub mod talk;
#[cfg(test)]
mod tests;
pub mod update;

pub use dispenser::Dispenser;
pub use display::Display;
pub use fault::{Fault, Problem, ProfileError};
pub use gpio::Gpio;
pub use machine::Machine;
pub use plan::Plan;
pub use profile::{Blank, Loaded, LogLevel, Profile, Role};
pub use scanner::{Scanner, Secret};
