//! What a dispenser finds around it. A simulated world has its own, and a run in it can be repeated.

use std::path::Path;

use firmware_config::{
    enrol::{Known, KnownServer},
    health::Physician,
};
use jiff::tz::TimeZone;
use protocol::link::Tcp;

use super::{
    PROGRAM,
    clock::{MachineClock, machine_ms},
};

/// What a dispenser finds around it.
pub struct World<N> {
    /// What leads to the server.
    pub network: N,
    /// The time zone of the place, for the calendar.
    pub zone: TimeZone,
    /// This machine's clock.
    pub machine_ms: MachineClock,
    /// Makes a name that nobody can guess and that comes once: 32 characters.
    pub name: Box<dyn FnMut() -> String>,
    /// Who does the slow work.
    pub work: Work,
    /// Says how this machine is; a simulated one is not asked.
    pub physician: Option<Physician>,
}

/// Who does the slow work: flushing and printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Threads of their own, so that nobody waits for them.
    Threads,
    /// Whoever asks for it.
    InPlace,
}

impl World<Known<Tcp>> {
    /// The real one, at a place, with the server that it knows, if any; `state` is where it keeps what must not be lost.
    pub fn real(zone: TimeZone, known: Option<KnownServer>, state: &Path) -> Self {
        let name = || format!("{:032x}", rand::random::<u128>());
        Self {
            network: Known::new(Tcp::default(), known),
            zone,
            machine_ms: Box::new(machine_ms),
            name: Box::new(name),
            work: Work::Threads,
            physician: Some(Physician::new(PROGRAM, state)),
        }
    }
}
