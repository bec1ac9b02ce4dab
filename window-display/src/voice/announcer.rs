//! A voice at work: takes an announcement, and reports its beginning, its end, or why it failed.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant as Moment},
};

use protocol::Text;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::{Instant, sleep_until},
};

use super::{Speech, Voice, VoiceError};
use crate::display::Announcement;

/// How often a voice is asked whether it still sounds.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A voice that has not begun after so long is stuck: a sound card may keep who opens it waiting without end.
/// The server lets it begin within 2 s and waits for 0.5 s more.
const BEGIN_MAX: Duration = Duration::from_secs(2);
/// A voice that needs so much longer than its announcement lasts is stuck.
/// The server waits for 2 s.
const LATE_MAX: Duration = Duration::from_millis(1_500);
/// Beginning and end of the one announcement at a time.
const REPORTS_MAX: usize = 2;

/// What becomes of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announced {
    /// It sounds.
    Began {
        /// The position of the call in the journal.
        call: u64,
        /// For how long.
        lasts: Duration,
    },
    /// It was heard to its end.
    Ended {
        /// The position of the call in the journal.
        call: u64,
        /// Why a part of it was missing.
        missing: Option<Text>,
    },
    /// It was not heard, or not to its end.
    Failed {
        /// The position of the call in the journal.
        call: u64,
        /// For people.
        trouble: Text,
    },
}

/// A voice at work. One announcement at a time.
pub struct Announcer {
    hand: Hand,
    mute: Arc<Mute>,
    announcing: Option<u64>,
    /// When it is given up if it has not begun.
    begin_by: Option<Instant>,
    /// Counts the announcements.
    turn: u64,
    /// The last that was given up: what begins later is stopped, and not reported.
    given_up: Arc<AtomicU64>,
}

/// Who speaks.
enum Hand {
    /// A thread of its own, because speaking blocks.
    Thread { ask: mpsc::Sender<(u64, Announcement)>, reports: mpsc::Receiver<Announced> },
    /// Nobody else: a simulated world has a voice that doesn't block, and its own time. What is said when.
    Here { voice: Box<dyn Voice>, said: VecDeque<(Instant, Announced)> },
}

impl Announcer {
    /// Starts a voice.
    ///
    /// # Errors
    /// What the system said, when there is no thread for it.
    pub fn start(mut voice: Box<dyn Voice>) -> io::Result<Self> {
        // One, because the machine asks for the next only when the last has ended.
        let (ask, mut asked) = mpsc::channel::<(u64, Announcement)>(1);
        let (report, reports) = mpsc::channel(REPORTS_MAX);
        let mute = Arc::new(Mute::default());
        let muted = mute.clone();
        let given_up = Arc::new(AtomicU64::new(0));
        let too_late = given_up.clone();
        thread::Builder::new().name("voice".into()).spawn(move || {
            while let Some((turn, announcement)) = asked.blocking_recv() {
                let is_given_up = || turn <= too_late.load(Ordering::Acquire);
                // Who doesn't listen any more is noticed at the end.
                let began = |lasts| drop(report.blocking_send(Announced::Began { call: announcement.call, lasts }));
                let last = announce(voice.as_mut(), &announcement, &muted, is_given_up, began);
                if last.is_some_and(|last| report.blocking_send(last).is_err()) {
                    return;
                }
            }
        })?;
        let hand = Hand::Thread { ask, reports };
        Ok(Self { hand, mute, announcing: None, begin_by: None, turn: 0, given_up })
    }

    /// A voice without a thread, for a simulated world.
    pub fn in_place(voice: Box<dyn Voice>) -> Self {
        let hand = Hand::Here { voice, said: VecDeque::new() };
        let (mute, given_up) = Default::default();
        Self { hand, mute, announcing: None, begin_by: None, turn: 0, given_up }
    }

    /// Asks for an announcement, without waiting for it.
    ///
    /// # Errors
    /// When the voice has ended, or is stuck.
    pub fn announce(&mut self, announcement: Announcement) -> Result<(), VoiceError> {
        let call = announcement.call;
        match &mut self.hand {
            Hand::Thread { ask, .. } => {
                self.turn += 1;
                ask.try_send((self.turn, announcement)).map_err(|error| match error {
                    TrySendError::Full(_) => VoiceError::Stuck,
                    TrySendError::Closed(_) => VoiceError::Ended,
                })?;
                self.begin_by = Some(Instant::now() + BEGIN_MAX);
            }
            Hand::Here { voice, said } => {
                let begun = voice.begin(&announcement);
                let now = Instant::now();
                let mut ends = now;
                if let Ok(Speech { lasts, .. }) = begun {
                    said.push_back((now, Announced::Began { call, lasts }));
                    ends += lasts;
                }
                said.push_back((ends, report(call, begun.map(|speech| speech.missing))));
            }
        }
        self.announcing = Some(call);
        Ok(())
    }

