//! The test of a voice: one announcement, for the person under the loudspeaker.

use std::io::{self, Write};

use firmware_config::display::Voice as VoiceProfile;
use protocol::{Text, order::Language, view::Form};
use thiserror::Error;

use super::{Announced, VoiceError};
use crate::display::{Announcement, Sentence};

/// What is called; every pack has it.
const NUMBER: &str = "A001";

/// Why a test of a voice did not come to its end.
#[derive(Debug, Error)]
pub enum TrialError {
    /// The profile has none.
    #[error(
        "This display has no voice: choose a back_end in [display.voice]. 没有语音：请在 [display.voice] 选择 back_end。"
    )]
    NoVoice,
    /// It does not speak, or not all of it.
    #[error("{}\n{}", .0.en, .0.zh)]
    Failed(Text),
    /// The system.
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
}

/// Calls a number to `window` with the voice of a profile, in both languages and at full volume, and says so on `out`.
///
/// # Errors
/// When there is no voice, or something of it is not heard.
pub async fn trial(profile: &VoiceProfile, window: u16, out: &mut dyn Write) -> Result<(), TrialError> {
    let mut announcer = super::start(profile)?.ok_or(TrialError::NoVoice)?;
    let (number, language) = (NUMBER.to_owned(), Language::En);
    let announcement = Announcement {
        call: 0,
        what: Sentence::Call { number, window, language },
        volume_percent: 100,
        form: Form::Full,
    };
    announcer.announce(announcement).map_err(|error: VoiceError| TrialError::Failed(error.text()))?;
    loop {
        match announcer.report().await {
            Announced::Began { .. } => {
                writeln!(out, "Speaking: {NUMBER} to window {window}. 正在播报：请{NUMBER}号到{window}号窗口。")?;
            }
            Announced::Ended { missing: None, .. } => {
                writeln!(
                    out,
                    "Spoken to its end. If it was not heard, see docs/VOICE.md. 播报完成；没有声音请看 docs/VOICE.md。"
                )?;
                return Ok(());
            }
            Announced::Ended { missing: Some(trouble), .. } | Announced::Failed { trouble, .. } => {
                return Err(TrialError::Failed(trouble));
            }
        }
    }
}
