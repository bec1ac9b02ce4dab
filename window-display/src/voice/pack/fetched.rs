//! Clips of sentences that the server rendered, on the disk of the device: `zh-NAME-HASH`, the name after their text, the hash of
//! their bytes.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use firmware_config::display::Voice as VoiceProfile;
use protocol::{
    base16,
    order::Language,
    view::{ClipRef, clip_name},
};
use rodio::buffer::SamplesBuffer;
use sha2::{Digest, Sha256};

use super::{Tongue, UnitError, clip, read};

/// The clips that a device has.
#[derive(Debug, Clone)]
pub struct Clips(PathBuf);

impl Clips {
    /// Those of a profile: beside what its voice writes.
    pub fn of(profile: &VoiceProfile) -> Self {
        Self(profile.directory.join("notices"))
    }

    /// A sentence that was fetched.
    pub(in crate::voice) fn sentence(&self, tongue: Tongue, text: &str) -> Result<SamplesBuffer, UnitError> {
        let language = match tongue {
            Tongue::Mandarin => Language::Zh,
            Tongue::English => Language::En,
        };
        let hash = Sha256::digest(text.as_bytes());
        let name = clip_name(&hash);
        let unit = format!("notice/{}-{name}", language.code());
        let beginning = format!("{}-{name}-", language.code());
        let file = self.files().into_iter().find(|file| file.starts_with(&beginning));
        let file = file.ok_or_else(|| UnitError::Missing { unit: unit.clone() })?;
        let damaged = |why: String| UnitError::Damaged { unit: unit.clone(), why };
        let bytes = read(&self.0.join(&file)).map_err(|error| damaged(error.to_string()))?;
        if !file.ends_with(&base16::encode(&Sha256::digest(&bytes))) {
            return Err(damaged("it is not what the server rendered".into()));
        }
        clip::decode(&bytes).map_err(damaged)
    }

    /// Which of these are not there yet.
    pub fn missing(&self, wanted: &[ClipRef]) -> Vec<ClipRef> {
        let files = self.files();
        wanted.iter().filter(|clip| !files.contains(&file_name(clip))).cloned().collect()
    }

    /// Keeps a clip, if its bytes are what they should be.
    ///
    /// # Errors
    /// They are not, or the disk takes nothing.
    pub fn keep(&self, clip: &ClipRef, bytes: &[u8]) -> io::Result<()> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !plain(&clip.name) || base16::encode(&Sha256::digest(bytes)) != clip.sha256 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not what the server said"));
        }
        fs::create_dir_all(&self.0)?;
        let (file, beside) = (self.0.join(file_name(clip)), self.0.join("new"));
        fs::write(&beside, bytes)?;
        fs::rename(beside, file)
    }

    /// Deletes what is not wanted any more.
    pub fn only(&self, wanted: &[ClipRef]) {
        let wanted: Vec<String> = wanted.iter().map(file_name).collect();
        for file in self.files().into_iter().filter(|file| !wanted.contains(file)) {
            if let Err(error) = fs::remove_file(self.0.join(&file)) {
                tracing::warn!(file, %error, "a clip that is not wanted any more stays");
            }
        }
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(Path::new(&self.0)).into_iter().flatten();
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    }
}

fn file_name(clip: &ClipRef) -> String {
    format!("{}-{}-{}", clip.language.code(), clip.name, clip.sha256)
}
