//! What of an announcement sounds when.

use std::time::Duration;

use protocol::{Text, order::Language, view::Form};
use rodio::{Source, buffer::SamplesBuffer};

use super::{
    chime::{CHIME_MS, chime},
    mix::Placed,
    pack::{Clips, Pack, Tongue},
};
use crate::display::{Announcement, Sentence};

/// Between the chime and the sentence.
const AFTER_CHIME: Duration = Duration::from_millis(250);
/// Between the two units of a sentence: found to be understood best with the recorded Mandarin voice.
const JOIN: Duration = Duration::from_millis(220);
/// Between two sentences.
const BETWEEN: Duration = Duration::from_millis(700);

/// What may be said behind the chime: the zone gives a voice 20 s.
const SAID_MAX: Duration = Duration::from_secs(17);

/// A call.
struct Called<'a> {
    call: u64,
    number: &'a str,
    window: u16,
    language: Language,
}

/// An announcement as sounds.
pub(super) struct Score {
    pub(super) sounds: Vec<Placed>,
    /// Why a sentence is missing.
    pub(super) missing: Option<Text>,
}

impl Score {
    /// The chime once, then the sentence in Mandarin, `times` over, then once in English where that is wanted; less where many wait.
    /// Without a recorded voice the chime is all that there is.
    pub(super) fn of(
        announcement: &Announcement,
        with_chime: bool,
        pack: Option<&mut Pack>,
        clips: &Clips,
        times: u32,
    ) -> Self {
        let mut score = Self { sounds: Vec::new(), missing: None };
        let mut at = Duration::ZERO;
        let sentences = match &announcement.what {
            Sentence::Call { number, window, language } => {
                let called = Called { call: announcement.call, number, window: *window, language: *language };
                let times = if announcement.form == Form::Full { times } else { 1 };
                pack.map(|pack| score.sentences(pack, &called, times)).unwrap_or_default()
            }
            Sentence::Notice(text) => score.notice(clips, text),
        };
        // Something must be heard of a notice.
        let chimes = with_chime || (sentences.is_empty() && matches!(announcement.what, Sentence::Notice(_)));
        // A call without its number draws people's eyes to the panel.
        if chimes && (announcement.form != Form::Short || sentences.is_empty() || score.missing.is_some()) {
            score.sounds.push(Placed { at, sound: chime() });
            at += Duration::from_millis(CHIME_MS.into()) + AFTER_CHIME;
        }
        for sentence in &sentences {
            let mut end = at;
            for unit in sentence {
                end = score.place(at, unit.clone());
                at = end + JOIN;
            }
            at = end + BETWEEN;
        }
        score
    }

    /// All that is said, one after another; none of them is empty. Of slow recordings repeats are left out, then the English.
    fn sentences(&mut self, pack: &mut Pack, called: &Called<'_>, times: u32) -> Vec<Vec<SamplesBuffer>> {
        let mandarin = self.sentence(pack, Tongue::Mandarin, called);
        let mut english = match called.language {
            Language::Zh => vec![],
            Language::En => self.sentence(pack, Tongue::English, called),
        };
        let mut left = SAID_MAX.saturating_sub(length(&mandarin) + BETWEEN);
        if length(&english) > left {
            self.missing.get_or_insert_with(too_long);
            english.clear();
        }
        if !english.is_empty() {
            left = left.saturating_sub(length(&english) + BETWEEN);
        }
        let again = left.as_millis() / (length(&mandarin) + BETWEEN).as_millis();
        let times = times.min(u32::try_from(again + 1).unwrap_or(times));
        let sentences = (0..times).map(|_| mandarin.clone()).chain([english]);
        sentences.filter(|sentence| !sentence.is_empty()).collect()
    }

    /// What there is of head and tail: without its number a call still says where, and the panel says who.
    fn sentence(&mut self, pack: &mut Pack, tongue: Tongue, called: &Called<'_>) -> Vec<SamplesBuffer> {
        let Called { call, number, window, .. } = called;
        let units = [pack.head(tongue, number), pack.tail(tongue, *window)];
        let found = units.into_iter().filter_map(|unit| {
            unit.inspect_err(|error| {
                tracing::warn!(call, %error, "a unit is missing from an announcement");
                self.missing.get_or_insert(error.text());
            })
            .ok()
        });
        found.collect()
    }

    /// A notice in each of its languages, as far as there are clips and time.
    fn notice(&mut self, clips: &Clips, text: &Text) -> Vec<Vec<SamplesBuffer>> {
        let mut left = SAID_MAX;
        let mut sentences = Vec::new();
        for (tongue, sentence) in [(Tongue::Mandarin, &text.zh), (Tongue::English, &text.en)] {
            if sentence.is_empty() {
                continue;
            }
            match clips.sentence(tongue, sentence) {
                Ok(clip) if clip.total_duration().is_some_and(|lasts| lasts <= left) => {
                    left = left.saturating_sub(clip.total_duration().unwrap_or_default() + BETWEEN);
                    sentences.push(vec![clip]);
                }
                Ok(_) => {
                    self.missing.get_or_insert_with(too_long);
                }
                Err(error) => {
                    self.missing.get_or_insert(error.text());
                }
            }
        }
        sentences
    }

    /// Lets a sound begin, and says when it ends.
    fn place(&mut self, at: Duration, sound: SamplesBuffer) -> Duration {
        let end = at + sound.total_duration().unwrap_or_default();
        self.sounds.push(Placed { at, sound });
        end
    }
}

/// How long a sentence takes.
fn length(sentence: &[SamplesBuffer]) -> Duration {
    let sounds: Duration = sentence.iter().filter_map(Source::total_duration).sum();
    let joins = u32::try_from(sentence.len().saturating_sub(1)).unwrap_or_default();
    sounds + JOIN * joins
}

/// The sentence as people hear it, for the cue.
pub(super) fn words(announcement: &Announcement) -> String {
    let (number, window, language) = match &announcement.what {
        Sentence::Call { number, window, language } => (number, window, language),
        Sentence::Notice(text) => return format!("{} {}", text.zh, text.en).trim_end().to_owned(),
    };
    let mandarin = format!("请{number}号到{window:02}号窗口办理业务。");
    match language {
        Language::Zh => mandarin,
        Language::En => format!("{mandarin} Number {number}, please go to window {window:02}."),
    }
}

fn too_long() -> Text {
    Text::new("内容太长，未能用每种语言播报。", "It is too long to be spoken in every language.")
}
