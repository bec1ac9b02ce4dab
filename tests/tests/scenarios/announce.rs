//! Twenty windows call at once, again and again: real displays show each call at once and speak one after another in their zone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use caller_server::gate::Gate;
use futures_util::future::join_all;
use protocol::view::{Alarm, ClerkView, DeviceRole, ManagerView, Speech};
use protocol::{Answer, Subject, View};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::device::{Device, Display, freeze, thaw};
use crate::{times, until_within};

/// The windows that call, ten in each zone: every one takes any ticket.
const WINDOWS: u16 = 20;
/// How often they do.
const BURSTS: u32 = 10;
/// From the last answer to the light, with forty programs on the machine, ms.
const SHOWN_MS_MAX: u128 = 2_000;
/// Half of a spoken unit, ms: a sentence takes twice as long, and a pause.
const UNIT_MS: u32 = 60;
/// How loud it is, of 32,767.
const UNIT_LEVEL: i16 = 8_000;
/// Between the units of a sentence, ms: less is silence of the same announcement.
const JOIN_MS: u64 = 220;
/// A burst is spoken within this time.
const SPOKEN_WITHIN: Duration = Duration::from_secs(60);

/// A zone's windows, after the hall of Tongxiang.
fn zone(window: u16) -> char {
    if window <= 10 { 'A' } else { 'B' }
}

/// What one announcement was, by the file that the voice wrote.
#[derive(Debug, Clone)]
struct Heard {
    call: u64,
    start_ms: u64,
    end_ms: u64,
    /// When there was sound, by the same clock: from when to when, ms.
    loud_ms: Vec<(u64, u64)>,
}

