//! An Onbon card (仰邦 BX-5K/6K) as a computer meets it: over TCP, UDP or a serial line. It was written from the maker's protocol,
//! not from our encoder, and takes nothing that is not as written there; it can be silent, refuse, or talk nonsense.
//!
//! Its threads end with the test's process.

use std::{
    fs, io,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, UdpSocket},
    os::fd::AsRawFd,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use encoding_rs::GBK;
use serial2::SerialPort;

/// The number of the card.
const SCREEN: [u8; 2] = [1, 0];
/// A computer.
const COMPUTER: [u8; 2] = [0x00, 0x80];
/// A card waits for more of a packet for ever; this ends a read.
const READ_WITHIN: Duration = Duration::from_secs(3_600);

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// Not at all; it takes nothing in either.
    Silent,
    /// That it will not, with this code.
    Refuses(u8),
    /// Bytes without sense.
    Garbage,
    /// With a wrong check sum.
    WrongSum,
}

/// A card.
#[derive(Clone)]
pub struct Card(Arc<Mutex<State>>);

struct State {
    mood: Mood,
    place: Place,
    shows: Option<Area>,
    brightness: Option<u8>,
    /// What stood on the panel, in order, without repetitions; empty = dark.
    history: Vec<String>,
    complaints: Vec<String>,
    packets: usize,
}

/// Where it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// TCP.
    Tcp(SocketAddr),
    /// UDP.
    Udp(SocketAddr),
    /// A device.
    Serial(PathBuf),
}

/// A dynamic area that was updated.
#[derive(Debug, Clone)]
struct Area {
    text: String,
    until: Option<Instant>,
}

impl Card {
    /// A card with a network plug, on a free port.
    pub fn tcp() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let card = Self::at(Place::Tcp(listener.local_addr().unwrap()));
        let accepts = card.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let card = accepts.clone();
                thread::spawn(move || card.serve(stream));
            }
        });
        card
    }

    /// A card that takes datagrams.
    pub fn udp() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let card = Self::at(Place::Udp(socket.local_addr().unwrap()));
        let serves = card.clone();
        thread::spawn(move || {
            let mut buffer = [0; 2_048];
            while let Ok((count, from)) = socket.recv_from(&mut buffer) {
                let mut line = Line::default();
                for byte in &buffer[..count] {
                    if let Some(answer) = serves.hear(&mut line, *byte) {
                        drop(socket.send_to(&answer, from));
                    }
                }
            }
        });
        card
    }

    /// A card at the other end of a serial line, which is a pseudo-terminal.
    pub fn serial() -> Self {
        let (mut end, device) = SerialPort::pair().unwrap();
        end.set_read_timeout(READ_WITHIN).unwrap();
        let path = fs::read_link(format!("/proc/self/fd/{}", device.as_raw_fd())).unwrap();
        let card = Self::at(Place::Serial(path));
        let serves = card.clone();
        thread::spawn(move || {
            serves.serve(end);
            // The device stays open while nobody else has it: else the line would be hung up.
            drop(device);
        });
        card
    }

    fn at(place: Place) -> Self {
        let (history, complaints) = (Vec::new(), Vec::new());
        let (shows, brightness, packets) = (None, None, 0);
        Self(Arc::new(Mutex::new(State { mood: Mood::Well, place, shows, brightness, history, complaints, packets })))
    }

    /// The lines of a display's profile that lead to it.
    pub fn settings(&self) -> String {
        let link = match &self.state().place {
            Place::Tcp(address) => format!("link = 'tcp', address = '{address}'"),
            Place::Udp(address) => format!("link = 'udp', address = '{address}'"),
            Place::Serial(path) => format!("link = 'serial', device = '{}'", path.display()),
        };
        format!("panel = {{ back_end = 'onbon', onbon = {{ {link}, answer_ms_max = 300 }} }}")
    }

    /// Where a card with a network plug listens.
    pub fn address(&self) -> SocketAddr {
        match self.state().place {
            Place::Tcp(address) | Place::Udp(address) => address,
            Place::Serial(_) => panic!("a card on a serial line has no address"),
        }
    }

    /// From now on it answers so.
    pub fn is(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// What people read; empty when it is dark.
    pub fn shows(&self) -> String {
        let state = self.state();
        let area = state.shows.as_ref().filter(|area| area.until.is_none_or(|until| Instant::now() < until));
        area.map(|area| area.text.clone()).unwrap_or_default()
    }

    /// The step of its brightness, 0 to 15, if it was told.
    pub fn brightness(&self) -> Option<u8> {
        self.state().brightness
    }

    /// Everything that stood on it so far, in order; empty = dark.
    pub fn history(&self) -> Vec<String> {
        self.state().history.clone()
    }

    /// What was not as it should be.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }

    /// How many packets reached it.
    pub fn packets(&self) -> usize {
        self.state().packets
    }

    /// Its power fails: what stood is gone, and it does not answer.
    pub fn loses_power(&self) {
        let mut state = self.state();
        (state.mood, state.shows, state.brightness) = (Mood::Silent, None, None);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: impl Read + Write) {
        let (mut line, mut buffer) = (Line::default(), [0; 256]);
        loop {
            let count = match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => continue,
                Err(_) => return,
            };
            for byte in &buffer[..count] {
                if let Some(answer) = self.hear(&mut line, *byte)
                    && stream.write_all(&answer).is_err()
                {
                    return;
                }
            }
        }
    }

    /// Takes a byte in; gives what it answers to a packet that ends with it.
    fn hear(&self, line: &mut Line, byte: u8) -> Option<Vec<u8>> {
        let packet = line.byte(byte)?;
        let mut state = self.state();
        state.packets += 1;
        match state.mood {
            Mood::Silent => return None,
            Mood::Garbage => return Some(b"\xA5\xA6\x07garbage\x5A no such thing \xA5\xA5".to_vec()),
            Mood::Refuses(code) => return Some(answer(1, code)),
            Mood::Well | Mood::WrongSum => {}
        }
        let wrong_sum = state.mood == Mood::WrongSum;
        match packet.and_then(|data| state.obey(&data)) {
            Ok(true) => {
                let mut answer = answer(0, 0);
                if wrong_sum && let Some(byte) = answer.get_mut(24) {
                    *byte ^= 0x10;
                }
                Some(answer)
            }
            Ok(false) => None,
            Err(complaint) => {
                state.complaints.push(complaint);
                Some(answer(1, 5))
            }
        }
    }
}

