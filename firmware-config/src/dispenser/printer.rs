//! What prints the slips, and how it is reached.

use std::{
    net::Ipv6Addr,
    path::{Path, PathBuf},
};

use crate::{fault::Fault, section::Section};

const ADDRESS: &str = "\"192.168.1.50:9100\"";
const DEVICE: &str = "\"/dev/usb/lp0\"";
const USB_ID: &str = "\"04b8:0e15\" (lsusb)";
const SERIAL: &str = "\"/dev/ttyUSB0\"";
const BAUDS: [u32; 5] = [9_600, 19_200, 38_400, 57_600, 115_200];
const BAUD: Fault = Fault::Form("9600, 19200, 38400, 57600 or/或 115200");
const BACK_ENDS: [(&str, BackEnd); 7] = [
    ("auto", BackEnd::Auto),
    ("network", BackEnd::Network),
    ("usb_file", BackEnd::UsbFile),
    ("usb", BackEnd::Usb),
    ("serial", BackEnd::Serial),
    ("png", BackEnd::Png),
    ("terminal", BackEnd::Terminal),
];
const FLOWS: [(&str, Flow); 3] = [("rts_cts", Flow::RtsCts), ("xon_xoff", Flow::XonXoff), ("none", Flow::None)];

/// What prints the slips, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// What prints.
    pub back_end: BackEnd,
    /// Host and port of a network printer; needed for `network`, looked at by `auto`.
    pub address: Option<String>,
    /// The file of a USB printer; `None` = the first that is there.
    pub device: Option<PathBuf>,
    /// Vendor and product of a USB printer; `None` = the first printer on the bus.
    pub usb_id: Option<(u16, u16)>,
    /// The serial line; needed for `serial`, looked at by `auto`.
    pub serial: Option<PathBuf>,
    /// Bits a second on the serial line.
    pub baud: u32,
    /// Who says stop on the serial line.
    pub flow: Flow,
    /// Whether the printer can be asked how it is.
    pub answers: bool,
    /// How long it may take to be connected, to take bytes, and to answer, ms.
    pub answer_ms_max: u32,
    /// Where the back-end `png` puts its files.
    pub directory: PathBuf,
}

/// What prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackEnd {
    /// The first of the real ones that is there.
    Auto,
    /// A printer in the network, port 9100.
    Network,
    /// A USB printer, as the kernel's file.
    UsbFile,
    /// A USB printer, without the kernel's driver.
    Usb,
    /// A printer on a serial line.
    Serial,
    /// A PNG file for each slip.
    Png,
    /// The terminal.
    Terminal,
}

/// Who says stop on a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The lines RTS and CTS.
    RtsCts,
    /// The characters XON and XOFF.
    XonXoff,
    /// Nobody.
    None,
}

impl Printer {
    /// The serial line, if one may be used.
    pub(crate) fn line(&self) -> Option<&Path> {
        let is_used = matches!(self.back_end, BackEnd::Serial | BackEnd::Auto);
        self.serial.as_deref().filter(|_| is_used)
    }

    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let back_end = section.choice("back_end", BackEnd::Auto, &BACK_ENDS);
        let usb_id = section.text("usb_id", USB_ID, |id| usb_id(id).is_some());
        let printer = Self {
            back_end,
            address: needed(&mut section, "address", ADDRESS, is_address, back_end == BackEnd::Network),
            device: section.text("device", DEVICE, is_path).map(PathBuf::from),
            usb_id: usb_id.as_deref().and_then(self::usb_id),
            serial: needed(&mut section, "serial", SERIAL, is_path, back_end == BackEnd::Serial).map(PathBuf::from),
            baud: section.number("baud", 115_200, 0..u32::MAX),
            flow: section.choice("flow", Flow::RtsCts, &FLOWS),
            answers: section.flag("answers", true),
            answer_ms_max: section.number("answer_ms_max", 1_000, 100..10_001),
            directory: section.path("directory", "slips"),
        };
        if !BAUDS.contains(&printer.baud) {
            section.wrong("baud", BAUD);
        }
        section.end();
        printer
    }
}

/// A text that must be there for one of the back-ends.
fn needed(
    section: &mut Section<'_, '_, '_>,
    key: &'static str,
    form: &'static str,
    is: fn(&str) -> bool,
    must: bool,
) -> Option<String> {
    if must { Some(section.required(key, form, is)) } else { section.text(key, form, is) }
}

/// `host:port`.
fn is_address(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(v6) => v6.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    is_host && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.contains('\0')
}

/// `vvvv:pppp`, hexadecimal.
fn usb_id(id: &str) -> Option<(u16, u16)> {
    let (vendor, product) = id.split_once(':')?;
    let hex = |digits: &str| {
        let is_hex = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    Some((hex(vendor)?, hex(product)?))
}
