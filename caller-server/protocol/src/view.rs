//! What the server shows. A view is whole: it replaces the one before it.

mod manager;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Text, base16,
    order::{Class, Lane, Language},
};

pub use manager::{
    Again, Alarm, ChoiceRow, DeviceRole, DeviceRow, ForecastRow, ManagerView, MutedBy, NoticeRow, ShownRow,
    UnprintedRow, WindowRow, ZoneRow,
};

/// What a subject looks like now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum View {
    /// For [`crate::Subject::Board`].
    Board(BoardView),
    /// For [`crate::Subject::Window`] and [`crate::Subject::Display`].
    Window(WindowView),
    /// For [`crate::Subject::Dispenser`].
    Dispenser(DispenserView),
    /// For [`crate::Subject::Clerk`].
    Clerk(ClerkView),
    /// For [`crate::Subject::Manager`].
    Manager(ManagerView),
    /// For [`crate::Subject::Ticket`].
    Ticket(TicketView),
}

/// A wait as people are told it, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WaitRange {
    /// From.
    pub low_min: u32,
    /// To.
    pub high_min: u32,
}

/// A call, as it is shown and spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CallView {
    /// Names the announcement: its position in the journal. A recall has a new one.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seq: u64,
    /// `A001`.
    pub number: String,
    /// Where to.
    pub window: u16,
    /// The window's zone.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub zone: char,
    /// When it was announced.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// 0 = the call, 1 = the first recall.
    pub recalls: u32,
    /// How the holder wants to be called.
    pub language: Language,
}

/// How much of an announcement is spoken. The more calls wait in a zone, the less each gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The chime, and the sentence as often as the voice's profile says: twice by default.
    Full,
    /// The chime, and the sentence once.
    Once,
    /// The sentence once, without the chime.
    Short,
}

/// How far the announcement of a call by voice has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Speech {
    /// Others are spoken first, or no voice can be reached now.
    Queued,
    /// It sounds.
    Speaking,
    /// It was spoken to its end.
    Spoken,
    /// It was not spoken, and will not be.
    Failed,
    /// The same, because somebody wants it silent here.
    Muted,
}

/// What goes on at a window, as the public may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Nobody sits there.
    Closed,
    /// Ready.
    Idle,
    /// A ticket was called.
    Calling,
    /// A visit is being served.
    Serving,
    /// Tidying up.
    WrapUp,
    /// Calls nobody for a while.
    Paused,
    /// Something is badly wrong.
    Emergency,
}

/// One window as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WindowView {
    /// Which.
    pub window: u16,
    /// Where.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub zone: char,
    /// Its name.
    pub name: Text,
    /// What goes on.
    pub state: WindowState,
    /// Who is called or served: `A001`.
    pub number: Option<String>,
    /// The announcement to which `number` was called.
    pub call: Option<CallView>,
    /// Who was called there before, newest first: for the page above the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<String>>", optional))]
    pub before: Vec<String>,
}

/// A queue in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LaneView {
    /// Which.
    pub lane: Lane,
    /// Its name.
    pub name: Text,
    /// How many wait.
    pub waiting: u32,
    /// How many windows serve it now.
    pub open_windows: u32,
    /// The wait if you came now.
    pub wait: Option<WaitRange>,
}

/// A zone's board, or the whole hall's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BoardView {
    /// The name of the zone or hall.
    pub name: Text,
    /// Whether numbers are given out.
    pub open: bool,
    /// The last announcements, newest first; one a ticket.
    pub calls: Vec<CallView>,
    /// The windows of the zone.
    pub windows: Vec<WindowView>,
    /// The queues.
    pub lanes: Vec<LaneView>,
    /// The last notice there, however old; none since the server was started = left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub notice: Option<NoticeView>,
}

/// A notice, as it is shown and spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NoticeView {
    /// Names the announcement: its position in the journal.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seq: u64,
    /// In which zone.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub zone: char,
    /// When it was wanted.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// What; English may be empty.
    pub text: Text,
}

/// The name of the clip of a sentence is so much of the sentence's hash.
const CLIP_NAME_BYTES: usize = 8;

/// The name of a clip, from the SHA-256 of its sentence.
pub fn clip_name(sha256: &[u8]) -> String {
    base16::encode(sha256.get(..CLIP_NAME_BYTES).unwrap_or(sha256))
}

