//! The display above a window as a pure machine: inputs in, outputs out. No IO, no clock, no chance.
//!
//! - Each call is shown and announced once, in the order of the journal; a recall is a call of its own.
//! - A call that comes with the first view of a connection is announced only while it is young and still stands.
//! - Without a word for [`SILENCE_MS_MAX`] the panel says so, and no call stands on it.
//! - *Shown* and *spoken* are said only after panel and voice confirmed them.

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
    view::{CallView, WindowState, WindowView},
};

pub use face::PanelText;
use troubles::Troubles;
pub use voices::Announcement;
use voices::Voices;

/// A call older than this is not announced by a display that comes back, ms: who heard nothing for so long has asked
/// somebody, or gets a recall, which comes after 20 s.
pub const YOUNG_MS_MAX: u64 = 30_000;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one exists at a time, and nearly all are the large one")]
pub enum Input {
    /// The server said welcome.
    LinkUp {
        /// The hall's time.
        now_ms: u64,
    },
    /// The server is cut off.
    LinkDown,
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
    /// Speak this, and confirm with [`Input::VoiceSpoken`]; nothing else is to be spoken before.
    Speak(Announcement),
    /// Break off what is being spoken, with [`Input::VoiceFailed`]; nothing is to be spoken until this is taken back.
    Mute {
        /// Whether the voice is silent.
        muted: bool,
    },
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
    /// The window below it.
    pub window: u16,
    /// Where the hall is, for times on the panel.
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
        let brightness = DayPlan::always(100);
        let volume = Volume::full();
        Self { window, zone, panel: true, two_lines: false, idle: None, brightness, voice: true, volume }
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
    /// Whether the next view is the first of a connection.
    first: bool,
    /// The position of the last view.
    seen: u64,
    window: Option<WindowView>,
    /// The last call that was announced, or is not to be announced any more.
    passed: u64,
    on_panel: Option<PanelText>,
    /// How bright the panel was told to be.
    dimmed_percent: u32,
    /// The last call that the panel confirmed.
    shown: Option<u64>,
    /// The last call that the voice confirmed.
    spoken: Option<u64>,
    voices: Voices,
    muted: bool,
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
            first: true,
            seen: 0,
            window: None,
            passed: 0,
            on_panel: None,
            dimmed_percent: 100,
            shown: None,
            spoken: None,
            voices: Voices::default(),
            muted: false,
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
                self.first = true;
                self.hear(now_ms, Some(hall_ms));
                self.out.push(self.troubles.message());
            }
            Input::LinkDown => self.first = true,
            Input::Message(message) => self.message(now_ms, message),
            Input::Timer => self.timer(now_ms),
            Input::PanelShown { call } => self.panel_shown(call),
            Input::PanelFailed { trouble } => self.trouble(|troubles| troubles.panel = Some(trouble)),
            Input::VoiceSpoken { call, trouble } => self.voice_ended(call, true, trouble),
            Input::VoiceFailed { call, trouble } => self.voice_ended(call, false, Some(trouble)),
            Input::Mute { muted } => self.mute(muted),
            Input::Stop => self.cut_off(),
        }
        mem::take(&mut self.out)
    }

    fn message(&mut self, now_ms: u64, message: FromServer) {
        match message {
            FromServer::View { seq, now_ms: hall_ms, view: View::Window(window) }
                if window.window == self.setup.window =>
            {
                self.hear(now_ms, Some(hall_ms));
                self.view(seq, hall_ms, window);
            }
            FromServer::Missed { call } => {
                self.hear(now_ms, None);
                self.passed = self.passed.max(call.seq);
                self.voices.miss(call.seq);
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
        if self.offline {
            return;
        }
        if now_ms < self.heard_at_ms.saturating_add(SILENCE_MS_MAX) {
            return self.set_timer();
        }
        self.cut_off();
    }

    fn cut_off(&mut self) {
        self.offline = true;
        self.draw(false);
    }

    fn view(&mut self, seq: u64, hall_ms: u64, window: WindowView) {
        let first = mem::take(&mut self.first);
        self.is_back();
        if first && seq < self.seen {
            // The hall began a new journal: what was announced of the old one says nothing.
            (self.passed, self.shown, self.spoken) = (0, None, None);
        }
        self.seen = seq;
        let standing = standing(&window).cloned();
        self.window = Some(window);
        let worth = standing.as_ref().filter(|call| !first || hall_ms.saturating_sub(call.at_ms) < YOUNG_MS_MAX);
        self.voices.keep_only(worth.map(|call| call.seq));
        let news = worth.filter(|call| call.seq > self.passed);
        if let Some(call) = news.filter(|_| self.setup.voice && !self.muted) {
            let volume_percent = self.setup.volume.at(&call.number, self.minute());
            self.voices.ask(Announcement::of(call, volume_percent));
        }
        self.draw(news.is_some());
        if first {
            self.confirm_again();
        }
        self.passed = self.passed.max(standing.map_or(0, |call| call.seq));
        self.speak();
    }

    /// Nothing is begun while cut off: what waits may be over, which the next view tells.
    fn speak(&mut self) {
        if !self.offline {
            self.out.extend(self.voices.begin().map(Output::Speak));
        }
    }

    fn panel_shown(&mut self, call: Option<u64>) {
        self.trouble(|troubles| troubles.panel = None);
        let stands = self.on_panel.as_ref().and_then(|panel| panel.call);
        if let Some(call) = call.filter(|_| call == stands && call != self.shown) {
            self.shown = Some(call);
            self.out.push(Output::Send(FromClient::Shown { call }));
        }
    }

    fn voice_ended(&mut self, call: u64, spoken: bool, trouble: Option<Text>) {
        if !self.voices.end(call) {
            return;
        }
        // That it is muted stays on top of what became of one call.
        let trouble = if self.muted { Some(troubles::muted()) } else { trouble };
        self.trouble(|troubles| troubles.voice = trouble);
        if spoken {
            self.spoken = Some(call);
            self.out.push(Output::Send(FromClient::Spoken { call }));
        }
        self.speak();
    }

    /// A call that is muted is not caught up with: by the time somebody lets the voice speak again it may be over.
    fn mute(&mut self, muted: bool) {
        if !self.setup.voice || muted == self.muted {
            return;
        }
        self.muted = muted;
        self.out.push(Output::Mute { muted });
        self.voices.keep_only(None);
        self.trouble(|troubles| troubles.voice = muted.then(troubles::muted));
    }

    /// What was said just before a cut may be lost: the server hears again what became of the call that still stands.
    fn confirm_again(&mut self) {
        let Some(call) = self.window.as_ref().and_then(standing).map(|call| call.seq) else { return };
        if self.shown == Some(call) {
            self.out.push(Output::Send(FromClient::Shown { call }));
        }
        if self.spoken == Some(call) {
            self.out.push(Output::Send(FromClient::Spoken { call }));
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
        let panel = match &self.window {
            _ if self.offline => face::offline(&self.setup, self.hall_ms),
            None => face::connecting(&self.setup),
            Some(window) => face::window(&self.setup, window),
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
        self.out.push(Output::SetTimer { at_ms: self.heard_at_ms.saturating_add(SILENCE_MS_MAX) });
    }
}

/// The call to which somebody is still expected.
fn standing(window: &WindowView) -> Option<&CallView> {
    window.call.as_ref().filter(|_| window.state == WindowState::Calling)
}
