//! A display below a server that says anything, with a panel and a voice.

use std::collections::BTreeSet;

use embedded_graphics::geometry::Size;
use jiff::tz::TimeZone;
use protocol::{FromClient, FromServer};
use window_display::{
    display::{Announcement, Display, Input, Output, PanelText, Setup},
    panel::Sign,
};

use super::message;
use crate::{lines, people};

/// Whatever happens: one voice at a time, none without leave, nothing said to be shown or spoken that was not, and every text
/// can be drawn.
pub fn display(bytes: &[u8]) {
    let setup = Setup::new(5, TimeZone::UTC);
    let (mut display, first) = Display::start(setup, 0);
    let mut witness = Witness::new();
    first.iter().for_each(|output| witness.see(output));
    let mut now_ms = 0_u64;
    for line in lines(bytes) {
        now_ms = now_ms.saturating_add(line.parse().unwrap_or(1));
        if let Some(input) = witness.input(line) {
            witness.leave = match &input {
                Input::Message(FromServer::Speak { call, until_ms, .. }) if now_ms <= *until_ms => Some(call.seq),
                Input::Message(FromServer::Say { notice, until_ms }) if now_ms <= *until_ms => Some(notice.seq),
                _ => None,
            };
            if let Input::VoiceSpoken { call, .. } | Input::VoiceFailed { call, .. } = &input {
                witness.speaking.take_if(|speaking| speaking == call);
            }
            display.handle(now_ms, input).iter().for_each(|output| witness.see(output));
        }
    }
}

/// What a person beside the display, and the server, have seen so far.
struct Witness {
    panel: Option<PanelText>,
    shown: BTreeSet<u64>,
    begun: BTreeSet<u64>,
    speaking: Option<u64>,
    muted: bool,
    /// What the server gives leave for now.
    leave: Option<u64>,
}

impl Witness {
    fn new() -> Self {
        Self { panel: None, shown: BTreeSet::new(), begun: BTreeSet::new(), speaking: None, muted: false, leave: None }
    }

    fn input(&self, line: &str) -> Option<Input> {
        let call = self.panel.as_ref().and_then(|panel| panel.call);
        let trouble = || protocol::Text::new("坏", "Broken.");
        Some(match line {
            "down" => Input::LinkDown,
            "shown" => Input::PanelShown { call },
            "dark" => Input::PanelFailed { trouble: trouble() },
            "began" => Input::VoiceBegan { call: self.speaking?, lasts_ms: 4_000 },
            "spoken" => Input::VoiceSpoken { call: self.speaking?, trouble: None },
            "mute" => Input::VoiceFailed { call: self.speaking?, trouble: trouble() },
            "hush" => Input::Mute { muted: true },
            "aloud" => Input::Mute { muted: false },
            "stop" => Input::Stop,
            line => match message(line) {
                Some(FromServer::Welcome { now_ms, .. }) => Input::LinkUp { now_ms },
                Some(message) => Input::Message(message),
                None => Input::Timer,
            },
        })
    }

    fn see(&mut self, output: &Output) {
        match output {
            Output::Show { panel, blink } => {
                let sign = Sign::new(Size::new(128, 16), &panel.text, *blink);
                for ms in [0, 700, u64::MAX] {
                    assert_eq!(sign.frame(ms).rows().count(), 16);
                }
                self.shown.extend(panel.call);
                self.panel = Some(panel.clone());
            }
            Output::Dim { percent } => assert!((1..=100).contains(percent)),
            Output::Speak(Announcement { call, .. }) => {
                assert_eq!(self.speaking, None, "two voices at once");
                assert_eq!(self.leave, Some(*call), "spoken without leave");
                assert!(!self.muted, "spoken although it is muted");
                self.begun.insert(*call);
                self.speaking = Some(*call);
            }
            Output::Send(FromClient::Shown { call }) => assert!(self.shown.contains(call), "{call} was never shown"),
            Output::Send(FromClient::Spoken { call }) => assert!(self.begun.contains(call), "{call} was never spoken"),
            Output::Send(FromClient::Speaking { call, .. }) => assert_eq!(self.speaking, Some(*call)),
            Output::Send(FromClient::Failed { why, .. }) => people::can_read(why),
            Output::Send(FromClient::Voice { .. }) => {}
            Output::Send(FromClient::Trouble { trouble }) => trouble.iter().for_each(people::can_read),
            Output::Send(other) => panic!("a display never says {other:?}"),
            Output::Mute { muted } => self.muted = *muted,
            Output::SetTimer { .. } | Output::Fetch(_) => {}
        }
    }
}
