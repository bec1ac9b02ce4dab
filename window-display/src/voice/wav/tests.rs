//! Announcements as they are heard: lengths, tones, loudness.

use std::{cell::Cell, collections::BTreeSet, f64::consts::TAU};

use hound::WavReader;
use protocol::{order::Language, view::Form};

use super::*;
use crate::voice::{
    chime::{CHIME_MS, STEP_MS, TONES_HZ},
    mix::PEAK_MAX,
};

/// A voice in a directory of its own.
struct Stage {
    directory: tempfile::TempDir,
    calls: Cell<u64>,
}

impl Stage {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), calls: Cell::new(0) }
    }

    fn voice(&self, with_pack: bool, times: u32, chime: bool) -> Wav {
        let pack = with_pack.then(|| Pack::new(self.directory.path().join("pack")));
        Wav { directory: self.directory.path().join("out"), pack, times, chime }
    }

    /// A unit that is a tone of so many ms.
    fn record(&self, unit: &str, ms: u32, hz: f32, amplitude: f32, rate_hz: u32) {
        let path = self.directory.path().join("pack").join(unit);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut writer = WavWriter::create(path, WavSpec { sample_rate: rate_hz, ..SPEC }).unwrap();
        for i in 0..rate_hz / 1_000 * ms {
            let phase = std::f32::consts::TAU * hz * i as f32 / rate_hz as f32;
            writer.write_sample(sixteen_bits(amplitude * phase.sin())).unwrap();
        }
        writer.finalize().unwrap();
    }

    fn announce(&self, voice: &mut Wav, language: Language) -> (Result<Speech, VoiceError>, Vec<f64>) {
        self.calls.set(self.calls.get() + 1);
        let call = self.calls.get();
        let speech = voice.speak(&Announcement { call, number: "A012".into(), window: 5, language, form: Form::Full });
        let path = voice.directory.join(name(call, "wav"));
        let samples = WavReader::open(path).map_or(vec![], |mut wav| {
            assert_eq!(wav.spec(), SPEC);
            wav.samples::<i16>().map(|sample| f64::from(sample.unwrap()) / 32_767.0).collect()
        });
        (speech, samples)
    }

    fn cue(&self, call: u64) -> serde_json::Value {
        let line = fs::read_to_string(self.directory.path().join("out").join(name(call, "json"))).unwrap();
        assert_eq!(line.lines().count(), 1);
        serde_json::from_str(&line).unwrap()
    }
}

/// The amplitude of one frequency from `from_ms` to `to_ms` (Goertzel's algorithm, 1958).
fn amplitude(samples: &[f64], hz: f32, from_ms: u32, to_ms: u32) -> f64 {
    let part = &samples[(from_ms * 48) as usize..(to_ms * 48) as usize];
    let w = TAU * f64::from(hz) / f64::from(RATE_HZ);
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in part {
        (s1, s2) = (sample + 2.0 * w.cos() * s1 - s2, s1);
    }
    2.0 * (s1 * s1 + s2 * s2 - 2.0 * w.cos() * s1 * s2).max(0.0).sqrt() / part.len() as f64
}

fn ms(samples: &[f64]) -> usize {
    samples.len() / 48
}

/// The highest point of the wave itself, found between the samples by a windowed sinc at four times the rate, as
/// ITU-R BS.1770 does it.
fn true_peak(samples: &[f64]) -> f64 {
    const REACH: i64 = 16;
    let at = |x: f64| -> f64 {
        #[expect(clippy::cast_possible_truncation, reason = "an announcement has a few million samples")]
        let middle = x.floor() as i64;
        let around = middle - REACH + 1..=middle + REACH;
        let sample = |i: i64| usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
        let weight = |d: f64| {
            let window = 0.5 + 0.5 * (TAU / 2.0 * d / REACH as f64).cos();
            if d == 0.0 { 1.0 } else { (TAU / 2.0 * d).sin() / (TAU / 2.0 * d) * window }
        };
        around.map(|i| sample(i) * weight(x - i as f64)).sum()
    };
    (0..samples.len() * 4).map(|i| at(i as f64 / 4.0).abs()).fold(0.0, f64::max)
}

