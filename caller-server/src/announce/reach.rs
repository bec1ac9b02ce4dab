//! Which voices can speak what.

use std::collections::BTreeSet;

use protocol::view::CallView;

use super::{
    Announcer, Voice, VoiceId,
    alarms::Subject,
    floor::{Waiting, What},
};

impl Announcer {
    /// Who speaks it now: the best that can be reached and has no other turn.
    pub(super) fn voice_for(&self, waiting: &Waiting) -> Option<VoiceId> {
        let busy = |id| self.floors.values().filter_map(|floor| floor.turn.as_ref()).any(|turn| turn.voice == id);
        self.reached(waiting).into_iter().find(|id| !busy(*id))
    }

    /// Who can be reached for it, best first: the zone's voices in their order, then the window's own.
    pub(super) fn reached(&self, waiting: &Waiting) -> Vec<VoiceId> {
        // Of two connections of one device the younger is alive.
        let able: Vec<(&VoiceId, &Voice)> =
            self.voices.iter().rev().filter(|(_, voice)| able(voice, waiting)).collect();
        let zone = waiting.what.zone();
        let speakers = self.speakers.get(&zone).into_iter().flatten();
        let of_zone = speakers.filter_map(|name| able.iter().find(|(_, voice)| voice.name == *name));
        let own = able.iter().find(|(_, voice)| match waiting.what.window() {
            Some(window) => voice.window == Some(window),
            // One of those who stand there; it is heard farther than it should be, or less.
            None => voice.zone == Some(zone),
        });
        of_zone.chain(own).map(|(id, _)| **id).collect()
    }

    /// The names of the devices that should speak it; `None` when there are none, as far as is known.
    pub(super) fn voices_of(&self, what: &What) -> Option<String> {
        match what {
            What::Call(call) => self.voices_for(call),
            What::Notice(notice) => {
                let names = self.speakers.get(&notice.zone).filter(|names| !names.is_empty());
                Some(names.map_or_else(|| "–".into(), |names| names.join(", ")))
            }
        }
    }

    /// A voice that was taken away from a window is missed by nobody.
    pub(super) fn display(&mut self, window: u16) {
        if !self.voices.values().any(|voice| voice.window == Some(window)) {
            self.known.remove(&window);
        }
    }

    pub(super) fn revoked(&mut self, now_ms: u64, names: &BTreeSet<String>) {
        self.known.retain(|_, name| !names.contains(name));
        for name in names {
            self.alarms.clear(&Subject::Voice(name.clone()), now_ms);
        }
    }

    pub(super) fn voices_for(&self, call: &CallView) -> Option<String> {
        let speakers = self.speakers.get(&call.zone).into_iter().flatten();
        let names: Vec<&str> = speakers.chain(self.known.get(&call.window)).map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

fn able(voice: &Voice, waiting: &Waiting) -> bool {
    let may = waiting.only.as_ref().is_none_or(|name| *name == voice.name);
    may && !voice.deaf && !waiting.tried.contains(&voice.name) && (voice.more || waiting.what.call().is_some())
}