    /// Breaks off what is announced and lets nothing sound, until it is taken back.
    pub fn mute(&mut self, muted: bool) {
        self.mute.set(muted);
        if let (Hand::Here { said, .. }, Some(call), true) = (&mut self.hand, self.announcing, muted) {
            let broken_off = Announced::Failed { call, trouble: VoiceError::Muted.text() };
            *said = VecDeque::from([(Instant::now(), broken_off)]);
        }
    }

    /// What becomes of the announcement that was asked for. Waits without end when there is none.
    pub async fn report(&mut self) -> Announced {
        let report = match &mut self.hand {
            Hand::Thread { reports, .. } => tokio::select! {
                biased;
                report = reports.recv() => report,
                call = late(self.begin_by, self.announcing) => {
                    self.given_up.store(self.turn, Ordering::Release);
                    Some(Announced::Failed { call, trouble: VoiceError::Stuck.text() })
                }
            },
            Hand::Here { said, .. } => match said.front() {
                Some((at, _)) => {
                    sleep_until(*at).await;
                    said.pop_front().map(|(_, report)| report)
                }
                None => pending().await,
            },
        };
        self.begin_by = None;
        match (report, self.announcing) {
            (Some(began @ Announced::Began { .. }), _) => began,
            (Some(last), _) => {
                self.announcing = None;
                last
            }
            (None, Some(call)) => {
                self.announcing = None;
                Announced::Failed { call, trouble: VoiceError::Ended.text() }
            }
            (None, None) => pending().await,
        }
    }
}

/// The call that should have begun by a time, then.
async fn late(begin_by: Option<Instant>, announcing: Option<u64>) -> u64 {
    match (begin_by, announcing) {
        (Some(begin_by), Some(call)) => {
            sleep_until(begin_by).await;
            call
        }
        _ => pending().await,
    }
}

/// Speaks an announcement to its end; `None` when it was given up before it began.
fn announce(
    voice: &mut dyn Voice,
    announcement: &Announcement,
    mute: &Mute,
    is_given_up: impl Fn() -> bool,
    began: impl FnOnce(Duration),
) -> Option<Announced> {
    if is_given_up() {
        return None;
    }
    let ended = match voice.begin(announcement) {
        _ if is_given_up() => {
            voice.stop();
            return None;
        }
        Ok(Speech { lasts, missing }) => {
            began(lasts);
            follow(voice, lasts, mute).map(|()| missing)
        }
        Err(error) => Err(error),
    };
    voice.stop();
    Some(report(announcement.call, ended))
}

fn report(call: u64, ended: Result<Option<Text>, VoiceError>) -> Announced {
    match ended {
        Ok(missing) => Announced::Ended { call, missing },
        Err(error) => Announced::Failed { call, trouble: error.text() },
    }
}

/// Waits for the end.
fn follow(voice: &mut dyn Voice, lasts: Duration, mute: &Mute) -> Result<(), VoiceError> {
    let began = Moment::now();
    loop {
        if mute.within(LOOK_EVERY) {
            return Err(VoiceError::Muted);
        }
        match voice.sounds()? {
            Some(false) => return Ok(()),
            None if began.elapsed() >= lasts => return Ok(()),
            _ if began.elapsed() >= lasts + LATE_MAX => return Err(VoiceError::Stuck),
            _ => {}
        }
    }
}

/// Whether nothing is to sound; wakes the voice at once.
#[derive(Default)]
struct Mute {
    muted: Mutex<bool>,
    changed: Condvar,
}

impl Mute {
    fn set(&self, muted: bool) {
        // Nobody panics while holding it; a bool is right anyway.
        *self.muted.lock().unwrap_or_else(PoisonError::into_inner) = muted;
        self.changed.notify_all();
    }

    /// Whether it is muted, or becomes so within this time.
    fn within(&self, time: Duration) -> bool {
        let muted = self.muted.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(muted, time, |muted| !*muted);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests;
