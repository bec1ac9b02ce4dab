//! Why a command is refused: a closed list, each with a sentence in English (`Display`) and in Chinese ([`Refusal::zh`]).

mod zh;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    balance::BadRules,
    plan::{BadPlan, ItemId},
    words::{Day, Lane, Ticket, WindowId, ZoneId},
};

/// Why a command was refused. A refused command changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// No plan yet.
    #[error("The hall has no plan yet. Check its configuration.")]
    NoPlan,
    /// A plan that makes no sense.
    #[error("The plan of the hall makes no sense: {detail}.")]
    BadPlan {
        /// What is wrong, in English.
        detail: String,
        /// The same in Chinese.
        detail_zh: String,
    },
    /// Rules that make no sense.
    #[error("The rules make no sense: {detail}.")]
    BadRules {
        /// What is wrong, in English.
        detail: String,
        /// The same in Chinese.
        detail_zh: String,
    },
    /// Not this person's to do.
    #[error("This is not for you to do. Ask a manager.")]
    NotAllowed,
    /// The hall's clock stands before the last event.
    #[error("The clock stands {behind_s} s before the last event. Check the time of the server.")]
    ClockBehind {
        /// By how much, seconds.
        behind_s: u64,
    },
    /// The day is closed.
    #[error("The hall is closed. A manager can open the business day.")]
    DayClosed,
    /// The day is open already, or over.
    #[error("Business day {day} is open or over; a later day can be opened.")]
    DayNotLater {
        /// The one that was asked for.
        day: Day,
    },
    /// Not in the calendar.
    #[error("There is no day {day}.")]
    NoSuchDay {
        /// The one that was asked for.
        day: Day,
    },
    /// A lane that this hall does not offer.
    #[error("This hall does not offer that service. Choose another.")]
    LaneNotOffered {
        /// Which.
        lane: Lane,
    },
    /// No numbers are left.
    #[error("Every number of that queue was given out or reserved today.")]
    NumbersUsedUp {
        /// Whose.
        lane: Lane,
    },
    /// An appointment without a time, or a time without an appointment.
    #[error("An appointment needs its time, and only an appointment has one.")]
    AppointmentTime,
    /// The token of the citizen's page is in use, or no token.
    #[error("The ticket's token is missing or in use. Ask again with a new one.")]
    BadToken,
    /// Too many or too few numbers for a reserve.
    #[error("A dispenser can reserve from 1 to {max} numbers at a time.")]
    LeaseSize {
        /// The most.
        max: u32,
    },
    /// A dispenser that asks for more and more and gives out nothing.
    #[error("This dispenser holds up to {max} numbers of that queue that it did not give out. Check its disk.")]
    LeasedUnused {
        /// The most.
        max: u32,
    },
    /// Too many tickets in one merge.
    #[error("One merge brings at most {max} tickets. Send the rest in another.")]
    MergeSize {
        /// The most.
        max: usize,
    },
    /// A number that was not reserved for this dispenser.
    #[error("Number {number} was not reserved for this dispenser.", number = ticket.number)]
    NotLeased {
        /// Which.
        ticket: Ticket,
    },
    /// An empty or too long text.
    #[error("Give a reason, of at most {chars_max} characters.")]
    BadReason {
        /// The most characters.
        chars_max: usize,
    },
    /// A notice that nobody can speak.
    #[error(
        "Write a notice in Chinese, and in English if you like, each in one line of at most {chars_max} characters."
    )]
    BadNotice {
        /// The most characters.
        chars_max: usize,
    },
    /// A template of slips that is too large.
    #[error("A template of slips has at most {bytes_max} bytes. Shorten it.")]
    SlipTooLarge {
        /// The most.
        bytes_max: usize,
    },
    /// A time that is over.
    #[error("That time is over. Choose a later one.")]
    TimeOver,

    /// A kind of business that the plan does not know.
    #[error("This hall has no item '{item}'. Choose one of its list.")]
    UnknownItem {
        /// Which.
        item: ItemId,
    },
    /// A zone that the plan does not know.
    #[error("There is no zone {zone} in this hall.")]
    UnknownZone {
        /// Which.
        zone: ZoneId,
    },
    /// A window that the plan does not know.
    #[error("There is no window {window} in this hall.")]
    UnknownWindow {
        /// Which.
        window: WindowId,
    },
    /// Nobody sits there.
    #[error("Window {window} is closed. Open it first.")]
    WindowClosed {
        /// Which.
        window: WindowId,
    },
    /// Somebody else, or another console, sits there.
    #[error("Window {window} is in use by {clerk} at another console. Take it over, or choose another.")]
    WindowTaken {
        /// Which.
        window: WindowId,
        /// Whose it is.
        clerk: String,
    },
    /// This clerk or console has another window open.
    #[error("You have window {window} open. Close it first.")]
    HasOtherWindow {
        /// Which.
        window: WindowId,
    },
    /// The window must have nobody.
    #[error("Window {window} still has {number}. Finish it first.", number = ticket.number)]
    WindowBusy {
        /// Which.
        window: WindowId,
        /// Whom it has.
        ticket: Ticket,
    },
    /// The window has nobody.
    #[error("Window {window} has nobody. Call the next number first.")]
    NobodyHere {
        /// Which.
        window: WindowId,
    },
    /// Called, and not yet started, or the other way round.
    #[error("{number} was called and is not here yet. Start, recall or mark as absent.", number = ticket.number)]
    NotStarted {
        /// Whom.
        ticket: Ticket,
    },
    /// Already being served.
    #[error("{number} is being served already.", number = ticket.number)]
    AlreadyStarted {
        /// Whom.
        ticket: Ticket,
    },
    /// Paused.
    #[error("Window {window} is paused. Resume first.")]
    WindowPaused {
        /// Which.
        window: WindowId,
    },
    /// Nothing to resume.
    #[error("Window {window} is not paused.")]
    WindowNotPaused {
        /// Which.
        window: WindowId,
    },
    /// In emergency.
    #[error("Window {window} is in emergency. Clear it first.")]
    WindowInEmergency {
        /// Which.
        window: WindowId,
    },
    /// Not in emergency.
    #[error("Window {window} is not in emergency.")]
    NoEmergency {
        /// Which.
        window: WindowId,
    },
    /// Nobody waits whom this window may call.
    #[error("Nobody is waiting for window {window}.")]
    NobodyWaiting {
        /// Which.
        window: WindowId,
    },
    /// Recalled too soon.
    #[error("{number} was announced a moment ago. Wait {wait_s} s.", number = ticket.number)]
    RecallTooSoon {
        /// Whom.
        ticket: Ticket,
        /// How long to wait, seconds.
        wait_s: u64,
    },
    /// Not recalled often enough to be set aside.
    #[error("{number} must be recalled {missing} more time(s) before it is marked as absent.", number = ticket.number)]
    RecallFirst {
        /// Whom.
        ticket: Ticket,
        /// How many recalls are missing.
        missing: u32,
    },

    /// A ticket that is not known today.
    #[error("{number} is not known today.", number = ticket.number)]
    UnknownTicket {
        /// Which.
        ticket: Ticket,
    },
    /// The visit is not where it would have to be for this.
    #[error("{number} can't do this now: it is {stage}.", number = ticket.number)]
    WrongStage {
        /// Whose.
        ticket: Ticket,
        /// Where the visit is.
        stage: crate::state::StageName,
    },
    /// Waits for a window that may not serve it.
    #[error("Window {window} does not serve the queue of {number}.", number = ticket.number)]
    NotServedHere {
        /// Which.
        window: WindowId,
        /// Whose.
        ticket: Ticket,
    },
    /// Its kind of business is not served at that window.
    #[error("Window {window} does not serve item '{item}' of {number}. Choose another.", number = ticket.number)]
    ItemNotServedHere {
        /// Which.
        window: WindowId,
        /// Whose.
        ticket: Ticket,
        /// Its item.
        item: ItemId,
    },
    /// Sent to where it is.
    #[error("{number} is at window {window} already. Choose another.", number = ticket.number)]
    AlreadyHere {
        /// Where.
        window: WindowId,
        /// Whose.
        ticket: Ticket,
    },
    /// The grace time is over.
    #[error("{number} came too late. Take a new number.", number = ticket.number)]
    GraceOver {
        /// Whose.
        ticket: Ticket,
    },
}

