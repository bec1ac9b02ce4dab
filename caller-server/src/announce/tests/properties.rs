//! What holds whatever the windows and the voices do: real voices are honest, slow, broken, deaf or cut off.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const WINDOWS: u16 = 6;
/// How long an announcement sounds, ms.
const SOUNDS_MS: u64 = 4_000;

/// What a voice does with the next word that it hears.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Well,
    /// It answers nothing.
    Deaf,
    /// It answers, and can't speak.
    Broken,
    /// It speaks and never says so.
    Dumb,
}

#[derive(Debug, Clone)]
enum Act {
    Call(u16),
    Recall(u16),
    Over(u16),
    Mood(u16, Mood),
    Cut(u16),
    Back(u16),
    /// A manager silences the zone, or lets it speak again.
    Mute(bool),
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let window = || 1..=WINDOWS;
    let mood = prop::sample::select(vec![Mood::Well, Mood::Well, Mood::Deaf, Mood::Broken, Mood::Dumb]);
    let act = prop_oneof![
        6 => window().prop_map(Act::Call),
        2 => window().prop_map(Act::Recall),
        2 => window().prop_map(Act::Over),
        1 => (window(), mood).prop_map(|(window, mood)| Act::Mood(window, mood)),
        1 => window().prop_map(Act::Cut),
        1 => window().prop_map(Act::Back),
        1 => any::<bool>().prop_map(Act::Mute),
    ];
    prop::collection::vec((0..6_000_u64, act), 1..60)
}

/// A voice above a window.
#[derive(Debug, Clone)]
struct Speaker {
    mood: Mood,
    /// Its connection; a new one each time.
    connection: Option<VoiceId>,
    /// Until when it sounds, which call, and whether it will say that it has ended.
    sounds: Option<(u64, u64, bool)>,
    /// Whether it still has the connection over which it got leave.
    reached: bool,
}

/// The windows, the voices, and what somebody in the zone hears.
struct World {
    announcer: Announcer,
    now_ms: u64,
    speakers: BTreeMap<u16, Speaker>,
    seq: u64,
    connections: VoiceId,
    /// The call that stands at each window, since when, and whether it is a recall.
    standing: BTreeMap<u16, CallView>,
    heard: Vec<u64>,
    /// Calls that can't be lost any more: heard, followed or over.
    done: BTreeSet<u64>,
    muted: bool,
}

