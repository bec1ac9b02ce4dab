//! Who speaks when: one announcement at a time in a zone. A pure machine: calls and what voices say in, leave to speak out; no
//! IO, no clock, no chance.
//!
//! - here: calls, voices, and what follows from each word of them
//! - `floor`: one zone: who waits, and who has the floor
//! - `limits`: every threshold, with its reason
//! - `alarms`: what needs somebody, held long enough to be read
//! - `mute`: zones that somebody wants silent; `reach`: which voices can speak what; `trial`: a voice that somebody wants to hear
//!
//! A voice is asked whether it is ready, and only one that answers gets leave, which ends by the voice's own clock. So a voice
//! that does not answer costs a zone [`limits::ANSWER_MS_MAX`] and no more; and one that has leave, and is cut off before it said
//! that it began, keeps the floor until it can't sound any more.

pub mod alarms;
mod floor;
pub mod limits;
mod mute;
mod reach;
#[cfg(test)]
mod tests;
mod trial;

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    Text,
    view::{CallView, Form, NoticeView, Speech},
};

pub use self::trial::Trial;

use self::alarms::{Alarms, Subject};
use self::floor::{Floor, Phase, Turn, Waiting, What};
use self::limits::{
    ANSWER_MS_MAX, END_MS_MAX, LATE_CLEARED_MS, LATE_MS, LONGEST_MS, REPORT_MS_MAX, START_MS_MAX, YOUNG_MS_MAX,
};

/// Names a connection to a voice.
pub type VoiceId = u64;

/// Which devices speak for each zone, by name; the first that can be reached does.
pub type Speakers = BTreeMap<char, Vec<String>>;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A window calls, or calls again.
    Called(CallView),
    /// A notice is wanted.
    Notice(NoticeView),
    /// Somebody wants to hear the voice of this device.
    Trial {
        /// The device's name.
        name: String,
        /// What of it.
        trial: Trial,
    },
    /// Nobody is expected at this window any more.
    Over {
        /// Which.
        window: u16,
    },
    /// A device says that it could speak now.
    Voice {
        /// Its connection.
        voice: VoiceId,
        /// Its name.
        name: String,
        /// The window above which it hangs; `None` = it has none of its own.
        window: Option<u16>,
        /// The zone of this window.
        zone: Option<char>,
        /// What its own clock shows.
        clock_ms: u64,
        /// Whether it understands [`Output::BreakOff`] and [`Output::Say`].
        more: bool,
    },
    /// A display of this window is there; whether it has a voice it says next.
    Display {
        /// Which window.
        window: u16,
    },
    /// A connection is gone.
    Gone {
        /// Which.
        voice: VoiceId,
    },
    /// These devices are none any more, by name.
    Revoked(BTreeSet<String>),
    /// A voice says what becomes of a call.
    Said {
        /// The device's name: it may have another connection by now.
        name: String,
        /// The position of the call in the journal.
        call: u64,
        /// What.
        what: Word,
    },
    /// These zones are to be silent, and no others.
    Mute(BTreeSet<char>),
    /// Time goes by.
    Timer,
}

/// What becomes of a call at a voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It begins, and will sound so long, ms.
    Speaking(u64),
    /// It was spoken to its end.
    Spoken,
    /// It can't be spoken.
    Failed(Text),
    /// It is not spoken, because somebody wants it silent.
    Silent,
}

/// To be said to a voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Could you begin?
    Ready(VoiceId),
    /// Speak this.
    Speak {
        /// To which.
        voice: VoiceId,
        /// What.
        call: CallView,
        /// How much of it.
        form: Form,
        /// Not to be begun when its own clock shows more.
        until_ms: u64,
    },
    /// Speak this notice.
    Say {
        /// To which.
        voice: VoiceId,
        /// What.
        notice: NoticeView,
        /// Not to be begun when its own clock shows more.
        until_ms: u64,
    },
    /// Break this off, if it sounds.
    BreakOff {
        /// To which.
        voice: VoiceId,
        /// The position of the call in the journal.
        call: u64,
    },
}

