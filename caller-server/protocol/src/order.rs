//! What can be asked of the server. Over HTTP each group has its path; on a WebSocket it goes as it is.

use serde::{Deserialize, Serialize};

use crate::{Text, balance::Balance};

/// Everything that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Give out a number.
    Issue(IssueOrder),
    /// Reserve numbers for this dispenser.
    Lease {
        /// For which lane.
        lane: Lane,
        /// How many.
        count: u32,
    },
    /// Bring in what this dispenser gave out while it was cut off.
    Merge {
        /// In the order of issue.
        issued: Vec<OfflineIssue>,
    },
    /// Print the slip of a living visit once more, with the word for it; for clerks and managers.
    Reprint {
        /// `2026-11-23/A001`.
        ticket: String,
        /// The name of the dispenser that prints it.
        at: String,
    },
    /// Something at a window.
    Window {
        /// Which.
        window: u16,
        /// The clerk's console; a manager leaves it empty.
        #[serde(default)]
        console: String,
        /// What.
        act: WindowAct,
    },
    /// Something with one visit.
    Visit {
        /// `2026-11-23/A001`.
        ticket: String,
        /// What.
        act: VisitAct,
    },
    /// The holder's own wish.
    Citizen {
        /// The secret name from the slip's QR code.
        token: String,
        /// What.
        act: CitizenAct,
    },
    /// The hall as a whole; for managers.
    Hall(HallAct),
}

/// A queue for one kind of window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// 综合受理.
    Acceptance,
    /// 统一出证.
    Issuing,
    /// 咨询补证.
    Consulting,
}

/// How a ticket competes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Came and took a number.
    #[default]
    Normal,
    /// Was served before and comes back; given by the server alone.
    Returning,
    /// Has a right to be served sooner.
    Priority,
    /// Came for an appointed time.
    Appointment,
}

/// How a ticket's holder wants to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Mandarin.
    #[default]
    Zh,
    /// Mandarin, then English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Its word on the wire, in paths and in file names.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// A number to be given out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct IssueOrder {
    /// For which queue.
    pub lane: Lane,
    /// How it competes.
    #[serde(default)]
    pub class: Class,
    /// How its holder wants to be called.
    #[serde(default)]
    pub language: Language,
    /// The appointed time, for class `appointment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(type = "number", optional))]
    pub appointment_at_ms: Option<u64>,
    /// Whether the holder is in the hall already; a booking portal says `false`, and a check-in follows.
    #[serde(default = "yes")]
    pub present: bool,
    /// Who it is for: 32 hexadecimal digits that a dispenser makes of a card with a secret, never the card's number. While the
    /// ticket that this visitor got today lives, the answer is that ticket again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub visitor: Option<String>,
    /// The kind of business, where it is known: one of the hall's list, such as `tax-new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub item: Option<String>,
}

/// A ticket that was given out while the dispenser was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OfflineIssue {
    /// `2026-11-23/A951`, from this dispenser's reserve of that day.
    pub ticket: String,
    /// How it competes.
    #[serde(default)]
    pub class: Class,
    /// How its holder wants to be called.
    #[serde(default)]
    pub language: Language,
    /// The secret name in the slip's QR code, made by the dispenser.
    pub token: String,
    /// When it was printed, by the dispenser's clock.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// Whom it was for, as in [`IssueOrder::visitor`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub visitor: Option<String>,
}

/// Something at a window.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum WindowAct {
    /// Sit down.
    Open {
        /// Take it from another console.
        #[serde(default)]
        take_over: bool,
    },
    /// Stand up.
    Close,
    /// Call who is next; finishes the present visit first.
    CallNext,
    /// Call this ticket, out of turn.
    Call {
        /// `2026-11-23/A001`.
        ticket: String,
    },
    /// Announce again.
    Recall,
    /// The holder is here.
    Start,
    /// Say which kind of business the present visit is.
    SetItem {
        /// One of the hall's list, such as `tax-new`; left out = none that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        item: Option<String>,
    },
    /// The visit is done.
    Finish,
    /// The holder did not come.
    NoShow,
    /// Wait aside.
    Park {
        /// For how long, minutes; `None` = until somebody says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        minutes: Option<u32>,
        /// Why.
        reason: String,
    },
    /// Fetch a missing paper.
    Supplement {
        /// What is missing.
        missing: String,
    },
    /// Send elsewhere: to a lane or to a window, one of the two.
    Transfer {
        /// Any window of this lane.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        to_lane: Option<Lane>,
        /// This window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        to_window: Option<u16>,
        /// Come back to this window afterwards.
        #[serde(default)]
        come_back: bool,
    },
    /// Call nobody for a while.
    Pause {
        /// Why.
        reason: String,
    },
    /// Go on.
    Resume,
    /// Something is badly wrong here.
    RaiseEmergency,
    /// It is over.
    ClearEmergency,
}

/// Something with one visit, by staff or a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VisitAct {
    /// A dispenser: nobody got this number on paper. When its slip was printed again elsewhere, nothing happens.
    Withdraw,
    /// The holder of a number given in advance is here.
    CheckIn,
    /// The holder gives up.
    Cancel,
    /// The holder left.
    Leave,
    /// Was absent, is here now.
    Rejoin,
    /// Is back from parking or with the missing paper.
    Return,
}

/// The holder's own wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CitizenAct {
    /// I give up.
    Cancel,
    /// I missed the call and am here now.
    Rejoin,
}

/// The hall as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum HallAct {
    /// Open today's business day.
    OpenDay,
    /// Close the business day.
    CloseDay,
    /// New rules.
    SetRules {
        /// All rules.
        rules: Rules,
        /// Why.
        reason: String,
    },
    /// Another template of slips.
    SetSlip {
        /// TOML; `docs/SLIP.md` explains it.
        template: String,
        /// Why.
        reason: String,
    },
    /// Silence the voices of a zone at once, or let them speak again.
    Mute {
        /// Which; left out = all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(type = "string", optional))]
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        zone: Option<char>,
        /// Whether they are to be silent.
        muted: bool,
        /// Why.
        reason: String,
    },
    /// Have a notice spoken between the calls, and shown on the boards.
    Announce {
        /// Where; left out = everywhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(type = "string", optional))]
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        zone: Option<char>,
        /// In Chinese, and in English where that is not empty.
        text: Text,
    },
    /// A dispenser is dead or removed: its reserved numbers are never given out.
    VoidLease {
        /// Its name.
        device: String,
    },
}

/// What a manager tunes: rules R1 and R7, and the others in `balance`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// How each class competes; every class once.
    pub classes: Vec<ClassRule>,
    /// Recalls before a holder may be marked as absent.
    pub recalls: u32,
    /// Least time between two announcements of one call, seconds.
    pub recall_gap_s: u32,
    /// Within this time an absent holder may come back, seconds.
    pub grace_s: u32,
    /// Added to the arrival of one who came back, seconds.
    pub penalty_s: u32,
    /// The other rules; left out = as by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub balance: Option<Balance>,
}

/// `score = offset + rate × wait` of one class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Which class.
    pub class: Class,
    /// Head start, seconds.
    pub offset_s: u32,
    /// Growth with the wait, thousandths.
    pub rate_milli: u32,
    /// Who waited longer is served first come first served before all others, seconds.
    pub cap_s: u32,
}

fn yes() -> bool {
    true
}
