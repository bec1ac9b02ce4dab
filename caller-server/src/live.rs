//! What everybody sees: numbered views, made once and fanned out to every screen and device.
//!
//! One task drives [`FanOut`], which holds the durable state and every connection's outbox. An outbox that is full is cut:
//! nobody waits for a slow reader. A window's view goes out at every entry that touches the window, so that displays see each
//! call, in order; the others are made with a gap between them that people don't notice.

mod attend;
mod fan_out;
mod fleet;
mod hall;
mod slips;
mod speech;
mod topic;
mod watch;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use ::hall::Entry;
use axum::extract::ws::Utf8Bytes;
use protocol::{
    FromClient, FromServer, Refused, Subject, Text, UnprintedSlip,
    attend::{Attend, Attended},
    health::Health,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::announce::Word;

pub use attend::{Attending, NotAttended};
pub use fan_out::FanOut;
pub use hall::Hall;
pub use watch::{DayFiguresOf, Watched};

/// Waits grow and alarms come up without an entry: the manager's view is looked over this often.
const LOOK_OVER_EVERY: Duration = Duration::from_secs(1);

/// Names one connection.
pub type ConnectionId = u64;

/// A message as it goes out: one copy is shared by all who get it.
pub type Frame = Utf8Bytes;

/// A screen or device that wants to see.
#[derive(Debug)]
pub struct Joining {
    /// Its connection.
    pub id: ConnectionId,
    /// What it wants to see.
    pub subject: Subject,
    /// The last position that it saw.
    pub resume_from: Option<u64>,
    /// The device's name, if it is one.
    pub device: Option<String>,
    /// Where messages go; when it is dropped the connection is cut.
    pub outbox: mpsc::Sender<Frame>,
}

/// What a device says about itself and its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// This call is on the panel of the window.
    Shown(u16, u64),
    /// It could speak now, over this connection; its own window, what its clock shows, and whether it knows more words.
    Voice(ConnectionId, Option<u16>, u64, bool),
    /// What becomes of a call at its voice.
    Word(u64, Word),
    /// What is wrong with it.
    Trouble(Option<Text>),
    /// How its machine is.
    Health(Health),
    /// What came of [`FromServer::Attend`] with this key.
    Attended(String, Attended),
    /// A dispenser: whether it prints, and slips that may not be out.
    Slips(bool, Vec<UnprintedSlip>),
    /// A dispenser: the end of an order to print, and whether the slip is whole.
    Printed(String, bool),
}

impl Said {
    /// What a device above a window (`None` = one without a window) said over a connection; `None` when that is no news of a
    /// device.
    pub fn of(message: FromClient, id: ConnectionId, window: Option<u16>) -> Option<Self> {
        Some(match message {
            FromClient::Shown { call } => Self::Shown(window?, call),
            FromClient::Voice { clock_ms, more } => Self::Voice(id, window, clock_ms, more),
            FromClient::Speaking { call, lasts_ms } => Self::Word(call, Word::Speaking(lasts_ms)),
            FromClient::Spoken { call } => Self::Word(call, Word::Spoken),
            FromClient::Failed { call, wanted: true, .. } => Self::Word(call, Word::Silent),
            FromClient::Failed { call, why, .. } => Self::Word(call, Word::Failed(why)),
            FromClient::Trouble { trouble } => Self::Trouble(trouble),
            FromClient::Health { health } => Self::Health(health),
            FromClient::Attended { key, attended } => Self::Attended(key, attended),
            FromClient::Slips { prints, unprinted } => Self::Slips(prints, unprinted),
            FromClient::Printed { key, whole } => Self::Printed(key, whole),
            FromClient::Hello { .. } | FromClient::Pulse | FromClient::Do { .. } => return None,
        })
    }
}

type Looking = Box<dyn FnOnce(&Hall) + Send>;

