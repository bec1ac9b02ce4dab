//! The program of a ticket dispenser: a press becomes a number, a number becomes paper.
//!
//! - [`dispenser`]: the pure machine that decides; it knows no clock, no chance and no files
//! - [`shell`]: brings it what happens and does what it says
//! - [`outbox`]: what must survive a power cut
//! - [`slip`]: what a slip looks like; [`face`]: its font; [`raster`]: its dots; [`paper`]: what it is printed on; [`printer`]: a real one
//! - [`kiosk`]: the page on the touch screen

pub mod dispenser;
pub mod face;
pub mod kiosk;
pub mod outbox;
pub mod paper;
pub mod printer;
pub mod raster;
pub mod shell;
pub mod slip;
