//! Sounds at their times, mixed into one stream.

use std::{num::NonZero, time::Duration};

use rodio::{
    ChannelCount, SampleRate, Source,
    buffer::SamplesBuffer,
    mixer::{self, MixerSource},
};

/// Samples of an announcement a second: what sound cards run at.
pub(super) const RATE_HZ: u32 = 48_000;
/// The same, as the mixer wants it.
pub(super) const RATE: SampleRate = NonZero::new(RATE_HZ).expect("invariant: 48,000 is not zero");
/// One channel: a window has one speaker.
pub(super) const MONO: ChannelCount = NonZero::<u16>::MIN;
/// The highest sample, -3 dBFS. Between samples the wave rises higher, in speech and these tones by less than 1.5 dB.
pub(super) const PEAK_MAX: f32 = 0.707;

/// A sound and when it begins.
pub(super) struct Placed {
    pub(super) at: Duration,
    pub(super) sound: SamplesBuffer,
}

/// All sounds as samples at a volume of 0 to 100 percent, quieter as a whole when they would be too loud.
///
/// Everything comes as a `SamplesBuffer`: compressed formats that are decoded while the mixer of rodio 0.23.0 pulls are
/// silent in it (its issue 832).
pub(super) fn render(sounds: Vec<Placed>, volume_percent: u32) -> Vec<f32> {
    let mut samples: Vec<f32> = mix(sounds).collect();
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let gain = gain(volume_percent) * if peak > PEAK_MAX { PEAK_MAX / peak } else { 1.0 };
    samples.iter_mut().for_each(|sample| *sample *= gain);
    samples
}

/// The square: 50 percent are 12 dB less, about half as loud to the ear (Stevens' law: 10 dB).
fn gain(volume_percent: u32) -> f32 {
    let share = volume_percent.min(100) as f32 / 100.0;
    share * share
}

fn mix(sounds: Vec<Placed>) -> MixerSource {
    let (mixer, mixed) = mixer::mixer(MONO, RATE);
    for Placed { at, sound } in sounds {
        mixer.add(sound.delay(at));
    }
    mixed
}
