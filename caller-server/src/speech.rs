//! Sentences that are no call: rendered ahead of time, one after another, by a program that the hall's settings name, into a
//! cache; devices fetch the clips from there. Nothing of it is on the way of a call.
//!
//! - here: which clips there are; `render`: how they come to be; `notices`: for what

mod notices;
mod render;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::{fs, io};

use protocol::{
    Text,
    order::Language,
    view::{ClipRef, clip_name},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use notices::Notices;
pub use render::{RenderError, Renderer};

/// The largest manifest: ten thousand sentences need less.
const MANIFEST_BYTES_MAX: u64 = 10_000_000;
/// The largest clip that a device takes.
const CLIP_BYTES_MAX: u64 = 4_000_000;

/// The clips of the cache; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Clips {
    dir: PathBuf,
    found: Arc<RwLock<BTreeMap<(Language, String), Clip>>>,
}

#[derive(Debug, Clone)]
struct Clip {
    file: PathBuf,
    sha256: String,
}

/// What of a manifest is needed; the rest is for people.
#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    unit: Vec<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    id: String,
    file: PathBuf,
    sha256: String,
}

impl Clips {
    /// The clips that lie in a cache.
    pub fn in_dir(dir: PathBuf) -> Self {
        let clips = Self { dir, found: Arc::default() };
        clips.look();
        clips
    }

    /// Whether all that there is of a text can be spoken.
    pub fn has(&self, text: &Text) -> bool {
        sentences(text).all(|(language, sentence)| self.knows(language, sentence))
    }

    /// The clips of these texts, as far as they are there.
    pub fn of<'a>(&self, texts: impl IntoIterator<Item = &'a Text>) -> Vec<ClipRef> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let clip = |(language, sentence): (Language, &str)| {
            let name = name(sentence);
            let sha256 = found.get(&(language, name.clone()))?.sha256.clone();
            Some(ClipRef { language, name, sha256 })
        };
        texts.into_iter().flat_map(sentences).filter_map(clip).collect()
    }

    /// The bytes of a clip; `None` when there is none of this name.
    ///
    /// # Errors
    /// It can't be read.
    pub fn read(&self, language: Language, name: &str) -> io::Result<Option<Vec<u8>>> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = found.get(&(language, name.to_owned())).map(|clip| clip.file.clone()) else { return Ok(None) };
        drop(found);
        if fs::metadata(&file)?.len() > CLIP_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        fs::read(file).map(Some)
    }

    fn knows(&self, language: Language, sentence: &str) -> bool {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.contains_key(&(language, name(sentence)))
    }

    /// Reads the manifests again. One that can't be read has no clips: they are rendered anew.
    fn look(&self) {
        let clips = Language::ALL.into_iter().flat_map(|language| {
            let folder = self.dir.join(language.code());
            let units = manifest(&folder.join("voice.toml")).map(|manifest| manifest.unit).unwrap_or_default();
            units.into_iter().filter_map(move |Unit { id, file, sha256 }| {
                // The manifest comes from another program: it must not name a file elsewhere.
                let within = file.components().all(|part| matches!(part, Component::Normal(_)));
                let name = id.strip_prefix("say/").filter(|_| within)?;
                Some(((language, name.to_owned()), Clip { file: folder.join(file), sha256 }))
            })
        });
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = clips.collect();
    }
}

/// The name of the clip of a sentence.
fn name(sentence: &str) -> String {
    clip_name(&Sha256::digest(sentence.as_bytes()))
}

/// What is spoken of a text: Chinese, and English where there is any.
fn sentences(text: &Text) -> impl Iterator<Item = (Language, &str)> {
    [(Language::Zh, text.zh.as_str()), (Language::En, text.en.as_str())]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
}

fn manifest(path: &Path) -> Option<Manifest> {
    let is_small = fs::metadata(path).is_ok_and(|data| data.len() <= MANIFEST_BYTES_MAX);
    toml::from_str(&fs::read_to_string(path).ok().filter(|_| is_small)?).ok()
}

#[cfg(test)]
mod tests;
