//! A recorded voice: for each language a manifest and the clips that it names, each one unit of a sentence.
//!
//! ```text
//! PACK/zh/voice.toml
//! PACK/zh/head/A012.ogg   请A零一二号
//! PACK/zh/tail/05.ogg     到五号窗口办理业务
//! PACK/en/head/A012.ogg   Ticket number A, zero, one, two
//! PACK/en/tail/05.ogg     please go to window five
//! ```
//!
//! A number is one unit, never put together from digits: read digit by digit it is understood by few. A manifest is read when the
//! first sentence in its language is spoken, and again after it has changed; a clip each time, and compared with its hash.

mod clip;
mod fetched;
mod manifest;

use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

pub use fetched::Clips;
use manifest::Manifest;
use protocol::Text;
use rodio::buffer::SamplesBuffer;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The largest clip: 20 s as WAV of 48 kHz, and the most that it may take of the memory.
const CLIP_BYTES_MAX: u64 = 4_000_000;

/// The language of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Mandarin,
    English,
}

/// A directory of units.
#[derive(Debug)]
pub(super) struct Pack {
    directory: PathBuf,
    mandarin: Manifest,
    english: Manifest,
}

/// Why a unit cannot be heard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum UnitError {
    #[error("There is no recorded voice at {path}: {why}. Copy a pack there; docs/VOICE.md says how one is made.")]
    NoPack { path: PathBuf, why: String },
    #[error("The recorded voice lacks {unit}.")]
    Missing { unit: String },
    #[error("The unit {unit} of the recorded voice is damaged: {why}. Copy the pack again.")]
    Damaged { unit: String, why: String },
}

impl UnitError {
    /// The same for people, in both languages.
    pub(super) fn text(&self) -> Text {
        let zh = match self {
            Self::NoPack { path, .. } => format!("没有语音包或无法读取：{}，请重新复制语音包。", path.display()),
            Self::Missing { unit } => format!("语音包缺少{unit}。"),
            Self::Damaged { unit, .. } => format!("语音包中的{unit}已损坏，请重新复制语音包。"),
        };
        Text::new(zh, self.to_string())
    }
}

impl Pack {
    pub(super) fn new(directory: PathBuf) -> Self {
        let manifest = |language| Manifest::at(directory.join(language));
        let (mandarin, english) = (manifest("zh"), manifest("en"));
        Self { directory, mandarin, english }
    }

    /// `请A零一二号`
    pub(super) fn head(&mut self, tongue: Tongue, number: &str) -> Result<SamplesBuffer, UnitError> {
        self.unit(tongue, &format!("head/{number}"))
    }

    /// `到五号窗口办理业务`
    pub(super) fn tail(&mut self, tongue: Tongue, window: u16) -> Result<SamplesBuffer, UnitError> {
        self.unit(tongue, &format!("tail/{window:02}"))
    }

    fn unit(&mut self, tongue: Tongue, id: &str) -> Result<SamplesBuffer, UnitError> {
        let (language, manifest) = match tongue {
            Tongue::Mandarin => ("zh", &mut self.mandarin),
            Tongue::English => ("en", &mut self.english),
        };
        let unit = format!("{language}/{id}");
        let Some(entry) = manifest.find(id)? else { return Err(UnitError::Missing { unit }) };
        let path = self.directory.join(language).join(&*entry.file);
        let damaged = |why: String| UnitError::Damaged { unit: unit.clone(), why };
        let clip = match read(&path) {
            Ok(clip) => clip,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(UnitError::Missing { unit }),
            Err(error) => return Err(damaged(error.to_string())),
        };
        if Sha256::digest(&clip).as_slice() != entry.sha256 {
            return Err(damaged("it is not what the manifest says".into()));
        }
        clip::decode(&clip).map_err(damaged)
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    if file.metadata()?.len() > CLIP_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large"));
    }
    let mut clip = Vec::new();
    file.take(CLIP_BYTES_MAX).read_to_end(&mut clip)?;
    Ok(clip)
}

#[cfg(test)]
pub(super) mod tests;
