//! A server inside this process, on a port of its own, with people and devices that may ask it.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use caller_server::{
    clock::HallClock,
    config::HallConfig,
    gate::{Gate, accounts::Role},
    serve,
};
use jiff::tz::TimeZone;
use protocol::view::DeviceRole;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::scratch;

/// After so many inputs the hall is closed and another one opened, so that it does not grow for ever.
const INPUTS_MAX: u32 = 20_000;
/// A server that has not answered by then never will.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// The password of everybody.
const PASSWORD: &str = "one number, one window";

static SERVER: LazyLock<Mutex<Option<Server>>> = LazyLock::new(Mutex::default);

/// A server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The header by which the server knows each of them, by a letter.
    pub headers: Vec<(u8, String)>,
    inputs: u32,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    _data: TempDir,
}

/// The server for the next input: the one that is there, or a new one.
pub fn server() -> MutexGuard<'static, Option<Server>> {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if server.as_ref().is_none_or(|server| server.inputs >= INPUTS_MAX) {
        *server = None;
        *server = Some(Server::start());
    }
    server.iter_mut().for_each(|server| server.inputs += 1);
    server
}

impl Server {
    /// A new connection.
    pub fn connect(&self) -> Line {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(ANSWER_WITHIN)).expect("a socket");
        Line(stream)
    }

    /// The header of somebody: `c` a clerk, `m` the manager, `d` the dispenser, `w` the display of window 3, `t` a terminal;
    /// of all others none.
    pub fn header(&self, who: u8) -> &str {
        self.headers.iter().find(|(letter, _)| *letter == who).map_or("", |(_, header)| header)
    }

    fn start() -> Self {
        let data = scratch::directory();
        let address = free_address();
        let config = HallConfig { data_dir: data.path().into(), listen: address, ..hall() };
        let gate = Gate::open(&config.data_dir).expect("a new gate");
        let accounts = [(b'c', "clerk-1", Role::Clerk), (b'm', "manager", Role::Manager)];
        for (_, name, role) in accounts {
            gate.accounts().add(name, role, PASSWORD, 0).expect("a new account");
        }
        let devices = [
            (b'd', "dispenser-1", DeviceRole::Dispenser, None),
            (b'w', "display-3", DeviceRole::Display, Some(3)),
            (b't', "portal", DeviceRole::Terminal, None),
        ];
        let add = |(letter, name, role, window)| {
            let key = gate.devices().add(name, role, window, 0).expect("a new device");
            (letter, format!("authorization: Bearer {key}\r\n"))
        };
        let headers = devices.map(add).into();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || run(config, stopped));
        let mut server = Self { address, headers, inputs: 0, stop: Some(stop), thread: Some(thread), _data: data };
        server.wait_until_ready();
        for (letter, name, _) in accounts {
            let cookie = server.sign_in(name);
            server.headers.push((letter, cookie));
        }
        server
    }

    fn wait_until_ready(&self) {
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(began.elapsed() < ANSWER_WITHIN, "the server does not start");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn sign_in(&self, name: &str) -> String {
        let body = format!(r#"{{"name":"{name}","password":"{PASSWORD}"}}"#);
        let head =
            "POST /api/session HTTP/1.1\r\nhost: hall\r\ncontent-type: application/json\r\nconnection: close\r\n";
        let mut stream = self.connect();
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("the server listens");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("the server answers");
        let cookie = reply.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next());
        format!("cookie: {}\r\n", cookie.unwrap_or_else(|| panic!("{name} can't sign in: {reply}")))
    }
}

/// A connection that goes on after a signal: the fuzzer's own alarm rings every few seconds.
pub struct Line(TcpStream);

impl Read for Line {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        again(|| self.0.read(bytes))
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        again(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn again(mut attempt: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It panicked already, if it did.
            let _ = thread.join();
        }
    }
}

fn run(config: HallConfig, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stop = async move { drop(stopped.await) };
    runtime.block_on(serve(config, HallClock::system(TimeZone::UTC), stop)).expect("the server runs");
}

/// Tongxiang's, always open.
fn hall() -> HallConfig {
    let text = include_str!("../../../caller-server/halls/tongxiang.toml");
    HallConfig::parse(&format!("{text}\n[day]\nopen_at = \"00:00\"\n")).expect("the hall of the demonstration is sound")
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address")
}
