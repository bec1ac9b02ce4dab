//! What holds whatever comes, in whatever order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Something that happens, and how long after the one before, ms.
type Step = (u64, Act);

#[derive(Debug, Clone)]
enum Act {
    Up,
    Down,
    /// The journal goes on by so many, and shows the window like this.
    View {
        on: u64,
        state: &'static str,
        call: Option<CallAct>,
        age_ms: u64,
    },
    Missed {
        back: u64,
    },
    Pulse,
    Timer,
    PanelShown {
        back: u64,
    },
    PanelFailed,
    Ready,
    /// Leave for the last call, or one before it, for so long, or until so long ago, ms.
    Leave {
        back: u64,
        for_ms: i64,
    },
    VoiceBegan {
        back: u64,
    },
    VoiceSpoken {
        back: u64,
    },
    VoiceFailed {
        back: u64,
    },
    Mute {
        muted: bool,
    },
    BreakOff {
        back: u64,
    },
}

#[derive(Debug, Clone, Copy)]
enum CallAct {
    New,
    /// The last call again, or one so far before it.
    Old {
        back: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let state = prop::sample::select(vec!["closed", "idle", "calling", "calling", "calling", "serving", "paused"]);
    let call =
        prop_oneof![Just(None), Just(Some(CallAct::New)), (0..3_u64).prop_map(|back| Some(CallAct::Old { back })),];
    let view = (0..3_u64, state, call, 0..60_000_u64).prop_map(|(on, state, call, age_ms)| Act::View {
        on,
        state,
        call,
        age_ms,
    });
    let back = || 0..4_u64;
    let act = prop_oneof![
        1 => Just(Act::Up),
        1 => Just(Act::Down),
        6 => view,
        1 => back().prop_map(|back| Act::Missed { back }),
        1 => Just(Act::Pulse),
        2 => Just(Act::Timer),
        3 => back().prop_map(|back| Act::PanelShown { back }),
        1 => Just(Act::PanelFailed),
        1 => Just(Act::Ready),
        4 => (back(), -1_000..3_000_i64).prop_map(|(back, for_ms)| Act::Leave { back, for_ms }),
        2 => back().prop_map(|back| Act::VoiceBegan { back }),
        3 => back().prop_map(|back| Act::VoiceSpoken { back }),
        1 => back().prop_map(|back| Act::VoiceFailed { back }),
        1 => any::<bool>().prop_map(|muted| Act::Mute { muted }),
        1 => back().prop_map(|back| Act::BreakOff { back }),
    ];
    prop::collection::vec((0..8_000_u64, act), 1..60)
}

/// The journal's side of the script: positions never fall.
#[derive(Default)]
struct Journal {
    seq: u64,
    call: u64,
}

impl Journal {
    fn input(&mut self, act: &Act, hall_ms: u64) -> Input {
        let before = |call: u64, back: u64| call.saturating_sub(back);
        let trouble = Text::new("坏", "Broken.");
        match *act {
            Act::Up => Input::LinkUp { now_ms: hall_ms },
            Act::Down => Input::LinkDown,
            Act::View { on, state, call, age_ms } => self.view(on, state, call, hall_ms, age_ms),
            Act::Missed { back } => {
                Input::Message(FromServer::Missed { call: super::call("A000", before(self.call, back), 0) })
            }
            Act::Pulse => Input::Message(FromServer::Pulse { now_ms: hall_ms }),
            Act::Timer => Input::Timer,
            Act::PanelShown { back } => Input::PanelShown { call: Some(before(self.call, back)) },
            Act::PanelFailed => Input::PanelFailed { trouble },
            Act::Ready => Input::Message(FromServer::Ready),
            Act::Leave { back, for_ms } => {
                let call = super::call("A001", before(self.call, back), 0);
                let until_ms = (hall_ms - HALL_MS).saturating_add_signed(for_ms);
                Input::Message(FromServer::Speak { call, form: Form::Full, until_ms })
            }
            Act::VoiceBegan { back } => Input::VoiceBegan { call: before(self.call, back), lasts_ms: 4_000 },
            Act::VoiceSpoken { back } => Input::VoiceSpoken { call: before(self.call, back), trouble: None },
            Act::VoiceFailed { back } => Input::VoiceFailed { call: before(self.call, back), trouble },
            Act::Mute { muted } => Input::Mute { muted },
            Act::BreakOff { back } => Input::Message(FromServer::BreakOff { call: before(self.call, back) }),
        }
    }