#[test]
fn the_chime_is_two_falling_tones() {
    let stage = Stage::new();
    let (speech, samples) = stage.announce(&mut stage.voice(false, 2, true), Language::Zh);
    assert_eq!(speech.unwrap(), Speech { lasts: Duration::from_millis(CHIME_MS.into()), missing: None });
    assert_eq!(ms(&samples), CHIME_MS as usize);
    let [first, second] = TONES_HZ;
    assert!(amplitude(&samples, first, 0, 400) > 10.0 * amplitude(&samples, second, 0, 400));
    let from = STEP_MS + 300;
    assert!(amplitude(&samples, second, from, from + 200) > 3.0 * amplitude(&samples, first, from, from + 200));
    assert!(amplitude(&samples, first, 0, 100) > 2.0 * amplitude(&samples, first, 300, 400));
    assert!(samples.last().unwrap().abs() < 0.001, "it ends with a click");
}

#[test]
fn a_sentence_is_head_and_tail_twice_after_the_chime() {
    let stage = Stage::new();
    stage.record("zh/heads/A012.wav", 800, 300.0, 0.5, 24_000);
    stage.record("zh/tails/05.wav", 1_000, 2_000.0, 0.5, 48_000);
    let (speech, samples) = stage.announce(&mut stage.voice(true, 2, true), Language::Zh);
    let begin = CHIME_MS + 250;
    let sentence = 800 + 220 + 1_000;
    let lasts = begin + 2 * sentence + 700;
    assert_eq!(speech.unwrap(), Speech { lasts: Duration::from_millis(lasts.into()), missing: None });
    assert_eq!(ms(&samples), lasts as usize);
    for round in [begin, begin + sentence + 700] {
        assert!((0.45..0.55).contains(&amplitude(&samples, 300.0, round + 100, round + 700)));
        assert!(amplitude(&samples, 300.0, round + 820, round + 1_000) < 0.01);
        assert!((0.45..0.55).contains(&amplitude(&samples, 2_000.0, round + 1_100, round + 1_900)));
    }
}

#[test]
fn english_follows_mandarin() {
    let stage = Stage::new();
    for (unit, hz) in
        [("zh/heads/A012", 300.0), ("zh/tails/05", 400.0), ("en/heads/A012", 1_000.0), ("en/tails/05", 1_500.0)]
    {
        stage.record(&format!("{unit}.wav"), 500, hz, 0.3, 48_000);
    }
    let (speech, samples) = stage.announce(&mut stage.voice(true, 1, false), Language::En);
    assert_eq!(speech.unwrap().missing, None);
    let order = [(300.0, 0), (400.0, 720), (1_000.0, 1_920), (1_500.0, 2_640)];
    assert!(order.iter().all(|(hz, at)| amplitude(&samples, *hz, *at, at + 500) > 0.25));
    assert_eq!(stage.cue(1)["text"], "请A012号到05号窗口办理业务。 Number A012, please go to window 05.");
}

#[test]
fn a_missing_or_damaged_unit_leaves_the_chime_and_is_named() {
    let stage = Stage::new();
    stage.record("zh/heads/A012.wav", 500, 300.0, 0.3, 48_000);
    let mut voice = stage.voice(true, 2, true);
    let (speech, samples) = stage.announce(&mut voice, Language::Zh);
    assert_eq!(speech.unwrap().missing.unwrap().en, "The recorded voice lacks zh/tails/05.wav.");
    assert_eq!(ms(&samples), CHIME_MS as usize);
    assert_eq!(stage.cue(1)["sentence"], false);
    let tail = stage.directory.path().join("pack/zh/tails/05.wav");
    for damaged in
        ["", "RIFF\0\0\0\0WAVE", "RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0data\0\0\0\0"]
    {
        fs::create_dir_all(tail.parent().unwrap()).unwrap();
        fs::write(&tail, damaged).unwrap();
        let (speech, samples) = stage.announce(&mut voice, Language::Zh);
        let missing = speech.unwrap().missing.unwrap();
        assert!(missing.en.starts_with("The unit zh/tails/05.wav of the recorded voice is damaged"), "{missing:?}");
        assert_eq!(missing.zh, "语音包文件zh/tails/05.wav已损坏。");
        assert_eq!(ms(&samples), CHIME_MS as usize);
    }
}

