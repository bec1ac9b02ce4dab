//! The announcer among the live views: what the hall and the devices tell it, and what it says to voices.

use std::time::Duration;

use ::hall::{Entry, state::Doing, words::WindowId};
use metrics::counter;
use protocol::{
    FromServer, Refused, Subject, Text,
    view::{Alarm, Announced, Form, NoticeView, Speech, ZoneRow},
};
use tokio::time::Instant;

use super::{ConnectionId, FanOut, text};
use crate::announce::{Announcer, Input, Output, alarms, limits::YOUNG_MS_MAX};
use crate::views;

/// So long a notice waits for its voice; then it is a chime. Boards show it meanwhile.
const VOICE_WITHIN: Duration = Duration::from_secs(20);
/// Devices have fetched a new clip by then.
const FETCHED_WITHIN: Duration = Duration::from_secs(2);

/// Displays are back so soon after a start of the server, ms.
const BACK_WITHIN_MS: u64 = 5_000;

/// A notice whose voice is being made.
pub(super) struct Unspoken {
    notice: NoticeView,
    until: Instant,
}

impl FanOut {
    /// Calls that were young when the server ended are announced by the one that follows; displays that come back say again
    /// which they show.
    pub(super) fn calls_that_stand(&mut self) {
        let back_ms = self.ms(self.now) + BACK_WITHIN_MS;
        self.hall.calls_stand(back_ms);
        let young = |at_ms| self.hall.now_ms().saturating_sub(at_ms) < YOUNG_MS_MAX;
        let calls = self.hall.calls.iter().filter(|call| young(call.at_ms)).map(|call| WindowId(call.window));
        for window in calls.collect::<Vec<_>>() {
            self.announce(window);
        }
    }

    /// Tells the announcer whether somebody is expected at a window.
    pub(super) fn announce(&mut self, window: WindowId) {
        let calling = self.hall.state.windows.get(&window).filter(|at| matches!(at.doing, Doing::Calling { .. }));
        let call = calling.and_then(|_| views::last_call(&self.hall.state, window));
        self.announcer(call.map_or(Input::Over { window: window.0 }, Input::Called));
    }

    /// Something happened to the announcer; says what comes of it.
    pub(super) fn announcer(&mut self, input: Input) {
        let outputs = self.announcer.handle(self.ms(self.now), input);
        for output in outputs {
            match output {
                Output::Ready(voice) => self.say_to(voice, &FromServer::Ready),
                Output::Say { voice, notice, until_ms } => {
                    counter!("yihao_announcements_total", "form" => "notice").increment(1);
                    self.say_to(voice, &FromServer::Say { notice, until_ms });
                }
                Output::BreakOff { voice, call } => self.say_to(voice, &FromServer::BreakOff { call }),
                Output::Speak { voice, call, form, until_ms } => {
                    counter!("yihao_announcements_total", "form" => name(form)).increment(1);
                    self.say_to(voice, &FromServer::Speak { call, form, until_ms });
                }
            }
        }
    }

    /// Tells the announcer which notices an entry wants; those that have no voice yet get some time for it.
    pub(super) fn announce_notices(&mut self, entry: &Entry) {
        for notice in entry.events.iter().filter_map(|event| views::notice(entry, event)) {
            if self.hall.notices.ask(&notice.text) {
                self.unspoken.push(Unspoken { notice, until: self.now + VOICE_WITHIN });
            } else {
                self.announcer(Input::Notice(notice));
            }
        }
    }

    /// A notice has a voice now, or will have none.
    pub(super) fn rendered(&mut self, text: &Text, refused: Option<Refused>) {
        let since_ms = self.hall.now_ms();
        let alarm = refused.map(|Refused { code, text }| Alarm { code, text, since_ms });
        let until = self.now + if self.hall.notices.rendered(text, alarm) { FETCHED_WITHIN } else { Duration::ZERO };
        for unspoken in self.unspoken.iter_mut().filter(|unspoken| unspoken.notice.text == *text) {
            unspoken.until = unspoken.until.min(until);
        }
        self.prepare_all();
        self.speak_notices();
    }

