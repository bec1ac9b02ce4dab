//! A voice in files: each announcement a WAV, and beside it a cue that says what is heard when.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hound::{SampleFormat, WavSpec, WavWriter};
use serde::Serialize;

use super::{Speaks, Speech, Voice, VoiceError, mix::RATE_HZ, score::words};
use crate::display::Announcement;

/// Announcements that are kept; the oldest make room. A day of one window in full would be 100 MB.
const KEPT_MAX: usize = 50;
/// 16 bits a sample.
const SPEC: WavSpec =
    WavSpec { channels: 1, sample_rate: RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };

/// Writes `call-0000000012.wav` and `call-0000000012.json` into a directory.
pub(super) struct Wav {
    directory: PathBuf,
    speaks: Speaks,
}

/// What is heard when; one line of JSON.
#[derive(Serialize)]
struct Cue<'a> {
    call: u64,
    file: &'a str,
    text: String,
    /// Whether the whole sentence is heard, or only a part of it or the chime.
    sentence: bool,
    start_ms: u64,
    end_ms: u64,
}

impl Wav {
    pub(super) fn new(directory: PathBuf, speaks: Speaks) -> Self {
        Self { directory, speaks }
    }

    fn write(&self, announcement: &Announcement, samples: &[f32], cue: &Cue<'_>) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        write_beside(&self.directory.join(cue.file), |file| write_wav(file, samples))?;
        let cue_file = self.directory.join(name(announcement.call, "json"));
        write_beside(&cue_file, |file| writeln!(file, "{}", serde_json::to_string(cue)?))?;
        self.make_room()
    }

    /// Deletes the oldest announcements; files of other names are not ours. The oldest by time, because a hall that
    /// begins a new journal counts its calls from the beginning.
    fn make_room(&self) -> io::Result<()> {
        let entries = fs::read_dir(&self.directory)?;
        let mut calls: Vec<_> = entries.filter_map(|entry| written_at(&entry.ok()?)).collect();
        calls.sort_unstable();
        let surplus = calls.len().saturating_sub(KEPT_MAX);
        for (_, call) in calls.into_iter().take(surplus) {
            remove(&self.directory.join(name(call, "json")))?;
            remove(&self.directory.join(name(call, "wav")))?;
        }
        Ok(())
    }
}

impl Voice for Wav {
    fn begin(&mut self, announcement: &Announcement) -> Result<Speech, VoiceError> {
        let (samples, missing) = self.speaks.samples(announcement)?;
        let sentence = self.speaks.pack.is_some() && missing.is_none();
        let lasts = Duration::from_millis(samples.len() as u64 * 1_000 / u64::from(RATE_HZ));
        let file = name(announcement.call, "wav");
        let (start_ms, end_ms) = from_now(lasts);
        let cue = Cue { call: announcement.call, file: &file, text: words(announcement), sentence, start_ms, end_ms };
        let written = self.write(announcement, &samples, &cue);
        written.map_err(|why| VoiceError::Write { path: self.directory.join(&file), why })?;
        Ok(Speech { lasts, missing })
    }
}

fn name(call: u64, extension: &str) -> String {
    format!("call-{call:010}.{extension}")
}

/// When an announcement was written, and its call; `None` for any other file.
fn written_at(entry: &fs::DirEntry) -> Option<(SystemTime, u64)> {
    let file = entry.file_name();
    let call = file.to_str()?.strip_prefix("call-")?.strip_suffix(".wav")?.parse().ok()?;
    let at = entry.metadata().and_then(|data| data.modified()).ok()?;
    (file.to_str() == Some(&name(call, "wav"))).then_some((at, call))
}

/// A power cut may have left an announcement without its cue.
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Written beside and renamed: who reads never gets half a file.
fn write_beside(path: &Path, write: impl FnOnce(&mut BufWriter<fs::File>) -> io::Result<()>) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut file = BufWriter::new(fs::File::create(&beside)?);
    write(&mut file)?;
    file.flush()?;
    fs::rename(beside, path)
}

fn write_wav(file: &mut BufWriter<fs::File>, samples: &[f32]) -> io::Result<()> {
    let mut writer = WavWriter::new(file, SPEC).map_err(io::Error::other)?;
    for sample in samples {
        writer.write_sample(sixteen_bits(*sample)).map_err(io::Error::other)?;
    }
    writer.finalize().map_err(io::Error::other)
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what a louder sample deserves")]
fn sixteen_bits(sample: f32) -> i16 {
    (sample * f32::from(i16::MAX)).round() as i16
}

/// Now and in a while, ms since 1970 by the device's clock.
fn from_now(lasts: Duration) -> (u64, u64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    (ms(now), ms(now + lasts))
}

#[cfg(test)]
mod tests;
