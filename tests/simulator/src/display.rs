//! A display above a window: the real machine, a panel that shows at once, a voice that takes its time.

use std::collections::VecDeque;

use jiff::tz::TimeZone;
use protocol::{FromServer, Subject, Text};
use window_display::display::{Display as Machine, Input, Output, Sentence, Setup};

use crate::act::{Act, Life, Ms};
use crate::device::{Client, Heard};
use crate::net::{LinkId, Place};
use crate::stage::Stage;

/// A display that died is started again within this time, ms.
const DOWN_MS_MAX: Ms = 10_000;

/// A display, dead or alive.
pub struct Display {
    at: usize,
    /// Its link to the server.
    pub client: Client,
    setup: Setup,
    life: Life,
    began_ms: Ms,
    machine: Option<Machine>,
    /// The call that its voice speaks.
    speaking: Option<u64>,
}

impl Display {
    /// A display that was never started, above the window of its number and one.
    pub fn new(at: usize, zone: TimeZone) -> Self {
        let window = u16::try_from(at + 1).unwrap_or(u16::MAX);
        let setup = Setup::new(window, zone);
        let client = Client::new(Place::Display(at), Subject::Display { window });
        Self { at, client, setup, life: 0, began_ms: 0, machine: None, speaking: None }
    }

    /// It is switched on.
    pub fn start(&mut self, stage: &mut Stage) {
        if self.machine.is_some() {
            return;
        }
        self.life += 1;
        self.began_ms = stage.now_ms;
        let (machine, outputs) = Machine::start(self.setup.clone(), 0);
        self.machine = Some(machine);
        stage.note(|| format!("display {} starts", self.at));
        let mut inputs = VecDeque::new();
        outputs.into_iter().for_each(|output| self.output(stage, output, &mut inputs));
        inputs.into_iter().for_each(|input| self.feed(stage, input));
        stage.after(10, Act::Connect(Place::Display(self.at), self.life));
    }

    /// It dies.
    pub fn die(&mut self, stage: &mut Stage) -> Option<LinkId> {
        self.machine.take()?;
        stage.note(|| format!("display {} dies", self.at));
        stage.witness.is_silent(self.at);
        self.speaking = None;
        self.life += 1;
        let ms = stage.between(500, DOWN_MS_MAX);
        stage.after(ms, Act::DeviceStarts(Place::Display(self.at)));
        self.client.died()
    }

    /// Which life it is in.
    pub fn life(&self) -> Life {
        self.life
    }

    /// Takes in what happens to it in this life.
    pub fn act(&mut self, stage: &mut Stage, act: Act) {
        match act {
            Act::DisplayTimer(_, life, _) if life == self.life => self.feed(stage, Input::Timer),
            Act::Spoken(_, life, call) if life == self.life && self.speaking == Some(call) => {
                self.speaking = None;
                stage.note(|| format!("display {} has spoken", self.at));
                stage.witness.is_silent(self.at);
                self.feed(stage, Input::VoiceSpoken { call, trouble: None });
            }
            _ => {}
        }
    }

    /// A frame reaches it.
    pub fn frame(&mut self, stage: &mut Stage, link: LinkId, text: &str) {
        match self.client.frame(link, text) {
            Some(Heard::Up(now_ms)) => self.feed(stage, Input::LinkUp { now_ms }),
            Some(Heard::Message(FromServer::Refused { .. })) | None => {}
            Some(Heard::Message(message)) => self.feed(stage, Input::Message(message)),
        }
    }

    /// Its link is closed.
    pub fn closed(&mut self, stage: &mut Stage, link: LinkId) {
        if self.client.closed(stage, link, self.life) {
            self.feed(stage, Input::LinkDown);
        }
    }

    fn feed(&mut self, stage: &mut Stage, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now_ms = stage.now_ms - self.began_ms;
            let Some(machine) = &mut self.machine else { return };
            let outputs = machine.handle(now_ms, input);
            outputs.into_iter().for_each(|output| self.output(stage, output, &mut inputs));
        }
    }

    fn output(&mut self, stage: &mut Stage, output: Output, inputs: &mut VecDeque<Input>) {
        match output {
            Output::Show { panel, .. } => {
                stage.note(|| format!("display {} shows {}", self.at, panel.text));
                if let Some(call) = panel.call {
                    stage.witness.announced(self.at, self.life, "shows", (call, &panel.text), stage.now_ms);
                }
                inputs.push_back(Input::PanelShown { call: panel.call });
            }
            Output::Dim { .. } | Output::Fetch(_) | Output::Mute { muted: false } => {}
            Output::Mute { muted: true } => {
                if let Some(call) = self.speaking.take() {
                    stage.note(|| format!("display {} breaks off", self.at));
                    stage.witness.is_silent(self.at);
                    inputs.push_back(Input::VoiceFailed { call, trouble: Text::default() });
                }
            }
            Output::Speak(announcement) => {
                match &announcement.what {
                    Sentence::Call { number, .. } => {
                        let call = (announcement.call, number.as_str());
                        stage.note(|| format!("display {} speaks {number}", self.at));
                        stage.witness.announced(self.at, self.life, "speaks", call, stage.now_ms);
                    }
                    Sentence::Notice(text) => stage.note(|| format!("display {} speaks: {}", self.at, text.en)),
                }
                stage.witness.speaks(self.at, announcement.call, stage.now_ms);
                self.speaking = Some(announcement.call);
                let lasts_ms = stage.between(3_000, 9_000);
                inputs.push_back(Input::VoiceBegan { call: announcement.call, lasts_ms });
                stage.after(lasts_ms, Act::Spoken(self.at, self.life, announcement.call));
            }
            Output::Send(message) => self.client.say(stage, &message),
            Output::SetTimer { at_ms } => {
                let ms = (self.began_ms + at_ms).saturating_sub(stage.now_ms);
                stage.after(ms, Act::DisplayTimer(self.at, self.life, at_ms));
            }
        }
    }
}
