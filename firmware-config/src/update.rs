//! A new system for a device that is far away, without a way to lose it: it goes into the slot that is not in use, is tried once,
//! and stays only if it does well.
//!
//! - [`slots`]: which slot the firmware starts, and which it tries; what `autoboot.txt` says, pure
//! - [`bundle`]: a signed bundle of a system, pure
//! - [`healthy`]: whether a device does well, pure
//! - [`boot_slot`]: what RAUC asks of a boot loader, on a card

pub mod boot_slot;
pub mod bundle;
pub mod healthy;
pub mod slots;

pub use self::slots::{Slot, Slots};
