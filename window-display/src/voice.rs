//! The voice of the display: a chime, then the sentence, as often as the profile says.
//!
//! - `chime`: two tones, made here
//! - `pack`: recorded units of sentences
//! - `score`: what sounds when
//! - `mix`: the sounds as one stream of samples
//! - `wav`: the back-end that writes files; a sound card is one more, with one more line in [`start`]

mod chime;
mod mix;
mod pack;
mod score;
mod wav;

use std::{collections::VecDeque, future::pending, io, path::PathBuf, thread, time::Duration};

use firmware_config::display::{Voice as VoiceProfile, VoiceBackEnd};
use protocol::Text;
use thiserror::Error;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::display::{Announcement, Input};

/// What speaks.
pub trait Voice: Send {
    /// Speaks an announcement: returns at its end, or sooner with the time for which it still sounds.
    ///
    /// # Errors
    /// When nothing of it can be heard.
    fn speak(&mut self, announcement: &Announcement) -> Result<Speech, VoiceError>;
}

/// What became of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    /// For how long it still sounds.
    pub lasts: Duration,
    /// Why a sentence is missing from it; only the rest is heard.
    pub missing: Option<Text>,
}

/// Why nothing can be heard.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// The file could not be written.
    #[error("The announcement {path} cannot be written: {why}.")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// Neither chime nor sentence.
    #[error("There is neither a chime nor a recorded voice to be heard. {}", .missing.as_ref().map_or("", |text| &text.en))]
    Silent {
        /// Why a sentence is missing.
        missing: Option<Text>,
    },
    /// The back-end ended.
    #[error("The voice has ended. Restart the display.")]
    Ended,
}

impl VoiceError {
    /// The same for people, in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Write { path, .. } => format!("无法写入语音文件{}。", path.display()),
            Self::Silent { missing } => {
                format!("没有提示音，也没有语音。{}", missing.as_ref().map_or("", |text| &text.zh))
            }
            Self::Ended => "语音程序已停止，请重启显示屏。".into(),
        };
        Text::new(zh, self.to_string())
    }
}

/// A voice at work.
pub struct Speaker {
    hand: Hand,
    speaking: Option<u64>,
}

/// Who speaks.
enum Hand {
    /// A thread of its own, because speaking blocks.
    Thread { ask: mpsc::Sender<Announcement>, ended: mpsc::Receiver<Input> },
    /// Nobody else: a simulated world has a voice that doesn't block, and its own time. What was said when.
    Here { voice: Box<dyn Voice>, said: VecDeque<(Instant, Input)> },
}

/// Starts the voice of a profile; `None` where there is none.
///
/// # Errors
/// What the system said, when there is no thread for it.
pub fn start(profile: &VoiceProfile) -> io::Result<Option<Speaker>> {
    match profile.back_end {
        VoiceBackEnd::Wav => Speaker::start(Box::new(wav::Wav::new(profile))).map(Some),
        VoiceBackEnd::None => Ok(None),
    }
}

impl Speaker {
    /// Starts a voice.
    ///
    /// # Errors
    /// What the system said, when there is no thread for it.
    pub fn start(mut voice: Box<dyn Voice>) -> io::Result<Self> {
        // One, because the machine asks for the next only when the last has ended.
        let (ask, mut asked) = mpsc::channel(1);
        let (say, ended) = mpsc::channel(2);
        thread::Builder::new().name("voice".into()).spawn(move || {
            while let Some(announcement) = asked.blocking_recv() {
                for (after, input) in speak(voice.as_mut(), &announcement) {
                    thread::sleep(after);
                    if say.blocking_send(input).is_err() {
                        return;
                    }
                }
            }
        })?;
        Ok(Self { hand: Hand::Thread { ask, ended }, speaking: None })
    }

    /// A voice without a thread, for a simulated world.
    pub fn in_place(voice: Box<dyn Voice>) -> Self {
        Self { hand: Hand::Here { voice, said: VecDeque::new() }, speaking: None }
    }

    /// Asks for an announcement, without waiting for it.
    ///
    /// # Errors
    /// When the voice has ended.
    pub fn ask(&mut self, announcement: Announcement) -> Result<(), VoiceError> {
        let call = announcement.call;
        match &mut self.hand {
            Hand::Thread { ask, .. } => ask.try_send(announcement).map_err(|_| VoiceError::Ended)?,
            Hand::Here { voice, said } => {
                let mut at = Instant::now();
                for (after, input) in speak(voice.as_mut(), &announcement) {
                    at += after;
                    said.push_back((at, input));
                }
            }
        }
        self.speaking = Some(call);
        Ok(())
    }

    /// What becomes of the announcement that was asked for: that it begins, then how it ended. Waits without end when there is none.
    pub async fn ended(&mut self) -> Input {
        let input = match &mut self.hand {
            Hand::Thread { ended, .. } => ended.recv().await,
            Hand::Here { said, .. } => match said.front() {
                Some((at, _)) => {
                    sleep_until(*at).await;
                    said.pop_front().map(|(_, input)| input)
                }
                None => pending().await,
            },
        };
        if let Some(input @ Input::VoiceBegan { .. }) = input {
            return input;
        }
        match (input, self.speaking.take()) {
            (Some(input), _) => input,
            (None, Some(call)) => Input::VoiceFailed { call, trouble: VoiceError::Ended.text() },
            (None, None) => pending().await,
        }
    }
}

/// What becomes of an announcement: each, how long after the one before.
fn speak(voice: &mut dyn Voice, announcement: &Announcement) -> Vec<(Duration, Input)> {
    let call = announcement.call;
    match voice.speak(announcement) {
        Ok(Speech { lasts, missing: trouble }) => {
            let lasts_ms = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
            let began = Input::VoiceBegan { call, lasts_ms };
            vec![(Duration::ZERO, began), (lasts, Input::VoiceSpoken { call, trouble })]
        }
        Err(error) => vec![(Duration::ZERO, Input::VoiceFailed { call, trouble: error.text() })],
    }
}