    /// Notices that waited long enough, with a voice or without.
    pub(super) fn speak_notices(&mut self) {
        let now = self.now;
        for Unspoken { notice, .. } in
            self.unspoken.extract_if(.., |unspoken| unspoken.until <= now).collect::<Vec<_>>()
        {
            self.announcer(Input::Notice(notice));
        }
    }

    /// Tells a voice which clips there are, so that it has them before it needs them.
    pub(super) fn prepare(&mut self, voice: ConnectionId) {
        let clips = self.hall.notices.clips();
        if !clips.is_empty() {
            self.say_to(voice, &FromServer::Prepare { clips });
        }
    }

    /// The same, to all.
    pub(super) fn prepare_all(&mut self) {
        for voice in self.prepared.clone() {
            self.prepare(voice);
        }
        self.stale(|subject| *subject == Subject::Manager);
    }

    /// Tells the announcer which zones are to be silent.
    pub(super) fn mute(&mut self) {
        let zones = self.hall.state.muted.keys().map(|zone| zone.0).collect();
        self.announcer(Input::Mute(zones));
    }

    /// The zones and their voices.
    pub(super) fn zones(&self) -> Vec<ZoneRow> {
        let waiting = |zone| u32::try_from(self.announcer.waiting(zone)).unwrap_or(u32::MAX);
        views::zones(self.hall.scene(), waiting)
    }

    /// When there is something to do about what is spoken.
    pub(super) fn speech_due_at(&self) -> Option<Instant> {
        let announcer = self.announcer.due_ms().map(|due_ms| self.began + Duration::from_millis(due_ms));
        self.unspoken.iter().map(|unspoken| unspoken.until).chain(announcer).min()
    }

    /// Whether the last call from a window reached people.
    pub(super) fn announced(&self, window: u16) -> Announced {
        let call = self.hall.state.windows.get(&WindowId(window)).and_then(|at| at.last_call).map(|call| call.seq);
        let speech = call.and_then(|call| self.announcer.speech(window, call));
        Announced {
            display: self.has_display(window),
            shown: self.hall.watch.is_shown(WindowId(window), call),
            spoken: speech == Some(Speech::Spoken),
            speech,
        }
    }

    /// Alarms about calls that were not spoken or not shown.
    pub(super) fn announcer_alarms(&self) -> Vec<Alarm> {
        let (now_ms, hall_ms) = (self.ms(self.now), self.hall.now_ms());
        let both = self.announcer.alarms().all().chain(self.hall.watch.unseen.all());
        let alarm = |(subject, raised): (&alarms::Subject, &alarms::Raised)| Alarm {
            code: subject.code().into(),
            text: raised.text.clone(),
            since_ms: hall_ms.saturating_sub(now_ms.saturating_sub(raised.since_ms)),
        };
        both.map(alarm).collect()
    }

    /// The announcer's time.
    pub(super) fn ms(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    /// A voice that is too slow to take a word is cut like every reader.
    fn say_to(&mut self, voice: ConnectionId, message: &FromServer) {
        let text = text(message);
        for (subject, topic) in &mut self.topics {
            if matches!(subject, Subject::Window { .. } | Subject::Speaker) {
                topic.members.retain(|member| member.id != voice || member.send(&text));
            }
        }
    }
}

fn name(form: Form) -> &'static str {
    match form {
        Form::Full => "full",
        Form::Once => "once",
        Form::Short => "short",
    }
}

/// When an announcer begins whose hall has called before, somebody may still be speaking.
pub(super) fn announcer(hall: &super::Hall) -> Announcer {
    let called = hall.state.windows.values().any(|window| window.last_call.is_some());
    Announcer::new(hall.speakers.clone(), called, 0)
}
