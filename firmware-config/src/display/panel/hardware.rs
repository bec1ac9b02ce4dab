//! The panels that are hardware: how they are built, and how they are reached.

use std::{net::SocketAddr, path::PathBuf};

use crate::section::Section;

/// The address by which an Onbon card is meant whatever its number.
const ANY_SCREEN: u32 = 0xFFFE;

/// A chain of MAX7219 modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Max7219 {
    /// The SPI bus: 0 = `/dev/spidev0.…`.
    pub spi_bus: u8,
    /// Its chip select: `/dev/spidev….0`.
    pub spi_select: u8,
    /// Its clock, Hz.
    pub spi_clock_hz: u32,
    /// The corner of the panel at which the module stands whose DIN comes from the Pi.
    pub first: Corner,
    /// Whether every second row of modules runs back.
    pub serpentine: bool,
    /// How a module is mounted.
    pub rotation: Rotation,
    /// Whether the dots of a row are wired from right to left.
    pub mirror: bool,
}

/// A corner, as people see the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corner {
    /// Upper left.
    TopLeft,
    /// Upper right.
    TopRight,
    /// Lower left.
    BottomLeft,
    /// Lower right.
    BottomRight,
}

/// How far a module is turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Digit 0 is the upper row.
    None,
    /// Digit 0 is the right column.
    Quarter,
    /// Digit 0 is the lower row.
    Half,
    /// Digit 0 is the left column.
    ThreeQuarters,
}

/// An Onbon card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onbon {
    /// How it is reached.
    pub link: CardLink,
    /// The number that it was given, 1 to 65,533; 65,534 = whichever there is.
    pub screen: u16,
    /// The dynamic area that it shows calls in.
    pub area: u8,
    /// The card's own font, as it is stored on it; `None` = the one that the card takes by itself.
    pub font: Option<u16>,
    /// How long it may take to answer, ms.
    pub answer_ms_max: u32,
}

/// How an Onbon card is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLink {
    /// Over what.
    pub kind: CardLinkKind,
    /// Where it is on the network.
    pub address: SocketAddr,
    /// The serial device.
    pub device: PathBuf,
    /// Its speed.
    pub baud: u32,
}

/// Over what an Onbon card is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardLinkKind {
    /// A TCP connection.
    Tcp,
    /// UDP datagrams.
    Udp,
    /// A serial line: RS-232, or RS-485 through an adapter that turns round by itself.
    Serial,
}

const ADDRESS: &str = "\"192.168.0.199:5005\"";
const CORNERS: [(&str, Corner); 4] = [
    ("top-left", Corner::TopLeft),
    ("top-right", Corner::TopRight),
    ("bottom-left", Corner::BottomLeft),
    ("bottom-right", Corner::BottomRight),
];
const ROTATIONS: [(&str, Rotation); 4] =
    [("0", Rotation::None), ("90", Rotation::Quarter), ("180", Rotation::Half), ("270", Rotation::ThreeQuarters)];
const LINKS: [(&str, CardLinkKind); 3] =
    [("tcp", CardLinkKind::Tcp), ("udp", CardLinkKind::Udp), ("serial", CardLinkKind::Serial)];

impl Max7219 {
    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let mut small =
            |key, default, most: u32| u8::try_from(section.number(key, default, 0..most + 1)).unwrap_or_default();
        let (spi_bus, spi_select) = (small("spi_bus", 0, 6), small("spi_select", 0, 2));
        let max7219 = Self {
            spi_bus,
            spi_select,
            spi_clock_hz: section.number("spi_clock_hz", 1_000_000, 10_000..10_000_001),
            first: section.choice("first", Corner::TopRight, &CORNERS),
            serpentine: section.flag("serpentine", false),
            rotation: section.choice("rotation", Rotation::None, &ROTATIONS),
            mirror: section.flag("mirror", false),
        };
        section.end();
        max7219
    }
}

impl Onbon {
    /// `chosen`: it is the back-end, so that what has no default must be there.
    pub(super) fn read(mut section: Section<'_, '_, '_>, chosen: bool) -> Self {
        let kind = section.choice("link", CardLinkKind::Tcp, &LINKS);
        let on_network = chosen && kind != CardLinkKind::Serial;
        let address = match on_network {
            true => section.required("address", ADDRESS, is_address),
            false => section.text("address", ADDRESS, is_address).unwrap_or_default(),
        };
        let nowhere = SocketAddr::from(([192, 168, 0, 199], 5005));
        let onbon = Self {
            link: CardLink {
                kind,
                address: address.parse().unwrap_or(nowhere),
                device: section.path_to_read("device", "/dev/ttyUSB0"),
                baud: section.number("baud", 57_600, 1_200..921_601),
            },
            screen: u16::try_from(section.number("screen", 1, 1..ANY_SCREEN + 1)).unwrap_or(1),
            area: u8::try_from(section.number("area", 0, 0..32)).unwrap_or(0),
            font: section.optional_number("font", 0..1_000).and_then(|font| u16::try_from(font).ok()),
            answer_ms_max: section.number("answer_ms_max", 500, 50..5_001),
        };
        section.end();
        onbon
    }
}

fn is_address(address: &str) -> bool {
    address.parse::<SocketAddr>().is_ok_and(|address| address.port() > 0)
}
