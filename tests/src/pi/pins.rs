//! The header of an emulated Raspberry Pi, over QEMU's protocol for tests of devices (qtest): levels are set by writing to the
//! registers of the BCM2835's GPIO block, as a wire would, and every edge of an output is told.
//!
//! Registers: BCM2835 ARM Peripherals, chapter 6. QEMU keeps one level a pin, whoever set it, and knows no resistors.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The block's address in a Raspberry Pi 3.
const GPIO: u64 = 0x3F20_0000;
/// Sets pins 0 to 31.
const GPSET0: u64 = 0x1C;
/// Clears pins 0 to 31.
const GPCLR0: u64 = 0x28;
/// Where QEMU has it.
const BLOCK: &str = "/machine/soc/peripherals/gpio";
/// QEMU answers at once, unless this machine is very busy.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// A finger is at least so long on a button.
const PRESS: Duration = Duration::from_millis(400);
/// SPI bus 0, chip select 0, as the header has them.
const SELECT: usize = 8;
const DATA: usize = 10;
const CLOCK: usize = 11;
const PINS: usize = 54;

/// A header.
pub struct Pins {
    stream: Mutex<UnixStream>,
    answers: Mutex<Receiver<String>>,
    wires: Arc<Mutex<Wires>>,
}

/// What was seen on the wires.
struct Wires {
    levels: [bool; PINS],
    /// Bits since chip select fell.
    bits: Vec<bool>,
    /// Whole transfers that nobody has taken yet.
    transfers: Vec<Vec<u8>>,
    /// Transfers that were no whole bytes.
    torn: u64,
}

impl Pins {
    pub(super) fn attach(stream: UnixStream) -> Self {
        let (tell, answers) = channel();
        let wires = Wires { levels: [false; PINS], bits: Vec::new(), transfers: Vec::new(), torn: 0 };
        let wires = Arc::new(Mutex::new(wires));
        let (reads, sees) = (stream.try_clone().unwrap(), wires.clone());
        thread::spawn(move || listen(reads, &sees, &tell));
        let pins = Self { stream: Mutex::new(stream), answers: Mutex::new(answers), wires };
        pins.tell(&format!("irq_intercept_out {BLOCK}"));
        pins
    }

    /// From now on a wire holds an input up or down.
    pub fn hold(&self, pin: u8, high: bool) {
        let register = GPIO + if high { GPSET0 } else { GPCLR0 };
        self.tell(&format!("writel {register:#x} {:#x}", 1_u32 << pin));
    }

    /// A finger on a button between a pin and ground.
    pub fn press(&self, pin: u8) {
        self.hold(pin, false);
        thread::sleep(PRESS);
        self.hold(pin, true);
    }

    /// Whether an output was last seen high.
    pub fn is_high(&self, pin: u8) -> bool {
        self.wires().levels.get(usize::from(pin)).is_some_and(|high| *high)
    }

    /// The transfers on the SPI bus since this was asked last, bytes by mode 0: chip select falls before each and rises after it.
    pub fn transfers(&self) -> Vec<Vec<u8>> {
        let mut wires = self.wires();
        assert_eq!(wires.torn, 0, "a transfer on the SPI bus was no whole bytes");
        std::mem::take(&mut wires.transfers)
    }

    fn wires(&self) -> MutexGuard<'_, Wires> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, command: &str) {
        let mut stream = self.stream.lock().unwrap();
        writeln!(stream, "{command}").unwrap();
        let answer = self.answers.lock().unwrap().recv_timeout(ANSWERS_WITHIN);
        let answer = answer.unwrap_or_else(|_| panic!("QEMU does not answer to {command}"));
        assert!(answer.starts_with("OK"), "{command}: {answer}");
    }
}

/// Tells edges from answers.
fn listen(stream: UnixStream, wires: &Mutex<Wires>, tell: &Sender<String>) {
    let (mut reader, mut line) = (BufReader::new(stream), String::new());
    while reader.read_line(&mut line).is_ok_and(|count| count > 0) {
        match edge(line.trim_end()) {
            Some((pin, high)) => wires.lock().unwrap_or_else(PoisonError::into_inner).edge(pin, high),
            None if tell.send(line.trim_end().to_owned()).is_err() => return,
            None => {}
        }
        line.clear();
    }
}

/// `IRQ raise 11`
fn edge(line: &str) -> Option<(usize, bool)> {
    let (way, pin) = line.strip_prefix("IRQ ")?.split_once(' ')?;
    Some((pin.parse().ok()?, way == "raise"))
}

impl Wires {
    fn edge(&mut self, pin: usize, high: bool) {
        let Some(level) = self.levels.get_mut(pin) else { return };
        *level = high;
        match (pin, high) {
            (SELECT, false) => self.bits.clear(),
            (SELECT, true) => self.transfer(),
            (CLOCK, true) if !self.levels[SELECT] => self.bits.push(self.levels[DATA]),
            _ => {}
        }
    }

    fn transfer(&mut self) {
        let bits = std::mem::take(&mut self.bits);
        let bytes = bits.chunks_exact(8);
        self.torn += u64::from(!bytes.remainder().is_empty());
        let bytes = bytes.map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
        let bytes: Vec<u8> = bytes.collect();
        if !bytes.is_empty() {
            self.transfers.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wires(edges: &[(usize, bool)]) -> Wires {
        let mut wires = Wires { levels: [false; PINS], bits: Vec::new(), transfers: Vec::new(), torn: 0 };
        edges.iter().for_each(|(pin, high)| wires.edge(*pin, *high));
        wires
    }

    fn byte(byte: u8) -> Vec<(usize, bool)> {
        let bits = (0..8).rev().map(|bit| byte >> bit & 1 == 1);
        bits.flat_map(|bit| [(DATA, bit), (CLOCK, true), (CLOCK, false)]).collect()
    }

    #[test]
    fn edges_become_bytes_between_the_edges_of_chip_select() {
        let edges =
            [vec![(SELECT, true)], byte(0xFF), vec![(SELECT, false)], byte(0xA5), byte(0x0F), vec![(SELECT, true)]];
        let wires = wires(&edges.concat());
        assert_eq!((wires.transfers, wires.torn), (vec![vec![0xA5, 0x0F]], 0));
    }

    #[test]
    fn a_transfer_of_half_a_byte_is_torn() {
        let edges = [vec![(SELECT, true), (SELECT, false)], byte(0xA5)[..12].to_vec(), vec![(SELECT, true)]];
        assert_eq!(wires(&edges.concat()).torn, 1);
    }

    #[test]
    fn an_edge_is_told_from_an_answer() {
        assert_eq!([edge("IRQ raise 11"), edge("IRQ lower 8"), edge("OK")], [Some((11, true)), Some((8, false)), None]);
    }
}
