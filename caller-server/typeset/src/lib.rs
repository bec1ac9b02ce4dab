//! Paper from a template: words, lines and QR codes become black dots.
//!
//! A dispenser prints with it and the server shows the manager what would be printed: the preview is the same function as the
//! print. Nothing here knows a printer, a clock or a socket.
//!
//! - [`template`]: a document of elements that a manager writes, read with every fault and its line
//! - [`vocabulary`]: what the values of one kind of paper are called, and which must be on it
//! - [`sheet`]: a template and its values become a [`raster`]; [`check`]: whether they would, on every paper
//! - [`face`]: characters, from a chain of fonts; [`raster`]: dots, and as PNG; [`qr`]: codes
//! - [`slip`]: the values of a slip, and the template that is built in

pub mod check;
pub mod face;
pub mod qr;
pub mod raster;
pub mod sheet;
pub mod slip;
pub mod template;
pub mod vocabulary;
