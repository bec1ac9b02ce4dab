//! The program's real way to a sound card: ALSA, whose default device writes a file here. Chime, order, silence and loudness are
//! measured in it.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::{
    f32::consts::TAU,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use ebur128::{EbuR128, Mode};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const RATE_HZ: u32 = 48_000;
/// Head and tail in Mandarin and English: tones that can be told apart, Hz and ms.
const UNITS: [(&str, f32, u32); 4] = [
    ("zh/head/A001", 880.0, 600),
    ("zh/tail/05", 1_320.0, 800),
    ("en/head/A001", 1_760.0, 500),
    ("en/tail/05", 2_640.0, 700),
];
/// The chime, the pause behind it, between head and tail, between sentences, ms.
const CHIME_MS: u32 = 1_350;
const AFTER_CHIME_MS: u32 = 250;
const JOIN_MS: u32 = 220;
const BETWEEN_MS: u32 = 700;

/// A machine with a sound card of its own.
struct Machine {
    own: TempDir,
}

impl Machine {
    fn new(card: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let machine = Self { own };
        machine.write(
            "asound.conf",
            &format!("</usr/share/alsa/alsa.conf>\n{}", card.replace("FILE", &machine.path("heard.wav"))),
        );
        machine.write(
            "display.toml",
            "name = 'd'\nserver = 'http://127.0.0.1:9'\nkey = 'k'\n[display]\nwindow = 5\npanel.back_end = 'none'\n\
             [display.voice]\nback_end = 'alsa'\npack = 'pack'\n",
        );
        for (unit, hz, ms) in UNITS {
            machine.record(unit, hz, ms);
        }
        machine
    }