impl State {
    /// Does a command; whether an answer is wanted.
    fn obey(&mut self, data: &[u8]) -> Result<bool, String> {
        let [group, command, wanted, rest @ ..] = data else { return Err(format!("no command: {data:x?}")) };
        let wanted = match wanted {
            1 => true,
            2 => false,
            other => return Err(format!("an answer is wanted (1) or not (2), not {other}")),
        };
        match (group, command, rest) {
            (0xA2, 0x00, [0, 0]) => {}
            (0xA3, 0x02, [2, 0, 1, step @ 0..=15]) => self.brightness = Some(*step),
            (0xA3, 0x06, [0, 0, 0, 1, area @ ..]) => {
                let area = read_area(area)?;
                if self.history.last() != Some(&area.text) {
                    self.history.push(area.text.clone());
                }
                self.shows = Some(area);
            }
            _ => return Err(format!("unknown command {data:x?}")),
        }
        Ok(wanted)
    }
}

/// Length, kind, place, size, number, line space, how it runs, for how long, three reserved, how it shows, length, text.
fn read_area(bytes: &[u8]) -> Result<Area, String> {
    let word = |at: usize| bytes.get(at..at + 2).map(|word| u16::from_le_bytes([word[0], word[1]]));
    let complain = |what: &str| Err(format!("{what}: {bytes:x?}"));
    if word(0).map(usize::from) != bytes.len().checked_sub(2) {
        return complain("the area has another length");
    }
    let [_, _, 0, 0, 0, 0, 0, width, 0, height, 0, 0, _, 2, _, _, 0, 0, 0, single, wrap, show, 0, speed, _stay, ..] =
        *bytes
    else {
        return complain("no area over the whole panel that darkens by itself");
    };
    if width == 0 || height == 0 || !(1..=2).contains(&single) || !(1..=2).contains(&wrap) {
        return complain("an area that cannot be");
    }
    if !(1..=6).contains(&show) || speed > 24 {
        return complain("no such way to show");
    }
    let length = bytes.get(25..29).map(|length| u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    let text = bytes.get(29..).unwrap_or_default();
    if length != u32::try_from(text.len()).ok() {
        return complain("the text has another length");
    }
    let until = word(14).map(|seconds| Instant::now() + Duration::from_secs(seconds.into()));
    Ok(Area { text: read_text(text)?, until })
}

/// What people read of a text with its escapes.
fn read_text(bytes: &[u8]) -> Result<String, String> {
    let (text, _, failed) = GBK.decode(bytes);
    if failed {
        return Err(format!("no GB 2312: {bytes:x?}"));
    }
    let mut text = text.into_owned();
    if let Some(rest) = text.strip_prefix("\\FO") {
        let font = rest.get(..3).filter(|font| font.bytes().all(|digit| digit.is_ascii_digit()));
        text = rest.strip_prefix(font.ok_or("a font has three digits")?).unwrap_or_default().to_owned();
    }
    let lines: Vec<&str> = text.split("\\r\\n").map(str::trim).collect();
    let text = lines.join("\n");
    if text.contains('\\') { Err(format!("an escape that the card does not know: {text}")) } else { Ok(text) }
}

/// Puts bytes together to packets.
#[derive(Default)]
struct Line {
    marks: usize,
    bytes: Vec<u8>,
}

impl Line {
    fn byte(&mut self, byte: u8) -> Option<Result<Vec<u8>, String>> {
        match byte {
            0xA5 if self.bytes.is_empty() => {
                self.marks += 1;
                None
            }
            0xA5 => {
                (self.marks, self.bytes) = (1, Vec::new());
                Some(Err("a packet without an end".into()))
            }
            0x5A => {
                let (marks, bytes) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.bytes));
                Some(read_packet(marks, &bytes))
            }
            byte => {
                self.bytes.push(byte);
                None
            }
        }
    }
}

