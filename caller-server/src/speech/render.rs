//! How clips come to be: a program renders one sentence after another, each within its time.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use protocol::{Refused, Text, order::Language};
use thiserror::Error;
use tokio::process::Command;
use tokio::sync::mpsc::Receiver;
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
            format!("通知“{sentence}”未能生成语音，播报时只有提示音：{}。修正后再次播报，或重启服务器。", self.zh()),
            format!(
                "The notice '{sentence}' has no voice, only a chime is heard: {self}. Mend it, and announce it again or restart the server."
            ),
        );
        Refused { code: "notice_not_rendered".into(), text }
    }
}

/// The program that speaks sentences into clips.
#[derive(Debug)]
pub struct Renderer {
    /// Its name and its first arguments; without a name nothing is rendered.
    pub words: Vec<String>,
    /// The most that one sentence may take.
    pub max: Duration,
    /// Where the clips go.
    pub clips: Clips,
}

impl Renderer {
    /// Renders one text after another, and says how each went: those that somebody waits for before those that are rendered `ahead`
    /// of time. It ends when nobody can ask any more.
    pub async fn run(
        self,
        ahead: Vec<Text>,
        mut asked: Receiver<Text>,
        mut done: impl FnMut(Text, Result<(), (RenderError, String)>),
    ) {
        let mut ahead = ahead.into_iter();
        loop {
            let next = match asked.try_recv() {
                Ok(text) => Some(text),
                Err(_) => ahead.next(),
            };
            let text = match next {
                Some(text) => text,
                None => match asked.recv().await {
                    Some(text) => text,
                    None => return,
                },
            };
            let rendered = self.render(&text).await;
            done(text, rendered);
        }
    }

    /// Renders what is missing of a text. A sentence that fails keeps the others back no more than it takes.
    ///
    /// # Errors
    /// Why a sentence was not rendered, and which: the first of them.
    pub async fn render(&self, text: &Text) -> Result<(), (RenderError, String)> {
        let mut all = Ok(());
        for (language, sentence) in
            sentences(text).filter(|(language, sentence)| !self.clips.knows(*language, sentence))
        {
            match self.speak(language, sentence).await {
                Ok(()) => tracing::info!(sentence, "rendered"),
                Err(error) => all = all.and(Err((error, sentence.to_owned()))),
            }
        }
        all
    }

    async fn speak(&self, language: Language, sentence: &str) -> Result<(), RenderError> {
        let Some((program, arguments)) = self.words.split_first() else { return Ok(()) };
        let mut command = Command::new(program);
        // What begins with a dash is a sentence too.
        command.args(arguments).arg("--into").arg(&self.clips.dir);
        command.args(["--language", language.code(), "--", sentence]);
        run(command, Path::new(program), self.max).await?;
        self.clips.look();
        if self.clips.knows(language, sentence) {
            return Ok(());
        }
        Err(RenderError::NoClip { program: program.into(), dir: self.clips.dir.clone() })
    }
}

async fn run(mut command: Command, program: &Path, max: Duration) -> Result<(), RenderError> {
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