    fn view(&mut self, on: u64, state: &str, call: Option<CallAct>, hall_ms: u64, age_ms: u64) -> Input {
        self.seq += on;
        if let Some(CallAct::New) = call {
            self.seq += 1;
            self.call = self.seq;
        }
        let mut window = window(&[state]);
        window.call = call.map(|act| {
            let back = if let CallAct::Old { back } = act { back } else { 0 };
            super::call("A001", self.call.saturating_sub(back), hall_ms - age_ms)
        });
        Input::Message(FromServer::View { seq: self.seq, now_ms: hall_ms, view: View::Window(window) })
    }
}

/// What a person beside the display, and the server, have seen so far.
#[derive(Default)]
struct Witness {
    shown: BTreeSet<u64>,
    begun: BTreeSet<u64>,
    ended: Vec<u64>,
    speaking: Option<u64>,
    /// What the server gave leave for, and whether in time.
    leave: Option<(u64, bool)>,
    muted: bool,
    panel: String,
}

impl Witness {
    fn see(&mut self, now_ms: u64, input: &Input, outputs: &[Output]) {
        self.leave = None;
        match input {
            Input::Message(FromServer::Speak { call, until_ms, .. }) => {
                self.leave = Some((call.seq, now_ms <= *until_ms))
            }
            Input::VoiceSpoken { call, .. } if self.speaking == Some(*call) => {
                self.speaking = None;
                self.ended.push(*call);
            }
            Input::VoiceFailed { call, .. } if self.speaking == Some(*call) => self.speaking = None,
            _ => {}
        }
        outputs.iter().for_each(|output| self.see_output(output));
    }

    fn see_output(&mut self, output: &Output) {
        match output {
            Output::Show { panel, .. } => {
                self.panel.clone_from(&panel.text);
                self.shown.extend(panel.call);
            }
            Output::Speak(Announcement { call, .. }) => {
                assert_eq!(self.speaking, None, "two voices at once");
                assert_eq!(self.leave, Some((*call, true)), "without leave, or too late");
                assert!(!self.muted, "spoken although it is muted");
                assert_ne!(self.ended.last(), Some(call), "spoken twice");
                self.begun.insert(*call);
                self.speaking = Some(*call);
            }
            Output::Send(FromClient::Shown { call }) => assert!(self.shown.contains(call), "{call} was never shown"),
            Output::Send(FromClient::Spoken { call }) => assert!(self.ended.contains(call), "{call} was never spoken"),
            Output::Send(FromClient::Speaking { call, .. }) => assert_eq!(self.speaking, Some(*call)),
            Output::Send(FromClient::Failed { call, .. }) => assert_ne!(self.speaking, Some(*call)),
            Output::Send(FromClient::Voice { .. }) => assert_eq!(self.speaking, None, "it is not ready"),
            Output::Mute { muted } => self.muted = *muted,
            Output::Send(FromClient::Trouble { .. })
            | Output::Dim { .. }
            | Output::Fetch(_)
            | Output::SetTimer { .. } => {}
            Output::Send(other) => panic!("a display never says {other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_call_is_spoken_twice_without_leave_or_late(steps in steps()) {
        let setup = Setup::new(5, shanghai());
        let (mut display, first) = Display::start(setup, 0);
        let (mut journal, mut witness) = (Journal::default(), Witness::default());
        first.iter().for_each(|output| witness.see_output(output));
        let (mut now_ms, mut heard_ms) = (0, 0);
        for (wait_ms, act) in &steps {
            now_ms += wait_ms;
            let input = journal.input(act, HALL_MS + now_ms);
            if matches!(input, Input::Message(_) | Input::LinkUp { .. }) {
                heard_ms = now_ms;
            }
            let outputs = display.handle(now_ms, input.clone());
            witness.see(now_ms, &input, &outputs);
            if input == Input::Timer && now_ms - heard_ms >= SILENCE_MS_MAX {
                prop_assert!(witness.panel.starts_with("离线"), "stale: {}", witness.panel);
            }
        }
    }

    #[test]
    fn any_message_with_any_figures_is_survived(seq: u64, call: u64, at_ms: u64, hall_ms: u64, now_ms: u64, window: u16) {
        let setup = Setup::new(window, shanghai());
        let (mut display, _) = Display::start(setup, now_ms);
        let mut view = super::window(&["calling"]);
        view.window = window;
        view.call = Some(super::call("", call, at_ms));
        display.handle(now_ms, Input::LinkUp { now_ms: hall_ms });
        display.handle(now_ms, Input::Message(FromServer::View { seq, now_ms: hall_ms, view: View::Window(view) }));
        display.handle(u64::MAX, Input::Timer);
        display.handle(u64::MAX, Input::Message(FromServer::Pulse { now_ms: u64::MAX }));
    }
}
