//! The harness: a real server in a process of its own, real sockets, and people and devices who use it.
//!
//! - [`hall`]: a server process with accounts and devices; start, kill, start again
//! - [`client`]: one keep-alive HTTP connection and what people do over it
//! - [`socket`]: one WebSocket, tame or not
//! - [`book`]: the journal as an auditor reads it; [`sent`]: orders and answers, held against it
//! - [`card`]: a sound card behind ALSA that breaks when it is told to
//! - [`onbon`]: an LED card that takes only what its maker's protocol says
//! - [`printer`]: a receipt printer, with its faults
//! - [`pi`]: an emulated Raspberry Pi and what is wired to it
//! - [`past`]: days that are over, in a journal
//! - [`process`]: what the kernel says about a process; [`ports`]: addresses that nobody else gets
//! - [`bench`]: the benchmark's measurements, each beside its limit
//! - [`load`]: a hall, a district, a soak: held for long, and measured
//! - [`demo`]: the demonstration
//! - [`studies`]: the rules held against the theory of queues; [`plot`]: curves as a picture
//!
//! The harness fails by panicking with a sentence: that is how a scenario fails.

#![allow(clippy::unwrap_used, clippy::panic)]

pub mod bench;
pub mod book;
pub mod card;
pub mod client;
pub mod demo;
pub mod hall;
pub mod load;
pub mod onbon;
pub mod past;
pub mod pi;
pub mod plot;
pub mod ports;
pub mod printer;
pub mod process;
pub mod sent;
pub mod socket;
pub mod studies;
