//! The chime: two tones that die away, the second a third below the first.

use std::f32::consts::TAU;

use rodio::buffer::SamplesBuffer;

use super::mix::{MONO, RATE, RATE_HZ};

/// The tones in their order, Hz: E5 and C5 in equal temperament. Old ears hear both well.
pub(super) const TONES_HZ: [f32; 2] = [659.26, 523.25];
/// Between the beginnings of the two tones, ms.
pub(super) const STEP_MS: u32 = 450;
/// How long a tone is heard, ms.
const TONE_MS: u32 = 900;
/// The whole chime, ms.
pub(super) const CHIME_MS: u32 = STEP_MS + TONE_MS;
/// The amplitude of a tone at its beginning: the chime as a whole is as loud as the clips of a pack, -18 LUFS.
const AMPLITUDE: f32 = 0.44;
/// A tone falls to 1/e of its loudness in this time, s.
const DECAY_S: f32 = 0.22;
/// A tone comes up and goes in this time, s; a jump would click.
const RAMP_S: f32 = 0.005;

/// The samples of the chime.
pub(super) fn chime() -> SamplesBuffer {
    let samples: Vec<f32> = (0..samples_in(CHIME_MS)).map(sample).collect();
    SamplesBuffer::new(MONO, RATE, samples)
}

fn sample(i: u32) -> f32 {
    let tones = TONES_HZ.iter().zip([0, samples_in(STEP_MS)]);
    tones.filter_map(|(hz, begin)| i.checked_sub(begin).map(|i| tone(*hz, i))).sum()
}

/// `A · ramp · e^(-t/τ) · sin(2πft)`, a damped oscillation.
fn tone(hz: f32, i: u32) -> f32 {
    let t_s = i as f32 / RATE_HZ as f32;
    let left_s = (TONE_MS as f32 / 1_000.0 - t_s).max(0.0);
    let ramp = (t_s.min(left_s) / RAMP_S).min(1.0);
    AMPLITUDE * ramp * (-t_s / DECAY_S).exp() * (TAU * hz * t_s).sin()
}

fn samples_in(ms: u32) -> u32 {
    RATE_HZ / 1_000 * ms
}
