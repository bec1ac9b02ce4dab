//! Announcements as they are heard: lengths, tones, loudness.

use std::{cell::Cell, collections::BTreeSet, f64::consts::TAU};

use ebur128::{EbuR128, Mode};
use hound::WavReader;
use protocol::{
    Text,
    order::Language,
    view::{ClipRef, Form},
};
use sha2::{Digest, Sha256};

use super::*;
use crate::display::Sentence;
use crate::voice::{
    chime::{CHIME_MS, STEP_MS, TONES_HZ},
    mix::PEAK_MAX,
    pack::{Clips, Pack, tests::Bench},
};

/// A voice in a directory of its own.
struct Stage {
    bench: Bench,
    calls: Cell<u64>,
}

impl Stage {
    fn new() -> Self {
        Self { bench: Bench::new(), calls: Cell::new(0) }
    }

    fn voice(&self, with_pack: bool, times: u32, chime: bool) -> Wav {
        let pack = with_pack.then(|| Pack::new(self.bench.path()));
        Wav::new(self.bench.0.path().join("out"), Speaks { pack, clips: self.clips(), times, chime })
    }

    /// Where fetched clips lie.
    fn clips(&self) -> Clips {
        let directory = self.bench.0.path().join("out");
        let profile = format!(
            "name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow=5\n[display.voice]\ndirectory='{}'\n",
            directory.display()
        );
        let profile = firmware_config::Profile::parse("/p.toml".as_ref(), &profile).unwrap();
        let firmware_config::Role::Display(device) = profile.role else { panic!("no display") };
        Clips::of(&device.voice)
    }

    /// A unit that is a tone of so many ms.
    fn record(&self, unit: &str, ms: u32, hz: f32, amplitude: f32, rate_hz: u32) {
        self.bench.tone(unit, ms, hz, amplitude, rate_hz);
    }

    /// An announcement with a number of its own.
    fn call(&self, language: Language) -> Announcement {
        self.calls.set(self.calls.get() + 1);
        let (call, number) = (self.calls.get(), "A012".into());
        let what = Sentence::Call { number, window: 5, language };
        Announcement { call, what, volume_percent: 100, form: Form::Full }
    }

    fn announce(&self, voice: &mut Wav, language: Language) -> (Result<Speech, VoiceError>, Vec<f64>) {
        self.hear(voice, &self.call(language))
    }

    fn hear(&self, voice: &mut Wav, announcement: &Announcement) -> (Result<Speech, VoiceError>, Vec<f64>) {
        let speech = voice.begin(announcement);
        let path = voice.directory.join(name(announcement.call, "wav"));
        let samples = WavReader::open(path).map_or(vec![], |mut wav| {
            assert_eq!(wav.spec(), SPEC);
            wav.samples::<i16>().map(|sample| f64::from(sample.unwrap()) / 32_767.0).collect()
        });
        (speech, samples)
    }

