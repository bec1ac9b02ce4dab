//! What checks passwords: a thread, or whoever asks.

use std::sync::{Mutex, PoisonError, mpsc};
use std::{io, thread};

use tokio::sync::oneshot;

use super::password::{Scratch, is_right};

/// Checks passwords in one thread of its own, one after another: each takes a whole core, and the memory is the same for all.
pub struct Checker(Hand);

/// Who checks.
enum Hand {
    Thread(mpsc::Sender<Check>),
    Here(Mutex<Scratch>),
}

struct Check {
    password: String,
    hash: Option<String>,
    reply: oneshot::Sender<bool>,
}

impl Checker {
    /// Starts the thread; it ends with the checker.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn spawn() -> io::Result<Self> {
        let (checks, waiting) = mpsc::channel();
        thread::Builder::new().name("passwords".into()).spawn(move || run(&waiting))?;
        Ok(Self(Hand::Thread(checks)))
    }

    /// A checker without a thread, for a simulated world: whoever asks does the work.
    pub fn in_place() -> Self {
        Self(Hand::Here(Mutex::default()))
    }

    /// Whether it is the password of the hash; `None` when the thread is gone.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> Option<bool> {
        let checks = match &self.0 {
            Hand::Thread(checks) => checks,
            Hand::Here(scratch) => {
                // Memory without a meaning of its own: a panic elsewhere can't have spoilt it.
                let mut scratch = scratch.lock().unwrap_or_else(PoisonError::into_inner);
                return Some(is_right(&password, hash.as_deref(), &mut scratch));
            }
        };
        let (reply, answer) = oneshot::channel();
        checks.send(Check { password, hash, reply }).ok()?;
        answer.await.ok()
    }
}

fn run(waiting: &mpsc::Receiver<Check>) {
    let mut scratch = Scratch::default();
    while let Ok(Check { password, hash, reply }) = waiting.recv() {
        // Whoever hung up does not hear it.
        let _ = reply.send(is_right(&password, hash.as_deref(), &mut scratch));
    }
}
