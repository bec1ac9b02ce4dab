//! Packs with everything that can be wrong with them; clips of both kinds.

use std::fmt::Write as _;

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;
use rodio::{Decoder, Source, mixer};

use super::*;

const TONE_OGG: &[u8] = include_bytes!("tests/tone.ogg");
const TONE_MP3: &[u8] = include_bytes!("tests/tone.mp3");

/// A pack that is made by hand.
pub(in crate::voice) struct Bench(pub(in crate::voice) tempfile::TempDir);

impl Bench {
    pub(in crate::voice) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(in crate::voice) fn path(&self) -> PathBuf {
        self.0.path().join("pack")
    }

    /// A clip of a tone, as WAV.
    pub(in crate::voice) fn tone(&self, unit: &str, ms: u32, hz: f32, amplitude: f32, rate_hz: u32) {
        let spec = WavSpec { channels: 1, sample_rate: rate_hz, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut clip = io::Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut clip, spec).unwrap();
        for i in 0..rate_hz / 1_000 * ms {
            let phase = std::f32::consts::TAU * hz * i as f32 / rate_hz as f32;
            #[expect(clippy::cast_possible_truncation, reason = "an amplitude is 1 at most")]
            writer.write_sample((amplitude * phase.sin() * f32::from(i16::MAX)) as i16).unwrap();
        }
        writer.finalize().unwrap();
        self.clip(unit, &clip.into_inner());
    }

