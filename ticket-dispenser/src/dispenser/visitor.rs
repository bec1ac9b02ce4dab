//! Who presses: a card that was read, so that one visit has one ticket. And calls for the staff.
//!
//! While a visitor's number lives, a card gets it again: the server says so for what it knows, and the dispenser for what it
//! gave out by itself and the server does not know yet.

use protocol::{Text, kiosk::KioskHelp};

use super::{Cards, Dispenser, Slip, Timer, Wish, screen::NOTICE_MS};

/// A call for the staff stands so long, unless they come before, ms.
const HELP_MS: u64 = 180_000;

/// What was read last: a card that waits for the press that it belongs to, or why it can't be used.
#[derive(Debug, Default)]
pub(super) struct Card {
    visitor: Option<String>,
    unreadable: Option<Text>,
    serial: u64,
}

impl Card {
    /// Takes the card for a press.
    pub fn take(&mut self) -> Option<String> {
        self.unreadable = None;
        self.visitor.take()
    }

    /// Its holder went away, unless another card was read since.
    pub fn expire(&mut self, serial: u64) {
        if serial == self.serial {
            (self.visitor, self.unreadable) = (None, None);
        }
    }

    /// Why what was read can't be used.
    pub fn unreadable(&self) -> Option<Text> {
        self.unreadable.clone()
    }

    /// Whether a card waits.
    pub fn is_kept(&self) -> bool {
        self.visitor.is_some()
    }
}

/// A call for the staff.
#[derive(Debug, Default)]
pub(super) struct Help {
    is_on: bool,
    serial: u64,
}

impl Help {
    /// Whether somebody calls.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Nobody came, unless somebody called again since.
    pub fn expire(&mut self, serial: u64) {
        self.is_on &= serial != self.serial;
    }
}

impl Dispenser {
    /// A card was read.
    pub(super) fn scanned(&mut self, visitor: String, wish: Wish) {
        match self.settings.cards {
            Some(Cards { press: false, keep_ms }) => {
                self.card = Card { visitor: Some(visitor), unreadable: None, serial: self.card.serial + 1 };
                self.screen.notice = None;
                self.set_timer(Timer::Card(self.card.serial), keep_ms);
            }
            _ => {
                self.card.take();
                self.wished(wish, Some(visitor));
            }
        }
    }

    /// Something was read that can't be used. A number can be had all the same, so it stands beside the offers.
    pub(super) fn unreadable(&mut self, text: Text) {
        self.card = Card { visitor: None, unreadable: Some(text), serial: self.card.serial + 1 };
        self.set_timer(Timer::Card(self.card.serial), NOTICE_MS);
    }

    /// Whether a slip for this visitor is on its way.
    pub(super) fn is_serving(&self, visitor: &str) -> bool {
        let printing = |slip: &Slip| self.doubt.is_printing(&slip.key);
        self.jobs.iter().any(|job| job.visitor.as_deref() == Some(visitor))
            || self.own_slip(visitor).as_ref().is_some_and(printing)
    }

    /// The slip that this dispenser gave a visitor today and that the server does not know yet.
    pub(super) fn own_slip(&self, visitor: &str) -> Option<Slip> {
        let of_visitor = self.book.unmerged.iter().find(|given| {
            let offline = given.offline.as_ref();
            offline.is_some_and(|issue| issue.visitor.as_deref() == Some(visitor))
                && Some(given.day.as_str()) == self.book.day()
        });
        of_visitor.map(|given| given.slip.clone())
    }

    pub(super) fn help_wanted(&mut self) {
        self.help = Help { is_on: true, serial: self.help.serial + 1 };
        self.set_timer(Timer::Help(self.help.serial), HELP_MS);
    }

    pub(super) fn help_ended(&mut self) {
        self.help.is_on = false;
    }

    /// What is shown of a call: whether anybody was told.
    pub(super) fn help_shown(&self) -> Option<KioskHelp> {
        let told = if self.online { KioskHelp::Told } else { KioskHelp::Unreached };
        self.help.is_on.then_some(told)
    }
}