/// A device that can speak.
#[derive(Debug)]
struct Voice {
    name: String,
    window: Option<u16>,
    zone: Option<char>,
    /// Whether it understands [`Output::BreakOff`] and [`Output::Say`].
    more: bool,
    /// It was asked and did not answer; until it says something again.
    deaf: bool,
}

/// What became of the last call of a window.
#[derive(Debug)]
struct Told {
    call: CallView,
    speech: Speech,
}

/// The machine.
#[derive(Debug)]
pub struct Announcer {
    speakers: Speakers,
    floors: BTreeMap<char, Floor>,
    voices: BTreeMap<VoiceId, Voice>,
    /// Windows whose display said that it has a voice, and its name.
    known: BTreeMap<u16, String>,
    told: BTreeMap<u16, Told>,
    /// Zones that somebody wants silent.
    muted: BTreeSet<char>,
    /// How many trials there were.
    trials: u64,
    alarms: Alarms,
    /// Until then somebody may still speak of whom nothing is known.
    hold_until_ms: u64,
    now_ms: u64,
    out: Vec<Output>,
}

impl Announcer {
    /// Nobody is connected yet. `after_restart`: calls were made before, and one may still be sounding somewhere.
    pub fn new(speakers: Speakers, after_restart: bool, now_ms: u64) -> Self {
        let hold_until_ms = if after_restart { now_ms + START_MS_MAX + LONGEST_MS } else { 0 };
        let (floors, voices, known, told, muted, trials, alarms, out) = Default::default();
        Self { speakers, floors, voices, known, told, muted, trials, alarms, hold_until_ms, now_ms, out }
    }