    /// A clip of any bytes: `zh/head/A012`.
    pub(in crate::voice) fn clip(&self, unit: &str, bytes: &[u8]) {
        let (language, id) = unit.split_once('/').unwrap();
        let path = self.path().join(format!("{unit}.clip"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        let sha256 = Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let entry = format!("[[unit]]\nid = '{id}'\nfile = '{id}.clip'\ntext = 'x'\nsha256 = '{sha256}'\n");
        let manifest = self.path().join(language).join("voice.toml");
        let before = fs::read_to_string(&manifest).unwrap_or("format = 1\n".into());
        fs::write(&manifest, before.clone() + &entry).unwrap();
        // A file system may count time in steps that are larger than those between two writings here.
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(before.len() as u64);
        fs::File::options().append(true).open(&manifest).unwrap().set_modified(later).unwrap();
    }

    pub(in crate::voice) fn manifest(&self, text: &str) {
        fs::create_dir_all(self.path().join("zh")).unwrap();
        fs::write(self.path().join("zh/voice.toml"), text).unwrap();
    }
}

fn trouble(bench: &Bench) -> Text {
    Pack::new(bench.path()).tail(Tongue::Mandarin, 5).unwrap_err().text()
}

#[test]
fn both_kinds_of_clips_are_read() {
    let bench = Bench::new();
    bench.clip("zh/head/A012", TONE_OGG);
    bench.tone("zh/tail/05", 500, 440.0, 0.3, 24_000);
    let mut pack = Pack::new(bench.path());
    for clip in [pack.head(Tongue::Mandarin, "A012").unwrap(), pack.tail(Tongue::Mandarin, 5).unwrap()] {
        assert_eq!((clip.channels().get(), clip.sample_rate().get()), (1, 24_000));
        let samples: Vec<f32> = clip.collect();
        assert!(samples.len().abs_diff(12_000) < 200, "{}", samples.len());
        let mean = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
        assert!((mean.sqrt() - 0.3 / 2.0_f32.sqrt()).abs() < 0.01, "{}", mean.sqrt());
    }
}

/// The fault of rodio 0.23.0 (its issue 832): a compressed clip that is decoded while the mixer pulls stays silent. When this
/// test fails, rodio was mended, and the decoders here are worth another look.
#[test]
fn rodio_plays_no_ogg_and_no_mp3_through_its_mixer() {
    for clip in [TONE_OGG, TONE_MP3] {
        let (mixer, mixed) = mixer::mixer(std::num::NonZero::new(1).unwrap(), std::num::NonZero::new(48_000).unwrap());
        mixer.add(Decoder::new(io::Cursor::new(clip)).unwrap());
        let heard = mixed.take(48_000).filter(|sample| sample.abs() > 0.05).count();
        assert_eq!(heard, 0, "rodio plays it now");
    }
}

#[test]
fn a_clip_that_is_decoded_first_is_heard_through_the_mixer() {
    let (mixer, mixed) = mixer::mixer(std::num::NonZero::new(1).unwrap(), std::num::NonZero::new(48_000).unwrap());
    mixer.add(clip::decode(TONE_OGG).unwrap());
    let heard = mixed.take(48_000).filter(|sample| sample.abs() > 0.05).count();
    assert!(heard > 15_000, "{heard}");
}

#[test]
fn a_unit_is_looked_for_again_when_the_manifest_has_changed() {
    let bench = Bench::new();
    bench.tone("zh/tail/04", 100, 440.0, 0.3, 24_000);
    let mut pack = Pack::new(bench.path());
    assert_eq!(pack.tail(Tongue::Mandarin, 5).unwrap_err().to_string(), "The recorded voice lacks zh/tail/05.");
    bench.tone("zh/tail/05", 100, 440.0, 0.3, 24_000);
    assert!(pack.tail(Tongue::Mandarin, 5).is_ok());
    assert!(matches!(pack.tail(Tongue::English, 5), Err(UnitError::NoPack { .. })));
}

#[test]
fn a_clip_that_is_not_what_the_manifest_says_is_damaged() {
    let bench = Bench::new();
    bench.tone("zh/tail/05", 100, 440.0, 0.3, 24_000);
    fs::write(bench.path().join("zh/tail/05.clip"), TONE_OGG).unwrap();
    let text = trouble(&bench);
    assert_eq!(
        text.en,
        "The unit zh/tail/05 of the recorded voice is damaged: it is not what the manifest says. Copy the pack again."
    );
    assert_eq!(text.zh, "语音包中的zh/tail/05已损坏，请重新复制语音包。");
    fs::remove_file(bench.path().join("zh/tail/05.clip")).unwrap();
    assert_eq!(trouble(&bench).en, "The recorded voice lacks zh/tail/05.");
}

#[test]
fn clips_that_are_no_sound_are_damaged() {
    let half = TONE_OGG.split_at(TONE_OGG.len() / 2).0;
    let (flipped, empty) = ([&half[..3_000 / 2], &[0xff; 600], half].concat(), Vec::new());
    let no_rate = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0data\0\0\0\0".to_vec();
    for clip in [empty, b"RIFF\0\0\0\0WAVE".to_vec(), no_rate, b"OggS".to_vec(), TONE_MP3.to_vec(), flipped] {
        let bench = Bench::new();
        bench.clip("zh/tail/05", &clip);
        let text = trouble(&bench);
        assert!(text.en.starts_with("The unit zh/tail/05 of the recorded voice is damaged"), "{text:?}");
    }
}

#[test]
fn a_unit_that_would_keep_everybody_waiting_is_not_played() {
    let bench = Bench::new();
    bench.tone("zh/tail/05", 20_000, 300.0, 0.3, 8_000);
    assert!(trouble(&bench).en.contains("20 s or more"));
    bench.clip("zh/tail/05", &vec![0; 4_000_001]);
    assert!(trouble(&bench).en.contains("it is too large"));
}

#[test]
fn a_pack_that_is_not_there_or_not_one_is_named_with_what_to_do() {
    let bench = Bench::new();
    let text = trouble(&bench);
    assert!(text.en.starts_with("There is no recorded voice at ") && text.en.contains("voice.toml: "), "{text:?}");
    assert!(text.zh.starts_with("没有语音包或无法读取："), "{text:?}");
    let unit = |file: &str, sha256: &str| {
        format!("format = 1\n[[unit]]\nid = 'tail/05'\nfile = '{file}'\nsha256 = '{sha256}'\n")
    };
    let zeros = "0".repeat(64);
    for manifest in [
        "",
        "format = 2\n",
        "format = 1\nunit = 3\n",
        &unit("../05.ogg", &zeros),
        &unit("/05.ogg", &zeros),
        &unit("05.ogg", "12"),
        "\u{0}",
    ] {
        bench.manifest(manifest);
        assert!(trouble(&bench).en.starts_with("There is no recorded voice at "), "{manifest}");
    }
    bench.manifest("format = 1\n");
    assert_eq!(trouble(&bench).en, "The recorded voice lacks zh/tail/05.");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_a_clip_or_manifest_is_more_than_an_error(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        keeps in any::<prop::sample::Index>(),
        text in "(format = 1\n)?(\\[\\[unit\\]\\]\n)?(id = '[a-z/0-9]{0,9}'\n)?(file = '.{0,9}'\n)?(sha256 = '[0-9a-f€]{0,64}'\n)?.{0,9}",
    ) {
        let mut clip = TONE_OGG.to_vec();
        for (at, byte) in flips {
            clip[at.index(TONE_OGG.len())] = byte;
        }
        clip.truncate(keeps.index(clip.len()) + 1);
        let _ = clip::decode(&clip);
        let bench = Bench::new();
        bench.manifest(&text);
        prop_assert!(Pack::new(bench.path()).tail(Tongue::Mandarin, 5).is_err());
    }
}
