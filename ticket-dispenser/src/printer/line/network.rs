//! A printer in the network: raw bytes over TCP, both ways; usually port 9100.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use super::{Line, timed_out};

pub(super) struct Network(TcpStream);

impl Network {
    /// Connects to `host:port`, to one address after another.
    pub fn open(address: &str, patience: Duration) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, patience) {
                Ok(stream) => {
                    // A question of three bytes must not wait for more.
                    stream.set_nodelay(true)?;
                    stream.set_write_timeout(Some(patience))?;
                    return Ok(Self(stream));
                }
                Err(why) => last = why,
            }
        }
        Err(last)
    }
}

impl Line for Network {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(why) if is_timeout(&why) => Err(timed_out()),
            written => written,
        }
    }

    fn read(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        if !self.has_something(patience)? {
            return Ok(0);
        }
        match self.0.read(into) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the printer closed the connection")),
            Err(why) if is_timeout(&why) => Ok(0),
            read => read,
        }
    }
}

impl Network {
    /// Whether something can be read, or the end is known. A socket's own patience counts in ticks of the kernel: a millisecond
    /// becomes eight, once before each slip and after each piece of it.
    fn has_something(&self, patience: Duration) -> io::Result<bool> {
        let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&patience)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }
}

fn is_timeout(why: &io::Error) -> bool {
    matches!(why.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
