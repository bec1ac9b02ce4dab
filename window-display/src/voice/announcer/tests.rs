//! An announcer with voices that end, break off, hang or are silenced.

use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::{order::Language, view::Form};
use tokio::{runtime, time::timeout};

use super::*;
use crate::display::Sentence;

/// What a voice does each time it is asked whether it sounds.
type Sounds = Box<dyn FnMut() -> Result<Option<bool>, VoiceError> + Send>;

struct Play {
    lasts: Duration,
    sounds: Sounds,
    stopped: Arc<AtomicUsize>,
}

impl Voice for Play {
    fn begin(&mut self, _: &Announcement) -> Result<Speech, VoiceError> {
        Ok(Speech { lasts: self.lasts, missing: None })
    }

    fn sounds(&mut self) -> Result<Option<bool>, VoiceError> {
        (self.sounds)()
    }

    fn stop(&mut self) {
        self.stopped.fetch_add(1, Ordering::Relaxed);
    }
}

/// Announces once, does something while it sounds, and gives what became of it, after how long, and how often it was stopped.
fn announce(lasts_ms: u64, sounds: Sounds, meanwhile: impl FnOnce(&mut Announcer)) -> (Announced, Duration, usize) {
    let stopped = Arc::new(AtomicUsize::new(0));
    let lasts = Duration::from_millis(lasts_ms);
    let mut announcer = Announcer::start(Box::new(Play { lasts, sounds, stopped: stopped.clone() })).unwrap();
    let (number, language) = ("A012".into(), Language::Zh);
    let asked = Moment::now();
    let what = Sentence::Call { number, window: 5, language };
    let announcement = Announcement { call: 7, what, volume_percent: 100, form: Form::Full };
    announcer.announce(announcement).unwrap();
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        assert_eq!(announcer.report().await, Announced::Began { call: 7, lasts });
        meanwhile(&mut announcer);
        let last = timeout(Duration::from_secs(20), announcer.report()).await.unwrap();
        (last, asked.elapsed(), stopped.load(Ordering::Relaxed))
    })
}

#[test]
fn the_end_is_reported_when_it_has_sounded() {
    let (last, after, stopped) = announce(200, Box::new(|| Ok(None)), |_| {});
    assert_eq!((last, stopped), (Announced::Ended { call: 7, missing: None }, 1));
    assert!(after >= Duration::from_millis(200), "{after:?}");
    let (last, after, _) = announce(60_000, Box::new(|| Ok(Some(false))), |_| {});
    assert_eq!(last, Announced::Ended { call: 7, missing: None });
    assert!(after < Duration::from_secs(10), "{after:?}");
}

#[test]
fn muted_it_breaks_off_at_once() {
    let (last, after, stopped) = announce(60_000, Box::new(|| Ok(Some(true))), |announcer| announcer.mute(true));
    let Announced::Failed { call: 7, trouble } = last else { panic!("{last:?}") };
    assert_eq!((trouble.zh.as_str(), stopped), ("语音已静音。", 1));
    assert!(after < Duration::from_secs(1), "{after:?}");
}

#[test]
fn a_sound_card_that_is_lost_while_it_speaks_is_named_and_let_go() {
    let mut left = 5;
    let sounds = move || {
        left -= 1;
        if left > 0 { Ok(Some(true)) } else { Err(VoiceError::Lost { why: "unplugged".into() }) }
    };
    let (last, _, stopped) = announce(60_000, Box::new(sounds), |_| {});
    let Announced::Failed { call: 7, trouble } = last else { panic!("{last:?}") };
    assert!(trouble.en.starts_with("The sound card was lost during an announcement (unplugged)."), "{trouble:?}");
    assert_eq!(stopped, 1);
}

#[test]
fn a_sound_card_that_takes_nothing_is_given_up() {
    let (last, after, _) = announce(100, Box::new(|| Ok(Some(true))), |_| {});
    let Announced::Failed { call: 7, trouble } = last else { panic!("{last:?}") };
    assert!(trouble.zh.starts_with("声卡停止播放"), "{trouble:?}");
    assert!(after >= LATE_MAX, "{after:?}");
}

/// A card whose opening takes its time.
struct Slow {
    opens_at: Arc<(Mutex<bool>, Condvar)>,
    stopped: Arc<AtomicUsize>,
}

impl Voice for Slow {
    fn begin(&mut self, _: &Announcement) -> Result<Speech, VoiceError> {
        let (is_open, opened) = &*self.opens_at;
        drop(opened.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
        Ok(Speech { lasts: Duration::from_millis(50), missing: None })
    }

    fn stop(&mut self) {
        self.stopped.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_sound_card_that_cannot_be_opened_to_an_end_is_given_up_and_used_again_when_it_can() {
    let (opens_at, stopped) = (Arc::new((Mutex::new(false), Condvar::new())), Arc::new(AtomicUsize::new(0)));
    let slow = Slow { opens_at: opens_at.clone(), stopped: stopped.clone() };
    let mut announcer = Announcer::start(Box::new(slow)).unwrap();
    let announcement = |call| {
        let (number, language) = ("A012".into(), Language::Zh);
        let what = Sentence::Call { number, window: 5, language };
        Announcement { call, what, volume_percent: 100, form: Form::Full }
    };
    let stuck = |call| Announced::Failed { call, trouble: VoiceError::Stuck.text() };
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        // The first keeps the thread, the second waits for it, and there is no place for a third.
        for call in [1, 2] {
            announcer.announce(announcement(call)).unwrap();
            assert_eq!(timeout(Duration::from_secs(20), announcer.report()).await.unwrap(), stuck(call));
        }
        assert!(matches!(announcer.announce(announcement(3)), Err(VoiceError::Stuck)));
        *opens_at.0.lock().unwrap() = true;
        opens_at.1.notify_all();
        // Neither of the two is spoken any more.
        while announcer.announce(announcement(4)).is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let lasts = Duration::from_millis(50);
        assert_eq!(announcer.report().await, Announced::Began { call: 4, lasts });
        assert_eq!(announcer.report().await, Announced::Ended { call: 4, missing: None });
    });
    assert_eq!(stopped.load(Ordering::Relaxed), 2, "the first, which began too late, and the last");
}
