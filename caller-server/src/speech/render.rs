//! How clips come to be: a program renders one sentence after another, each within its time.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use protocol::{Refused, Text, order::Language};
use thiserror::Error;
use tokio::process::Command;
use tokio::time::timeout;

use super::{Clips, sentences};

/// What of a program's complaint stands in an alarm, characters.
const WHY_CHARS_MAX: usize = 160;

/// Why a sentence was not rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The program does not start.
    #[error("{program} can't be started: {why}")]
    Start {
        /// Which.
        program: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// It takes too long.
    #[error("{program} took longer than {max_s} s")]
    Slow {
        /// Which.
        program: PathBuf,
        /// The most.
        max_s: u64,
    },
    /// It ended with a complaint.
    #[error("{program} says: {why}")]
    Failed {
        /// Which.
        program: PathBuf,
        /// Its last line.
        why: String,
    },
    /// It ended well, and the clip is not there.
    #[error("{program} ended well, and no clip named after the sentence is in {dir}")]
    NoClip {
        /// Which.
        program: PathBuf,
        /// Where.
        dir: PathBuf,
    },
}

impl RenderError {
    fn zh(&self) -> String {
        match self {
            Self::Start { program, why } => format!("无法启动 {}：{why}", program.display()),
            Self::Slow { program, max_s } => format!("{} 超过 {max_s} 秒", program.display()),
            Self::Failed { program, why } => format!("{} 报告：{why}", program.display()),
            Self::NoClip { program, dir } => {
                format!("{} 已结束，但 {} 中没有该语句的语音", program.display(), dir.display())
            }
        }
    }

    /// For managers.
    pub fn refused(&self, sentence: &str) -> Refused {
        let text = Text::new(
            format!("通知“{sentence}”未能生成语音，播报时只有提示音：{}。修正后请重启服务器。", self.zh()),
            format!(
                "The notice '{sentence}' has no voice, only a chime is heard: {self}. Mend it, and restart the server."
            ),
        );
        Refused { code: "notice_not_rendered".into(), text }
    }
}

/// Renders what is missing of these texts, one after another, and says after each that there is more. One that fails keeps none
/// of the others back.
///
/// # Errors
/// Why a sentence was not rendered, and which: the first of them.
pub async fn render_all(
    clips: &Clips,
    renderer: &[String],
    max: Duration,
    texts: &[Text],
    mut more: impl FnMut(),
) -> Result<(), (RenderError, String)> {
    let Some((program, arguments)) = renderer.split_first() else { return Ok(()) };
    let mut all = Ok(());
    for (language, sentence) in texts.iter().flat_map(sentences) {
        if clips.knows(language, sentence) {
            continue;
        }
        let mut command = Command::new(program);
        // What begins with a dash is a sentence too.
        command.args(arguments).arg("--into").arg(&clips.dir).args(["--language", language.code(), "--", sentence]);
        let rendered = render(command, Path::new(program), max).await;
        clips.look();
        match rendered.and_then(|()| check(clips, language, sentence, program)) {
            Ok(()) => {
                tracing::info!(sentence, "rendered");
                more();
            }
            Err(error) => all = all.and(Err((error, sentence.to_owned()))),
        }
    }
    all
}

fn check(clips: &Clips, language: Language, sentence: &str, program: &str) -> Result<(), RenderError> {
    if clips.knows(language, sentence) {
        return Ok(());
    }
    Err(RenderError::NoClip { program: program.into(), dir: clips.dir.clone() })
}

async fn render(mut command: Command, program: &Path, max: Duration) -> Result<(), RenderError> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let running = timeout(max, command.output()).await;
    let ended = running.map_err(|_| RenderError::Slow { program: program.into(), max_s: max.as_secs() })?;
    let output = ended.map_err(|why| RenderError::Start { program: program.into(), why })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
    let why = last.map_or_else(|| output.status.to_string(), |line| line.chars().take(WHY_CHARS_MAX).collect());
    Err(RenderError::Failed { program: program.into(), why })
}
