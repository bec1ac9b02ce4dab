//! The open port. It lets in as many connections as there are descriptors for, and a few less: the journal needs one for its
//! next segment, whoever knocks. Who finds no place waits until somebody leaves.

use std::fs;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

/// Descriptors that no connection gets: those of journal, store, lists and log, about twenty, and room for what is opened for
/// a moment.
const KEPT_FREE: usize = 64;
/// A server with hardly any descriptors still lets somebody in.
const PLACES_MIN: usize = 16;
/// Connections that may wait to be taken in: after a power cut all screens come back at once, and whoever finds no room tries
/// again a second later. The system has a bound of its own, `net.core.somaxconn`.
const BACKLOG: u32 = 4_096;
/// A peer that takes nothing for so long, while something waits for it, is cut by the kernel. Without this the kernel takes
/// megabytes for it, and that it reads nothing shows minutes later, or not at all.
const STUCK_WITHIN: Duration = Duration::from_secs(8);
/// A peer that was silent for so long is asked by the kernel whether it is there: a telephone that left the hall says no
/// goodbye, and would hold its place for ever.
const GONE_AFTER: Duration = Duration::from_secs(20);
/// A connection over which nothing came or went for so long is closed: whoever opens many and says nothing would hold every
/// place. Screens say something every second; a browser that left one open for later opens another.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// Places that no WebSocket gets, so that clerks' orders and questions after the server's health always come through; a quarter
/// where there are few.
const KEPT_FOR_REQUESTS: usize = 256;
/// Where Linux says what a process may have.
const LIMITS: &str = "/proc/self/limits";

/// The port, and the places behind it.
pub(super) struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

/// A connection that has a place until it is closed.
pub(super) struct Guest {
    stream: TcpStream,
    idle: Idle,
    _place: Option<OwnedSemaphorePermit>,
}

/// Watches for how long a connection says nothing.
struct Idle {
    max: Duration,
    busy_at: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl Idle {
    fn new(max: Duration) -> Self {
        let busy_at = Instant::now();
        Self { max, busy_at, alarm: Box::pin(sleep_until(busy_at + max)) }
    }

    /// Something came or went. The alarm stays where it is: to set it anew each time would cost more.
    fn is_busy(&mut self) {
        self.busy_at = Instant::now();
    }

    /// Ready when it was idle for too long.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let until = self.busy_at + self.max;
            if until <= Instant::now() {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl Door {
    /// Opens the port. Behind it there is room for as many as the operating system allows.
    ///
    /// # Errors
    /// The port can't be had.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: listen(address)?, places: Arc::new(Semaphore::new(allowed())) })
    }
}

/// How many WebSockets there is room for, of so many that are wanted; the log says so when that is less.
pub(super) fn sockets(wanted: usize) -> usize {
    let places = allowed();
    let possible = places - (places / 4).min(KEPT_FOR_REQUESTS);
    if possible < wanted {
        tracing::warn!(
            zh = "操作系统允许的描述符不足，请提高 LimitNOFILE（ulimit -n）",
            possible,
            wanted,
            "the operating system has descriptors for fewer connections than connections_max: raise LimitNOFILE (ulimit -n)"
        );
    }
    possible.min(wanted)
}

/// The places that the operating system allows.
fn allowed() -> usize {
    let allowed = fs::read_to_string(LIMITS).ok().and_then(|limits| descriptors(&limits));
    allowed.map_or(Semaphore::MAX_PERMITS, places).min(Semaphore::MAX_PERMITS)
}

impl Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        // The semaphore is never closed.
        let place = self.places.clone().acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        taken_in(&stream, STUCK_WITHIN);
        (Guest { stream, idle: Idle::new(IDLE_MAX), _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What holds for every connection. One for which the system refuses this works as well, only not as promptly.
fn taken_in(stream: &TcpStream, stuck_within: Duration) {
    // A call must not wait for the next one to fill a packet.
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_user_timeout(Some(stuck_within));
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(GONE_AFTER).with_interval(GONE_AFTER / 4));
}

/// The descriptors that a process may have, in the words of Linux; `None` when there is no limit.
fn descriptors(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn places(descriptors: usize) -> usize {
    descriptors.saturating_sub(KEPT_FREE).max(PLACES_MIN)
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let ready @ Poll::Ready(_) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            self.idle.is_busy();
            return ready;
        }
        self.idle.poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.idle.is_busy();
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.idle.is_busy();
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_journal() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             7                    unlimited            processes \n\
                      Max open files            1024                 524288               files     \n";
        assert_eq!(descriptors(limits).map(places), Some(960));
        assert_eq!(descriptors("Max open files            unlimited            unlimited            files"), None);
        assert_eq!(places(20), PLACES_MIN);
    }

    #[tokio::test]
    async fn who_finds_no_place_waits_until_somebody_leaves() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut door = Door { listener, places: Arc::new(Semaphore::new(1)) };
        let _clients = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        let (first, _) = door.accept().await;
        let second = tokio::spawn(async move { door.accept().await.1 });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn a_whole_hall_may_connect_before_anybody_is_taken_in() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = |_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(900)).unwrap();
        assert_eq!((0..500).map(connect).collect::<Vec<_>>().len(), 500);
    }

    #[tokio::test]
    async fn who_says_nothing_leaves_the_place_to_others_and_who_talks_stays() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        tokio::time::pause();
        let mut guest = Guest { stream, idle: Idle::new(IDLE_MAX), _place: None };
        let mut byte = [0];
        for _ in 0..4 {
            let silent = timeout(IDLE_MAX * 3 / 4, guest.read(&mut byte)).await;
            assert!(silent.is_err(), "it was closed although something had come: {silent:?}");
            client.write_all(b".").await.unwrap();
            assert_eq!(guest.read(&mut byte).await.unwrap(), 1);
        }
        let began = Instant::now();
        assert_eq!(guest.read(&mut byte).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!((IDLE_MAX..IDLE_MAX + Duration::from_secs(1)).contains(&began.elapsed()), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn the_kernel_asks_a_silent_peer_whether_it_is_there() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let _silent = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut door = Door { listener, places: Arc::new(Semaphore::new(1)) };
        let (guest, _) = door.accept().await;
        let socket = SockRef::from(&guest.stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), GONE_AFTER);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(STUCK_WITHIN));
        assert!(socket.tcp_nodelay().unwrap());
    }

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_cut_by_the_kernel() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let _takes_nothing = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        taken_in(&stream, Duration::from_millis(500));
        let write = async { while stream.write_all(&[7; 4096]).await.is_ok() {} };
        assert!(timeout(Duration::from_secs(20), write).await.is_ok(), "the kernel still waits for it");
    }
}
