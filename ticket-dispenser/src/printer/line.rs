//! A way to a printer and back; nothing on it waits longer than it is given.
//!
//! - `network`, `usb_file`, `usb`, `serial`: one way each
//! - [`Way`]: which there are for a profile; [`open`] takes the first that leads anywhere

mod network;
mod serial;
mod usb;
mod usb_file;

use std::{fmt, fs, io, path::PathBuf, time::Duration};

use firmware_config::dispenser::{BackEnd, Flow, Printer as Settings};

use super::error::{Looked, PrinterError};

/// Where the kernel puts USB printers.
const USB_FILES: &str = "/dev/usb";

/// An open way to a printer.
pub(super) trait Line: Send {
    /// Writes some of the bytes and says how many: none in vain, and not without an end. [`io::ErrorKind::TimedOut`] when
    /// the printer took none for as long as was said when this was opened.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Reads what the printer said; 0 when it said nothing for so long.
    fn read(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize>;
}

/// A place where a printer may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// `host:port`.
    Network(String),
    /// The kernel's file; `None` = the first.
    UsbFile(Option<PathBuf>),
    /// On the bus; vendor and product, or the first printer.
    Usb(Option<(u16, u16)>),
    /// The serial line.
    Serial { path: PathBuf, baud: u32, flow: Flow },
}

impl Way {
    /// The places of a profile, in the order in which they are looked at. A serial line and a network are only looked at when
    /// they are named: whatever else is there must not be written to.
    pub fn all(settings: &Settings) -> Vec<Self> {
        let is = |back_end: BackEnd| settings.back_end == back_end || settings.back_end == BackEnd::Auto;
        let mut ways = Vec::new();
        if is(BackEnd::Network) {
            ways.extend(settings.address.clone().map(Self::Network));
        }
        if is(BackEnd::UsbFile) {
            ways.push(Self::UsbFile(settings.device.clone()));
        }
        if is(BackEnd::Usb) {
            ways.push(Self::Usb(settings.usb_id));
        }
        if is(BackEnd::Serial) {
            let serial = |path| Self::Serial { path, baud: settings.baud, flow: settings.flow };
            ways.extend(settings.serial.clone().map(serial));
        }
        ways
    }

    fn open(&self, patience: Duration) -> io::Result<Box<dyn Line>> {
        Ok(match self {
            Self::Network(address) => Box::new(network::Network::open(address, patience)?),
            Self::UsbFile(Some(path)) => Box::new(usb_file::UsbFile::open(path, patience)?),
            Self::UsbFile(None) => Box::new(usb_file::UsbFile::open(&first_file()?, patience)?),
            Self::Usb(id) => Box::new(usb::Usb::open(*id, patience)?),
            Self::Serial { path, baud, flow } => Box::new(serial::Serial::open(path, *baud, *flow, patience)?),
        })
    }
}

/// Opens the first of the ways that leads to a printer, and says where that is.
///
/// # Errors
/// None does.
pub(super) fn open(ways: &[Way], patience: Duration) -> Result<(Box<dyn Line>, String), PrinterError> {
    let mut looked = Vec::new();
    for way in ways {
        match way.open(patience) {
            Ok(line) => return Ok((line, way.to_string())),
            Err(why) if ways.len() == 1 => return Err(PrinterError::Unreachable { place: way.to_string(), why }),
            Err(why) => looked.push(Looked { place: way.to_string(), why: why.to_string() }),
        }
    }
    Err(PrinterError::NoneFound(looked))
}

/// The first printer that the kernel has a file for.
fn first_file() -> io::Result<PathBuf> {
    let none = || io::Error::new(io::ErrorKind::NotFound, "not there");
    let entries = fs::read_dir(USB_FILES).map_err(|_| none())?;
    let paths = entries.flatten().map(|entry| entry.path());
    let is_printer = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lp"));
    paths.filter(is_printer).min().ok_or_else(none)
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => write!(f, "network 网络 {address}"),
            Self::UsbFile(Some(path)) => write!(f, "usb_file {}", path.display()),
            Self::UsbFile(None) => write!(f, "usb_file {USB_FILES}/lp*"),
            Self::Usb(Some((vendor, product))) => write!(f, "usb {vendor:04x}:{product:04x}"),
            Self::Usb(None) => write!(f, "usb, any printer on the bus 任一打印机"),
            Self::Serial { path, baud, .. } => write!(f, "serial 串口 {}, {baud} baud", path.display()),
        }
    }
}

/// No bytes were taken in time.
fn timed_out() -> io::Error {
    io::ErrorKind::TimedOut.into()
}
