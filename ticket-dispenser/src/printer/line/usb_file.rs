//! A USB printer as the kernel's file, `/dev/usb/lp0`. Without `O_NONBLOCK` a printer without paper would hold a write for ever.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
};

use super::{Line, timed_out};

/// The kernel says of some printers at once, and always, that there is something to read, and then there is not.
const NOTHING: Duration = Duration::from_millis(5);

pub(super) struct UsbFile {
    file: File,
    patience: Duration,
}

impl UsbFile {
    pub fn open(path: &Path, patience: Duration) -> io::Result<Self> {
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
        Ok(Self { file, patience })
    }

    /// Whether it can be read or written within a time.
    fn wait(&self, what: PollFlags, patience: Duration) -> io::Result<bool> {
        let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
        let mut on = [PollFd::new(&self.file, what)];
        if poll(&mut on, Some(&patience))? == 0 {
            return Ok(false);
        }
        let ready = on.iter().fold(PollFlags::empty(), |ready, fd| ready | fd.revents());
        if ready.intersects(what) {
            return Ok(true);
        }
        Err(io::Error::new(io::ErrorKind::NotConnected, "the printer was unplugged"))
    }
}

impl Line for UsbFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.wait(PollFlags::OUT, self.patience)? {
            return Err(timed_out());
        }
        match self.file.write(bytes) {
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => Err(timed_out()),
            written => written,
        }
    }

    fn read(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        if !self.wait(PollFlags::IN, patience)? {
            return Ok(0);
        }
        match self.file.read(into) {
            Ok(0) => {
                thread::sleep(patience.min(NOTHING));
                Ok(0)
            }
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => Ok(0),
            read => read,
        }
    }
}
