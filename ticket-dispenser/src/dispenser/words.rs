//! What goes into the machine and what comes out of it.

use std::fmt;

use protocol::{
    FromClient, Refused, Text,
    answer::{Answer, TicketAnswer},
    kiosk::{KioskPress, KioskState},
    order::{Class, Lane, Language},
    view::{DispenserView, WaitRange},
};
use serde::{Deserialize, Serialize};

use super::{record::Record, texts};

/// What a hall sets once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Presses closer together than this are one press, ms.
    pub press_gap_ms: u64,
    /// How long the server may take to answer, ms.
    pub answer_ms_max: u64,
    /// Numbers in reserve for each lane; 0 = none.
    pub reserve_count: u32,
    /// More are asked for when so many or fewer are left.
    pub reserve_refill_at: u32,
    /// A torn slip that is not out after so long is shown to the staff, who can print it at another dispenser, ms.
    pub elsewhere_after_ms: u64,
    /// What is done with cards; `None` = there is no reader.
    pub cards: Option<Cards>,
}

/// What is done with a card that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cards {
    /// A card alone is a press; otherwise it is kept for the next press.
    pub press: bool,
    /// How long it is kept, ms.
    pub keep_ms: u64,
}

/// Somebody wants a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// For what.
    pub press: KioskPress,
    /// When, by the best clock that the device has.
    pub at_ms: u64,
    /// A new random name of this wish, up to 48 characters.
    pub key: String,
    /// A new unguessable name of a citizen's page, for the case that the number comes from the reserve.
    pub token: String,
}

/// What happens to a dispenser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Somebody pressed.
    Pressed(Wish),
    /// Somebody's card was read.
    Scanned {
        /// What stands for the card, as in [`protocol::order::IssueOrder::visitor`].
        visitor: String,
        /// What a press would be.
        wish: Wish,
    },
    /// Something was read that can't be used; what to tell its holder.
    Unreadable(Text),
    /// Somebody calls for the staff.
    Help,
    /// The staff came.
    HelpEnded,
    /// Somebody at the office looks for this dispenser.
    Identify,
    /// The server said welcome.
    LinkUp,
    /// The server can't be heard.
    LinkDown,
    /// The server knows no device with this key any more.
    Revoked,
    /// What the server shows to dispensers.
    View(DispenserView),
    /// An order was done.
    Answer {
        /// Its key.
        key: String,
        /// What came of it.
        answer: Answer,
    },
    /// An order was refused.
    Refused {
        /// Its key.
        key: String,
        /// Why.
        refused: Refused,
    },
    /// Time is up.
    Timer(Timer),
    /// The calendar day at the device's place, at midnight or when its clock was put right: `2026-11-23`.
    Today(String),
    /// What the printer says of itself.
    Printer(PrinterStatus),
    /// What a sensor beside the printer says of the paper: [`PrinterStatus::Ready`] = there is some.
    Sensor(PrinterStatus),
    /// The slip is out, or is not.
    Printed {
        /// [`Slip::key`].
        key: String,
        /// Whether it is whole.
        whole: bool,
    },
    /// The staff wants the numbers printed that may not have been.
    Reprint,
    /// The staff wants the slip of another dispenser, or a lost one, printed here.
    Print(PrintOrder),
    /// A slip that may not have come out here came out elsewhere.
    PrintedElsewhere {
        /// `2026-11-23/A001`.
        ticket: String,
    },
    /// A record is durable.
    Stored {
        /// Of [`Output::Store`].
        id: u64,
    },
    /// A record could not be made durable.
    StoreFailed {
        /// Of [`Output::Store`].
        id: u64,
    },
}

/// A slip that the staff wants printed again, as in [`protocol::FromServer::Print`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintOrder {
    /// Names it.
    pub key: String,
    /// What stands on it.
    pub ticket: TicketAnswer,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
}

/// What a dispenser does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Say this to the server.
    Send(FromClient),
    /// Make this durable, in this order, and say so with [`Input::Stored`] or [`Input::StoreFailed`].
    Store {
        /// Names it.
        id: u64,
        /// What.
        record: Record,
    },
    /// Print; [`Input::Printed`] follows.
    Print(Slip),
    /// Show this on the kiosk page.
    Show(KioskState),
    /// Give back [`Input::Timer`] after a while.
    SetTimer {
        /// Which.
        timer: Timer,
        /// When, from now, ms.
        after_ms: u64,
    },
}

/// A timer; one that is set again while it runs fires twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The next press is a new one; the serial number of the press before.
    Gap(u64),
    /// The server took too long for the press with this key.
    Answer(String),
    /// And far too long, while there is no reserve.
    Late(String),
    /// The printer took too long for a slip; the serial number of the attempt.
    Print(u64),
    /// Whoever pressed with this key will not stand there any more: a torn slip is not printed again by itself.
    Gone(String),
    /// The slip of the press with this key could be printed elsewhere by now.
    Elsewhere(String),
    /// What stands on the screen was read; its serial number.
    Screen(u64),
    /// A card was kept long enough; its serial number.
    Card(u64),
    /// Nobody came to a call for the staff; its serial number.
    Help(u64),
    /// Whoever looked for this dispenser found it; the serial number.
    Here(u64),
    /// Ask the server again for what it refused.
    Retry,
    /// Try again to store what must not be forgotten.
    Store,
}

/// What a printer says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrinterStatus {
    /// Nothing yet.
    Unknown,
    /// Prints.
    Ready,
    /// Prints, but not for long.
    PaperLow,
    /// Doesn't print: no paper.
    PaperOut,
    /// Doesn't print: open.
    CoverOpen,
    /// Doesn't print: its cutter is stuck.
    CutterError,
    /// Doesn't print: says that it can't be helped.
    Broken,
    /// Doesn't print for the moment, by its own word.
    Offline,
    /// Doesn't print: is not there.
    Unreachable,
    /// Nobody knows whether it prints: it is there and doesn't answer, or nothing that makes sense.
    Silent,
}

impl PrinterStatus {
    /// Its word for people.
    pub fn text(self) -> Text {
        texts::printer(self).unwrap_or_else(|| Text::new("打印机正常。", "The printer is ready."))
    }

    /// Whether a slip would come out.
    pub fn prints(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow)
    }
}

impl fmt::Display for PrinterStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Text { zh, en } = self.text();
        write!(f, "{en} {zh}")
    }
}

/// What stands on a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// The key of the press.
    pub key: String,
    /// `A001`.
    pub number: String,
    /// The hall's name.
    pub hall: Text,
    /// Which queue.
    pub lane: Lane,
    /// Its name.
    pub lane_name: Text,
    /// Where to wait; unknown when cut off.
    pub zone: Option<Text>,
    /// Tickets before; unknown when cut off.
    pub ahead: Option<u32>,
    /// The expected wait; `None` = unknown.
    pub wait: Option<WaitRange>,
    /// When the number was given out.
    pub at_ms: u64,
    /// The citizen's page, in the QR code.
    pub url: String,
    /// Whether it was given out while cut off from the server.
    pub offline: bool,
    /// Whether the same number may be on paper already.
    pub reprint: bool,
    /// How it competes.
    #[serde(default)]
    pub class: Class,
    /// How its holder wants to be called: that language comes first.
    #[serde(default)]
    pub language: Language,
}
