//! From a call to the first sample at the sound card: real server, real display, ALSA.

use std::fs::{self, File};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tempfile::TempDir;

use super::{Percentiles, progress};
use crate::card::Card;
use crate::hall::{Hall, Setup, command_under, program};

/// What is not heard by then never will be.
const WITHIN: Duration = Duration::from_secs(10);
/// The chime, and the card is closed again.
const SOUNDS: Duration = Duration::from_millis(2_000);

/// How long after a call the sound card has the first sample that is not silence.
#[derive(Debug, Serialize)]
pub struct FirstSound {
    /// From the answer that the clerk gets.
    pub answer_to_first_sample_ms: Percentiles,
    /// From the clerk's press.
    pub press_to_first_sample_ms: Percentiles,
}

/// Measures so many calls, one after another.
pub async fn measure(calls: u32) -> FirstSound {
    progress("from a call to the first sample at the sound card");
    let hall = Hall::start(Setup::default()).await;
    let card = Card::new();
    let display = Display::start(&hall, &card);
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    tokio::time::sleep(SOUNDS).await;
    let (mut after_answer, mut after_press) = (Vec::new(), Vec::new());
    for _ in 0..calls {
        dispenser.issue().await.number();
        let pressed = now();
        clerk.at(1, "call_next").await.number();
        let answered = now();
        let heard = heard(&card).await;
        // It may even come before the answer: both follow from the same flush.
        after_answer.push(heard.saturating_sub(answered));
        after_press.push(heard.saturating_sub(pressed));
        tokio::time::sleep(SOUNDS).await;
        for act in ["start", "finish"] {
            assert_eq!(clerk.at(1, act).await.status, 200);
        }
    }
    drop(display);
    FirstSound {
        answer_to_first_sample_ms: Percentiles::of(after_answer),
        press_to_first_sample_ms: Percentiles::of(after_press),
    }
}

async fn heard(card: &Card) -> Duration {
    let began = Instant::now();
    loop {
        if let Some(at_ns) = card.heard_first_ns() {
            return Duration::from_nanos(u64::try_from(at_ns).unwrap());
        }
        assert!(began.elapsed() < WITHIN, "nothing is heard");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

struct Display {
    process: Child,
    _own: TempDir,
}

impl Display {
    fn start(hall: &Hall, card: &Card) -> Self {
        let own = tempfile::tempdir().unwrap();
        let (server, key) = (hall.address, &hall.display_keys[0]);
        let profile = format!(
            "name = \"display-1\"\nserver = \"http://{server}\"\nkey = \"{key}\"\nlog = \"warn\"\n\
             [display]\nwindow = 1\npanel.back_end = \"none\"\nvoice.back_end = \"alsa\"\n"
        );
        fs::write(own.path().join("profile.toml"), profile).unwrap();
        let log = File::create(own.path().join("log")).unwrap();
        let mut command = command_under(&card.under(), &program("window-display"));
        command.arg("--profile").arg(own.path().join("profile.toml")).stdin(Stdio::null()).stderr(log);
        Self { process: command.spawn().unwrap(), _own: own }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
