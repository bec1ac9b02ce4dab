//! A whole display, with a panel and a voice in files, against a WebSocket server whose every word the test says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]

use std::{
    f64::consts::TAU,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use firmware_config::{Profile, Role, program::Recent};
use futures_util::{SinkExt, StreamExt};
use hound::WavReader;
use jiff::tz::TimeZone;
use protocol::{
    FromClient, FromServer, Subject, Text, View,
    order::Language,
    view::{CallView, Form, WindowState, WindowView},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};
use window_display::shell::{open_screen, run};

const PATIENCE: Duration = Duration::from_secs(10);
const HALL_MS: u64 = 1_795_413_600_000;

/// A hall with one display above window 5.
struct Hall {
    directory: tempfile::TempDir,
    listener: TcpListener,
    socket: Option<WebSocketStream<TcpStream>>,
    stop: Option<oneshot::Sender<()>>,
    display: JoinHandle<()>,
}

impl Hall {
    async fn open(pack: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let profile = profile(directory.path(), listener.local_addr().unwrap().port(), pack);
        let (stop, stopped) = oneshot::channel::<()>();
        let display = tokio::spawn(async move {
            let Role::Display(device) = &profile.role else { panic!("no display") };
            let zone = jiff::tz::offset(8).to_time_zone();
            let (_mute, muted) = mpsc::channel(1);
            let screen = open_screen(&profile.role).unwrap();
            let stopped = async { drop(stopped.await) };
            run(&profile, device, screen, zone, muted, Recent::default(), stopped).await.unwrap();
        });
        let mut hall = Self { directory, listener, socket: None, stop: Some(stop), display };
        assert_eq!(hall.welcome().await, None);
        hall
    }

    /// Takes the next connection, and says from where it resumes.
    async fn welcome(&mut self) -> Option<u64> {
        let (stream, _) = timeout(PATIENCE, self.listener.accept()).await.expect("no display came").unwrap();
        self.socket = Some(accept_async(stream).await.unwrap());
        let FromClient::Hello { subject, resume_from, .. } = self.hear().await else { panic!("no hello") };
        assert_eq!(subject, Subject::Display { window: 5 });
        let (hall, time_zone) = (Text::new("大厅", "Hall"), "Asia/Shanghai".into());
        self.say(&FromServer::Welcome { version: 1, hall, time_zone, now_ms: HALL_MS }).await;
        assert!(matches!(self.hear().await, FromClient::Trouble { .. }));
        loop {
            match self.hear().await {
                FromClient::Voice { .. } => return resume_from,
                FromClient::Spoken { .. } => {}
                other => panic!("no word of a voice: {other:?}"),
            }
        }
    }

    /// Gives leave to speak a call, and hears that it begins.
    async fn leave(&mut self, call: Option<CallView>) {
        self.say(&FromServer::Ready).await;
        let FromClient::Voice { clock_ms, .. } = self.hear().await else { panic!("the voice is not ready") };
        let call = call.unwrap();
        let seq = call.seq;
        self.say(&FromServer::Speak { call, form: Form::Full, until_ms: clock_ms + 2_000 }).await;
        match self.hear().await {
            FromClient::Speaking { call, lasts_ms } => assert_eq!((call, lasts_ms), (seq, 1_350)),
            other => panic!("it does not begin: {other:?}"),
        }
    }

    /// The next message that is no pulse, and not about the machine.
    async fn hear(&mut self) -> FromClient {
        loop {
            match self.hear_all().await {
                FromClient::Pulse | FromClient::Health { .. } => {}
                message => return message,
            }
        }
    }

    async fn hear_all(&mut self) -> FromClient {
        let socket = self.socket.as_mut().unwrap();
        loop {
            let frame = timeout(PATIENCE, socket.next()).await.expect("the display is silent").unwrap().unwrap();
            if let Message::Text(text) = frame {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    async fn say(&mut self, message: &FromServer) {
        let text = serde_json::to_string(message).unwrap();
        self.socket.as_mut().unwrap().send(Message::text(text)).await.unwrap();
    }

    async fn view(&mut self, seq: u64, state: WindowState, call: Option<CallView>) {
        let number = call.as_ref().map(|call| call.number.clone());
        let window = WindowView { window: 5, zone: 'A', name: Text::default(), state, number, call, before: vec![] };
        self.say(&FromServer::View { seq, now_ms: HALL_MS + 1_000, view: View::Window(window) }).await;
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn panel_says(&self, text: &str) {
        let said = || fs::read_to_string(self.file("panel.txt")).unwrap_or_default();
        let waited = timeout(PATIENCE, async {
            while said().lines().next() != Some(text) {
                sleep(Duration::from_millis(20)).await;
            }
        });
        assert!(waited.await.is_ok(), "expected {text}, the panel says {}", said());
    }

    async fn close(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(PATIENCE, &mut self.display).await.expect("the display does not stop").unwrap();
        self.panel_says("离线 14:00 Offline").await;
    }
}

fn profile(directory: &Path, port: u16, pack: &str) -> Profile {
    let text = format!(
        r#"
        name = "display-5"
        server = "http://127.0.0.1:{port}"
        key = "k"
        [display]
        window = 5
        panel = {{ back_end = "file", file = "panel.txt" }}
        voice = {{ back_end = "wav", directory = "voice", {pack} }}
        "#
    );
    Profile::parse(&directory.join("display.toml"), &text).unwrap()
}

fn call(number: &str, seq: u64) -> Option<CallView> {
    let number = number.into();
    Some(CallView { seq, number, window: 5, zone: 'A', at_ms: HALL_MS, recalls: 0, language: Language::Zh })
}

fn samples(path: &Path) -> Vec<f64> {
    let mut wav = WavReader::open(path).unwrap();
    assert_eq!((wav.spec().sample_rate, wav.spec().channels), (48_000, 1));
    wav.samples::<i16>().map(|sample| f64::from(sample.unwrap()) / 32_767.0).collect()
}

/// The amplitude of one frequency (Goertzel's algorithm, 1958).
fn amplitude(samples: &[f64], hz: f64) -> f64 {
    let w = TAU * hz / 48_000.0;
    let (s1, s2) = samples.iter().fold((0.0, 0.0), |(s1, s2), sample| (sample + 2.0 * w.cos() * s1 - s2, s1));
    2.0 * (s1 * s1 + s2 * s2 - 2.0 * w.cos() * s1 * s2).max(0.0).sqrt() / samples.len() as f64
}

#[tokio::test]
async fn the_server_hears_how_the_machine_is_as_soon_as_it_listens() {
    let mut hall = Hall::open("").await;
    let health = loop {
        if let FromClient::Health { health } = hall.hear_all().await {
            break health;
        }
    };
    assert_eq!(health.program, concat!("window-display ", env!("CARGO_PKG_VERSION")));
    assert!(health.up_s > 0 && health.disk_free_percent.is_some());
}

#[tokio::test]
async fn a_call_is_seen_heard_and_confirmed_and_a_cut_repeats_nothing() {
    let mut hall = Hall::open("").await;
    hall.view(10, WindowState::Idle, None).await;
    hall.panel_says("05号窗口").await;
    hall.view(11, WindowState::Calling, call("A012", 11)).await;
    assert_eq!(hall.hear().await, FromClient::Shown { call: 11 });
    let panel = fs::read_to_string(hall.file("panel.txt")).unwrap();
    assert_eq!(panel.lines().next(), Some("请A012到05号窗口"));
    assert_eq!(panel.lines().skip(1).map(str::len).collect::<Vec<_>>(), [128; 16]);
    hall.leave(call("A012", 11)).await;
    assert_eq!(hall.hear().await, FromClient::Spoken { call: 11 });
    let chime = samples(&hall.file("voice/call-0000000011.wav"));
    assert_eq!(chime.len(), 1_350 * 48);
    assert!(amplitude(&chime[..400 * 48], 659.26) > 10.0 * amplitude(&chime[..400 * 48], 523.25));
    assert!(amplitude(&chime[750 * 48..], 523.25) > 3.0 * amplitude(&chime[750 * 48..], 659.26));

    hall.socket = None;
    assert_eq!(hall.welcome().await, Some(11));
    hall.view(11, WindowState::Calling, call("A012", 11)).await;
    assert_eq!(hall.hear().await, FromClient::Shown { call: 11 });
    hall.view(12, WindowState::Calling, call("A013", 12)).await;
    assert_eq!(hall.hear().await, FromClient::Shown { call: 12 });
    hall.leave(call("A013", 12)).await;
    assert_eq!(hall.hear().await, FromClient::Spoken { call: 12 });
    let files = fs::read_dir(hall.file("voice")).unwrap().count();
    assert_eq!(files, 4, "two announcements, each with its cue");
    hall.close().await;
}

#[tokio::test]
async fn a_missing_recorded_voice_is_told_to_the_server() {
    let mut hall = Hall::open(r#"pack = "nowhere""#).await;
    hall.view(11, WindowState::Calling, call("A012", 11)).await;
    assert_eq!(hall.hear().await, FromClient::Shown { call: 11 });
    hall.leave(call("A012", 11)).await;
    let FromClient::Trouble { trouble: Some(trouble) } = hall.hear().await else { panic!("no trouble was told") };
    assert!(
        trouble.en.starts_with("There is no recorded voice at ") && trouble.zh.starts_with("没有语音包"),
        "{trouble:?}"
    );
    assert_eq!(hall.hear().await, FromClient::Spoken { call: 11 });
    hall.close().await;
}

#[tokio::test]
async fn a_panel_that_cannot_be_written_is_told_and_tried_again() {
    let mut hall = Hall::open("").await;
    hall.panel_says("连接 Connecting").await;
    fs::remove_file(hall.file("panel.txt")).unwrap();
    fs::create_dir(hall.file("panel.txt")).unwrap();
    hall.view(11, WindowState::Calling, call("A012", 11)).await;
    assert!(
        matches!(hall.hear().await, FromClient::Trouble { trouble: Some(text) } if text.zh.starts_with("显示屏写入失败"))
    );
    fs::remove_dir(hall.file("panel.txt")).unwrap();
    let heard = [hall.hear().await, hall.hear().await];
    assert_eq!(heard, [FromClient::Trouble { trouble: None }, FromClient::Shown { call: 11 }]);
    hall.panel_says("请A012到05号窗口").await;
    hall.close().await;
}

#[tokio::test]
async fn a_silent_server_is_seen_on_the_panel_after_five_seconds() {
    let mut hall = Hall::open("").await;
    hall.view(11, WindowState::Calling, call("A012", 11)).await;
    assert_eq!(hall.hear().await, FromClient::Shown { call: 11 });
    hall.panel_says("离线 14:00 Offline").await;
    hall.close().await;
}

#[tokio::test]
async fn a_display_whose_server_cannot_exist_does_not_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut profile = profile(directory.path(), 1, "");
    profile.server = "https://hall:1".into();
    let Role::Display(device) = &profile.role else { panic!("no display") };
    let (_mute, muted) = mpsc::channel(1);
    let run = run(&profile, device, None, TimeZone::UTC, muted, Recent::default(), async {});
    let error = run.await.unwrap_err();
    assert!(error.to_string().contains("https://hall:1") && error.to_string().contains("服务器地址不正确"));
}
