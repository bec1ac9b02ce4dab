//! Somebody at the office wants to hear a voice. It speaks in its turn like every other, so that no two speak at once.

use std::collections::BTreeSet;

use protocol::{
    Text,
    order::Language,
    view::{CallView, NoticeView},
};

use super::{
    Announcer,
    floor::{Waiting, What},
};

/// Trials are named from here on: far from every position of a journal, and exact in JSON.
const FIRST_SEQ: u64 = 1 << 52;
/// The number that is spoken; every pack has it.
const NUMBER: &str = "A001";
/// The window of a voice that has none of its own.
const ANY_WINDOW: u16 = 1;

/// What is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// The chime, to find it.
    Chime,
    /// A call, to judge it.
    Call,
}

impl Announcer {
    /// Lets a device's voice be heard, and no other; in a zone that is silent, or without a voice, nothing is.
    pub(super) fn trial(&mut self, now_ms: u64, name: &str, trial: Trial) {
        let Some((zone, window)) = self.place_of(name) else { return };
        if self.muted.contains(&zone) {
            return;
        }
        self.trials += 1;
        let (seq, at_ms) = (FIRST_SEQ + self.trials, now_ms);
        let what = match trial {
            // Without words only the chime is heard.
            Trial::Chime => What::Notice(NoticeView { seq, zone, at_ms, text: Text::default() }),
            Trial::Call => {
                let (number, language, recalls) = (NUMBER.to_owned(), Language::En, 0);
                What::Call(CallView {
                    seq,
                    number,
                    window: window.unwrap_or(ANY_WINDOW),
                    zone,
                    at_ms,
                    recalls,
                    language,
                })
            }
        };
        let waiting = Waiting { what, since_ms: now_ms, tried: BTreeSet::new(), only: Some(name.to_owned()) };
        self.floors.entry(zone).or_default().wait(waiting);
    }

    /// Where a voice that is connected is heard.
    fn place_of(&self, name: &str) -> Option<(char, Option<u16>)> {
        let voice = self.voices.values().rev().find(|voice| voice.name == name)?;
        let speaks_for = || self.speakers.iter().find(|(_, names)| names.iter().any(|of_zone| of_zone == name));
        Some((voice.zone.or_else(|| speaks_for().map(|(zone, _)| *zone))?, voice.window))
    }
}