impl World {
    fn new() -> Self {
        let well = Speaker { mood: Mood::Well, connection: None, sounds: None, reached: false };
        let mut world = Self {
            announcer: Announcer::new(Speakers::new(), false, 0),
            now_ms: 0,
            speakers: (1..=WINDOWS).map(|window| (window, well.clone())).collect(),
            seq: 0,
            connections: 0,
            standing: BTreeMap::new(),
            heard: Vec::new(),
            done: BTreeSet::new(),
            muted: false,
        };
        (1..=WINDOWS).for_each(|window| world.back(window));
        world
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Call(window) => self.call(window, 0),
            Act::Recall(window) if self.standing.contains_key(&window) => self.call(window, 1),
            Act::Recall(_) => {}
            Act::Over(window) => {
                self.done.extend(self.standing.remove(&window).map(|call| call.seq));
                self.tell(Input::Over { window });
            }
            Act::Mood(window, mood) => self.speakers.get_mut(&window).unwrap().mood = mood,
            Act::Cut(window) => {
                self.speakers.get_mut(&window).unwrap().reached = false;
                if let Some(voice) = self.speakers.get_mut(&window).unwrap().connection.take() {
                    self.tell(Input::Gone { voice });
                }
            }
            Act::Back(window) if self.speakers[&window].connection.is_none() => self.back(window),
            Act::Back(_) => {}
            Act::Mute(muted) => self.mute(muted),
        }
    }

    fn call(&mut self, window: u16, recalls: u32) {
        self.seq += 1;
        let call = call(window.into(), self.seq, recalls);
        self.done.extend(self.standing.insert(window, call.clone()).map(|before| before.seq));
        self.done.extend(self.muted.then_some(self.seq));
        self.tell(Input::Called(call));
    }

    /// Whoever hears it is silent at once; what stands and was not heard is muted, not lost.
    fn mute(&mut self, muted: bool) {
        self.muted = muted;
        self.tell(Input::Mute(muted.then_some('A').into_iter().collect()));
        let sounds = |speaker: &&Speaker| speaker.reached && speaker.sounds.is_some_and(|(_, _, tells)| tells);
        let sounding = self.speakers.values().find(sounds);
        assert!(!muted || sounding.is_none(), "it still sounds: {sounding:?}");
        if muted {
            self.done.extend(self.standing.values().map(|call| call.seq));
        }
    }

    fn back(&mut self, window: u16) {
        self.connections += 1;
        self.speakers.get_mut(&window).unwrap().connection = Some(self.connections);
        if self.speakers[&window].sounds.is_none() {
            self.is_ready(window);
        }
    }

    fn is_ready(&mut self, window: u16) {
        let Some(voice) = self.speakers[&window].connection else { return };
        let clock_ms = self.now_ms;
        self.tell(Input::Voice {
            voice,
            name: format!("d{window}"),
            window: Some(window),
            zone: Some('A'),
            clock_ms,
            more: true,
        });
    }

    fn tell(&mut self, input: Input) {
        for output in self.announcer.handle(self.now_ms, input) {
            let (Output::Ready(voice)
            | Output::Speak { voice, .. }
            | Output::Say { voice, .. }
            | Output::BreakOff { voice, .. }) = &output;
            let at = |speaker: &Speaker| speaker.connection == Some(*voice);
            let Some(window) = self.speakers.iter().find(|(_, speaker)| at(speaker)).map(|(window, _)| *window) else {
                continue;
            };
            match output {
                Output::Ready(_) if matches!(self.speakers[&window].mood, Mood::Deaf) => {}
                Output::Ready(_) if self.speakers[&window].sounds.is_some() => {}
                Output::Ready(_) => self.is_ready(window),
                Output::Speak { call, until_ms, .. } => self.speak(window, &call, until_ms),
                Output::Say { .. } => unreachable!("nobody wants a notice"),
                Output::BreakOff { call, .. } => self.break_off(window, call),
            }
        }
    }

    fn break_off(&mut self, window: u16, call: u64) {
        let sounds = &mut self.speakers.get_mut(&window).unwrap().sounds;
        let Some((_, _, tells)) = sounds.take_if(|(_, sounding, _)| *sounding == call) else { return };
        if tells {
            self.tell(Input::Said { name: format!("d{window}"), call, what: Word::Silent });
        }
    }

    fn speak(&mut self, window: u16, call: &CallView, until_ms: u64) {
        assert_eq!(call.window, window);
        assert!(!self.muted, "window {window} speaks although it is muted");
        assert!(self.now_ms <= until_ms);
        let seq = call.seq;
        let word = match self.speakers[&window].mood {
            Mood::Broken => Some(Word::Failed(Text::new("坏", "Broken."))),
            Mood::Well | Mood::Deaf => Some(Word::Speaking(SOUNDS_MS)),
            Mood::Dumb => None,
        };
        if !matches!(word, Some(Word::Failed(_))) {
            self.begins(window, call, word.is_some());
        }
        if let Some(what) = word {
            self.tell(Input::Said { name: format!("d{window}"), call: seq, what });
        }
    }

    /// Somebody in the zone hears it.
    fn begins(&mut self, window: u16, call: &CallView, tells: bool) {
        let other = self.speakers.iter().find(|(_, speaker)| speaker.sounds.is_some());
        assert!(other.is_none(), "window {window} speaks while {other:?} does");
        assert!(!self.heard.contains(&call.seq), "call {} is spoken twice", call.seq);
        assert_eq!(self.standing.get(&window).map(|call| call.seq), Some(call.seq), "nobody is expected there");
        self.heard.push(call.seq);
        self.done.insert(call.seq);
        let ends_ms = self.now_ms + SOUNDS_MS;
        let speaker = self.speakers.get_mut(&window).unwrap();
        (speaker.sounds, speaker.reached) = (Some((ends_ms, call.seq, tells)), true);
    }

    fn goes_on(&mut self, to_ms: u64) {
        loop {
            let ends = self.speakers.iter().filter_map(|(window, speaker)| Some((speaker.sounds?.0, *window))).min();
            let due_ms = self.announcer.due_ms().unwrap_or(u64::MAX);
            let next_ms = due_ms.min(ends.map_or(u64::MAX, |(at_ms, _)| at_ms));
            if next_ms > to_ms {
                break;
            }
            assert!(next_ms > self.now_ms || ends.is_some_and(|(at_ms, _)| at_ms == next_ms), "due without end");
            self.now_ms = next_ms;
            match ends {
                Some((at_ms, window)) if at_ms == next_ms => self.ends(window),
                _ => self.tell(Input::Timer),
            }
        }
        self.now_ms = to_ms;
        // The server looks over everything once a second.
        self.tell(Input::Timer);
    }

    fn ends(&mut self, window: u16) {
        let Some((_, call, tells)) = self.speakers.get_mut(&window).unwrap().sounds.take() else { return };
        if tells && self.speakers[&window].connection.is_some() {
            self.tell(Input::Said { name: format!("d{window}"), call, what: Word::Spoken });
        }
        self.is_ready(window);
    }

    /// What stands unspoken for long is an alarm.
    fn look(&self) {
        for call in self.standing.values().filter(|call| !self.done.contains(&call.seq)) {
            let speech = self.announcer.speech(call.window, call.seq);
            let alarmed = self.announcer.alarms().has(&alarms::Subject::NotSpoken(call.window))
                || self.announcer.alarms().has(&alarms::Subject::Late('A'));
            assert!(alarmed, "call {} is {speech:?}, and nobody knows", call.seq);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_voice_at_a_time_and_nothing_is_lost_without_a_word(acts in acts()) {
        let mut world = World::new();
        for (wait_ms, act) in &acts {
            world.goes_on(world.now_ms + wait_ms);
            world.act(act);
        }
        world.goes_on(world.now_ms + limits::LATE_MS);
        world.look();
    }

    #[test]
    fn well_voices_speak_everything_in_order_and_the_backlog_clears(windows in prop::collection::btree_set(1..=WINDOWS, 1..6), again in 1..=WINDOWS) {
        let mut world = World::new();
        windows.iter().for_each(|&window| world.act(&Act::Call(window)));
        let first = world.heard.clone();
        let recalled = windows.iter().nth(1).copied().filter(|window| *window != again);
        recalled.into_iter().for_each(|window| world.act(&Act::Recall(window)));
        world.goes_on(windows.len() as u64 * (SOUNDS_MS + 100) + SOUNDS_MS);
        let mut expected: Vec<CallView> = world.standing.values().cloned().collect();
        expected.sort_by_key(|call| (!first.contains(&call.seq), call.recalls == 0, call.seq));
        prop_assert_eq!(&world.heard, &expected.iter().map(|call| call.seq).collect::<Vec<_>>());
        prop_assert_eq!(world.announcer.waiting('A'), 0);
        prop_assert!(world.announcer.alarms().all().next().is_none() || windows.len() > 3);
    }
}