fn read_packet(marks: usize, escaped: &[u8]) -> Result<Vec<u8>, String> {
    if marks != 8 {
        return Err(format!("{marks} marks at the beginning, not 8"));
    }
    let mut plain = Vec::new();
    let mut bytes = escaped.iter();
    while let Some(byte) = bytes.next() {
        plain.push(match (byte, matches!(byte, 0xA6 | 0x5B).then(|| bytes.next()).flatten()) {
            (0xA6, Some(2)) => 0xA5,
            (0x5B, Some(2)) => 0x5A,
            (0xA6 | 0x5B, Some(1)) => *byte,
            (0xA6 | 0x5B, other) => return Err(format!("escape {byte:x} {other:x?}")),
            (byte, _) => *byte,
        });
    }
    let Some((rest, sum)) = plain.split_last_chunk::<2>() else { return Err("a packet without a check sum".into()) };
    if crc(rest) != *sum {
        return Err(format!("check sum {sum:x?}, not {:x?}", crc(rest)));
    }
    let Some((header, data)) = rest.split_first_chunk::<14>() else { return Err("a packet without a header".into()) };
    let [to0, to1, from0, from1, 0, 0, 0, 0, 0, 0, 0xFE, 2, length0, length1] = *header else {
        return Err(format!("header {header:x?}"));
    };
    let for_me = [to0, to1] == SCREEN || [to0, to1] == [0xFE, 0xFF];
    if !for_me || [from0, from1] != COMPUTER || usize::from(u16::from_le_bytes([length0, length1])) != data.len() {
        return Err(format!("header {header:x?} over {} bytes", data.len()));
    }
    Ok(data.to_vec())
}

/// `A0`, yes or no, and why.
fn answer(no: u8, code: u8) -> Vec<u8> {
    let mut plain = [COMPUTER, SCREEN].concat();
    plain.extend([0, 0, 0, 0, 0, 0, 0xFE, 2, 5, 0, 0xA0, no, code, 0, 0]);
    plain.extend(crc(&plain));
    let mut line = vec![0xA5; 8];
    for byte in plain {
        match byte {
            0xA5 => line.extend([0xA6, 2]),
            0xA6 => line.extend([0xA6, 1]),
            0x5A => line.extend([0x5B, 2]),
            0x5B => line.extend([0x5B, 1]),
            byte => line.push(byte),
        }
    }
    line.push(0x5A);
    line
}

/// CRC-16 by long division over the bits as they come on the line, lowest first.
fn crc(bytes: &[u8]) -> [u8; 2] {
    let mut sum: u16 = 0;
    for bit in bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)) {
        let carry = sum >> 15 ^ u16::from(bit);
        sum = sum << 1 ^ if carry == 1 { 0x8005 } else { 0 };
    }
    sum.reverse_bits().to_le_bytes()
}
