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
    /// The chime once, then the sentence in each language of the holder, `times` over; less where many wait. Without a recorded
    /// voice the chime is all that there is.
    pub(super) fn of(announcement: &Announcement, with_chime: bool, pack: Option<&Pack>, times: u32) -> Self {
        let mut score = Self { sounds: Vec::new(), missing: None };
        let mut at = Duration::ZERO;
        let times = if announcement.form == Form::Full { times } else { 1 };
        if with_chime && (announcement.form != Form::Short || pack.is_none()) {
            score.sounds.push(Placed { at, sound: chime() });
            at += Duration::from_millis(CHIME_MS.into()) + AFTER_CHIME;
        }
        let sentences: Vec<_> = pack.into_iter().flat_map(|pack| score.sentences(pack, announcement)).collect();
        for [head, tail] in (0..times).flat_map(|_| sentences.iter().cloned()) {
            at = score.place(at, head) + JOIN;
            at = score.place(at, tail) + BETWEEN;
        }
        score
    }

    fn sentences(&mut self, pack: &Pack, announcement: &Announcement) -> Vec<[SamplesBuffer; 2]> {
        let mut sentences = Vec::new();
        for tongue in tongues(announcement.language) {
            match pack.sentence(*tongue, &announcement.number, announcement.window) {
                Ok(units) => sentences.push(units),
                Err(error) => {
                    tracing::warn!(call = announcement.call, %error, "a sentence is missing from an announcement");
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

/// The sentence as people hear it, for the cue.
pub(super) fn words(announcement: &Announcement) -> String {
    let Announcement { number, window, language, .. } = announcement;
    let mandarin = format!("请{number}号到{window:02}号窗口办理业务。");
    match language {
        Language::Zh => mandarin,
        Language::En => format!("{mandarin} Number {number}, please go to window {window:02}."),
    }
}

fn tongues(language: Language) -> &'static [Tongue] {
    match language {
        Language::Zh => &[Tongue::Mandarin],
        Language::En => &[Tongue::Mandarin, Tongue::English],
    }
}
