//! LED bars with an Onbon card (仰邦 BX-5K, BX-5MK, BX-6K), by the maker's public protocol, user version 1.4 of 2021-02-28
//! (doc.onbonbx.com/zh/k/potocol, and the C structures in onbonlab/BX-K).
//!
//! - `packet`: bytes on the line: marks, escapes, check sum; pure
//! - `command`: what a card is asked, and what it answers; pure
//! - `gb2312`: text as the card's font knows it; pure
//! - `agenda`: what is to be sent when; pure
//! - `link`: TCP, UDP or a serial line
//! - `card`: the thread that asks, waits, tries again and says what came of it

mod agenda;
mod card;
mod command;
mod gb2312;
mod link;
mod packet;

use std::io;

use firmware_config::display::Panel as PanelProfile;

pub use card::CardError;
pub use command::{Answer, Area, Command, TEXT_BYTES_MAX};
pub use packet::{Decoder, Packet, PacketError};

use super::remote::{Remote, pair};

/// Starts what keeps the card of a profile.
///
/// # Errors
/// When the system has no thread for it.
pub(super) fn start(profile: &PanelProfile) -> io::Result<Remote> {
    let (remote, worker) = pair();
    card::spawn(profile, worker)?;
    Ok(remote)
}
