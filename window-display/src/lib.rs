//! The program above a window: shows and speaks each call, and says that it did.
//!
//! - [`display`]: what is shown and spoken when; a pure machine
//! - [`enrol`]: what a blank device shows until it is let in
//! - [`fetch`]: clips of notices, from the server onto the disk
//! - [`panel`]: the line of text above the window, and its back-ends
//! - [`voice`]: chime and sentence, and their back-ends
//! - [`shell`]: link, panel, voice and time around the machine

pub mod display;
pub mod enrol;
pub mod fetch;
pub mod panel;
pub mod shell;
pub mod voice;
