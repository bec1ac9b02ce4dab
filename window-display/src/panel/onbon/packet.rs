//! Bytes on the line: `A5` eight times, header, data, check sum, `5A`; and the same read back.
//!
//! Header, 14 bytes: receiver and sender (2 each), 3 reserved, 0 = no bar code, 0 = CRC-16, display mode, device type `FE` = any,
//! protocol version 2, length of the data (2). All numbers little-endian. The check sum is CRC-16 with the polynomial 0xA001
//! (reflected 0x8005) and the initial value 0, over header and data before they are escaped.

use thiserror::Error;

/// Marks the beginning, eight times; one is enough for a reader.
const BEGIN: u8 = 0xA5;
/// Marks the end.
const END: u8 = 0x5A;
/// Escapes [`BEGIN`] and itself.
const BEGIN_ESCAPE: u8 = 0xA6;
/// Escapes [`END`] and itself.
const END_ESCAPE: u8 = 0x5B;
const BEGIN_COUNT: usize = 8;
const HEADER_BYTES: usize = 14;
const CRC_BYTES: usize = 2;
/// Any card of the family.
const ANY_DEVICE: u8 = 0xFE;
const VERSION: u8 = 2;
/// The longest packet that is read, bytes before escapes: cards of the family send and take about 1 KiB.
pub const PACKET_BYTES_MAX: usize = 2_048;

/// A packet without what only the line needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// To whom: a card's screen number.
    pub to: u16,
    /// From whom: computers are 0x8000 and above.
    pub from: u16,
    /// What.
    pub data: Vec<u8>,
}

/// Why bytes are no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PacketError {
    /// An escape that means nothing.
    #[error("an escape that means nothing")]
    Escape,
    /// Shorter than a header and a check sum.
    #[error("too short")]
    Short,
    /// Longer than [`PACKET_BYTES_MAX`].
    #[error("too long")]
    Long,
    /// The header names another length.
    #[error("another length than it says")]
    Length,
    /// The check sum is another.
    #[error("a wrong check sum")]
    Crc,
}

impl Packet {
    /// The bytes on the line. Data beyond 65,535 bytes would not fit the length; callers keep below [`PACKET_BYTES_MAX`].
    pub fn encode(&self) -> Vec<u8> {
        let length = u16::try_from(self.data.len()).unwrap_or(u16::MAX);
        let mut plain = Vec::with_capacity(HEADER_BYTES + self.data.len() + CRC_BYTES);
        plain.extend(self.to.to_le_bytes());
        plain.extend(self.from.to_le_bytes());
        plain.extend([0, 0, 0, 0, 0, 0, ANY_DEVICE, VERSION]);
        plain.extend(length.to_le_bytes());
        plain.extend(self.data.iter().take(usize::from(length)));
        plain.extend(crc(&plain).to_le_bytes());
        let mut line = vec![BEGIN; BEGIN_COUNT];
        plain.into_iter().for_each(|byte| escape(byte, &mut line));
        line.push(END);
        line
    }

    fn read(plain: &[u8]) -> Result<Self, PacketError> {
        let (rest, sum) = plain.split_last_chunk::<CRC_BYTES>().ok_or(PacketError::Short)?;
        let (header, data) = rest.split_first_chunk::<HEADER_BYTES>().ok_or(PacketError::Short)?;
        if crc(rest) != u16::from_le_bytes(*sum) {
            return Err(PacketError::Crc);
        }
        let [to0, to1, from0, from1, .., length0, length1] = *header;
        if usize::from(u16::from_le_bytes([length0, length1])) != data.len() {
            return Err(PacketError::Length);
        }
        let (to, from) = (u16::from_le_bytes([to0, to1]), u16::from_le_bytes([from0, from1]));
        Ok(Self { to, from, data: data.to_vec() })
    }
}

/// Finds packets in bytes that come in pieces, with noise between them.
#[derive(Debug, Default)]
pub struct Decoder {
    /// What came since the last mark; `None` = outside of a packet.
    within: Option<Within>,
}

#[derive(Debug, Default)]
struct Within {
    plain: Vec<u8>,
    escape: Option<u8>,
    broken: Option<PacketError>,
}

impl Decoder {
    /// Takes a piece in, and gives what was completed by it, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<Packet, PacketError>> {
        bytes.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    fn byte(&mut self, byte: u8) -> Option<Result<Packet, PacketError>> {
        match (byte, &mut self.within) {
            // Also within a packet: its end was lost.
            (BEGIN, within) => *within = Some(Within::default()),
            // A mark without anything before it is noise.
            (END, within) => return within.take().map(Within::end),
            (byte, Some(within)) => within.push(byte),
            (_, None) => {}
        }
        None
    }
}

impl Within {
    fn push(&mut self, byte: u8) {
        if self.broken.is_some() {
            return;
        }
        let plain = match (self.escape.take(), byte) {
            (None, BEGIN_ESCAPE | END_ESCAPE) => {
                self.escape = Some(byte);
                return;
            }
            (None, byte) => byte,
            (Some(BEGIN_ESCAPE), 2) => BEGIN,
            (Some(END_ESCAPE), 2) => END,
            (Some(escape), 1) => escape,
            (Some(_), _) => return self.broken = Some(PacketError::Escape),
        };
        if self.plain.len() == PACKET_BYTES_MAX {
            return self.broken = Some(PacketError::Long);
        }
        self.plain.push(plain);
    }

    fn end(self) -> Result<Packet, PacketError> {
        match (self.broken, self.escape) {
            (Some(broken), _) => Err(broken),
            (None, Some(_)) => Err(PacketError::Escape),
            (None, None) => Packet::read(&self.plain),
        }
    }
}

fn escape(byte: u8, line: &mut Vec<u8>) {
    match byte {
        BEGIN => line.extend([BEGIN_ESCAPE, 2]),
        BEGIN_ESCAPE => line.extend([BEGIN_ESCAPE, 1]),
        END => line.extend([END_ESCAPE, 2]),
        END_ESCAPE => line.extend([END_ESCAPE, 1]),
        byte => line.push(byte),
    }
}

/// CRC-16 as the protocol has it; also known as CRC-16/ARC.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests;
