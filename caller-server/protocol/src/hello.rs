//! The conversation on a WebSocket: hello, then numbered views; orders and answers on the way.

use serde::{Deserialize, Serialize};

use crate::{
    Answer, Order, Refused, TicketAnswer, View,
    attend::{Attend, Attended},
    order::{Class, Language},
    view::{CallView, ClipRef, Form, NoticeView},
};

/// From a screen or device to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum FromClient {
    /// The first message, once.
    Hello {
        /// The protocol's version, see [`crate::VERSION`].
        version: u16,
        /// Name and version of the program, for the log: `window-display 0.1.0`.
        program: String,
        /// What it wants to see.
        subject: Subject,
        /// The last sequence number that it saw, to get what it missed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(type = "number", optional))]
        resume_from: Option<u64>,
    },
    /// Still here; every [`crate::PULSE_MS`].
    Pulse,
    /// Do this; an [`FromServer::Answer`] or [`FromServer::Refused`] with the same key follows.
    Do {
        /// Names this wish: sent again under the same key, it gets the first answer again.
        key: String,
        /// What.
        order: Order,
    },
    /// A display: this call is on the panel.
    Shown {
        /// [`CallView::seq`] of the call.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        call: u64,
    },
    /// A device with a voice: it could begin to speak now. Said when it is connected, as the answer to [`FromServer::Ready`],
    /// and late, when that found it speaking. Since version 2.
    Voice {
        /// What its own clock shows: any clock that never goes back.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        clock_ms: u64,
        /// Whether it understands [`FromServer::BreakOff`], [`FromServer::Prepare`] and [`FromServer::Say`]; who does not must
        /// never hear them.
        #[serde(default, skip_serializing_if = "is_false")]
        #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
        more: bool,
    },
    /// A voice: it begins to speak this call. Since version 2.
    Speaking {
        /// [`CallView::seq`] of the call.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        call: u64,
        /// How long it will sound.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        lasts_ms: u64,
    },
    /// A voice: this call was spoken to its end.
    Spoken {
        /// [`CallView::seq`] of the call.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        call: u64,
    },
    /// A voice: this call was not spoken, or not to its end. Since version 2.
    Failed {
        /// [`CallView::seq`] of the call.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        call: u64,
        /// For people.
        why: crate::Text,
        /// Nothing is wrong: somebody wants it silent.
        #[serde(default, skip_serializing_if = "is_false")]
        #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
        wanted: bool,
    },
    /// A device: something about it that people should know; `None` = all is well.
    Trouble {
        /// What.
        trouble: Option<crate::Text>,
    },
    /// A device: how its machine is; every [`crate::health::HEALTH_EVERY_S`]. Since version 2.
    Health {
        /// How.
        health: crate::health::Health,
    },
    /// A device: what came of [`FromServer::Attend`]. Since version 2.
    Attended {
        /// Its key.
        key: String,
        /// What.
        attended: Attended,
    },
    /// A dispenser: how it is with slips; replaces what it said before.
    Slips {
        /// Whether a slip would come out now.
        prints: bool,
        /// Slips that may not be out, and that will not come out here soon, in the order of issue.
        unprinted: Vec<UnprintedSlip>,
    },
    /// A dispenser: the end of a [`FromServer::Print`].
    Printed {
        /// Its key.
        key: String,
        /// Whether the slip is out, and whole.
        whole: bool,
    },
}

/// A slip that may not be out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UnprintedSlip {
    /// `2026-11-23/A001`.
    pub ticket: String,
    /// When the number was given out.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
}

/// From the server to a screen or device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "say", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "made and written at once, and nearly all are views, the large one")]
pub enum FromServer {
    /// The answer to hello.
    Welcome {
        /// The version that both speak.
        version: u16,
        /// The hall's name.
        hall: crate::Text,
        /// The hall's time zone, by its IANA name: `Asia/Shanghai`.
        time_zone: String,
        /// The hall's time now.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        now_ms: u64,
    },
    /// What the subject looks like now; replaces the view before.
    View {
        /// Position in the journal that it shows; never falls.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        seq: u64,
        /// The hall's time when it was made.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        now_ms: u64,
        /// The whole view.
        view: View,
    },
    /// To a display that comes back: a call that it missed and that was followed by another since. Not to be announced.
    Missed {
        /// The call.
        call: CallView,
    },
    /// To a device that said [`FromClient::Health`]: somebody at the office wants this; [`FromClient::Attended`] follows, and
    /// the same key is attended once. Since version 2.
    Attend {
        /// Names it, up to 64 characters.
        key: String,
        /// What.
        what: Attend,
    },
    /// To a dispenser: print this slip, with the word for a reprint; [`FromClient::Printed`] follows. It comes again until
    /// then: the same key is printed once.
    Print {
        /// Names it, up to 64 characters.
        key: String,
        /// What stands on it, beside what every dispenser knows.
        ticket: TicketAnswer,
        /// How it competes.
        class: Class,
        /// How its holder wants to be called.
        language: Language,
    },
    /// To a dispenser: this slip, which may not have come out there, came out elsewhere.
    PrintedElsewhere {
        /// `2026-11-23/A001`.
        ticket: String,
    },
    /// To a voice: say [`FromClient::Voice`] when you could begin to speak. Since version 2.
    Ready,
    /// To a voice that is ready: speak this call, and tell when it begins and ends. Since version 2.
    Speak {
        /// The call, of whatever window.
        call: CallView,
        /// How much of it.
        form: Form,
        /// Not to be begun when the voice's own clock shows more: another has its turn then.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        until_ms: u64,
    },
    /// To a voice that said [`FromClient::Voice`] with `more`: fetch these clips and keep them, and no others. Since version 2.
    Prepare {
        /// All that may be wanted.
        clips: Vec<ClipRef>,
    },
    /// To such a voice that is ready: speak this notice, and tell when it begins and ends, by its position, as of a call. Since
    /// version 2.
    Say {
        /// What.
        notice: NoticeView,
        /// Not to be begun when the voice's own clock shows more.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        until_ms: u64,
    },
    /// To a voice that said [`FromClient::Voice`] with `more`: break this call off at once, if it sounds, and say
    /// [`FromClient::Failed`]. Since version 2.
    BreakOff {
        /// [`CallView::seq`] of the call.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        call: u64,
    },
    /// Still here.
    Pulse {
        /// The hall's time now.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        now_ms: u64,
    },
    /// The order was done.
    Answer {
        /// The order's key.
        key: String,
        /// What came of it.
        answer: Answer,
    },
    /// The order was refused; nothing changed.
    Refused {
        /// The order's key; `None` when it concerns the conversation as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        key: Option<String>,
        /// Why.
        refused: Refused,
    },
}

/// What a connection shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Subject {
    /// A zone's board, or the whole hall's; public.
    Board {
        /// Which zone; `None` = all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(type = "string", optional))]
        zone: Option<char>,
    },
    /// One window as the public sees it.
    Window {
        /// Which.
        window: u16,
    },
    /// The same for the device above the window, which acknowledges; needs a device key.
    Display {
        /// Which.
        window: u16,
    },
    /// Nothing: a voice without a panel, which speaks for a zone; needs a device key. Since version 2.
    Speaker,
    /// What a dispenser must know; needs a device key.
    Dispenser,
    /// A clerk's console at a window; needs a clerk.
    Clerk {
        /// Which.
        window: u16,
        /// A random name of the browser tab.
        console: String,
    },
    /// Everything; needs a manager.
    Manager,
    /// One visit, for its holder.
    Ticket {
        /// The secret name from the slip's QR code.
        token: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}
