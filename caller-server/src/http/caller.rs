//! From where a request comes.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, connect_info::Connected},
    http::request::Parts,
    serve::{IncomingStream, Listener},
};

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct OtherEnd(SocketAddr);

/// The address of whoever asks; `None` where there is no network.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub Option<IpAddr>);

/// A listener that tells who is at the other end. It has a type of its own, because axum keeps others for itself.
pub struct Telling<L>(pub L);

impl<L: Listener<Addr = SocketAddr>> Listener for Telling<L> {
    type Io = L::Io;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (L::Io, SocketAddr) {
        self.0.accept().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl<L: Listener<Addr = SocketAddr>> Connected<IncomingStream<'_, Telling<L>>> for OtherEnd {
    fn connect_info(stream: IncomingStream<'_, Telling<L>>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let end = parts.extensions.get::<ConnectInfo<OtherEnd>>();
        Ok(Self(end.map(|ConnectInfo(OtherEnd(address))| address.ip().to_canonical())))
    }
}
