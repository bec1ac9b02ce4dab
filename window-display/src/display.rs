//! The display above a window as a pure machine: inputs in, outputs out. No IO, no clock, no chance.
//!
//! - Each call is shown at once, in the order of the journal; a recall is a call of its own. A call that comes with the first view
//!   of a connection blinks only while it is young.
//! - It is spoken when the server gives leave, within the time of the leave, and once.
//! - Without a word for [`SILENCE_MS_MAX`] the panel says so, and no call stands on it.
//! - *Shown* and *spoken* are said only after panel and voice confirmed them.

mod attend;
mod face;
#[cfg(test)]
mod tests;
mod troubles;
mod voices;

use std::mem;

use firmware_config::display::{DayPlan, Volume};
use jiff::tz::TimeZone;
use protocol::{
    FromClient, FromServer, SILENCE_MS_MAX, Text, View,
    attend::Attend,
    view::{CallView, ClipRef, Form, WindowState, WindowView},
};

pub use face::PanelText;
use troubles::Troubles;
pub use voices::{Announcement, Sentence};
use voices::{Leave, Name, Silence, Voices};

/// A call older than this does not blink on a display that comes back, ms: who heard nothing for so long has asked
/// somebody, or gets a recall, which comes after 20 s.
pub const YOUNG_MS_MAX: u64 = 30_000;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one exists at a time, and nearly all are the large one")]
pub enum Input {
    /// Where the hall is, as its server says it; until then the device's own setting holds.
    Zone(TimeZone),
    /// The server said welcome.
    LinkUp {
        /// The hall's time.
        now_ms: u64,
    },
    /// The server is cut off.
    LinkDown,
    /// The server knows no device with this key any more.
    Revoked,
    /// The server said something.
    Message(FromServer),
    /// The time of [`Output::SetTimer`] has come.
    Timer,
    /// The panel shows what it was asked to show.
    PanelShown {
        /// The position of the call in the journal, if it is one.
        call: Option<u64>,
    },
    /// The panel could not be written.
    PanelFailed {
        /// For people.
        trouble: Text,
    },
    /// This call begins to sound.
    VoiceBegan {
        /// Its position in the journal.
        call: u64,
        /// How long it will sound.
        lasts_ms: u64,
    },
    /// This call was announced to its end.
    VoiceSpoken {
        /// Its position in the journal.
        call: u64,
        /// What was missing from it.
        trouble: Option<Text>,
    },
    /// This call could not be announced.
    VoiceFailed {
        /// Its position in the journal.
        call: u64,
        /// For people.
        trouble: Text,
    },
    /// Somebody silences the voice at once, or lets it speak again.
    Mute {
        /// Whether it is to be silent.
        muted: bool,
    },
    /// The program ends. A panel may keep its last picture, so no call is left on it.
    Stop,
}

/// To be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Put this on the panel, and confirm a call with [`Input::PanelShown`].
    Show {
        /// What.
        panel: PanelText,
        /// It is news: draw people's eyes.
        blink: bool,
    },
    /// Let the panel be so bright from now on; 100 before the first word of it.
    Dim {
        /// 1 to 100.
        percent: u32,
    },
    /// Speak this at once, say [`Input::VoiceBegan`] and then [`Input::VoiceSpoken`]; nothing else is to be spoken before.
    Speak(Announcement),
    /// Break off what is being spoken, with [`Input::VoiceFailed`]; nothing is to be spoken until this is taken back.
    Mute {
        /// Whether the voice is silent.
        muted: bool,
    },
    /// Have these clips of the server at hand, and no others.
    Fetch(Vec<ClipRef>),
    /// Say this to the server.
    Send(FromClient),
    /// Come back at this time with [`Input::Timer`]; replaces the timer before.
    SetTimer {
        /// By the device's clock.
        at_ms: u64,
    },
}

/// What a display is.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The window below it; `None` = a voice without a window, which speaks for a zone.
    pub window: Option<u16>,
    /// Where the hall is, for times on the panel and by the hall's clock.
    pub zone: TimeZone,
    /// Whether it has a panel.
    pub panel: bool,
    /// Whether the panel has room for two lines, Chinese and English.
    pub two_lines: bool,
    /// What the open window says while nobody is called; `None` = its name.
    pub idle: Option<Text>,
    /// How bright the panel is, by the hall's time of day.
    pub brightness: DayPlan,
    /// Whether it has a voice.
    pub voice: bool,
    /// How loud it is, by the hall's time of day and the lane.
    pub volume: Volume,
}

