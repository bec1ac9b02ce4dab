//! How a card is reached: a TCP connection, UDP datagrams, or a serial line.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket},
    time::Duration,
};

use firmware_config::display::{CardLink, CardLinkKind};
use serial2::SerialPort;

/// The longest wait of a read is what is left of the card's time; this is the least, since 0 means for ever.
const READ_MIN: Duration = Duration::from_millis(1);

/// An open way to a card. One that failed or timed out is dropped, so that a late answer is never taken for the next one.
pub(super) enum Link {
    Tcp(TcpStream),
    Udp(UdpSocket),
    Serial(SerialPort),
}

impl Link {
    pub(super) fn open(to: &CardLink, within: Duration) -> io::Result<Self> {
        match to.kind {
            CardLinkKind::Tcp => {
                let stream = TcpStream::connect_timeout(&to.address, within)?;
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(within))?;
                Ok(Self::Tcp(stream))
            }
            CardLinkKind::Udp => {
                let any: SocketAddr = match to.address {
                    SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                    SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
                };
                let socket = UdpSocket::bind(any)?;
                socket.connect(to.address)?;
                Ok(Self::Udp(socket))
            }
            CardLinkKind::Serial => {
                let mut port = SerialPort::open(&to.device, to.baud)?;
                port.set_write_timeout(within)?;
                port.discard_buffers()?;
                Ok(Self::Serial(port))
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes),
            Self::Udp(socket) => socket.send(bytes).map(drop),
            Self::Serial(port) => port.write_all(bytes),
        }
    }

    /// Waits at most so long for some bytes.
    pub(super) fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        let within = within.max(READ_MIN);
        let count = match self {
            Self::Tcp(stream) => {
                stream.set_read_timeout(Some(within))?;
                stream.read(buffer)?
            }
            Self::Udp(socket) => {
                socket.set_read_timeout(Some(within))?;
                return socket.recv(buffer);
            }
            Self::Serial(port) => {
                port.set_read_timeout(within)?;
                port.read(buffer)?
            }
        };
        if count == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(count) }
    }
}
