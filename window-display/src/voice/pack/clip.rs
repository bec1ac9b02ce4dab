//! The two kinds of clips: Ogg Vorbis, which a pack is made of, and WAV, for a hall that records a person.
//!
//! Both are decoded whole. The decoders of rodio 0.23.0 are not used: what is decoded while its mixer pulls stays silent (its issue
//! 832), and some of them panic on damaged files.

use std::{io::Cursor, num::NonZero};

use hound::{SampleFormat, WavReader};
use lewton::{VorbisError, inside_ogg::OggStreamReader, samples::InterleavedSamples};
use rodio::buffer::SamplesBuffer;

/// The longest unit, s. A longer one is a mistake, and would keep everybody waiting.
const UNIT_S_MAX: u32 = 20;

pub(super) fn decode(clip: &[u8]) -> Result<SamplesBuffer, String> {
    if clip.starts_with(b"OggS") { vorbis(clip) } else { wav(clip) }
}

fn vorbis(clip: &[u8]) -> Result<SamplesBuffer, String> {
    let fault = |error: VorbisError| error.to_string();
    let mut reader = OggStreamReader::new(Cursor::new(clip)).map_err(fault)?;
    let (channels, rate_hz) = (u16::from(reader.ident_hdr.audio_channels), reader.ident_hdr.audio_sample_rate);
    let samples_max = u64::from(UNIT_S_MAX) * u64::from(rate_hz) * u64::from(channels);
    let mut samples: Vec<f32> = Vec::new();
    while let Some(packet) = reader.read_dec_packet_generic::<InterleavedSamples<f32>>().map_err(fault)? {
        samples.extend(packet.samples);
        if samples.len() as u64 >= samples_max {
            return Err(too_long());
        }
    }
    buffer(channels, rate_hz, samples)
}

fn wav(clip: &[u8]) -> Result<SamplesBuffer, String> {
    let mut reader = WavReader::new(Cursor::new(clip)).map_err(|error| error.to_string())?;
    let spec = reader.spec();
    if spec.sample_rate > 0 && reader.duration() / spec.sample_rate >= UNIT_S_MAX {
        return Err(too_long());
    }
    let samples: Result<Vec<f32>, _> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let full = full_scale(spec.bits_per_sample);
            reader.samples::<i32>().map(|sample| sample.map(|sample| scaled(sample, full))).collect()
        }
    };
    buffer(spec.channels, spec.sample_rate, samples.map_err(|error| error.to_string())?)
}

fn buffer(channels: u16, rate_hz: u32, samples: Vec<f32>) -> Result<SamplesBuffer, String> {
    match (NonZero::new(channels), NonZero::new(rate_hz)) {
        (Some(channels), Some(rate)) => Ok(SamplesBuffer::new(channels, rate, samples)),
        _ => Err("it has no channels or no sample rate".into()),
    }
}

fn too_long() -> String {
    format!("it lasts {UNIT_S_MAX} s or more")
}

/// One more than the highest sample of so many bits.
fn full_scale(bits: u16) -> f32 {
    2.0_f32.powi(i32::from(bits) - 1)
}

fn scaled(sample: i32, full: f32) -> f32 {
    sample as f32 / full
}