impl Setup {
    /// A panel with one line, always at its brightest, and a voice.
    pub fn new(window: u16, zone: TimeZone) -> Self {
        let (brightness, volume) = (DayPlan::always(100), Volume::full());
        Self { window: Some(window), zone, panel: true, two_lines: false, idle: None, brightness, voice: true, volume }
    }

    /// A voice that speaks for a zone.
    pub fn speaker(zone: TimeZone) -> Self {
        Self { window: None, panel: false, ..Self::new(0, zone) }
    }
}

/// The machine.
#[derive(Debug)]
pub struct Display {
    setup: Setup,
    /// When the server was last heard, by the device's clock.
    heard_at_ms: u64,
    /// The hall's time at that moment. The device's own clock may be wrong, so people see only this one.
    hall_ms: Option<u64>,
    offline: bool,
    /// Whether the server knows this device no more.
    revoked: bool,
    /// Whether the next view is the first of a connection.
    first: bool,
    /// The position of the last view.
    seen: u64,
    window: Option<WindowView>,
    /// The last call that was news, or is none any more.
    passed: u64,
    /// Somebody looks for this display, or tries it; until when, by the device's clock.
    attends: Option<(Attend, u64)>,
    on_panel: Option<PanelText>,
    /// How bright the panel was told to be.
    dimmed_percent: u32,
    /// The last call that the panel confirmed.
    shown: Option<u64>,
    voices: Voices,
    muted: bool,
    /// The server wants what is being spoken broken off; until the voice has done so.
    breaks_off: bool,
    troubles: Troubles,
    out: Vec<Output>,
}

impl Display {
    /// A display that was switched on at `now_ms` of the device's clock, and what it does first.
    pub fn start(setup: Setup, now_ms: u64) -> (Self, Vec<Output>) {
        let mut display = Self {
            setup,
            heard_at_ms: now_ms,
            hall_ms: None,
            offline: false,
            revoked: false,
            first: true,
            seen: 0,
            window: None,
            passed: 0,
            attends: None,
            on_panel: None,
            dimmed_percent: 100,
            shown: None,
            voices: Voices::default(),
            muted: false,
            breaks_off: false,
            troubles: Troubles::default(),
            out: Vec::new(),
        };
        display.set_timer();
        display.dim();
        display.draw(false);
        let first = mem::take(&mut display.out);
        (display, first)
    }