/// Who calls, and what hangs above.
struct Window {
    number: u16,
    clerk: Client,
    display: Display,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_windows_call_at_once_and_every_call_is_shown_and_spoken_in_turn() {
    let hall = Hall::start(Setup { clerks: WINDOWS, displays: WINDOWS, ..Setup::default() }).await;
    let pack = tempfile::tempdir().unwrap();
    let mut windows = Vec::new();
    for number in 1..=WINDOWS {
        record(pack.path(), &format!("tail/{number:02}"));
        let mut clerk = hall.clerk(number).await;
        assert_eq!(clerk.at(number, "open").await.status, 200);
        windows.push(Window { number, clerk, display: Display::start_quick(&hall, number, pack.path()) });
    }
    for window in &windows {
        window.display.shows(&format!("{:02}号窗口", window.number)).await;
    }
    let mut dispenser = hall.dispenser(1).await;
    let mut slowest_ms = 0;
    for burst in 1..=times("YIHAO_BURSTS", BURSTS) {
        for _ in 0..WINDOWS {
            let number = dispenser.issue().await.number();
            record(pack.path(), &format!("head/{number}"));
        }
        let (seqs, shown_ms) = call(&mut windows).await;
        slowest_ms = slowest_ms.max(shown_ms);
        let heard = everything_spoken(&windows, &seqs).await;
        let longest_ms = judge(&windows, &seqs, &heard);
        println!("burst {burst}: the last light after {shown_ms} ms, the last word after {longest_ms} ms");
        for window in &mut windows {
            assert_eq!(window.clerk.at(window.number, "start").await.status, 200);
            assert_eq!(window.clerk.at(window.number, "finish").await.status, 200);
        }
    }
    assert!(slowest_ms < SHOWN_MS_MAX, "the last light after {slowest_ms} ms");
}

/// All call at the same moment. Gives the position of each window's call, and how long after the last answer all were shown.
async fn call(windows: &mut [Window]) -> (BTreeMap<u16, u64>, u128) {
    let calls = windows.iter_mut().map(async |window| {
        let answer = window.clerk.at(window.number, "call_next").await.answer();
        let Answer::Called { call } = answer else { panic!("no call: {answer:?}") };
        (window.number, call)
    });
    let began = Instant::now();
    let calls = join_all(calls).await;
    assert!(began.elapsed() < Duration::from_secs(1), "they call within a second, not {:?}", began.elapsed());
    let answered = Instant::now();
    for (number, call) in &calls {
        windows[usize::from(*number) - 1].display.shows(&format!("请{}到{number:02}号窗口", call.number)).await;
    }
    let shown_ms = answered.elapsed().as_millis();
    (calls.into_iter().map(|(number, call)| (number, call.seq)).collect(), shown_ms)
}

/// Waits until the file of each call is there and its time is over.
async fn everything_spoken(windows: &[Window], seqs: &BTreeMap<u16, u64>) -> BTreeMap<u16, Heard> {
    let all = || -> Option<BTreeMap<u16, Heard>> {
        windows.iter().map(|window| Some((window.number, cue(&window.display.0, seqs[&window.number])?))).collect()
    };
    let over = |heard: BTreeMap<u16, Heard>| heard.values().all(|heard| heard.end_ms < now_ms());
    until_within(SPOKEN_WITHIN, "every call is spoken", async || all().is_some_and(over)).await;
    all().unwrap()
}

/// In a zone no two sound at once, and they come in the order of the journal. How long the last waited, ms.
fn judge(windows: &[Window], seqs: &BTreeMap<u16, u64>, heard: &BTreeMap<u16, Heard>) -> u64 {
    for of in ['A', 'B'] {
        let mut line: Vec<&Heard> =
            windows.iter().filter(|window| zone(window.number) == of).map(|window| &heard[&window.number]).collect();
        line.sort_by_key(|heard| heard.start_ms);
        for pair in line.windows(2) {
            assert!(pair[0].end_ms <= pair[1].start_ms, "zone {of}: two voices at once: {pair:?}");
            assert!(pair[0].call < pair[1].call, "zone {of}: out of order: {pair:?}");
            let (last, first) = (pair[0].loud_ms.last().unwrap(), pair[1].loud_ms.first().unwrap());
            assert!(last.1 <= first.0, "zone {of}: two sounds at once: {pair:?}");
        }
        assert_eq!(line.len(), seqs.keys().filter(|window| zone(**window) == of).count());
    }
    let (first, last) = (heard.values().map(|h| h.start_ms).min(), heard.values().map(|h| h.end_ms).max());
    last.unwrap() - first.unwrap()
}

fn cue(device: &Device, call: u64) -> Option<Heard> {
    let text = fs::read_to_string(device.path(&format!("voice/call-{call:010}.json"))).ok()?;
    let cue: Value = serde_json::from_str(&text).ok()?;
    assert_eq!(cue["sentence"], true, "the chime alone: {text}");
    let (start_ms, end_ms) = (cue["start_ms"].as_u64()?, cue["end_ms"].as_u64()?);
    let loud_ms = loud(&fs::read(device.path(&format!("voice/call-{call:010}.wav"))).unwrap(), start_ms);
    // Head and tail of the last sentence are heard, with the pause between them, and it ends when the cue says so.
    let [.., head, tail] = loud_ms[..] else { panic!("no sentence: {loud_ms:?}") };
    for (from, to) in [head, tail] {
        assert!((to - from).abs_diff(UNIT_MS.into()) <= 2, "{loud_ms:?}");
    }
    assert!((tail.0 - head.1).abs_diff(JOIN_MS) <= 2 && tail.1.abs_diff(end_ms) <= 2, "{loud_ms:?}, to {end_ms}");
    Some(Heard { call, start_ms, end_ms, loud_ms })
}

/// When something sounds in a WAV file of 16 bits, 48 kHz and one channel that begins at `start_ms`. What is silent for less than 20 ms is
/// sound: a wave passes zero.
fn loud(wav: &[u8], start_ms: u64) -> Vec<(u64, u64)> {
    let at = wav.windows(4).position(|four| four == b"data").unwrap() + 8;
    let samples = wav[at..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
    let mut loud: Vec<(u64, u64)> = Vec::new();
    for (at_ms, sample) in samples.enumerate().map(|(i, sample)| (start_ms + i as u64 / 48, sample)) {
        match loud.last_mut() {
            _ if sample.abs() < UNIT_LEVEL / 80 => {}
            Some((_, to)) if at_ms < *to + 20 => *to = at_ms + 1,
            _ => loud.push((at_ms, at_ms + 1)),
        }
    }
    loud
}

/// A unit of a recorded voice: a very short tone, so that a burst takes seconds.
pub fn record(pack: &Path, unit: &str) {
    let path = pack.join("zh").join(format!("{unit}.wav"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let samples = 48 * UNIT_MS;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + 2 * samples).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1_u16, 1].map(u16::to_le_bytes).concat());
    bytes.extend([48_000_u32, 96_000].map(u32::to_le_bytes).concat());
    bytes.extend([2_u16, 16].map(u16::to_le_bytes).concat());
    bytes.extend(b"data");
    bytes.extend((2 * samples).to_le_bytes());
    bytes.extend((0..samples).flat_map(|i| (if i % 96 < 48 { UNIT_LEVEL } else { -UNIT_LEVEL }).to_le_bytes()));
    let hash = Sha256::digest(&bytes).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    fs::write(path, bytes).unwrap();
    let manifest = pack.join("zh/voice.toml");
    let before = fs::read_to_string(&manifest).unwrap_or("format = 1\n".into());
    let entry = format!("[[unit]]\nid = '{unit}'\nfile = '{unit}.wav'\nsha256 = '{hash}'\n");
    // Beside it first: a display may read it now.
    let beside = pack.join("zh/voice.toml.new");
    fs::write(&beside, before + &entry).unwrap();
    fs::rename(beside, manifest).unwrap();
}

fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A display whose voice is stopped is an alarm with its name; the next window is spoken all the same, and when it is back the
/// call is spoken late.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_that_does_not_answer_holds_up_nobody_and_is_named_to_the_manager() {
    let hall = Hall::start(Setup { displays: 2, ..Setup::default() }).await;
    let pack = tempfile::tempdir().unwrap();
    let mut windows = Vec::new();
    for number in 1..=2 {
        record(pack.path(), &format!("tail/{number:02}"));
        let mut clerk = hall.clerk(number).await;
        assert_eq!(clerk.at(number, "open").await.status, 200);
        windows.push(Window { number, clerk, display: Display::start_quick(&hall, number, pack.path()) });
        windows[usize::from(number) - 1].display.shows(&format!("{number:02}号窗口")).await;
    }
    let mut dispenser = hall.dispenser(1).await;
    let mut seqs = BTreeMap::new();
    freeze(windows[0].display.0.pid());
    for window in &mut windows {
        let number = dispenser.issue().await.number();
        record(pack.path(), &format!("head/{number}"));
        let answer = window.clerk.at(window.number, "call_next").await.answer();
        let Answer::Called { call } = answer else { panic!("no call: {answer:?}") };
        seqs.insert(window.number, call.seq);
    }
    let spoken = until_within(Duration::from_secs(10), "window 2 is spoken", async || {
        cue(&windows[1].display.0, seqs[&2]).is_some()
    });
    println!("window 2 is spoken {} ms after the calls", spoken.await.as_millis());
    for code in ["voice_silent", "not_shown"] {
        let named = |manager: &ManagerView| {
            let of_it = |alarm: &&Alarm| alarm.code == code && alarm.text.en.contains("'display-1'");
            manager.alarms.iter().find(of_it).map(drop)
        };
        manager_sees(&hall, named).await;
    }
    speech_is(&hall, 2, Speech::Spoken).await;
    speech_is(&hall, 1, Speech::Queued).await;
    thaw(windows[0].display.0.pid());
    speech_is(&hall, 1, Speech::Spoken).await;
    assert!(cue(&windows[0].display.0, seqs[&1]).is_some());
    manager_sees(&hall, |manager| (!manager.alarms.iter().any(|alarm| alarm.code == "voice_silent")).then_some(()))
        .await;
}