/// A clip that the server rendered: `GET /api/speech/LANGUAGE/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClipRef {
    /// Of which language.
    pub language: Language,
    /// The first 16 hexadecimal digits of the SHA-256 of its text.
    pub name: String,
    /// The SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// What a dispenser must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DispenserView {
    /// The hall's name.
    pub hall: Text,
    /// Where the citizen's page is: `http://hall.example:8080/t/`, the token follows.
    pub ticket_url: String,
    /// The business day: `2026-11-23`.
    pub day: Option<String>,
    /// Whether numbers are given out.
    pub open: bool,
    /// The queues that are offered.
    pub lanes: Vec<LaneView>,
    /// The zones' names, by letter.
    pub zones: Vec<ZoneName>,
    /// The template of slips that a manager put in force, TOML; `None` = the one that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub slip: Option<Arc<str>>,
}

/// The name of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ZoneName {
    /// Its letter.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub zone: char,
    /// Its name.
    pub name: Text,
}

/// A clerk's console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClerkView {
    /// The window.
    pub window: WindowView,
    /// Who sits there.
    pub clerk: Option<String>,
    /// Whether it is this console that sits there.
    pub mine: bool,
    /// Since when the window does what it does.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
    /// Why it is paused.
    pub pause_reason: Option<String>,
    /// Who is called or served.
    pub current: Option<VisitView>,
    /// Whether the call was shown and spoken.
    pub announced: Announced,
    /// Recalls that are missing before the holder may be marked as absent.
    pub recalls_missing: u32,
    /// The earliest time of the next recall.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub recall_at_ms: u64,
    /// Who would be called next from here, in order; the first [`ClerkView::LISTED_MAX`].
    pub waiting: Vec<VisitView>,
    /// How many this window may call.
    pub waiting_total: u32,
    /// Who waits aside, fetches a paper or did not come; the last [`ClerkView::LISTED_MAX`].
    pub aside: Vec<VisitView>,
    /// Visits that ended here today.
    pub served: u32,
    /// Their mean time, seconds.
    pub mean_service_s: u32,
    /// Where a visit can be sent.
    pub lanes: Vec<LaneView>,
    /// The windows that are open.
    pub open_windows: Vec<u16>,
    /// Living visits whose slip may not have come out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<UnprintedRow>>", optional))]
    pub unprinted: Vec<UnprintedRow>,
    /// The kinds of business that the hall tells apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<ItemName>>", optional))]
    pub items: Vec<ItemName>,
}

/// A kind of business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ItemName {
    /// As in orders: `tax-new`.
    pub item: String,
    /// Its name.
    pub name: Text,
}

impl ClerkView {
    /// The most visits in one list: what a person can look over.
    pub const LISTED_MAX: usize = 20;
}

/// Whether a call reached people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Announced {
    /// A display is connected.
    pub display: bool,
    /// It is on the panel.
    pub shown: bool,
    /// It was spoken to its end.
    pub spoken: bool,
    /// How far the voice has come; `None` = there is none for the window, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub speech: Option<Speech>,
}

/// One visit, for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VisitView {
    /// `2026-11-23/A001`.
    pub ticket: String,
    /// `A001`.
    pub number: String,
    /// Which queue.
    pub lane: Lane,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// Where it is.
    pub stage: Stage,
    /// Since when it waits: the effective arrival.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
    /// Reason or missing paper.
    pub note: Option<String>,
    /// The kind of business, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub item: Option<String>,
}

/// Where a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Has a number, is not in the hall yet.
    Issued,
    /// Stands in a queue.
    Waiting,
    /// Is called.
    Called,
    /// Is at a window.
    Serving,
    /// Waits aside.
    Parked,
    /// Fetches a missing paper.
    Supplement,
    /// Was called and did not come.
    NoShow,
    /// Was served.
    Finished,
    /// Gave up.
    Cancelled,
    /// Left.
    Left,
    /// Grace time or day over.
    Expired,
}

/// One visit, for its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TicketView {
    /// `A001`.
    pub number: String,
    /// Which queue.
    pub lane: Lane,
    /// Its name.
    pub lane_name: Text,
    /// Where to wait.
    pub zone_name: Text,
    /// Where the visit is.
    pub stage: Stage,
    /// Tickets that will be called before; while waiting.
    pub ahead: Option<u32>,
    /// The expected wait; while waiting and a window is open.
    pub wait: Option<WaitRange>,
    /// Where to go, while called or served.
    pub window: Option<u16>,
    /// When it was announced.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub called_at_ms: Option<u64>,
    /// Until when a holder who was absent may come back.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub grace_until_ms: Option<u64>,
    /// What is missing, or why it waits aside.
    pub note: Option<String>,
    /// Whether the holder can still cancel.
    pub can_cancel: bool,
}
