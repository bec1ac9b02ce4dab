//! What can be asked of a hall.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    balance::Rules,
    plan::{ItemId, Plan},
    words::{Actor, AtMs, Class, Day, Lane, Language, Ticket, VisitorKey, WindowId, ZoneId},
};

/// The most numbers that a dispenser may reserve at a time.
pub const LEASE_MAX: u32 = 200;
/// The most numbers of one lane that a dispenser may hold reserved of which the hall knows no ticket. A sound one holds 400 at
/// most: the largest reserve, asked for when as much is left. So three answers of the largest size, or twelve of the usual 50,
/// may be lost on the way or with a disk before one is refused; and what is out of order takes no more of a day than this.
pub const LEASED_UNUSED_MAX: u32 = 5 * LEASE_MAX;
/// The most tickets that one merge may bring.
pub const MERGE_MAX: usize = 500;
/// The longest token of a citizen's page, in characters.
pub const TOKEN_CHARS_MAX: usize = 64;
/// Reserved numbers are taken from here downwards, so that the first number of a day that is given out is 001, however many
/// dispensers reserved theirs before.
pub const LEASE_TOP: u32 = 999;
/// The last number of a lane on one day.
pub const NUMBER_MAX: u32 = 9_999_999;
/// The largest template of slips, bytes: every dispenser hears it with every view.
pub const SLIP_BYTES_MAX: usize = 8 * 1024;
/// The longest text that a person may type as a reason, in characters.
pub const REASON_CHARS_MAX: usize = 200;
/// The longest notice in one language, in characters: what is spoken within ten seconds or so.
pub const NOTICE_CHARS_MAX: usize = 120;

/// A command and who gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub by: Actor,
    /// What.
    pub command: Command,
}

/// What can be asked of a hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The configuration of the hall, at start or when it changed.
    AdoptPlan(Plan),
    /// New rules, and why.
    SetRules {
        /// The rules.
        rules: Rules,
        /// Why, in the manager's words.
        reason: String,
    },
    /// Another template of slips, and why. The core does not read it: whoever brings it has made sure that it can be drawn.
    SetSlip {
        /// The template, TOML, up to [`SLIP_BYTES_MAX`].
        template: Arc<str>,
        /// Why, in the manager's words.
        reason: String,
    },
    /// Silence the voices of a zone, or of all, or let them speak again.
    Mute {
        /// Which; `None` = all.
        zone: Option<ZoneId>,
        /// Whether they are to be silent.
        muted: bool,
        /// Why, in the manager's words.
        reason: String,
    },
    /// Have a notice spoken between the calls of a zone, or of all, and shown there.
    Announce {
        /// Where; `None` = everywhere.
        zone: Option<ZoneId>,
        /// In Chinese.
        zh: String,
        /// In English; may be empty.
        en: String,
    },
    /// Begin a business day: numbers start at 001, ended visits are dropped, those carried over wait on. A day that is still
    /// open is closed by it.
    OpenDay {
        /// Which; later than the present one.
        day: Day,
    },
    /// End the business day: no more numbers. A visit that is called or served goes on. All others expire, or stay where they
    /// are until the next day, as the plan says; who stays in a queue can still be called.
    CloseDay,
    /// Let everything happen that is due: ends of parking, wrap-up and grace.
    Tick,

    /// Give out a number, or print again the one that this visitor holds.
    Issue(Issue),
    /// Nobody got this number on paper: a dispenser takes it back. When its slip was printed again elsewhere, it stays.
    Withdraw {
        /// Whose.
        ticket: Ticket,
    },
    /// The slip of a living visit did not come out, or is lost: it is printed once more, with the word for it.
    Reprint {
        /// Whose.
        ticket: Ticket,
        /// The dispenser that prints it.
        at: String,
    },
    /// A holder of a number given in advance is here.
    CheckIn {
        /// Whose.
        ticket: Ticket,
    },
    /// Reserve numbers for a dispenser, to be given out while it is cut off.
    Lease {
        /// For which lane.
        lane: Lane,
        /// How many, up to [`LEASE_MAX`].
        count: u32,
    },
    /// Bring in the tickets that a dispenser gave out while it was cut off, in the order of issue.
    Merge {
        /// At most [`MERGE_MAX`]; those already known are passed over.
        issued: Vec<IssuedOffline>,
    },
    /// The reserved numbers of a dispenser that is dead or removed are never given out.
    VoidLease {
        /// The dispenser's name.
        device: String,
    },
    /// A device got a key of its own: noted with who let it in.
    AdmitDevice {
        /// How it is called from now on.
        device: String,
        /// The window above which it hangs.
        window: Option<WindowId>,
    },
    /// A device's key opens nothing any more: noted with who wants it so. Its reserved numbers stay its own.
    RevokeDevice {
        /// How it was called.
        device: String,
    },

    /// Sit down at a window.
    OpenWindow {
        /// Which.
        window: WindowId,
        /// Whether to take it from another console.
        take_over: bool,
    },
    /// Do something at a window.
    AtWindow {
        /// Which.
        window: WindowId,
        /// What.
        act: WindowAct,
    },

    /// A waiting, parked or absent holder gives up, and says so.
    Cancel {
        /// Whose.
        ticket: Ticket,
    },
    /// The staff saw that a waiting holder left.
    Leave {
        /// Whose.
        ticket: Ticket,
    },
    /// A holder who was called and did not come is here now.
    Rejoin {
        /// Whose.
        ticket: Ticket,
    },
    /// A parked holder, or one who fetched a missing paper, is ready.
    Return {
        /// Whose.
        ticket: Ticket,
    },
}

