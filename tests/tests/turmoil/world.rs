//! What the simulated world has in place of the real one: time, network, chance.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::serve::Listener;
use caller_server::clock::Source;
use protocol::link::Network;
use rand::{Rng, RngExt, SeedableRng, distr::Alphanumeric, distr::SampleString, rngs::StdRng};
use turmoil::net::{TcpListener, TcpStream};

/// Where the server is.
pub const SERVER: &str = "server";
/// And on which port.
pub const PORT: u16 = 8_080;
/// When every scenario begins: 10 o'clock in the hall.
pub const START_MS: u64 = 1_795_399_200_000;
/// Pause before another try to accept.
const ACCEPT_AGAIN: Duration = Duration::from_millis(10);

/// Chance that goes on where it was when a program dies and starts again.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// A chance of its own for somebody.
    pub fn branch(&self) -> Self {
        Self::new(self.with(|rng| rng.next_u64()))
    }

    /// A number from `from` up to, not including, `to`.
    pub fn within(&self, from: u64, to: u64) -> u64 {
        self.with(|rng| rng.random_range(from..to))
    }

    /// True once in so many times.
    pub fn once_in(&self, times: u64) -> bool {
        self.within(0, times) == 0
    }

    /// A name that comes once.
    pub fn name(&self) -> String {
        self.with(|rng| Alphanumeric.sample_string(rng, 22))
    }

    /// Lets simulated time pass.
    pub async fn pause(&self, from_ms: u64, to_ms: u64) {
        tokio::time::sleep(Duration::from_millis(self.within(from_ms, to_ms))).await;
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How long the world has been there, ms.
pub fn now_ms() -> u64 {
    turmoil::sim_elapsed().map_or(0, |elapsed| u64::try_from(elapsed.as_millis()).unwrap())
}

/// The world's time as a computer's clocks.
pub struct SimTime;

impl Source for SimTime {
    fn wall_ms(&self) -> u64 {
        START_MS + now_ms()
    }

    fn monotonic_ms(&self) -> u64 {
        now_ms()
    }
}

/// Where the server listens.
pub struct Door(TcpListener);

impl Door {
    /// Opens it.
    pub async fn open() -> io::Result<Self> {
        TcpListener::bind(("0.0.0.0", PORT)).await.map(Self)
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok(came) => return came,
                Err(_) => tokio::time::sleep(ACCEPT_AGAIN).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// What leads to the server.
pub struct Wire(pub Chance);

impl Network for Wire {
    type Stream = TcpStream;

    async fn connect(&mut self, host_and_port: &str) -> io::Result<TcpStream> {
        TcpStream::connect(host_and_port.to_owned()).await
    }

    fn chance(&mut self) -> u64 {
        self.0.within(0, u64::MAX)
    }
}