#[test]
fn a_unit_that_would_keep_everybody_waiting_is_not_played() {
    let stage = Stage::new();
    stage.record("zh/heads/A012.wav", 20_000, 300.0, 0.3, 8_000);
    stage.record("zh/tails/05.wav", 100, 300.0, 0.3, 8_000);
    let (speech, _) = stage.announce(&mut stage.voice(true, 2, true), Language::Zh);
    assert!(speech.unwrap().missing.unwrap().en.contains("20 s or more"));
}

#[test]
fn a_number_cannot_name_a_file_elsewhere() {
    let stage = Stage::new();
    stage.record("zh/A012.wav", 500, 300.0, 0.3, 48_000);
    stage.record("zh/tails/05.wav", 500, 300.0, 0.3, 48_000);
    let mut voice = stage.voice(true, 1, false);
    let (number, language) = ("../A012".into(), Language::Zh);
    let error = voice.speak(&Announcement { call: 1, number, window: 5, language, form: Form::Full });
    assert!(error.unwrap_err().text().zh.starts_with("没有提示音，也没有语音。语音包缺少"));
}

#[test]
fn loud_units_are_made_quieter_and_the_wave_stays_below_minus_one_and_a_half_decibels() {
    let stage = Stage::new();
    stage.record("zh/heads/A012.wav", 300, 11_990.0, 1.0, 48_000);
    stage.record("zh/tails/05.wav", 300, 300.0, 1.0, 48_000);
    let (_, samples) = stage.announce(&mut stage.voice(true, 1, true), Language::Zh);
    let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    assert!((peak - f64::from(PEAK_MAX)).abs() < 0.001, "{peak}");
    let true_peak_db = 20.0 * true_peak(&samples).log10();
    assert!(true_peak_db < -1.5, "{true_peak_db} dBFS");
}

#[test]
fn the_cue_says_what_is_heard_when() {
    let stage = Stage::new();
    stage.announce(&mut stage.voice(false, 2, true), Language::Zh).0.unwrap();
    let cue = stage.cue(1);
    assert_eq!(cue["call"], 1);
    assert_eq!(cue["file"], "call-0000000001.wav");
    assert_eq!(cue["text"], "请A012号到05号窗口办理业务。");
    assert_eq!(cue["end_ms"].as_u64().unwrap() - cue["start_ms"].as_u64().unwrap(), u64::from(CHIME_MS));
}

#[test]
fn only_the_last_fifty_announcements_are_kept_and_other_files_are_left_alone() {
    let stage = Stage::new();
    let mut voice = stage.voice(false, 1, true);
    fs::create_dir_all(&voice.directory).unwrap();
    let others = ["call-1.wav", "call-x.wav", "music.wav"];
    for file in others.map(String::from).into_iter().chain((900..903).map(|call| name(call, "wav"))) {
        fs::write(voice.directory.join(file), "").unwrap();
    }
    (0..50).for_each(|_| drop(stage.announce(&mut voice, Language::Zh).0.unwrap()));
    let names = fs::read_dir(&voice.directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut expected: Vec<String> = (1..=50).flat_map(|call| [name(call, "wav"), name(call, "json")]).collect();
    expected.extend(others.map(Into::into));
    assert_eq!(names.collect::<BTreeSet<_>>(), expected.into_iter().collect());
}

#[test]
fn a_directory_that_cannot_be_written_is_an_error_in_both_languages() {
    let stage = Stage::new();
    let mut voice = stage.voice(false, 1, true);
    fs::write(&voice.directory, "").unwrap();
    let text = stage.announce(&mut voice, Language::Zh).0.unwrap_err().text();
    assert!(text.en.contains("cannot be written") && text.zh.starts_with("无法写入语音文件"), "{text:?}");
}