/// A zone with a voice of its own: it speaks for a window above which nothing hangs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zones_speaker_speaks_for_a_window_without_a_display() {
    let own = "en = \"Hall A\"\nspeakers = [\"speaker-1\"]";
    let config = Setup::default().config.replacen("en = \"Hall A\"", own, 1);
    let hall = Hall::start(Setup { config, ..Setup::default() }).await;
    let key = Gate::open(hall.data_dir()).unwrap().devices().add("speaker-1", DeviceRole::Speaker, None, 0).unwrap();
    let pack = tempfile::tempdir().unwrap();
    record(pack.path(), "tail/02");
    let speaker = Device::start_speaker(&hall, &key, pack.path());
    let mut clerk = hall.clerk(2).await;
    assert_eq!(clerk.at(2, "open").await.status, 200);
    let number = hall.dispenser(1).await.issue().await.number();
    record(pack.path(), &format!("head/{number}"));
    let Answer::Called { call } = clerk.at(2, "call_next").await.answer() else { panic!("no call") };
    speech_is(&hall, 2, Speech::Spoken).await;
    let heard = cue(&speaker, call.seq).unwrap();
    assert!(heard.end_ms - heard.start_ms > 1_350, "a chime, and the sentence twice: {heard:?}");
}

async fn manager_sees(hall: &Hall, fits: impl Fn(&ManagerView) -> Option<()>) {
    let cookie = hall.manager().await.cookie();
    let mut socket = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    let seen = socket.view(|view| if let View::Manager(manager) = view { fits(manager) } else { None });
    tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap();
}

async fn speech_is(hall: &Hall, window: u16, speech: Speech) {
    let console = Subject::Clerk { window, console: format!("console-{window}") };
    let mut socket = Socket::open_as(hall.address, &hall.clerk(window).await.cookie(), console).await;
    let fits = |clerk: &ClerkView| (clerk.announced.speech == Some(speech)).then_some(());
    let seen = socket.view(|view| if let View::Clerk(clerk) = view { fits(clerk) } else { None });
    tokio::time::timeout(Duration::from_secs(20), seen)
        .await
        .unwrap_or_else(|_| panic!("window {window}: not {speech:?}"));
}
