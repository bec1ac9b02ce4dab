//! What everybody in a load shares: where the server is, what is to be held, what was seen.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use protocol::Subject;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::ledger::{Ledger, Phase};
use super::plan::Plan;
use crate::socket::Socket;

/// What everybody shares.
pub struct World {
    /// Where the server listens.
    pub address: SocketAddr,
    /// What is to be held.
    pub plan: Plan,
    /// What was seen.
    pub ledger: Ledger,
    /// What goes on beside the work.
    pub phase: watch::Sender<Phase>,
    /// Counts the storms: at each change all displays drop and come back.
    pub storm: watch::Sender<u32>,
}

/// Something that goes on until this is dropped.
pub struct Running(JoinHandle<()>);

impl World {
    /// Nothing goes on yet.
    pub fn new(address: SocketAddr, plan: Plan) -> Self {
        let (phase, storm) = (watch::Sender::new(Phase::Around), watch::Sender::new(0));
        Self { address, plan, ledger: Ledger::default(), phase, storm }
    }

    /// What goes on now.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Connects and says hello.
    pub async fn connect(
        &self,
        who: Option<(&'static str, String)>,
        subject: Subject,
        resume_from: Option<u64>,
    ) -> Option<Socket> {
        Socket::try_connect(self.address, who).await?.try_hello(subject, resume_from).await
    }

    /// Calls that a display above their window never had.
    pub fn not_shown(&self) -> Vec<(u64, usize)> {
        self.ledger.pages().not_shown(|window| self.plan.displays_above(window))
    }

    /// A screen that is looked at until it is dropped. That it is cut is an error.
    pub fn screen(self: &Arc<Self>, who: Option<(&'static str, String)>, subject: Subject) -> Running {
        let world = self.clone();
        Running::spawn(async move {
            let Some(socket) = world.connect(who, subject, None).await else {
                return world.ledger.error("a screen can't connect");
            };
            socket.look().await;
            world.ledger.error("a screen was cut");
        })
    }
}

impl Running {
    /// Begins.
    pub fn spawn(what: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(what))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// As a device.
pub fn with_key(key: &str) -> Option<(&'static str, String)> {
    Some(("authorization", format!("Bearer {key}")))
}

/// As somebody who is signed in.
pub fn with_cookie(cookie: String) -> Option<(&'static str, String)> {
    Some(("cookie", cookie))
}

/// Seconds from one moment to a later one.
pub fn seconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64()
}