/// News for those who look.
pub enum Tell {
    /// These entries are durable.
    Durable(Vec<Arc<Entry>>),
    /// Whether the journal takes records; the text says why not.
    Storage(Option<Text>),
    /// Something stays wrong until the server is started again.
    Alarm(Refused),
    /// A connection wants to see.
    Join(Joining),
    /// A connection is gone.
    Leave(ConnectionId, Subject),
    /// A device says something.
    Device(String, Said),
    /// A notice has a clip now, or it is known why not.
    Rendered(Text, Option<Refused>),
    /// Somebody wants something of a device.
    Attend(Attending),
    /// The list of devices is another.
    Devices,
    /// Somebody looks at the hall.
    Look(Looking),
}

/// Tells the live views; cheap to clone.
#[derive(Clone)]
pub struct Live(mpsc::UnboundedSender<Tell>);

impl Live {
    /// Starts the task on the hall as the journal left it.
    pub fn spawn(hall: Hall) -> Self {
        // Unbounded, because the desk must not wait: what comes in is bounded by the desk and by the connections.
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(run(FanOut::new(hall, Instant::now()), told));
        Self(tell)
    }

    /// These entries are durable.
    pub fn durable(&self, entries: Vec<Arc<Entry>>) {
        self.tell(Tell::Durable(entries));
    }

    /// Whether the journal takes records; the text says why not.
    pub fn storage(&self, trouble: Option<Text>) {
        self.tell(Tell::Storage(trouble));
    }

    /// Something stays wrong until the server is started again.
    pub fn alarm(&self, refused: &Refused) {
        self.tell(Tell::Alarm(refused.clone()));
    }

    /// A connection wants to see.
    pub fn join(&self, joining: Joining) {
        self.tell(Tell::Join(joining));
    }

    /// A connection is gone.
    pub fn leave(&self, id: ConnectionId, subject: Subject) {
        self.tell(Tell::Leave(id, subject));
    }

    /// A device says something.
    pub fn device(&self, name: String, said: Said) {
        self.tell(Tell::Device(name, said));
    }

    /// A notice has a clip now, or it is known why not.
    pub fn rendered(&self, text: Text, refused: Option<Refused>) {
        self.tell(Tell::Rendered(text, refused));
    }

    /// Wants something of a device; `None` when the server stops. It waits for as long as the device takes.
    pub async fn attend(&self, device: String, what: Attend) -> Option<Result<Attended, NotAttended>> {
        let (reply, answer) = oneshot::channel();
        self.tell(Tell::Attend(Attending { device, what, reply }));
        answer.await.ok()
    }

    /// The list of devices is another: the connections of those whose key opens nothing any more end at once.
    pub fn devices_changed(&self) {
        self.tell(Tell::Devices);
    }

    /// Looks at the hall, after everything that was durable before; `None` when the server stops.
    pub async fn look<R: Send + 'static>(&self, look: impl FnOnce(&Hall) -> R + Send + 'static) -> Option<R> {
        let (reply, seen) = oneshot::channel();
        self.tell(Tell::Look(Box::new(move |hall| {
            let _ = reply.send(look(hall));
        })));
        seen.await.ok()
    }

    fn tell(&self, tell: Tell) {
        // When the task is gone the server stops, and nobody is left who could look.
        let _ = self.0.send(tell);
    }
}

async fn run(mut views: FanOut, mut told: mpsc::UnboundedReceiver<Tell>) {
    let mut look_over = tokio::time::interval(LOOK_OVER_EVERY);
    loop {
        let next = views.due_at();
        tokio::select! {
            biased;
            tell = told.recv() => match tell {
                Some(tell) => views.apply(tell, Instant::now()),
                None => return,
            },
            _ = look_over.tick() => views.look_over(Instant::now()),
            () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => views.send_due(Instant::now()),
        }
    }
}

/// A message as it goes out.
pub fn text(message: &FromServer) -> Utf8Bytes {
    serde_json::to_string(message).expect("invariant: every message has a JSON form").into()
}
