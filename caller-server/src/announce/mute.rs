//! A manager silences a zone. Its calls are shown and count as muted: what somebody wants is no alarm.

use std::collections::BTreeSet;

use protocol::view::Speech;

use super::{
    Announcer, Output,
    floor::{Phase, What},
    tell,
};

impl Announcer {
    /// These zones are silent from now on, and no others. What sounds breaks off; what waited there is not spoken any more.
    pub(super) fn mute(&mut self, zones: BTreeSet<char>) {
        let before = std::mem::replace(&mut self.muted, zones);
        for (_, floor) in self.floors.iter_mut().filter(|(zone, _)| newly(zone, &self.muted, &before)) {
            // Nothing was promised yet.
            let asked = floor.turn.take_if(|turn| turn.phase == Phase::Asked).map(|turn| turn.of);
            for waiting in floor.waiting.drain(..).chain(asked) {
                tell(&mut self.told, &waiting.what, Speech::Muted);
            }
            let Some(turn) = &floor.turn else { continue };
            // One of an earlier version ends its sentence.
            if self.voices.get(&turn.voice).is_some_and(|voice| voice.more) {
                self.out.push(Output::BreakOff { voice: turn.voice, call: turn.of.what.seq() });
            }
        }
    }

    pub(super) fn is_muted(&self, what: &What) -> bool {
        self.muted.contains(&what.zone())
    }
}

fn newly(zone: &char, now: &BTreeSet<char>, before: &BTreeSet<char>) -> bool {
    now.contains(zone) && !before.contains(zone)
}
