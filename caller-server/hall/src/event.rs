//! What happened: the only thing that changes a hall, and the only thing that is kept for ever.
//!
//! The bytes of every event are pinned in a test: a journal must be readable in ten years.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    balance::{Rules, Why},
    command::Target,
    forecast::Wait,
    plan::{ItemId, Plan},
    words::{Actor, AtMs, Class, Day, Lane, Language, Ticket, VisitorKey, WindowId, ZoneId},
};

/// The outcome of one command: a record of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in the journal, from 1.
    pub seq: u64,
    /// When it was decided; never less than that of the entry before.
    pub at_ms: AtMs,
    /// Who asked.
    pub by: Actor,
    /// The idempotency key under which it was asked, if it came from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What happened, in order; all of it or nothing.
    pub events: Vec<Event>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum Event {
    /// The hall consists of this from now on.
    PlanAdopted {
        /// The whole plan.
        plan: Plan,
    },
    /// These rules hold from now on.
    RulesChanged {
        /// All rules.
        rules: Rules,
        /// Why, in the manager's words.
        reason: String,
    },
    /// Slips look like this from now on.
    SlipChanged {
        /// The template, TOML; the core does not read it.
        template: Arc<str>,
        /// Why, in the manager's words.
        reason: String,
        /// Who wanted it.
        by: String,
    },
    /// The voices of a zone are silent from now on; calls are shown.
    Muted {
        /// Which zone.
        zone: ZoneId,
        /// Why, in the manager's words.
        reason: String,
        /// Who wanted it.
        by: String,
    },
    /// The voices of a zone speak again.
    Unmuted {
        /// Which zone.
        zone: ZoneId,
        /// Why, in the manager's words.
        reason: String,
        /// Who wanted it.
        by: String,
    },
    /// A notice is spoken between the calls of a zone, and shown there.
    Announced {
        /// Which zone.
        zone: ZoneId,
        /// In Chinese.
        zh: String,
        /// In English; may be empty.
        en: String,
        /// Who wanted it.
        by: String,
    },
    /// A switch of R6 went on or off.
    SwitchTurned {
        /// Its name.
        name: String,
        /// Whether it is on.
        on: bool,
    },
    /// A business day began; every count starts at 001.
    DayOpened {
        /// Which.
        day: Day,
    },
    /// The business day ended.
    DayClosed,

    /// A number was given out.
    Issued {
        /// The number.
        ticket: Ticket,
        /// For which queue.
        lane: Lane,
        /// How it competes.
        class: Class,
        /// How its holder wants to be called.
        language: Language,
        /// Unguessable name of the citizen's page.
        token: String,
        /// The appointed time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appointment_at_ms: Option<AtMs>,
        /// The dispenser that gave it out while cut off, and when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offline: Option<Offline>,
        /// Whom it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<VisitorKey>,
    },
    /// The same slip is printed again: for its visitor, who asked for a number once more, or because the staff wants it.
    Reprinted {
        /// Whose.
        ticket: Ticket,
        /// The dispenser that the staff chose; `None` = where the visitor asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// Somebody said which kind of business a visit is.
    ItemSet {
        /// Whose.
        ticket: Ticket,
        /// The window whose clerk said so; `None` = it was known when the number was given out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// Which; `None` = none that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
    },
    /// A visit stands in a queue now.
    Joined {
        /// Whose.
        ticket: Ticket,
        /// Which queue.
        lane: Lane,
        /// The zone to which its holder was directed.
        zone: ZoneId,
        /// The only window that may call it, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// How it competes from now on.
        class: Class,
        /// The effective arrival from which its wait counts (rule R1).
        since_ms: AtMs,
        /// Why it waits (again).
        why: JoinedWhy,
    },
    /// What the holder of a number was told when it was given out: kept, so that the forecast can be held against what came.
    Foreseen {
        /// Whose.
        ticket: Ticket,
        /// The wait from then on.
        wait: Wait,
    },
    /// Numbers were reserved for a dispenser: `first` to `last` of the lane.
    Leased {
        /// The dispenser.
        device: String,
        /// Whose numbers.
        lane: Lane,
        /// The first.
        first: u32,
        /// The last.
        last: u32,
    },
    /// The dispenser's numbers that were not given out never will be.
    LeaseVoided {
        /// The dispenser.
        device: String,
    },
    /// A device got a key of its own.
    DeviceAdmitted {
        /// How it is called from now on.
        device: String,
        /// The window above which it hangs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
    },
    /// A device's key opens nothing any more.
    DeviceRevoked {
        /// How it was called.
        device: String,
    },

    /// Somebody sat down at a window.
    WindowOpened {
        /// Which.
        window: WindowId,
        /// The clerk's name.
        clerk: String,
        /// The clerk's console.
        console: String,
    },
    /// The window was closed.
    WindowClosed {
        /// Which.
        window: WindowId,
    },
    /// A ticket was bound to a window and is announced.
    Called {
        /// Whose.
        ticket: Ticket,
        /// Where to.
        window: WindowId,
        /// Why this ticket.
        why: Why,
    },
    /// The call is announced once more.
    Recalled {
        /// Whose.
        ticket: Ticket,
        /// Where to.
        window: WindowId,
    },
    /// The holder is at the window.
    Started {
        /// Whose.
        ticket: Ticket,
        /// Where.
        window: WindowId,
    },
    /// The visit is done.
    Finished {
        /// Whose.
        ticket: Ticket,
        /// Where.
        window: WindowId,
    },
    /// The holder did not come.
    NotShown {
        /// Whose.
        ticket: Ticket,
        /// Where.
        window: WindowId,
        /// Until when a rejoin is possible.
        grace_until_ms: AtMs,
    },
    /// The visit waits aside.
    Parked {
        /// Whose.
        ticket: Ticket,
        /// Who parked it.
        window: WindowId,
        /// When it waits again by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_ms: Option<AtMs>,
        /// Why.
        reason: String,
    },
    /// The holder fetches a missing paper.
    SentForSupplement {
        /// Whose.
        ticket: Ticket,
        /// Who sent.
        window: WindowId,
        /// What is missing.
        missing: String,
    },
    /// The visit was sent elsewhere; a [`Event::Joined`] follows.
    Transferred {
        /// Whose.
        ticket: Ticket,
        /// Who sent.
        window: WindowId,
        /// Where to.
        to: Target,
        /// Whether it comes back to the sender afterwards.
        come_back: bool,
    },
    /// The time to tidy up after a visit began.
    WrapUpStarted {
        /// Which window.
        window: WindowId,
        /// When it ends by itself.
        until_ms: AtMs,
    },
    /// The window calls nobody for a while.
    Paused {
        /// Which.
        window: WindowId,
        /// Why.
        reason: String,
    },
    /// The window pauses as soon as its present visit is over there.
    PauseAsked {
        /// Which.
        window: WindowId,
        /// Why.
        reason: String,
    },
    /// The window is idle again, after a pause or the wrap-up; or it pauses after the present visit no more.
    Resumed {
        /// Which.
        window: WindowId,
    },
    /// Something is badly wrong at a window.
    EmergencyRaised {
        /// Which.
        window: WindowId,
    },
    /// It is over; the window goes on as before.
    EmergencyCleared {
        /// Which.
        window: WindowId,
    },

    /// The visit ended without service.
    Ended {
        /// Whose.
        ticket: Ticket,
        /// How.
        how: Unserved,
    },
}

/// A ticket that was given out while the dispenser was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offline {
    /// The dispenser.
    pub device: String,
    /// When, by the dispenser's clock.
    pub at_ms: AtMs,
}