impl Refusal {
    /// The name of the refusal for machines, as in its JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlan => "no_plan",
            Self::BadPlan { .. } => "bad_plan",
            Self::BadRules { .. } => "bad_rules",
            Self::NotAllowed => "not_allowed",
            Self::ClockBehind { .. } => "clock_behind",
            Self::DayClosed => "day_closed",
            Self::DayNotLater { .. } => "day_not_later",
            Self::NoSuchDay { .. } => "no_such_day",
            Self::LaneNotOffered { .. } => "lane_not_offered",
            Self::NumbersUsedUp { .. } => "numbers_used_up",
            Self::AppointmentTime => "appointment_time",
            Self::BadToken => "bad_token",
            Self::LeaseSize { .. } => "lease_size",
            Self::LeasedUnused { .. } => "leased_unused",
            Self::MergeSize { .. } => "merge_size",
            Self::NotLeased { .. } => "not_leased",
            Self::BadReason { .. } => "bad_reason",
            Self::BadNotice { .. } => "bad_notice",
            Self::SlipTooLarge { .. } => "slip_too_large",
            Self::TimeOver => "time_over",
            Self::UnknownItem { .. } => "unknown_item",
            Self::UnknownZone { .. } => "unknown_zone",
            Self::UnknownWindow { .. } => "unknown_window",
            Self::WindowClosed { .. } => "window_closed",
            Self::WindowTaken { .. } => "window_taken",
            Self::HasOtherWindow { .. } => "has_other_window",
            Self::WindowBusy { .. } => "window_busy",
            Self::NobodyHere { .. } => "nobody_here",
            Self::NotStarted { .. } => "not_started",
            Self::AlreadyStarted { .. } => "already_started",
            Self::WindowPaused { .. } => "window_paused",
            Self::WindowNotPaused { .. } => "window_not_paused",
            Self::WindowInEmergency { .. } => "window_in_emergency",
            Self::NoEmergency { .. } => "no_emergency",
            Self::NobodyWaiting { .. } => "nobody_waiting",
            Self::RecallTooSoon { .. } => "recall_too_soon",
            Self::RecallFirst { .. } => "recall_first",
            Self::UnknownTicket { .. } => "unknown_ticket",
            Self::WrongStage { .. } => "wrong_stage",
            Self::NotServedHere { .. } => "not_served_here",
            Self::ItemNotServedHere { .. } => "item_not_served_here",
            Self::AlreadyHere { .. } => "already_here",
            Self::GraceOver { .. } => "grace_over",
        }
    }
}

impl From<BadPlan> for Refusal {
    fn from(bad: BadPlan) -> Self {
        Self::BadPlan { detail: bad.to_string(), detail_zh: bad.zh() }
    }
}

impl From<BadRules> for Refusal {
    fn from(bad: BadRules) -> Self {
        Self::BadRules { detail: bad.to_string(), detail_zh: bad.zh() }
    }
}