    /// What is to be done after `input`, which happened at `now_ms` of the device's clock: any clock that never goes back.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Output> {
        match input {
            Input::LinkUp { now_ms: hall_ms } => {
                (self.first, self.revoked) = (true, false);
                self.hear(now_ms, Some(hall_ms));
                self.out.push(self.troubles.message());
                if self.setup.voice {
                    let words = self.voices.introduce(now_ms);
                    self.send(words);
                }
            }
            Input::Zone(zone) => self.setup.zone = zone,
            Input::LinkDown => self.first = true,
            Input::Revoked => {
                (self.first, self.revoked) = (true, true);
                self.cut_off();
            }
            Input::Message(message) => self.message(now_ms, message),
            Input::Timer => self.timer(now_ms),
            Input::PanelShown { call } => self.panel_shown(call),
            Input::PanelFailed { trouble } => self.trouble(|troubles| troubles.panel = Some(trouble)),
            Input::VoiceBegan { call, lasts_ms } => {
                let began = self.voices.speaks(call).then_some(FromClient::Speaking { call, lasts_ms });
                self.send(began);
            }
            Input::VoiceSpoken { call, trouble } => self.voice_ended(now_ms, call, None, trouble),
            Input::VoiceFailed { call, trouble } => {
                self.voice_ended(now_ms, call, Some(trouble.clone()), Some(trouble));
            }
            Input::Mute { muted } => self.mute(muted),
            Input::Stop => self.cut_off(),
        }
        mem::take(&mut self.out)
    }

    fn message(&mut self, now_ms: u64, message: FromServer) {
        match message {
            FromServer::View { seq, now_ms: hall_ms, view: View::Window(window) }
                if Some(window.window) == self.setup.window =>
            {
                self.hear(now_ms, Some(hall_ms));
                self.view(seq, hall_ms, window);
            }
            FromServer::Missed { call } => {
                self.hear(now_ms, None);
                self.passed = self.passed.max(call.seq);
            }
            FromServer::Ready => {
                self.hear(now_ms, None);
                let ready = if self.setup.voice { self.voices.ready(now_ms) } else { None };
                self.send(ready);
            }
            FromServer::Speak { call, form, until_ms } => {
                self.hear(now_ms, None);
                let (name, what) = (Name { seq: call.seq, at_ms: call.at_ms }, Sentence::from(&call));
                let volume_percent = self.volume_percent(&call.number);
                self.out.extend(self.voices.begin(now_ms, Leave { name, what, form, until_ms, volume_percent }));
            }
            FromServer::Say { notice, until_ms } => {
                self.hear(now_ms, None);
                let (name, what) = (Name { seq: notice.seq, at_ms: notice.at_ms }, Sentence::Notice(notice.text));
                // It is of no lane.
                let volume_percent = self.volume_percent("");
                let leave = Leave { name, what, form: Form::Once, until_ms, volume_percent };
                self.out.extend(self.voices.begin(now_ms, leave));
            }
            FromServer::Prepare { clips } => {
                self.hear(now_ms, None);
                self.out.push(Output::Fetch(clips));
            }
            FromServer::Attend { key, what } => {
                self.hear(now_ms, None);
                let attended = self.attend(now_ms, what);
                self.send([FromClient::Attended { key, attended }]);
            }
            FromServer::BreakOff { call } => {
                self.hear(now_ms, None);
                self.break_off(call);
            }
            FromServer::Pulse { now_ms: hall_ms } => self.hear(now_ms, Some(hall_ms)),
            _ => self.hear(now_ms, None),
        }
    }

    /// A word of the server, whatever it is. Until the first view of a connection the panel goes on saying that it is cut off:
    /// the call that stood on it before may be over for long.
    fn hear(&mut self, now_ms: u64, hall_ms: Option<u64>) {
        self.heard_at_ms = now_ms;
        self.hall_ms = hall_ms.or(self.hall_ms);
        self.dim();
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::OldCallAfterCut) && self.is_back() {
            return self.draw(false);
        }
        if !self.first && self.is_back() {
            self.draw(false);
        }
    }

    /// Whether the server is heard again; from now on its silence counts.
    fn is_back(&mut self) -> bool {
        let was_offline = mem::take(&mut self.offline);
        if was_offline {
            self.set_timer();
        }
        was_offline
    }

    fn timer(&mut self, now_ms: u64) {
        if self.attends.take_if(|(_, until_ms)| *until_ms <= now_ms).is_some() {
            self.draw(false);
        }
        if self.offline {
            return;
        }
        if now_ms < self.heard_at_ms.saturating_add(SILENCE_MS_MAX) {
            return self.set_timer();
        }
        self.cut_off();
    }

    fn cut_off(&mut self) {
        self.attends = None;
        self.offline = true;
        self.draw(false);
    }

    fn view(&mut self, seq: u64, hall_ms: u64, window: WindowView) {
        let first = mem::take(&mut self.first);
        self.is_back();
        if first && seq < self.seen {
            // The hall began a new journal: what was announced of the old one says nothing.
            (self.passed, self.shown) = (0, None);
            self.voices.forget();
        }
        self.seen = seq;
        let standing = standing(&window).cloned();
        self.window = Some(window);
        if standing.is_some() {
            self.attends = None;
        }
        let worth = standing.as_ref().filter(|call| !first || hall_ms.saturating_sub(call.at_ms) < YOUNG_MS_MAX);
        let news = worth.filter(|call| call.seq > self.passed);
        self.draw(news.is_some());
        if first {
            self.confirm_again();
        }
        self.passed = self.passed.max(standing.map_or(0, |call| call.seq));
    }

    /// How loud a call is spoken now, percent, or why not at all: said at once, so that the zone waits for nobody.
    fn volume_percent(&self, number: &str) -> Result<u32, Silence> {
        if !self.setup.voice {
            return Err(Silence::no_voice());
        }
        if self.muted {
            return Err(Silence::fault(troubles::muted()));
        }
        match self.setup.volume.at(number, self.minute()) {
            0 => Err(Silence::volume_zero()),
            percent => Ok(percent),
        }
    }

    fn send(&mut self, words: impl IntoIterator<Item = FromClient>) {
        self.out.extend(words.into_iter().map(Output::Send));
    }

    fn panel_shown(&mut self, call: Option<u64>) {
        self.trouble(|troubles| troubles.panel = None);
        let stands = self.on_panel.as_ref().and_then(|panel| panel.call);
        if let Some(call) = call.filter(|_| call == stands && call != self.shown) {
            self.shown = Some(call);
            self.out.push(Output::Send(FromClient::Shown { call }));
        }
    }

    fn voice_ended(&mut self, now_ms: u64, call: u64, failed: Option<Text>, trouble: Option<Text>) {
        let broke_off = self.breaks_off && failed.is_some() && !self.muted;
        let failed = failed.map(|why| if broke_off { Silence::broken_off() } else { Silence::fault(why) });
        let Some(words) = self.voices.end(now_ms, call, failed) else { return };
        if mem::take(&mut self.breaks_off) && !self.muted {
            self.out.push(Output::Mute { muted: false });
        }
        // That it is muted stays on top of what became of one call; one that was broken off says nothing about the voice.
        let trouble = if self.muted { Some(troubles::muted()) } else { trouble };
        if !broke_off {
            self.trouble(|troubles| troubles.voice = trouble);
        }
        self.send(words);
    }

    /// Breaks off what is spoken, and lets nothing be spoken; what was refused meanwhile is the server's to give to another voice.
    fn mute(&mut self, muted: bool) {
        if !self.setup.voice || muted == self.muted {
            return;
        }
        self.muted = muted;
        if muted || !self.breaks_off {
            self.out.push(Output::Mute { muted });
        }
        self.trouble(|troubles| troubles.voice = muted.then(troubles::muted));
    }

    /// A manager muted the zone. What is spoken there afterwards is the server's to decide.
    fn break_off(&mut self, call: u64) {
        if self.voices.speaks(call) && !self.muted && !self.breaks_off {
            self.breaks_off = true;
            self.out.push(Output::Mute { muted: true });
        }
    }

    /// What was said just before a cut may be lost: the server hears again that the call that still stands is shown.
    fn confirm_again(&mut self) {
        let Some(call) = self.window.as_ref().and_then(standing).map(|call| call.seq) else { return };
        if self.shown == Some(call) {
            self.out.push(Output::Send(FromClient::Shown { call }));
        }
    }

    fn trouble(&mut self, change: impl FnOnce(&mut Troubles)) {
        let before = self.troubles.clone();
        change(&mut self.troubles);
        if self.troubles != before {
            self.out.push(self.troubles.message());
        }
    }

    fn draw(&mut self, blink: bool) {
        let panel = match (&self.window, self.attends) {
            _ if self.offline && self.revoked => face::revoked(&self.setup),
            _ if self.offline => face::offline(&self.setup, self.hall_ms),
            (_, Some((what, _))) => face::itself(&self.setup, what),
            (None, None) => face::connecting(&self.setup),
            (Some(window), None) => face::window(&self.setup, window),
        };
        if self.setup.panel && self.on_panel.as_ref() != Some(&panel) {
            self.on_panel = Some(panel.clone());
            self.out.push(Output::Show { panel, blink });
        }
    }

    /// The hall's time of day counts; until it is known, what can be read by day and night.
    fn dim(&mut self) {
        let brightness = &self.setup.brightness;
        let percent = self.minute().map_or(brightness.highest(), |minute| brightness.at(minute));
        if self.setup.panel && percent != self.dimmed_percent {
            self.dimmed_percent = percent;
            self.out.push(Output::Dim { percent });
        }
    }

    /// The minute of the hall's day, as far as it is known.
    fn minute(&self) -> Option<u32> {
        let wall = self.hall_ms.and_then(|hall_ms| face::wall(hall_ms, &self.setup.zone));
        wall.map(|(hour, minute)| hour * 60 + minute)
    }

    fn set_timer(&mut self) {
        let silence_ms = self.heard_at_ms.saturating_add(SILENCE_MS_MAX);
        let at_ms = self.attends.map_or(silence_ms, |(_, until_ms)| until_ms.min(silence_ms));
        self.out.push(Output::SetTimer { at_ms });
    }
}

/// The call to which somebody is still expected.
fn standing(window: &WindowView) -> Option<&CallView> {
    window.call.as_ref().filter(|_| window.state == WindowState::Calling)
}