    /// What is to be said after `input`, which happened at `now_ms` of any clock that never goes back.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Output> {
        match input {
            Input::Called(call) => self.called(now_ms, call),
            Input::Notice(notice) => self.notice(now_ms, notice),
            Input::Trial { name, trial } => self.trial(now_ms, &name, trial),
            Input::Over { window } => self.over(now_ms, window),
            Input::Voice { voice, name, window, zone, clock_ms, more } => {
                self.voice(now_ms, voice, Voice { name, window, zone, more, deaf: false }, clock_ms);
            }
            Input::Display { window } => self.display(window),
            Input::Gone { voice } => self.gone(now_ms, voice),
            Input::Revoked(names) => self.revoked(now_ms, &names),
            Input::Said { name, call, what } => self.said(now_ms, &name, call, what),
            Input::Mute(zones) => self.mute(zones),
            Input::Timer => {}
        }
        self.now_ms = now_ms;
        self.go_on(now_ms);
        std::mem::take(&mut self.out)
    }

    /// When [`Input::Timer`] is due, if nothing happens before.
    pub fn due_ms(&self) -> Option<u64> {
        let turns = self.floors.values().filter_map(|floor| floor.turn.as_ref()).map(|turn| turn.until_ms);
        let waits = self.floors.values().any(|floor| !floor.waiting.is_empty());
        let hold = (waits && self.holds(self.now_ms)).then_some(self.hold_until_ms);
        turns.chain(hold).min()
    }

    /// How far the announcement of a call has come; `None` = there is no voice for it, as far as is known.
    pub fn speech(&self, window: u16, call: u64) -> Option<Speech> {
        let told = self.told.get(&window).filter(|told| told.call.seq == call)?;
        let waits = matches!(told.speech, Speech::Queued | Speech::Muted);
        (!waits || self.voices_for(&told.call).is_some()).then_some(told.speech)
    }

    /// What needs somebody.
    pub fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    /// How many wait in a zone.
    pub fn waiting(&self, zone: char) -> usize {
        self.floors.get(&zone).map_or(0, |floor| floor.waiting.len())
    }

    /// A recall takes the place of the call, and the next ticket that of one whom nobody expects any more.
    fn called(&mut self, now_ms: u64, call: CallView) {
        let (window, seq) = (call.window, call.seq);
        if self.told.get(&window).is_some_and(|told| told.call.seq >= seq) {
            return;
        }
        self.over(now_ms, window);
        let speech = if self.muted.contains(&call.zone) { Speech::Muted } else { Speech::Queued };
        self.told.insert(window, Told { call: call.clone(), speech });
        if speech == Speech::Muted {
            return;
        }
        self.wait(now_ms, What::Call(call));
    }

    /// A notice waits until no call does, and once, however often it is wanted meanwhile; in a zone that is silent it is only
    /// shown.
    fn notice(&mut self, now_ms: u64, notice: NoticeView) {
        self.alarms.clear(&Subject::NoNotice(notice.zone), now_ms);
        if !self.muted.contains(&notice.zone) {
            let floor = self.floors.entry(notice.zone).or_default();
            floor.waiting.retain(|waiting| !waiting.what.says(&notice));
            self.wait(now_ms, What::Notice(notice));
        }
    }

    fn wait(&mut self, now_ms: u64, what: What) {
        let waiting = Waiting { what, since_ms: now_ms, tried: BTreeSet::new(), only: None };
        self.floors.entry(waiting.what.zone()).or_default().wait(waiting);
    }

    fn over(&mut self, now_ms: u64, window: u16) {
        self.told.remove(&window);
        self.alarms.clear(&Subject::NotSpoken(window), now_ms);
        for floor in self.floors.values_mut() {
            floor.waiting.retain(|waiting| waiting.what.window() != Some(window));
            // Nothing was promised yet.
            floor.turn.take_if(|turn| turn.phase == Phase::Asked && turn.of.what.window() == Some(window));
        }
    }

    fn voice(&mut self, now_ms: u64, voice: VoiceId, ready: Voice, clock_ms: u64) {
        self.alarms.clear(&Subject::Voice(ready.name.clone()), now_ms);
        if let Some(window) = ready.window {
            self.known.insert(window, ready.name.clone());
        }
        self.voices.insert(voice, ready);
        for floor in self.floors.values_mut() {
            let others = floor.waiting.len();
            let Some(turn) = floor.turn.as_mut().filter(|turn| turn.voice == voice && turn.phase == Phase::Asked)
            else {
                continue;
            };
            turn.phase = Phase::Granted;
            turn.until_ms = now_ms + START_MS_MAX + REPORT_MS_MAX;
            let until_ms = clock_ms.saturating_add(START_MS_MAX);
            self.out.push(match turn.of.what.clone() {
                What::Call(call) => Output::Speak { voice, call, form: limits::form(others), until_ms },
                What::Notice(notice) => Output::Say { voice, notice, until_ms },
            });
        }
    }

    fn gone(&mut self, now_ms: u64, voice: VoiceId) {
        self.voices.remove(&voice);
        for floor in self.floors.values_mut() {
            let Some(turn) = floor.turn.take_if(|turn| turn.voice == voice) else { continue };
            #[cfg(feature = "planted")]
            if planted::is(planted::Bug::FloorFreedWhenCut) {
                floor.wait(turn.of);
                continue;
            }
            match turn.phase {
                Phase::Asked => floor.wait(turn.of),
                Phase::Granted => floor.turn = Some(turn.doubtful(now_ms)),
                // It goes on to its end, and is believed to until then.
                Phase::Speaking | Phase::Doubtful => floor.turn = Some(turn),
            }
        }
    }

    fn said(&mut self, now_ms: u64, name: &str, call: u64, what: Word) {
        self.voices.values_mut().filter(|voice| voice.name == name).for_each(|voice| voice.deaf = false);
        match what {
            Word::Speaking(lasts_ms) => self.speaking(now_ms, name, call, lasts_ms),
            Word::Spoken => self.spoken(now_ms, name, call),
            Word::Failed(why) => self.failed(now_ms, name, call, Some(&why)),
            Word::Silent => self.failed(now_ms, name, call, None),
        }
    }

    fn speaking(&mut self, now_ms: u64, name: &str, call: u64, lasts_ms: u64) {
        let turns = self.floors.values_mut().filter_map(|floor| floor.turn.as_mut());
        for turn in turns.filter(|turn| turn.of.what.seq() == call && turn.name == name) {
            if matches!(turn.phase, Phase::Granted | Phase::Doubtful) {
                turn.phase = Phase::Speaking;
                turn.until_ms = now_ms + lasts_ms.min(LONGEST_MS) + END_MS_MAX;
                tell(&mut self.told, &turn.of.what, Speech::Speaking);
            }
        }
    }

    fn spoken(&mut self, now_ms: u64, name: &str, call: u64) {
        for floor in self.floors.values_mut() {
            // A notice is spoken in each zone for itself.
            let needs_no_other = |waiting: &Waiting| waiting.what.call().is_some_and(|waits| waits.seq == call);
            // While another speaks it, that one has the floor to its own end.
            let is_unbegun = |turn: &Turn| turn.phase == Phase::Asked && needs_no_other(&turn.of);
            let is_its_own = |turn: &Turn| turn.of.what.seq() == call && turn.name == name;
            floor.turn.take_if(|turn| is_its_own(turn) || is_unbegun(turn));
            floor.waiting.retain(|waiting| !needs_no_other(waiting));
        }
        if let Some((&window, told)) = self.told.iter_mut().find(|(_, told)| told.call.seq == call) {
            told.speech = Speech::Spoken;
            self.alarms.clear(&Subject::NotSpoken(window), now_ms);
        }
        self.alarms.clear(&Subject::Voice(name.to_owned()), now_ms);
    }

    /// Another voice speaks it, if there is one. `why` is `None` where somebody wants it silent.
    fn failed(&mut self, now_ms: u64, name: &str, call: u64, why: Option<&Text>) {
        let of = |turn: &mut Turn| turn.of.what.seq() == call && turn.name == name;
        let turns = self.floors.values_mut().filter_map(|floor| floor.turn.take_if(of));
        for mut turn in turns.collect::<Vec<_>>() {
            turn.of.tried.insert(name.to_owned());
            let what = &turn.of.what;
            match why {
                _ if self.stands(what) && !self.is_muted(what) && !self.reached(&turn.of).is_empty() => {
                    self.floors.entry(what.zone()).or_default().wait(turn.of);
                }
                Some(why) => self.lost(now_ms, &turn.of, alarms::failed(what, name, why)),
                None => tell(&mut self.told, what, Speech::Muted),
            }
        }
    }

    /// Lets happen what is due, and gives the floor to who is next.
    fn go_on(&mut self, now_ms: u64) {
        let zones: Vec<char> = self.floors.keys().copied().collect();
        for zone in zones {
            self.expire(now_ms, zone);
            self.drop_unheard(now_ms, zone);
            self.next(now_ms, zone);
            self.look_how_late(now_ms, zone);
        }
        self.alarms.forget(now_ms);
    }

    fn expire(&mut self, now_ms: u64, zone: char) {
        let Some(floor) = self.floors.get_mut(&zone) else { return };
        let Some(turn) = floor.turn.take_if(|turn| turn.until_ms <= now_ms) else { return };
        let (name, voice, of) = (turn.name.clone(), turn.voice, turn.of.clone());
        match turn.phase {
            Phase::Asked => floor.wait(turn.of),
            Phase::Granted => floor.turn = Some(turn.doubtful(now_ms)),
            Phase::Speaking | Phase::Doubtful => self.lost(now_ms, &of, alarms::no_word(&of.what, &name)),
        }
        // A connection that the device made since then is another matter.
        if let Some(voice) = self.voices.get_mut(&voice) {
            voice.deaf = true;
        }
        self.alarms.raise(Subject::Voice(name.clone()), alarms::silent(&name), now_ms);
    }

    /// What no voice could be found for while it was young is not spoken any more: its holder has asked somebody.
    fn drop_unheard(&mut self, now_ms: u64, zone: char) {
        let old = |waiting: &mut Waiting| now_ms.saturating_sub(waiting.since_ms) >= YOUNG_MS_MAX;
        let Some(floor) = self.floors.get_mut(&zone) else { return };
        let old: Vec<Waiting> = floor.waiting.extract_if(.., old).collect();
        for waiting in old {
            if !self.reached(&waiting).is_empty() || self.holds(now_ms) {
                self.floors.entry(zone).or_default().wait(waiting);
            } else if let Some(names) = self.voices_of(&waiting.what) {
                self.lost(now_ms, &waiting, alarms::unreachable(&waiting.what, &names));
            } else if let Some(window) = waiting.what.window() {
                self.told.remove(&window);
            }
        }
    }

    fn next(&mut self, now_ms: u64, zone: char) {
        let Some(floor) = self.floors.get(&zone) else { return };
        if floor.turn.is_some() || self.holds(now_ms) {
            return;
        }
        let next = floor.waiting.iter().enumerate().find_map(|(at, waiting)| Some((at, self.voice_for(waiting)?)));
        let Some((at, voice)) = next else { return };
        let name = self.voices.get(&voice).map(|voice| voice.name.clone()).unwrap_or_default();
        if let Some(floor) = self.floors.get_mut(&zone) {
            let what = floor.waiting.remove(at);
            floor.turn = Some(Turn { of: what, voice, name, phase: Phase::Asked, until_ms: now_ms + ANSWER_MS_MAX });
            self.out.push(Output::Ready(voice));
        }
    }

    /// Nothing waits long without the manager knowing, and the word for it does not flicker.
    fn look_how_late(&mut self, now_ms: u64, zone: char) {
        let Some(floor) = self.floors.get(&zone) else { return };
        let unspoken = floor.unspoken().filter_map(|(call, since_ms)| Some((since_ms, self.voices_for(call)?)));
        let unspoken: Vec<(u64, String)> = unspoken.collect();
        let longest = unspoken.iter().min_by_key(|(since_ms, _)| *since_ms);
        let longest_ms = longest.map_or(0, |(since_ms, _)| now_ms.saturating_sub(*since_ms));
        if let Some((_, names)) = longest.filter(|_| longest_ms >= LATE_MS) {
            let text = alarms::late(zone, unspoken.len(), longest_ms, names);
            self.alarms.raise(Subject::Late(zone), text, now_ms);
        } else if longest_ms < LATE_CLEARED_MS {
            self.alarms.clear(&Subject::Late(zone), now_ms);
        }
    }

    /// It will not be spoken. Nobody misses a trial but who asked for it, and who listens.
    fn lost(&mut self, now_ms: u64, Waiting { what, only, .. }: &Waiting, text: Text) {
        if only.is_some() {
            return;
        }
        if self.is_muted(what) {
            return tell(&mut self.told, what, Speech::Muted);
        }
        if self.stands(what) {
            tell(&mut self.told, what, Speech::Failed);
            let subject = what.window().map_or(Subject::NoNotice(what.zone()), Subject::NotSpoken);
            self.alarms.raise(subject, text, now_ms);
        }
    }

    fn holds(&self, now_ms: u64) -> bool {
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::SpokenAfterRestart) {
            return false;
        }
        now_ms < self.hold_until_ms
    }

    /// A notice stands until it is spoken or not.
    fn stands(&self, what: &What) -> bool {
        let told = |call: &CallView| self.told.get(&call.window).is_some_and(|told| told.call.seq == call.seq);
        what.call().is_none_or(told)
    }
}

fn tell(told: &mut BTreeMap<u16, Told>, what: &What, speech: Speech) {
    let Some(call) = what.call() else { return };
    if let Some(told) = told.get_mut(&call.window).filter(|told| told.call.seq == call.seq) {
        told.speech = speech;
    }
}