    fn path(&self, name: &str) -> String {
        self.own.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.own.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A clip at -18 LUFS: a sine of amplitude a has 20 log a - 3.01, and the ear's weights are near 0 dB at 1 kHz.
    fn record(&self, unit: &str, hz: f32, ms: u32) {
        let path = self.own.path().join(format!("pack/{unit}.wav"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let spec = WavSpec { channels: 1, sample_rate: 24_000, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut tone: Vec<f32> = (0..24 * ms).map(|i| (TAU * hz * i as f32 / 24_000.0).sin()).collect();
        let gain = 10.0_f32.powf((-18.0 - loudness(&tone, 24_000).0) / 20.0);
        tone.iter_mut().for_each(|sample| *sample *= gain);
        let mut writer = WavWriter::create(&path, spec).unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "a sample is below 1")]
        tone.iter().for_each(|sample| writer.write_sample((sample * 32_767.0) as i16).unwrap());
        writer.finalize().unwrap();
        let hash = Sha256::digest(fs::read(path).unwrap()).iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let (language, id) = unit.split_once('/').unwrap();
        let manifest = format!("pack/{language}/voice.toml");
        let before = fs::read_to_string(self.own.path().join(&manifest)).unwrap_or("format = 1\n".into());
        self.write(&manifest, &format!("{before}[[unit]]\nid = '{id}'\nfile = '{id}.wav'\nsha256 = '{hash}'\n"));
    }

    /// Runs the test of the voice.
    fn speak(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_window-display"))
            .arg("--profile")
            .arg(self.own.path().join("display.toml"))
            .args(["voice", "test"])
            .env("ALSA_CONFIG_PATH", self.own.path().join("asound.conf"))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// One channel of what the sound card was given, from the first sound to the last.
    fn heard(&self) -> Vec<f32> {
        let mut wav = WavReader::open(self.own.path().join("heard.wav")).unwrap();
        let spec = wav.spec();
        assert_eq!((spec.sample_rate, spec.channels), (RATE_HZ, 2));
        let samples: Vec<f32> = wav.samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect();
        let left: Vec<f32> = samples.iter().copied().step_by(2).collect();
        assert!(
            left.iter().zip(samples.iter().skip(1).step_by(2)).all(|(left, right)| left == right),
            "both ears hear the same"
        );
        let first = left.iter().position(|sample| *sample != 0.0).expect("something was heard");
        let last = left.iter().rposition(|sample| *sample != 0.0).unwrap();
        left[first..=last].to_vec()
    }
}

/// Integrated loudness, LUFS, and true peak, dBTP.
fn loudness(samples: &[f32], rate_hz: u32) -> (f32, f32) {
    let mut meter = EbuR128::new(1, rate_hz, Mode::I | Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(samples).unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "decibels")]
    (meter.loudness_global().unwrap() as f32, 20.0 * meter.true_peak(0).unwrap().log10() as f32)
}

/// The loudest of some frequencies in a part, by correlation; `None` where all is silent.
fn tone(samples: &[f32], from_ms: u32, to_ms: u32) -> Option<f32> {
    let part = &samples[(from_ms * 48) as usize..(to_ms * 48) as usize];
    if part.iter().all(|sample| sample.abs() < 0.001) {
        return None;
    }
    let power = |hz: f32| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, sample) in part.iter().enumerate() {
            let phase = TAU * hz * i as f32 / RATE_HZ as f32;
            (re, im) = (re + sample * phase.cos(), im + sample * phase.sin());
        }
        re * re + im * im
    };
    let all = [659.26, 523.25].into_iter().chain(UNITS.map(|(_, hz, _)| hz));
    all.max_by(|one, other| power(*one).total_cmp(&power(*other)))
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const FILE: &str = "pcm.heard { type file slave.pcm \"null\" file \"FILE\" format \"wav\" }\n\
    pcm.!default { type plug slave { pcm \"heard\" format S16_LE rate 48000 channels 2 } }\n";
/// A card whose opening never comes back: a pipe that nobody reads.
const HANGS: &str = "pcm.hangs { type file slave.pcm \"null\" file \"PIPE\" format \"raw\" }\n\
    pcm.!default { type plug slave { pcm \"hangs\" format S16_LE rate 48000 channels 2 } }\n";
const NO_CARD: &str = "pcm.!default { type hw card 77 }\n";

#[test]
fn an_announcement_arrives_at_the_sound_card_as_it_should() {
    let machine = Machine::new(FILE);
    let output = machine.speak();
    assert!(output.status.success(), "{output:?}");
    assert!(words(&output.stdout).contains("播报完成"), "{output:?}");
    let heard = machine.heard();
    // What sounds: two tones, then head and tail twice in Mandarin and once in English.
    assert_eq!(tone(&heard, 50, 400), Some(659.26));
    assert_eq!(tone(&heard, 700, 1_000), Some(523.25));
    is_as_loud_as_it_should_be("chime", &heard, 0, CHIME_MS);
    let mut at = CHIME_MS;
    let mut pause = AFTER_CHIME_MS;
    for units in [[UNITS[0], UNITS[1]], [UNITS[0], UNITS[1]], [UNITS[2], UNITS[3]]] {
        for (unit, hz, ms) in units {
            assert_eq!(tone(&heard, at + 20, at + pause - 20), None, "silence before {unit} at {at} ms");
            at += pause;
            assert_eq!(tone(&heard, at + 20, at + ms - 20), Some(hz), "{unit} at {at} ms");
            is_as_loud_as_it_should_be(unit, &heard, at, at + ms);
            at += ms;
            pause = JOIN_MS;
        }
        pause = BETWEEN_MS;
    }
    let lasts_ms = heard.len() / 48;
    assert!(lasts_ms.abs_diff(at as usize) < 20, "{lasts_ms} ms instead of {at} ms");
}

/// A part by itself: over the whole, pauses that are shorter than a block of BS.1770 (400 ms) count as quiet speech.
fn is_as_loud_as_it_should_be(part: &str, heard: &[f32], from_ms: u32, to_ms: u32) {
    // The last samples may be zero.
    let end = heard.len().min((to_ms * 48) as usize);
    let (lufs, peak_dbtp) = loudness(&heard[(from_ms * 48) as usize..end], RATE_HZ);
    println!("{part}: {lufs:.2} LUFS, {peak_dbtp:.2} dBTP");
    assert!((lufs + 18.0).abs() <= 1.0 && peak_dbtp <= -1.5, "{part}: {lufs} LUFS, {peak_dbtp} dBTP");
}

#[test]
fn a_machine_without_a_sound_card_says_so_and_what_to_do() {
    let output = Machine::new(NO_CARD).speak();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = words(&output.stderr);
    assert!(said.contains("There is no sound card to speak with") && said.contains("没有可用的声卡"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_damaged_clip_is_named_and_the_rest_is_heard() {
    let machine = Machine::new(FILE);
    fs::write(Path::new(&machine.path("pack/zh/head/A001.wav")), "RIFF").unwrap();
    let output = machine.speak();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = words(&output.stderr);
    assert!(said.contains("zh/head/A001 of the recorded voice is damaged") && said.contains("已损坏"), "{said}");
    let heard = machine.heard();
    assert_eq!(tone(&heard, 50, 400), Some(659.26));
    assert_eq!(tone(&heard, CHIME_MS + AFTER_CHIME_MS + 20, CHIME_MS + AFTER_CHIME_MS + 780), Some(1_320.0));
}

#[test]
fn a_card_that_can_not_be_opened_to_an_end_keeps_nobody_waiting() {
    let machine = Machine::new(HANGS);
    let pipe = machine.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    machine.write("asound.conf", &format!("</usr/share/alsa/alsa.conf>\n{}", HANGS.replace("PIPE", &pipe)));
    let began = Instant::now();
    let output = machine.speak();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = words(&output.stderr);
    assert!(said.contains("The sound card does not play on") && said.contains("声卡停止播放"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
