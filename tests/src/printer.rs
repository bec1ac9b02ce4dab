//! A receipt printer in this process: raw bytes over TCP, as on port 9100, and everything that goes wrong with printers.
//!
//! It knows Epson's reference and nothing of the dispenser's code: `bytes` keeps what it was sent and makes paper of it, `status`
//! says what it says of itself. Like a real one it takes one connection at a time, answers `DLE EOT` at once, even while it
//! stands still, and everything else in its turn.

mod bytes;
mod status;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use bytes::Slip;
use bytes::{Paper, Step};
pub use status::Bits;

/// How long a look at the line takes, and at what a test has changed.
const LOOK: Duration = Duration::from_millis(5);

/// What is wrong with a printer, beside what it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The connection breaks after so many bytes of a slip.
    ClosesAfter(usize),
    /// Somebody pulls the cable after so many bytes of a slip.
    UnpluggedAfter(usize),
    /// The paper ends after so many bytes of a slip.
    PaperEndsAfter(usize),
    /// The cutter gets stuck at the next cut.
    CutterJams,
    /// It never answers; what it is sent it prints.
    Mute,
    /// It answers each question with noise.
    Babbles,
    /// It takes nothing more from the line.
    StopsReading,
    /// It answers questions, and never says that it is done: many cheap ones don't know the command.
    NeverDone,
}

/// A printer that runs.
pub struct Printer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Mutex<Inside>>,
    thread: Option<JoinHandle<()>>,
}

/// What the test and the printer's thread share.
struct Inside {
    bits: Bits,
    fault: Fault,
    plugged: bool,
    ended: bool,
    paper: Paper,
    /// Every byte that came, questions too.
    raw: Vec<u8>,
    connections: u32,
    /// When the first byte of each slip came.
    begun: Vec<Instant>,
}

impl Printer {
    /// Switches one on, on a free port.
    pub fn start() -> Self {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Inside {
            bits: Bits::default(),
            fault: Fault::None,
            plugged: true,
            ended: false,
            paper: Paper::default(),
            raw: Vec::new(),
            connections: 0,
            begun: Vec::new(),
        }));
        let inside = shared.clone();
        let thread = std::thread::spawn(move || live(listener, address, &inside));
        Self { address, shared, thread: Some(thread) }
    }

    /// Changes what it says of itself; when it was told to report changes, it does.
    pub fn set(&self, change: impl FnOnce(&mut Bits)) {
        change(&mut self.inside().bits);
    }

    /// From now on this is wrong with it.
    pub fn fail(&self, fault: Fault) {
        self.inside().fault = fault;
    }

    /// Pulls its cable, or puts it in again.
    pub fn plug(&self, plugged: bool) {
        self.inside().plugged = plugged;
    }

    /// What came out, up to each cut.
    pub fn slips(&self) -> Vec<Slip> {
        self.inside().paper.slips.clone()
    }

    /// What hangs out and is not cut off.
    pub fn hanging(&self) -> Slip {
        self.inside().paper.hanging.clone()
    }

    /// Commands that it did not understand.
    pub fn unknown(&self) -> Vec<Vec<u8>> {
        self.inside().paper.unknown.clone()
    }

    /// Every byte that came, questions too.
    pub fn raw(&self) -> Vec<u8> {
        self.inside().raw.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> u32 {
        self.inside().connections
    }

    /// When the first byte of each slip came.
    pub fn begun(&self) -> Vec<Instant> {
        self.inside().begun.clone()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.shared.lock().unwrap()
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        if let Ok(mut inside) = self.shared.lock() {
            inside.ended = true;
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// One connection after another, while the cable is in.
fn live(listener: TcpListener, address: SocketAddr, shared: &Mutex<Inside>) {
    let mut listener = Some(listener);
    loop {
        let (ended, plugged) = {
            let inside = shared.lock().unwrap();
            (inside.ended, inside.plugged)
        };
        match &listener {
            _ if ended => return,
            _ if !plugged => listener = None,
            None => listener = listen(address).ok(),
            Some(open) => {
                if let Ok((stream, _)) = open.accept() {
                    shared.lock().unwrap().connections += 1;
                    serve(stream, shared);
                    continue;
                }
            }
        }
        std::thread::sleep(LOOK / 5);
    }
}

/// One connection, until either side has enough.
fn serve(mut stream: TcpStream, shared: &Mutex<Inside>) {
    stream.set_nonblocking(false).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(LOOK)).unwrap();
    let mut reported = None;
    let mut bytes = [0; 4096];
    loop {
        let stands = shared.lock().unwrap().fault == Fault::StopsReading;
        let read = if stands {
            std::thread::sleep(LOOK);
            Ok(0)
        } else {
            stream.read(&mut bytes)
        };
        let came = match read {
            Ok(0) if !stands => return,
            Ok(came) => &bytes[..came],
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => &[],
            Err(_) => return,
        };
        let mut inside = shared.lock().unwrap();
        if inside.ended || !inside.plugged {
            return;
        }
        let Some(answer) = inside.take(came, &mut reported) else { return };
        drop(inside);
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

impl Inside {
    /// Takes in bytes and says what goes back; `None` when the connection breaks. `reported` is what was last told unasked.
    fn take(&mut self, came: &[u8], reported: &mut Option<Bits>) -> Option<Vec<u8>> {
        self.raw.extend(came);
        let mut answer = Vec::new();
        for n in self.paper.receive(came, self.fault) {
            answer.extend(self.bits.answer(n));
        }
        loop {
            let stands = self.bits.stands_still();
            match self.paper.step(stands) {
                Step::Nothing => break,
                Step::Began => self.begun.push(Instant::now()),
                Step::Went => {}
                Step::Asked => answer.extend((self.fault != Fault::NeverDone).then(|| self.bits.paper())),
                Step::Reports => *reported = None,
                Step::Cut if self.fault == Fault::CutterJams => {
                    self.fault = Fault::None;
                    self.bits.cutter = true;
                }
                Step::Cut => {}
            }
            match self.fault {
                Fault::ClosesAfter(bytes) | Fault::UnpluggedAfter(bytes) if self.paper.hanging.bytes.len() >= bytes => {
                    self.plugged = matches!(self.fault, Fault::ClosesAfter(_));
                    self.fault = Fault::None;
                    self.paper.forget_what_waits();
                    return None;
                }
                Fault::PaperEndsAfter(bytes) if self.paper.hanging.bytes.len() >= bytes => {
                    self.fault = Fault::None;
                    self.bits.paper_out = true;
                }
                _ => {}
            }
        }
        if self.paper.reports && *reported != Some(self.bits) {
            *reported = Some(self.bits);
            answer.extend(self.bits.packet());
        }
        Some(match self.fault {
            Fault::Mute => Vec::new(),
            Fault::Babbles => answer.iter().flat_map(|byte| [byte ^ 0x90, 0xFF, 0x81]).collect(),
            _ => answer,
        })
    }
}
