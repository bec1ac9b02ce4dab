//! The voice of the display: a chime, then the sentence, as often as the profile says. [docs/VOICE.md] explains it.
//!
//! - `announcer`: takes an announcement, reports beginning, end or failure
//! - `chime`: two tones, made here
//! - `pack`: recorded units of sentences, and their manifest
//! - `score`: what sounds when
//! - `mix`: the sounds as one stream of samples
//! - `trial`: one announcement for the installer
//! - `loudspeaker`: the back-end that plays; `wav`: the back-end that writes files; one more is one more line in [`start`]
//!
//! [docs/VOICE.md]: ../../../docs/VOICE.md

mod announcer;
mod chime;
mod loudspeaker;
mod mix;
mod pack;
mod score;
mod trial;
mod trouble;
mod wav;

use std::{io, time::Duration};

use firmware_config::display::{Voice as VoiceProfile, VoiceBackEnd};
use protocol::Text;

pub use announcer::{Announced, Announcer};
use loudspeaker::Loudspeaker;
use mix::render;
pub use pack::Clips;
use pack::Pack;
use score::Score;
pub use trial::{TrialError, trial};
pub use trouble::VoiceError;
use wav::Wav;

use crate::display::Announcement;

/// What speaks.
pub trait Voice: Send {
    /// Begins an announcement.
    ///
    /// # Errors
    /// When nothing of it can be heard.
    fn begin(&mut self, announcement: &Announcement) -> Result<Speech, VoiceError>;

    /// Whether it still sounds; `None` where time alone tells.
    ///
    /// # Errors
    /// When it broke off.
    fn sounds(&mut self) -> Result<Option<bool>, VoiceError> {
        Ok(None)
    }

    /// Ends it, at its end or before.
    fn stop(&mut self) {}
}

/// An announcement that began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    /// For how long it sounds.
    pub lasts: Duration,
    /// Why a part is missing from it; only the rest is heard.
    pub missing: Option<Text>,
}

/// Starts the voice of a profile; `None` where there is none.
///
/// # Errors
/// What the system said, when there is no thread for it.
pub fn start(profile: &VoiceProfile) -> io::Result<Option<Announcer>> {
    let speaks = Speaks::new(profile);
    match profile.back_end {
        VoiceBackEnd::Alsa => Announcer::start(Box::new(Loudspeaker::new(speaks))).map(Some),
        VoiceBackEnd::Wav => Announcer::start(Box::new(Wav::new(profile.directory.clone(), speaks))).map(Some),
        VoiceBackEnd::None => Ok(None),
    }
}

/// How the profile wants it: the same for every back-end.
struct Speaks {
    pack: Option<Pack>,
    clips: Clips,
    times: u32,
    chime: bool,
}

impl Speaks {
    fn new(profile: &VoiceProfile) -> Self {
        let (pack, clips) = (profile.pack.clone().map(Pack::new), Clips::of(profile));
        Self { pack, clips, times: profile.times, chime: profile.chime }
    }

    /// An announcement as samples of one channel, `mix::RATE_HZ` a second, and why a part is missing.
    fn samples(&mut self, announcement: &Announcement) -> Result<(Vec<f32>, Option<Text>), VoiceError> {
        let Score { sounds, missing } =
            Score::of(announcement, self.chime, self.pack.as_mut(), &self.clips, self.times);
        let samples = render(sounds, announcement.volume_percent);
        if samples.is_empty() { Err(VoiceError::Silent { missing }) } else { Ok((samples, missing)) }
    }
}
