//! A USB printer without the kernel's driver, which is put aside: then there is no `/dev/usb/lp0`.

use std::{
    io::{self, Read},
    thread,
    time::Duration,
};

use nusb::{
    Device, DeviceInfo, Endpoint, Interface, MaybeFuture,
    descriptors::TransferType,
    io::EndpointRead,
    list_devices,
    transfer::{Bulk, Direction, Out},
};

use super::{Line, timed_out};

/// The class of printers (USB Device Class Definition for Printing Devices 1.1).
const PRINTER_CLASS: u8 = 7;
/// More at once only lets a printer that stops hold more.
const TRANSFER_BYTES: usize = 4_096;
/// A status is one byte, or four.
const ANSWER_BYTES: usize = 64;

pub(super) struct Usb {
    out: Endpoint<Bulk, Out>,
    /// Some printers say nothing.
    back: Option<EndpointRead<Bulk>>,
    patience: Duration,
}

impl Usb {
    /// The device with this vendor and product, or the first printer.
    pub fn open(id: Option<(u16, u16)>, patience: Duration) -> io::Result<Self> {
        let found = list_devices().wait()?.find(|device| match id {
            Some(id) => (device.vendor_id(), device.product_id()) == id,
            None => printer_interface(device).is_some(),
        });
        let found = found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "not there"))?;
        let number = printer_interface(&found).unwrap_or(0);
        let device: Device = found.open().wait()?;
        let interface = device.detach_and_claim_interface(number).wait()?;
        let none = || io::Error::new(io::ErrorKind::Unsupported, "the device takes no bytes as a printer does");
        let out = interface.endpoint(endpoint(&interface, Direction::Out).ok_or_else(none)?)?;
        let back = endpoint(&interface, Direction::In).map(|address| interface.endpoint(address)).transpose()?;
        Ok(Self { out, back: back.map(|back| back.reader(ANSWER_BYTES)), patience })
    }
}

impl Line for Usb {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let some = bytes.get(..TRANSFER_BYTES).unwrap_or(bytes);
        let done = self.out.transfer_blocking(some.into(), self.patience);
        match done.status {
            _ if done.actual_len > 0 => Ok(done.actual_len),
            Err(nusb::transfer::TransferError::Cancelled) => Err(timed_out()),
            Err(why) => Err(why.into()),
            Ok(()) => Err(timed_out()),
        }
    }

    fn read(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        let Some(back) = &mut self.back else {
            thread::sleep(patience);
            return Ok(0);
        };
        back.set_read_timeout(patience);
        match back.read(into) {
            Err(why) if why.kind() == io::ErrorKind::TimedOut => Ok(0),
            read => read,
        }
    }
}

fn printer_interface(device: &DeviceInfo) -> Option<u8> {
    let mut interfaces = device.interfaces();
    interfaces.find(|interface| interface.class() == PRINTER_CLASS).map(nusb::InterfaceInfo::interface_number)
}

/// The bulk endpoint of one direction.
fn endpoint(interface: &Interface, direction: Direction) -> Option<u8> {
    let descriptor = interface.descriptor()?;
    let mut endpoints = descriptor.endpoints();
    let fits = endpoints.find(|end| end.transfer_type() == TransferType::Bulk && end.direction() == direction);
    fits.map(|end| end.address())
}
