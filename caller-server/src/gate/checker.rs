//! The thread that checks passwords.

use std::sync::mpsc;
use std::{io, thread};

use tokio::sync::oneshot;

use super::password::{Scratch, is_right};

/// Checks passwords in one thread of its own, one after another: each takes a whole core, and the memory is the same for all.
pub struct Checker(mpsc::Sender<Check>);

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
        Ok(Self(checks))
    }

    /// Whether it is the password of the hash; `None` when the thread is gone.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> Option<bool> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Check { password, hash, reply }).ok()?;
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
