//! What of an announcement sounds when.

use std::time::Duration;

use protocol::{Text, order::Language, view::Form};
use rodio::{Source, buffer::SamplesBuffer};

use super::{
    chime::{CHIME_MS, chime},
    mix::Placed,
    pack::{Pack, Tongue},
};
use crate::display::Announcement;

/// Between the chime and the sentence.
const AFTER_CHIME: Duration = Duration::from_millis(250);
/// Between the two units of a sentence: found to be understood best with the recorded Mandarin voice.
const JOIN: Duration = Duration::from_millis(220);
/// Between two sentences.
const BETWEEN: Duration = Duration::from_millis(700);

/// An announcement as sounds.
pub(super) struct Score {
    pub(super) sounds: Vec<Placed>,
    /// Why a sentence is missing.
    pub(super) missing: Option<Text>,
}

impl Score {
    /// The chime once, then the sentence in Mandarin, `times` over, then once in English where that is wanted; less where many wait.
    /// Without a recorded voice the chime is all that there is.
    pub(super) fn of(announcement: &Announcement, with_chime: bool, pack: Option<&mut Pack>, times: u32) -> Self {
        let mut score = Self { sounds: Vec::new(), missing: None };
        let mut at = Duration::ZERO;
        let sentences = pack.map(|pack| score.sentences(pack, announcement, times)).unwrap_or_default();
        if with_chime && (announcement.form != Form::Short || sentences.is_empty()) {
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

    /// All that is said, one after another; none of them is empty.
    fn sentences(&mut self, pack: &mut Pack, announcement: &Announcement, times: u32) -> Vec<Vec<SamplesBuffer>> {
        let times = if announcement.form == Form::Full { times } else { 1 };
        let mandarin = self.sentence(pack, Tongue::Mandarin, announcement);
        let english = match announcement.language {
            Language::Zh => vec![],
            Language::En => self.sentence(pack, Tongue::English, announcement),
        };
        let sentences = (0..times).map(|_| mandarin.clone()).chain([english]);
        sentences.filter(|sentence| !sentence.is_empty()).collect()
    }

    /// What there is of head and tail: without its number a call still says where, and the panel says who.
    fn sentence(&mut self, pack: &mut Pack, tongue: Tongue, announcement: &Announcement) -> Vec<SamplesBuffer> {
        let Announcement { call, number, window, .. } = announcement;
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

    /// Lets a sound begin, and says when it ends.
    fn place(&mut self, at: Duration, sound: SamplesBuffer) -> Duration {
        let end = at + sound.total_duration().unwrap_or_default();
        self.sounds.push(Placed { at, sound });
        end
    }
}

/// The sentence as people hear it, for the cue.
pub(super) fn words(announcement: &Announcement) -> String {
    let Announcement { number, window, language, .. } = announcement;
    let mandarin = format!("请{number}号到{window:02}号窗口办理业务。");
    match language {
        Language::Zh => mandarin,
        Language::En => format!("{mandarin} Number {number}, please go to window {window:02}."),
    }
}