/// A number to be given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// For which queue.
    pub lane: Lane,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// The appointed time, for [`Class::Appointment`].
    pub appointment_at_ms: Option<AtMs>,
    /// Unguessable name of the citizen's page.
    pub token: String,
    /// Whether the holder is in the hall already; otherwise [`Command::CheckIn`] follows.
    pub present: bool,
    /// Who it is for: while the ticket that this visitor got today lives, there is no second one.
    pub visitor: Option<VisitorKey>,
    /// The kind of business, where it is known.
    pub item: Option<ItemId>,
}

/// A ticket that a dispenser gave out while it was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedOffline {
    /// From the dispenser's reserved numbers of that day.
    pub ticket: Ticket,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// Unguessable name of the citizen's page.
    pub token: String,
    /// When it was printed, by the dispenser's clock.
    pub at_ms: AtMs,
    /// Whom it was for. The paper is out there, so it is brought in even when this visitor holds another.
    pub visitor: Option<VisitorKey>,
}

/// What a clerk does at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowAct {
    /// Stand up: the window is closed.
    Close,
    /// Call who is next; a visit that is being served is finished first.
    CallNext,
    /// Call this ticket, out of turn.
    Call(Ticket),
    /// Announce the call again.
    Recall,
    /// The holder is here.
    Start,
    /// Say which kind of business the visit is; `None` = none that is known.
    SetItem(Option<ItemId>),
    /// The visit is done.
    Finish,
    /// The holder did not come.
    NoShow,
    /// Let the visit wait aside.
    Park {
        /// When it waits again by itself; `None` = until [`Command::Return`].
        until_ms: Option<AtMs>,
        /// Why.
        reason: String,
    },
    /// Send the holder for a missing paper; no new wait afterwards.
    Supplement {
        /// What is missing.
        missing: String,
    },
    /// Send the visit elsewhere.
    Transfer {
        /// Where to.
        to: Target,
        /// Whether it comes back to this window afterwards.
        come_back: bool,
    },
    /// Call nobody for a while.
    Pause {
        /// Why.
        reason: String,
    },
    /// Go on after a pause, or end the wrap-up early.
    Resume,
    /// Something is badly wrong here: tell the manager.
    RaiseEmergency,
    /// It is over; the window goes on as before.
    ClearEmergency,
}

/// Where a visit is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Any window of this lane.
    Lane(Lane),
    /// This window.
    Window(WindowId),
}
