//! What comes of an order.

use serde::{Deserialize, Serialize};

use crate::{
    Text,
    order::Lane,
    view::{CallView, WaitRange},
};

/// What came of an order that was done. The same order under the same key gets the same answer again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "got", rename_all = "snake_case")]
pub enum Answer {
    /// A number.
    Ticket(TicketAnswer),
    /// Somebody was called.
    Called {
        /// Who, where.
        call: CallView,
    },
    /// Numbers are reserved.
    Leased {
        /// `A051`.
        first: String,
        /// `A100`.
        last: String,
        /// The business day for which they hold: `2026-11-23`.
        day: String,
    },
    /// It was done.
    Done {
        /// Position in the journal.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        seq: u64,
    },
}

/// A number that was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TicketAnswer {
    /// `2026-11-23/A001`.
    pub ticket: String,
    /// `A001`.
    pub number: String,
    /// Which queue.
    pub lane: Lane,
    /// Where to wait; `None` before the check-in.
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub zone: Option<char>,
    /// Tickets that will be called before.
    pub ahead: u32,
    /// The expected wait; `None` when no window is open.
    pub wait: Option<WaitRange>,
    /// The secret name of the citizen's page, `/t/{token}`.
    pub token: String,
    /// When it was given out.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// Whether this visitor had got it before: its slip says "reprint".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub reprint: bool,
}

/// Why an order was refused; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Refused {
    /// For programs: `nobody_waiting`.
    pub code: String,
    /// For people.
    pub text: Text,
}