    fn cue(&self, call: u64) -> serde_json::Value {
        let line = fs::read_to_string(self.bench.0.path().join("out").join(name(call, "json"))).unwrap();
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

/// Integrated loudness, LUFS, and true peak, dBTP, as ITU-R BS.1770 has them.
fn loudness(samples: &[f64]) -> (f64, f64) {
    let mut meter = EbuR128::new(1, RATE_HZ, Mode::I | Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f64(samples).unwrap();
    (meter.loudness_global().unwrap(), 20.0 * meter.true_peak(0).unwrap().log10())
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
    stage.record("zh/head/A012", 800, 300.0, 0.5, 24_000);
    stage.record("zh/tail/05", 1_000, 2_000.0, 0.5, 48_000);
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
        [("zh/head/A012", 300.0), ("zh/tail/05", 400.0), ("en/head/A012", 1_000.0), ("en/tail/05", 1_500.0)]
    {
        stage.record(unit, 500, hz, 0.3, 48_000);
    }
    let (speech, samples) = stage.announce(&mut stage.voice(true, 1, false), Language::En);
    assert_eq!(speech.unwrap().missing, None);
    let order = [(300.0, 0), (400.0, 720), (1_000.0, 1_920), (1_500.0, 2_640)];
    assert!(order.iter().all(|(hz, at)| amplitude(&samples, *hz, *at, at + 500) > 0.25));
    assert_eq!(stage.cue(1)["text"], "请A012号到05号窗口办理业务。 Number A012, please go to window 05.");
}

#[test]
fn a_missing_number_leaves_chime_and_tail_and_is_named() {
    let stage = Stage::new();
    stage.record("zh/tail/05", 1_000, 2_000.0, 0.3, 48_000);
    let (speech, samples) = stage.announce(&mut stage.voice(true, 2, true), Language::Zh);
    assert_eq!(speech.unwrap().missing.unwrap().en, "The recorded voice lacks zh/head/A012.");
    let begin = CHIME_MS + 250;
    assert_eq!(ms(&samples), (begin + 1_000 + 700 + 1_000) as usize);
    assert!([begin, begin + 1_700].iter().all(|at| amplitude(&samples, 2_000.0, at + 100, at + 900) > 0.25));
    assert_eq!(stage.cue(1)["sentence"], false);
}

#[test]
fn without_a_pack_the_chime_remains_and_the_reason_is_told() {
    let stage = Stage::new();
    let (speech, samples) = stage.announce(&mut stage.voice(true, 2, true), Language::Zh);
    assert!(speech.unwrap().missing.unwrap().zh.starts_with("没有语音包"));
    assert_eq!(ms(&samples), CHIME_MS as usize);
    let error = stage.announce(&mut stage.voice(true, 2, false), Language::Zh).0.unwrap_err();
    assert!(error.text().zh.starts_with("没有提示音，也没有语音。没有语音包"), "{error}");
}

#[test]
fn who_waits_behind_shortens_the_sentence_and_a_number_names_no_file() {
    let stage = Stage::new();
    stage.record("zh/head/A012", 500, 300.0, 0.3, 48_000);
    stage.record("zh/tail/05", 500, 400.0, 0.3, 48_000);
    let mut voice = stage.voice(true, 3, true);
    let lasts = |voice: &mut Wav, form| {
        let (_, samples) = stage.hear(voice, &Announcement { form, ..stage.call(Language::Zh) });
        ms(&samples)
    };
    let (begin, sentence) = (CHIME_MS as usize + 250, 500 + 220 + 500);
    assert_eq!(lasts(&mut voice, Form::Full), begin + 3 * sentence + 2 * 700);
    assert_eq!(lasts(&mut voice, Form::Once), begin + sentence);
    assert_eq!(lasts(&mut voice, Form::Short), sentence);
    let what = Sentence::Call { number: "../A012".into(), window: 5, language: Language::Zh };
    let elsewhere = Announcement { what, ..stage.call(Language::Zh) };
    assert_eq!(voice.begin(&elsewhere).unwrap().missing.unwrap().en, "The recorded voice lacks zh/head/../A012.");
}

#[test]
fn where_there_is_no_sentence_the_shortest_form_keeps_the_chime() {
    let stage = Stage::new();
    let short = Announcement { form: Form::Short, ..stage.call(Language::Zh) };
    for with_pack in [true, false] {
        let (_, samples) = stage.hear(&mut stage.voice(with_pack, 2, true), &short);
        assert_eq!(ms(&samples), CHIME_MS as usize);
    }
}

#[test]
fn a_call_without_its_number_keeps_the_chime_however_many_wait() {
    let stage = Stage::new();
    stage.record("zh/tail/05", 1_000, 2_000.0, 0.3, 48_000);
    let short = Announcement { form: Form::Short, ..stage.call(Language::Zh) };
    let (_, samples) = stage.hear(&mut stage.voice(true, 2, true), &short);
    assert_eq!(ms(&samples), (CHIME_MS + 250 + 1_000) as usize);
}

/// The zone takes the floor away after 20 s.
#[test]
fn of_slow_recordings_repeats_are_left_out_and_then_the_english() {
    let stage = Stage::new();
    let mut voice = stage.voice(true, 3, true);
    let lasts = |voice: &mut Wav, unit_ms| {
        for unit in ["zh/head/A012", "zh/tail/05", "en/head/A012", "en/tail/05"] {
            stage.record(unit, unit_ms, 300.0, 0.3, 48_000);
        }
        let (speech, samples) = stage.announce(voice, Language::En);
        (ms(&samples), speech.unwrap().missing.map(|text| text.en))
    };
    let begin = CHIME_MS as usize + 250;
    let sentence = |unit_ms: usize| 2 * unit_ms + 220;
    assert_eq!(lasts(&mut voice, 1_500), (begin + 4 * sentence(1_500) + 3 * 700, None));
    assert_eq!(lasts(&mut voice, 2_000), (begin + 3 * sentence(2_000) + 2 * 700, None), "one repeat less");
    assert_eq!(lasts(&mut voice, 3_500), (begin + 2 * sentence(3_500) + 700, None), "none");
    let alone = (begin + sentence(4_100), Some("It is too long to be spoken in every language.".into()));
    assert_eq!(lasts(&mut voice, 4_100), alone, "the Mandarin alone");
}

#[test]
fn volume_is_the_square_of_its_percentage() {
    let stage = Stage::new();
    let mut voice = stage.voice(false, 1, true);
    let peak = |percent| {
        let (_, samples) =
            stage.hear(&mut voice, &Announcement { volume_percent: percent, ..stage.call(Language::Zh) });
        samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()))
    };
    let [full, half, none] = [100, 50, 0].map(peak);
    assert!((half / full - 0.25).abs() < 0.001 && none == 0.0, "{full} {half} {none}");
}

#[test]
fn the_chime_is_as_loud_as_the_clips() {
    let stage = Stage::new();
    let (_, samples) = stage.announce(&mut stage.voice(false, 1, true), Language::Zh);
    let (lufs, peak_dbtp) = loudness(&samples);
    assert!((lufs + 18.0).abs() < 0.5, "{lufs} LUFS");
    assert!(peak_dbtp < -3.0, "{peak_dbtp} dBTP");
}

#[test]
fn loud_units_are_made_quieter_and_the_wave_stays_below_minus_one_and_a_half_decibels() {
    let stage = Stage::new();
    stage.record("zh/head/A012", 300, 11_990.0, 1.0, 48_000);
    stage.record("zh/tail/05", 300, 300.0, 1.0, 48_000);
    let (_, samples) = stage.announce(&mut stage.voice(true, 1, true), Language::Zh);
    let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    assert!((peak - f64::from(PEAK_MAX)).abs() < 0.001, "{peak}");
    let (_, peak_dbtp) = loudness(&samples);
    assert!(peak_dbtp < -1.5, "{peak_dbtp} dBTP");
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

#[test]
fn a_notice_is_its_clips_behind_the_chime_and_the_chime_alone_while_there_are_none() {
    let stage = Stage::new();
    let mut voice = stage.voice(false, 2, true);
    let text = Text::new("快下班了", "We close soon.");
    let notice = || Announcement { what: Sentence::Notice(text.clone()), form: Form::Once, ..stage.call(Language::Zh) };
    let (spoken, samples) = stage.hear(&mut voice, &notice());
    assert_eq!(ms(&samples), CHIME_MS as usize);
    let missing = spoken.unwrap().missing.unwrap().en;
    assert!(missing.starts_with("The recorded voice lacks notice/zh-"), "{missing}");

    // The name and hash of each, as the server says them.
    let keep = |language, sentence: &str, ms: u32| {
        stage.record("zh/tail/05", ms, 400.0, 0.3, 48_000);
        let bytes = fs::read(stage.bench.path().join("zh/tail/05.clip")).unwrap();
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let (name, sha256) = (hex(&Sha256::digest(sentence)[..8]), hex(&Sha256::digest(&bytes)));
        let clip = ClipRef { language, name, sha256 };
        assert_eq!(stage.clips().missing(std::slice::from_ref(&clip)).len(), 1);
        assert!(stage.clips().keep(&clip, b"something else").is_err());
        stage.clips().keep(&clip, &bytes).unwrap();
        assert_eq!(stage.clips().missing(std::slice::from_ref(&clip)), []);
        clip
    };
    let zh = keep(Language::Zh, &text.zh, 500);
    keep(Language::En, &text.en, 700);
    let (spoken, samples) = stage.hear(&mut voice, &notice());
    assert_eq!(spoken.unwrap().missing, None);
    assert_eq!(ms(&samples), CHIME_MS as usize + 250 + 500 + 700 + 700);

    stage.clips().only(&[zh]);
    let (spoken, samples) = stage.hear(&mut voice, &notice());
    assert!(spoken.unwrap().missing.is_some());
    assert_eq!(ms(&samples), CHIME_MS as usize + 250 + 500);
}
