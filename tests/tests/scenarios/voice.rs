//! A real display with a sound card, which is a file behind the real ALSA: who hears a call, and who hears of it when nobody does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use protocol::view::ManagerView;
use protocol::{Subject, View};
use tempfile::TempDir;
use tests::card::{Card, Fault};
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::device::Display;
use crate::until_within;

/// The chime lasts 1.35 s; the rest is for a busy machine.
const HEARD_WITHIN: Duration = Duration::from_secs(15);
const PANEL: &str = r#"panel = { back_end = "file", file = "panel.txt" }"#;

/// A machine's sound, which a test may unplug.
struct Sound(TempDir);

impl Sound {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn heard(&self) -> PathBuf {
        self.0.path().join("heard.wav")
    }

    /// ALSA looks at its configuration each time it opens a card.
    fn configure(&self, card: &str) {
        let config = format!("</usr/share/alsa/alsa.conf>\n{card}");
        fs::write(self.0.path().join("asound.conf"), config).unwrap();
    }

    fn plug_in(&self) {
        let file = self.heard();
        self.configure(&format!(
            "pcm.heard {{ type file slave.pcm \"null\" file \"{}\" format \"wav\" }}\n\
             pcm.!default {{ type plug slave {{ pcm \"heard\" format S16_LE rate 48000 channels 2 }} }}\n",
            file.display()
        ));
    }

    fn unplug(&self) {
        self.configure("pcm.!default { type hw card 77 }\n");
    }

    fn under(&self) -> Vec<String> {
        vec!["env".into(), format!("ALSA_CONFIG_PATH={}", self.0.path().join("asound.conf").display())]
    }
}

/// Whether something sounds in a WAV file.
fn sounds(wav: &Path) -> bool {
    fs::read(wav).is_ok_and(|bytes| bytes.iter().skip(44).any(|byte| *byte != 0))
}

async fn hall_with(sound: &Sound) -> (Hall, Display) {
    hall_under(&sound.under()).await
}

async fn hall_under(under: &[String]) -> (Hall, Display) {
    let hall = Hall::start(Setup::default()).await;
    let display = Display::start_with(&hall, PANEL, r#"voice = { back_end = "alsa" }"#, under);
    assert_eq!(hall.clerk(1).await.at(1, "open").await.status, 200);
    display.shows("01号窗口").await;
    (hall, display)
}

async fn call(hall: &Hall) -> String {
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(hall.clerk(1).await.at(1, "call_next").await.number(), number);
    number
}

async fn trouble_is(hall: &Hall, words: Option<&str>) {
    let cookie = hall.manager().await.cookie();
    let mut socket = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    let fits = |manager: &ManagerView| {
        let display = manager.devices.iter().find(|device| device.name == "display-1")?;
        let told = display.trouble.as_ref().map(|text| format!("{} {}", text.zh, text.en));
        let fits = match words {
            Some(words) => told.is_some_and(|told| told.contains(words)),
            None => told.is_none(),
        };
        fits.then_some(())
    };
    socket.view(|view| if let View::Manager(manager) = view { fits(manager) } else { None }).await;
}

/// The console of window 1 says that its call was spoken.
async fn spoken(hall: &Hall) {
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut screen = Socket::open_as(hall.address, &hall.clerk(1).await.cookie(), console).await;
    let spoken = |view: &View| match view {
        View::Clerk(clerk) if clerk.announced.spoken => Some(()),
        _ => None,
    };
    screen.view(spoken).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_heard_and_the_clerk_knows_that_it_was() {
    let sound = Sound::new();
    sound.plug_in();
    let (hall, display) = hall_with(&sound).await;
    let number = call(&hall).await;
    display.shows(&number).await;
    let file = sound.heard();
    until_within(HEARD_WITHIN, "something is heard", async || sounds(&file)).await;
    spoken(&hall).await;
    trouble_is(&hall, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_sound_card_the_light_goes_on_and_the_voice_comes_back_by_itself() {
    let sound = Sound::new();
    sound.unplug();
    let (hall, display) = hall_with(&sound).await;
    let number = call(&hall).await;
    display.shows(&number).await;
    trouble_is(&hall, Some("没有可用的声卡")).await;
    trouble_is(&hall, Some("There is no sound card to speak with")).await;
    assert!(!sounds(&sound.heard()));
    sound.plug_in();
    assert_eq!(hall.clerk(1).await.at(1, "start").await.status, 200);
    assert_eq!(hall.clerk(1).await.at(1, "finish").await.status, 200);
    call(&hall).await;
    spoken(&hall).await;
    trouble_is(&hall, None).await;
    assert!(sounds(&sound.heard()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_muted_display_shows_and_is_silent_and_the_manager_sees_it() {
    let sound = Sound::new();
    sound.plug_in();
    let (hall, display) = hall_with(&sound).await;
    signal(&display, "-USR1");
    trouble_is(&hall, Some("语音已静音")).await;
    let number = call(&hall).await;
    display.shows(&number).await;
    // Longer than the voice needs to begin.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!sounds(&sound.heard()));
    signal(&display, "-USR2");
    trouble_is(&hall, None).await;
}

fn signal(display: &Display, which: &str) {
    assert!(Command::new("kill").args([which, &display.0.pid().to_string()]).status().unwrap().success());
}

/// The visit ends and the next is called, which the panel shows whatever the voice does.
async fn next(hall: &Hall, display: &Display) {
    for act in ["start", "finish"] {
        assert_eq!(hall.clerk(1).await.at(1, act).await.status, 200);
    }
    display.shows(&call(hall).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_busy_unplugged_or_stuck_is_named_and_the_next_call_is_heard_when_it_is_well() {
    let card = Card::new();
    let (hall, display) = hall_under(&card.under()).await;
    display.shows(&call(&hall).await).await;
    spoken(&hall).await;

    card.breaks(Fault::Busy);
    next(&hall, &display).await;
    trouble_is(&hall, Some("声卡被其他程序占用")).await;
    trouble_is(&hall, Some("Another program uses the sound card")).await;
    card.is_mended(Fault::Busy);
    next(&hall, &display).await;
    spoken(&hall).await;
    trouble_is(&hall, None).await;

    let _ = card.heard_first_ns();
    next(&hall, &display).await;
    until_within(HEARD_WITHIN, "it sounds", async || card.heard_first_ns().is_some()).await;
    card.breaks(Fault::Unplugged);
    trouble_is(&hall, Some("播报时声卡断开")).await;
    trouble_is(&hall, Some("The sound card was lost during an announcement")).await;
    next(&hall, &display).await;
    trouble_is(&hall, Some("没有可用的声卡")).await;
    card.is_mended(Fault::Unplugged);
    next(&hall, &display).await;
    spoken(&hall).await;
    trouble_is(&hall, None).await;

    card.breaks(Fault::Stuck);
    next(&hall, &display).await;
    trouble_is(&hall, Some("声卡停止播放")).await;
    card.is_mended(Fault::Stuck);
    next(&hall, &display).await;
    spoken(&hall).await;
    trouble_is(&hall, None).await;
}
