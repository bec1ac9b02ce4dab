//! A card for a Raspberry Pi, from Debian packages: what lies where on it, which packages it is made of, the steps that make it,
//! and who takes them.
//!
//! - [`layout`]: the partitions, as bytes on the card and as what a device's own files call them
//! - [`packages`]: what of Debian a device needs
//! - [`steps`]: the system that all devices of a hall share, one device's card from it, pure
//! - [`make`]: the steps taken one after another, each told with its seconds and bytes

pub mod layout;
pub mod make;
pub mod packages;
pub mod steps;
#[cfg(test)]
mod tests;
