//! `voice.toml`: which units there are, where, and what their files hash to.

use std::{
    collections::HashMap,
    fs, io,
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use serde::Deserialize;

use super::UnitError;

/// The version of the file that is understood.
const FORMAT: u32 = 1;
/// What 26 letters of 999 numbers need is ten times less.
const BYTES_MAX: u64 = 100_000_000;

/// The manifest of one language, as it was when it was last looked for.
#[derive(Debug)]
pub(super) struct Manifest {
    path: PathBuf,
    /// When the file was written that was read.
    written: Option<SystemTime>,
    entries: HashMap<Box<str>, Entry>,
}

/// A clip.
#[derive(Debug)]
pub(super) struct Entry {
    /// Relative to the manifest.
    pub(super) file: Box<str>,
    pub(super) sha256: [u8; 32],
}

/// What of the file is needed to speak; the rest is for people.
#[derive(Deserialize)]
struct Written {
    format: u32,
    #[serde(default)]
    unit: Vec<WrittenUnit>,
}

#[derive(Deserialize)]
struct WrittenUnit {
    id: Box<str>,
    file: Box<str>,
    sha256: Box<str>,
}

impl Manifest {
    /// Reads nothing yet.
    pub(super) fn at(directory: PathBuf) -> Self {
        Self { path: directory.join("voice.toml"), written: None, entries: HashMap::new() }
    }

    pub(super) fn find(&mut self, id: &str) -> Result<Option<&Entry>, UnitError> {
        if let Err(why) = self.refresh() {
            (self.written, self.entries) = (None, HashMap::new());
            return Err(UnitError::NoPack { path: self.path.clone(), why });
        }
        Ok(self.entries.get(id))
    }

    /// Reads it unless it is as it was.
    fn refresh(&mut self) -> Result<(), String> {
        let system = |error: io::Error| error.to_string();
        let data = fs::metadata(&self.path).map_err(system)?;
        let written = data.modified().map_err(system)?;
        if self.written == Some(written) {
            return Ok(());
        }
        if data.len() > BYTES_MAX {
            return Err("it is too large".into());
        }
        self.entries = parse(&fs::read_to_string(&self.path).map_err(system)?)?;
        self.written = Some(written);
        Ok(())
    }
}

fn parse(text: &str) -> Result<HashMap<Box<str>, Entry>, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if written.format != FORMAT {
        return Err(format!("it has format {}, and format {FORMAT} is understood", written.format));
    }
    let mut entries = HashMap::with_capacity(written.unit.len());
    for WrittenUnit { id, file, sha256 } in written.unit {
        // The file comes from outside: it must not name one elsewhere.
        let within = Path::new(&*file).components().all(|part| matches!(part, Component::Normal(_)));
        let Some(sha256) = hash(&sha256).filter(|_| within) else { return Err(format!("its unit {id} is wrong")) };
        entries.insert(id, Entry { file, sha256 });
    }
    Ok(entries)
}

/// 64 hexadecimal digits.
fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let pairs = text.as_bytes().chunks_exact(2);
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
