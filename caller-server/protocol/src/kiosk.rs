//! Between a dispenser and its own kiosk page, on localhost.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Text,
    order::{Class, Lane, Language},
    view::{LaneView, WaitRange},
};

/// From the page: somebody pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KioskPress {
    /// For which queue.
    pub lane: Lane,
    /// How it competes.
    #[serde(default)]
    pub class: Class,
    /// How the holder wants to be called.
    #[serde(default)]
    pub language: Language,
}

/// From the page: a card or code was read by a reader that types like a keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct KioskScan {
    /// What was read.
    pub text: ScanText,
    /// How the holder wants to be called.
    #[serde(default)]
    pub language: Language,
}

/// What a reader read, perhaps the number of somebody's card: it goes nowhere but to the dispenser, and into no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ScanText(pub String);

impl fmt::Debug for ScanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScanText(…)")
    }
}

/// To the page: what to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KioskState {
    /// The hall's name.
    pub hall: Text,
    /// Whether the server answers; numbers are given out either way.
    pub online: bool,
    /// The queues that are offered.
    pub lanes: Vec<LaneView>,
    /// What is on the screen.
    pub screen: KioskScreen,
    /// Whether there is a reader for cards and codes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub reader: bool,
    /// Whether a card was read for the next press.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub card: bool,
    /// Why what was read just now can't be used; a number can be had without a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub unreadable: Option<Text>,
    /// Whether somebody at the office looks for this dispenser.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub here: bool,
    /// Whether somebody called for the staff, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub help: Option<KioskHelp>,
}

/// A call for the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KioskHelp {
    /// The server was told.
    Told,
    /// The server can't be reached: nobody knows.
    Unreached,
}

/// What is on the kiosk's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "screen", rename_all = "snake_case")]
pub enum KioskScreen {
    /// Press here.
    Ready,
    /// A number is on its way.
    Working,
    /// Take the slip.
    Taken(KioskTaken),
    /// No numbers are given out now.
    Closed,
    /// It can't be done now: why, and what to do.
    Trouble {
        /// For people.
        text: Text,
    },
}

/// A number that was just given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KioskTaken {
    /// `A001`.
    pub number: String,
    /// Which queue.
    pub lane: Lane,
    /// Where to wait; unknown when cut off.
    pub zone: Option<Text>,
    /// Tickets before; unknown when cut off.
    pub ahead: Option<u32>,
    /// The expected wait; unknown when cut off.
    pub wait: Option<WaitRange>,
    /// The citizen's page, as the slip's QR code has it.
    pub url: String,
    /// Whether it was given out while cut off from the server.
    pub offline: bool,
    /// Whether the visitor had got it before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub reprint: bool,
}
