//! Everything that can happen in the world.

use caller_server::answers::Outcome;
use caller_server::journal::forgetful::Trouble;
use protocol::order::CitizenAct;
use ticket_dispenser::dispenser::Timer;

use crate::net::{End, LinkId, Place};

/// Milliseconds since 1970, or a length of time.
pub type Ms = u64;

/// Names a wish, from 0.
pub type WishId = usize;

/// Which life of a process: what was started in one does not reach the next.
pub type Life = u32;

/// Something happens.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody presses at a dispenser.
    Press(usize),
    /// A clerk does something.
    Clerk(usize),
    /// The holder of a slip does something on the phone.
    Citizen(String, CitizenAct),
    /// A manager changes the rules, has a slip printed once more or a notice announced, does something for a visitor, writes off
    /// a dispenser's reserve, or silences the hall for a moment.
    Manager,

    /// A wish is sent, for the first time or again.
    Send(WishId),
    /// A request reaches the server.
    Request(WishId),
    /// Its answer reaches the one who asked.
    Answered(WishId, Outcome),

    /// A device tries to connect.
    Connect(Place, Life),
    /// A frame reaches an end of a link.
    Frame(LinkId, End, String),
    /// An end of a link learns that the other has closed.
    Closed(LinkId, End),
    /// Both ends of a link say that they are there, and look whether the other does.
    Pulse(LinkId),

    /// The server is started.
    ServerStarts,
    /// The journal has done its job.
    Flushed(Life),
    /// The server looks whether something is due.
    ServerDue(Life),
    /// The server asks a journal again that did not recover.
    RecoverAgain(Life),
    /// Views are due.
    ViewsDue(Life),

    /// A device is started.
    DeviceStarts(Place),
    /// A timer of a dispenser.
    DispenserTimer(usize, Life, Timer),
    /// A dispenser looks at its calendar.
    Calendar(usize, Life),
    /// A dispenser's records are on its disk.
    Stored(usize, Life),
    /// A slip is out.
    Printed(usize, Life),
    /// A timer of a display, set for this time of its clock.
    DisplayTimer(usize, Life, Ms),
    /// A display has spoken a call.
    Spoken(usize, Life, u64),

    /// A fault begins.
    Fault(Fault),
    /// The weather turns: faults are drawn anew.
    Weather,
}

/// Something goes wrong, or is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server's process dies; with its power, what was not synced is gone.
    ServerDies {
        /// Whether the power fails.
        power: bool,
    },
    /// The server's disk does something else than its work, after so many calls.
    Disk(Trouble, u32),
    /// The server's disk is well again.
    DiskHeals,
    /// Somebody sets the server's clock, ms.
    ServerClock(i64),
    /// A device's process dies.
    DeviceDies {
        /// Which.
        place: Place,
        /// Whether the power fails.
        power: bool,
    },
    /// A dispenser's disk is full, or has room again.
    DispenserDisk {
        /// Which.
        dispenser: usize,
        /// Whether it is full.
        full: bool,
    },
    /// Somebody sets a dispenser's clock, ms.
    DispenserClock {
        /// Which.
        dispenser: usize,
        /// By how much.
        by_ms: i64,
    },
    /// Nothing gets through in these directions.
    Cut {
        /// To whom.
        place: Place,
        /// Nothing reaches the server.
        up: bool,
        /// Nothing comes from the server.
        down: bool,
    },
}
