//! What a link finds around it: the network, and chance.

use std::{
    future::Future,
    hash::{BuildHasher, RandomState},
    io,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// The network and the chance of a link. Devices take [`Tcp`]; a simulated world has its own, and can be repeated.
pub trait Network: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// Connects to `192.168.1.10:8080`.
    fn connect(&mut self, host_and_port: &str) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Any number, each time another one; no two clients draw the same ones.
    fn chance(&mut self) -> u64;
}

/// The network of the operating system.
///
/// The chance comes from the standard library's hash keys, which the operating system seeds for each process; clients
/// may share program, subject and attempt, so a hash of those alone would send them all at once. Nothing secret depends
/// on it, which is why no random number package is taken for it.
#[derive(Debug, Clone, Default)]
pub struct Tcp {
    keys: RandomState,
    draws: u64,
}

impl Network for Tcp {
    type Stream = TcpStream;

    async fn connect(&mut self, host_and_port: &str) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(host_and_port).await?;
        // A call must not wait for the next one to fill a packet.
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    fn chance(&mut self) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        self.keys.hash_one(self.draws)
    }
}