/// Why a visit waits (again).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinedWhy {
    /// The holder took a number or checked in.
    Arrived,
    /// Came after all, within the grace time.
    Rejoined,
    /// Is back with a missing paper, or from parking.
    Returned,
    /// Was sent here by another window.
    Transferred,
    /// Was done at the window it had been sent to, and comes back to the sender.
    CameBack,
    /// The window that it was bound to closed or was removed.
    Released,
    /// Was still open when the day before was closed.
    CarriedOver,
}

/// How a visit ended without service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unserved {
    /// The holder gave up.
    Cancelled,
    /// The holder left without a word.
    Left,
    /// The grace time or the day was over.
    Expired,
}

impl Event {
    /// Whether every window may look different afterwards.
    pub fn concerns_all_windows(&self) -> bool {
        matches!(self, Self::PlanAdopted { .. } | Self::DayOpened { .. } | Self::DayClosed)
    }

    /// Whether other zones may be silent afterwards.
    pub fn concerns_voices(&self) -> bool {
        matches!(self, Self::PlanAdopted { .. } | Self::Muted { .. } | Self::Unmuted { .. })
    }

    /// The window at which it happened; `None` when it concerns no window, or all of them.
    pub fn window(&self) -> Option<WindowId> {
        match self {
            Self::ItemSet { window, .. } => *window,
            Self::WindowOpened { window, .. }
            | Self::WindowClosed { window }
            | Self::Called { window, .. }
            | Self::Recalled { window, .. }
            | Self::Started { window, .. }
            | Self::Finished { window, .. }
            | Self::NotShown { window, .. }
            | Self::Parked { window, .. }
            | Self::SentForSupplement { window, .. }
            | Self::Transferred { window, .. }
            | Self::WrapUpStarted { window, .. }
            | Self::Paused { window, .. }
            | Self::PauseAsked { window, .. }
            | Self::Resumed { window }
            | Self::EmergencyRaised { window }
            | Self::EmergencyCleared { window } => Some(*window),
            Self::PlanAdopted { .. }
            | Self::RulesChanged { .. }
            | Self::SlipChanged { .. }
            | Self::Muted { .. }
            | Self::Unmuted { .. }
            | Self::Announced { .. }
            | Self::SwitchTurned { .. }
            | Self::DayOpened { .. }
            | Self::DayClosed
            | Self::Issued { .. }
            | Self::Reprinted { .. }
            | Self::Joined { .. }
            | Self::Foreseen { .. }
            | Self::Leased { .. }
            | Self::LeaseVoided { .. }
            | Self::DeviceAdmitted { .. }
            | Self::DeviceRevoked { .. }
            | Self::Ended { .. } => None,
        }
    }
}
