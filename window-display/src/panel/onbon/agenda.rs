//! What is to be sent to a card when. Pure: time comes in.

use super::command::Command;
use crate::panel::{
    motion::{BLINK_HALF_MS, BLINK_MS},
    remote::Wish,
};

/// What stands is sent anew after so long, ms: a card darkens what it hears nothing of, and a dead one is noticed.
const STILL_AGAIN_MS: u64 = 3_000;
/// What moves begins anew when it is sent, so it may go round before.
const MOVING_AGAIN_MS: u64 = 12_000;

/// What was wished, and what a card knows of it.
#[derive(Debug)]
pub(super) struct Agenda {
    wish: Wish,
    /// Whether the wish moves by itself on the card.
    moves: bool,
    since_ms: u64,
    sent: Option<Sent>,
    brightness_sent: Option<u32>,
    heard_at_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sent {
    turn: u64,
    lit: bool,
    at_ms: u64,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Send this, then say [`Agenda::done`] or [`Agenda::lost`].
    Send(Command),
    /// Nothing before this time.
    Wait(u64),
}

impl Agenda {
    pub(super) fn new(wish: Wish) -> Self {
        Self { wish, moves: false, since_ms: 0, sent: None, brightness_sent: None, heard_at_ms: 0 }
    }

    /// The shell's newest word, at this time.
    pub(super) fn wish(&mut self, wish: Wish, moves: bool, now_ms: u64) {
        if wish.turn != self.wish.turn {
            self.since_ms = now_ms;
            self.moves = moves;
        }
        self.wish = wish;
    }

    /// Which wish is being served.
    pub(super) fn current(&self) -> &Wish {
        &self.wish
    }

    pub(super) fn next(&self, now_ms: u64) -> Next {
        if self.wish.turn == 0 {
            return Next::Wait(u64::MAX);
        }
        let lit = self.is_lit(now_ms);
        let Some(sent) = self.sent.filter(|sent| (sent.turn, sent.lit) == (self.wish.turn, lit)) else {
            return Next::Send(self.text(lit));
        };
        if self.brightness_sent != Some(self.wish.brightness_percent) {
            return Next::Send(Command::Brightness(self.wish.brightness_percent));
        }
        let again_ms = sent.at_ms.saturating_add(if self.moves { MOVING_AGAIN_MS } else { STILL_AGAIN_MS });
        let heard_ms = self.heard_at_ms.saturating_add(STILL_AGAIN_MS);
        if now_ms >= again_ms {
            return Next::Send(self.text(lit));
        }
        if now_ms >= heard_ms {
            return Next::Send(Command::Ping);
        }
        Next::Wait(again_ms.min(heard_ms).min(self.next_blink_ms(now_ms)))
    }

    /// The card did it. Says whether a new text is lit for the first time.
    pub(super) fn done(&mut self, command: &Command, now_ms: u64) -> bool {
        self.heard_at_ms = now_ms;
        match command {
            Command::Ping => false,
            Command::Brightness(percent) => {
                self.brightness_sent = Some(*percent);
                false
            }
            Command::Text(_) | Command::Dark => {
                let is_new = self.sent.is_none_or(|sent| sent.turn != self.wish.turn);
                let lit = matches!(command, Command::Text(_));
                self.sent = Some(Sent { turn: self.wish.turn, lit, at_ms: now_ms });
                is_new && lit
            }
        }
    }

    /// The card is lost: when it comes back it may know nothing.
    pub(super) fn lost(&mut self) {
        self.sent = None;
        self.brightness_sent = None;
    }

    fn text(&self, lit: bool) -> Command {
        if lit { Command::Text(self.wish.panel.text.clone()) } else { Command::Dark }
    }

    /// A text that was never there is lit first, however late it comes.
    fn is_lit(&self, now_ms: u64) -> bool {
        let never = self.sent.is_none_or(|sent| sent.turn != self.wish.turn);
        never || !self.blinks(now_ms) || (self.elapsed(now_ms) / BLINK_HALF_MS).is_multiple_of(2)
    }

    fn next_blink_ms(&self, now_ms: u64) -> u64 {
        if !self.blinks(now_ms) {
            return u64::MAX;
        }
        self.since_ms + (self.elapsed(now_ms) / BLINK_HALF_MS + 1) * BLINK_HALF_MS
    }

    fn blinks(&self, now_ms: u64) -> bool {
        self.wish.blink && self.elapsed(now_ms) < BLINK_MS
    }

    fn elapsed(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.since_ms)
    }
}

#[cfg(test)]
mod tests;
