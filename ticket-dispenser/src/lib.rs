//! The program of a ticket dispenser: a press becomes a number, a number becomes paper.
//!
//! - [`dispenser`]: the pure machine that decides; it knows no clock, no chance and no files
//! - [`enrol`]: what a blank dispenser shows and prints until it is let in
//! - [`shell`]: brings it what happens and does what it says
//! - [`outbox`]: what must survive a power cut
//! - [`slip`]: what stands on a slip, and the template in force; [`face`] and [`raster`] are those of package `typeset`, which
//!   draws it; [`paper`]: what it is printed on; [`printer`]: a real one
//! - [`kiosk`]: the page on the touch screen; [`gpio`]: buttons, lamp and paper sensor
//! - [`reader`]: readers for cards and codes; [`scanner`]: what their lines are; [`visitor`]: the key that stands for a card

pub mod dispenser;
pub mod enrol;
pub mod gpio;
pub mod kiosk;
pub mod outbox;
pub mod paper;
pub mod printer;
pub mod reader;
pub mod scanner;
pub mod shell;
pub mod slip;
pub mod visitor;

pub use typeset::{face, raster};
