//! What is wrong with the device.

use protocol::{FromClient, Text};

use super::Output;

/// What is wrong, by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Troubles {
    pub(super) panel: Option<Text>,
    pub(super) voice: Option<Text>,
}

impl Troubles {
    /// All of it in one message.
    pub(super) fn message(&self) -> Output {
        let trouble = match (&self.panel, &self.voice) {
            (Some(panel), Some(voice)) => {
                Some(Text::new(format!("{}{}", panel.zh, voice.zh), format!("{} {}", panel.en, voice.en)))
            }
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        };
        Output::Send(FromClient::Trouble { trouble })
    }
}

/// Somebody wanted it so; the manager's must see it, because calls go unspoken.
pub(super) fn muted() -> Text {
    Text::new("语音已静音。", "The voice is muted.")
}
