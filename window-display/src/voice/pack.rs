//! A recorded voice: a directory of WAV files, each one unit of a sentence.
//!
//! ```text
//! PACK/zh/heads/A012.wav   请A零一二号
//! PACK/zh/tails/05.wav     到五号窗口办理业务
//! PACK/en/heads/A012.wav   Number A zero one two
//! PACK/en/tails/05.wav     please go to window five
//! ```
//!
//! A number is one unit, never put together from digits: read digit by digit it is understood by few.

use std::{fs, io::BufReader, num::NonZero, path::PathBuf};

use hound::{SampleFormat, WavReader};
use protocol::Text;
use rodio::buffer::SamplesBuffer;
use thiserror::Error;

/// The longest unit, s. A longer one is a mistake, and would keep everybody waiting.
const UNIT_S_MAX: u32 = 20;
/// The longest number that names a file, characters.
const NUMBER_CHARS_MAX: usize = 8;

/// The language of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Mandarin,
    English,
}

/// A directory of units.
#[derive(Debug, Clone)]
pub(super) struct Pack {
    directory: PathBuf,
}

/// Why a unit cannot be heard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum UnitError {
    #[error("The recorded voice lacks {unit}.")]
    Missing { unit: String },
    #[error("The unit {unit} of the recorded voice is damaged: {why}.")]
    Damaged { unit: String, why: String },
}

impl UnitError {
    /// The same for people, in both languages.
    pub(super) fn text(&self) -> Text {
        let zh = match self {
            Self::Missing { unit } => format!("语音包缺少{unit}。"),
            Self::Damaged { unit, .. } => format!("语音包文件{unit}已损坏。"),
        };
        Text::new(zh, self.to_string())
    }
}

impl Tongue {
    fn directory(self) -> &'static str {
        match self {
            Self::Mandarin => "zh",
            Self::English => "en",
        }
    }
}

impl Pack {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The two units of a sentence.
    pub(super) fn sentence(&self, tongue: Tongue, number: &str, window: u16) -> Result<[SamplesBuffer; 2], UnitError> {
        let tongue = tongue.directory();
        let head = format!("{tongue}/heads/{number}.wav");
        // The number comes from outside: it must not name a file elsewhere.
        if number.len() > NUMBER_CHARS_MAX || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(UnitError::Missing { unit: head });
        }
        Ok([self.unit(head)?, self.unit(format!("{tongue}/tails/{window:02}.wav"))?])
    }

    fn unit(&self, unit: String) -> Result<SamplesBuffer, UnitError> {
        match fs::File::open(self.directory.join(&unit)) {
            Ok(file) => read(file).map_err(|why| UnitError::Damaged { unit, why }),
            Err(_) => Err(UnitError::Missing { unit }),
        }
    }
}

fn read(file: fs::File) -> Result<SamplesBuffer, String> {
    let mut reader = WavReader::new(BufReader::new(file)).map_err(|error| error.to_string())?;
    let spec = reader.spec();
    let (Some(channels), Some(rate)) = (NonZero::new(spec.channels), NonZero::new(spec.sample_rate)) else {
        return Err("it has no channels or no sample rate".into());
    };
    if reader.duration() / spec.sample_rate >= UNIT_S_MAX {
        return Err(format!("it lasts {UNIT_S_MAX} s or more"));
    }
    let samples: Result<Vec<f32>, _> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let full = full_scale(spec.bits_per_sample);
            reader.samples::<i32>().map(|sample| sample.map(|sample| scaled(sample, full))).collect()
        }
    };
    samples.map(|samples| SamplesBuffer::new(channels, rate, samples)).map_err(|error| error.to_string())
}

/// One more than the highest sample of so many bits.
fn full_scale(bits: u16) -> f32 {
    2.0_f32.powi(i32::from(bits) - 1)
}

fn scaled(sample: i32, full: f32) -> f32 {
    sample as f32 / full
}
