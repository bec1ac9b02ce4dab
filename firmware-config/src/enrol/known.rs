//! The way to a server that is known by its key: nothing secret goes to an address before the server there has shown, by an
//! answer that only the holder of that key can compute, that it is the known one.
//!
//! What this does not protect: afterwards the device speaks over a plain connection (`ws://`). Whoever sits in the network and
//! can change packets on the way can pass the question on to the real server, and then read the device's key as it goes by.
//! Against that only TLS in front of the server helps, or a network in which nobody else is. It does protect from a wrong
//! address, from another server that took the address, and from one that answers mDNS first.

use std::io;

use protocol::{
    Text,
    enrol::{Bytes32, Challenge, Proof, agreement::Secret},
    link::Network,
};

use super::discover::discover;
use crate::talk::Line;

/// A server that is known by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownServer {
    /// Its lasting key.
    pub key: Bytes32,
    /// Whether its address is not written down, so that it is looked for when it is not where it was.
    pub discovers: bool,
}

/// A network in which the server must be the known one, if one is known.
pub struct Known<N> {
    network: N,
    known: Option<KnownServer>,
    /// Where it was found.
    at: Option<String>,
}

impl<N: Network> Known<N> {
    /// The way to the server that a profile knows.
    pub fn new(network: N, known: Option<KnownServer>) -> Self {
        Self { network, known, at: None }
    }

    /// Looks whether the known server is at one of these addresses.
    async fn find(&mut self, known: KnownServer, addresses: &[String]) -> io::Result<String> {
        let mut why = io::Error::other("no server was found 没有找到服务器");
        for address in addresses {
            match prove(&mut self.network, address, known.key).await {
                Ok(()) => return Ok(address.clone()),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

impl<N: Network> Network for Known<N> {
    type Stream = N::Stream;

    async fn connect(&mut self, host_and_port: &str) -> io::Result<N::Stream> {
        let Some(known) = self.known else { return self.network.connect(host_and_port).await };
        if let Some(at) = self.at.take() {
            // One that has gone is looked for once more, at its old place first: it may have moved.
            let stream = self.network.connect(&at).await?;
            self.at = Some(at);
            return Ok(stream);
        }
        let at = match self.find(known, &[host_and_port.to_owned()]).await {
            Err(_) if known.discovers => self.find(known, &discover().await).await?,
            found => found?,
        };
        let stream = self.network.connect(&at).await?;
        self.at = Some(at);
        Ok(stream)
    }

    fn chance(&mut self) -> u64 {
        self.network.chance()
    }
}

/// Whether the server at an address holds this key.
async fn prove<N: Network>(network: &mut N, host_and_port: &str, known: Bytes32) -> io::Result<()> {
    let secret = Secret::new(Bytes32(rand::random()));
    let asked = secret.public();
    let wanted = secret.proof(known, asked, known).map_err(io::Error::other)?;
    let mut line = Line { network, host_and_port, key: None };
    let answer: Proof = line.post("/api/enrol/prove", &Challenge { key: asked }).await.map_err(io::Error::other)?;
    if answer.proof == wanted {
        return Ok(());
    }
    let Text { zh, en } = other_server(host_and_port);
    Err(io::Error::other(format!("{en} {zh}")))
}

/// Another server is where the known one was, or pretends to be it.
pub(super) fn other_server(host_and_port: &str) -> Text {
    Text::new(
        format!(
            "{host_and_port} 不是本机认识的服务器。如确认更换了服务器，请运行 firmware-config enrol anew --other-server。"
        ),
        format!(
            "The server at {host_and_port} is not the one that this device knows. If that is right, run firmware-config \
             enrol anew --other-server."
        ),
    )
}
