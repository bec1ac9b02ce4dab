//! Why nothing can be heard.

use std::{io, path::PathBuf};

use protocol::Text;
use thiserror::Error;

/// Why nothing can be heard, or not to its end.
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
    /// ALSA has no default device that can be opened.
    #[error("There is no sound card to speak with ({why}). Plug one in; aplay -l lists what the system sees.")]
    NoDevice {
        /// What the system said.
        why: String,
    },
    /// Another program has it.
    #[error("Another program uses the sound card. Stop that program.")]
    Busy,
    /// It went away while it played.
    #[error("The sound card was lost during an announcement ({why}). Check its plug; the next call tries again.")]
    Lost {
        /// What the system said.
        why: String,
    },
    /// It takes no samples.
    #[error("The sound card does not play on. Unplug it and plug it in again; the next call tries again.")]
    Stuck,
    /// Somebody wanted it so.
    #[error("The voice is muted.")]
    Muted,
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
            Self::NoDevice { .. } => "没有可用的声卡，请插入声卡或音箱（aplay -l 可列出设备）。".into(),
            Self::Busy => "声卡被其他程序占用，请停止该程序。".into(),
            Self::Lost { .. } => "播报时声卡断开，请检查插头，下次叫号会重试。".into(),
            Self::Stuck => "声卡停止播放，请重新插拔，下次叫号会重试。".into(),
            Self::Muted => "语音已静音。".into(),
            Self::Ended => "语音程序已停止，请重启显示屏。".into(),
        };
        Text::new(zh, self.to_string())
    }
}
