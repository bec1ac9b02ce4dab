//! What everybody sees: numbered views, made once and fanned out to every screen and device.
//!
//! One task holds the durable state and every connection's outbox. An outbox that is full is cut: nobody waits for a slow
//! reader. A window's view goes out at every entry that touches the window, so that displays see each call, in order; the
//! others are made with a gap between them that people don't notice.

mod hall;
mod topic;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ::hall::{Entry, Event, words::WindowId};
use axum::extract::ws::Utf8Bytes;
use metrics::{counter, gauge};
use protocol::{FromServer, Refused, Subject, Text, View};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

pub use hall::Hall;
use topic::{Member, Topic};
pub use watch::Watched;

use crate::views::{self, ClerkAt};

/// Views that are made before the task looks again for news: a call never waits for more than these.
const VIEWS_AT_ONCE: usize = 8;
/// Waits grow and alarms come up without an entry: the manager's view is looked over this often.
const LOOK_OVER_EVERY: Duration = Duration::from_secs(1);

/// Names one connection.
pub type ConnectionId = u64;

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
    pub outbox: mpsc::Sender<Utf8Bytes>,
}

/// What a device says about itself and its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// This call is on the panel of the window.
    Shown(u16, u64),
    /// This call was spoken at the window.
    Spoken(u16, u64),
    /// What is wrong with it.
    Trouble(Option<Text>),
}

type Looking = Box<dyn FnOnce(&Hall) + Send>;

enum Tell {
    Durable(Vec<Arc<Entry>>),
    Storage(Option<Text>),
    Alarm(Refused),
    Join(Joining),
    Leave(ConnectionId, Subject),
    Device(String, Said),
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
        tokio::spawn(Views { hall, topics: BTreeMap::new(), told }.run());
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

struct Views {
    hall: Hall,
    topics: BTreeMap<Subject, Topic>,
    told: mpsc::UnboundedReceiver<Tell>,
}

impl Views {
    async fn run(mut self) {
        let mut look_over = tokio::time::interval(LOOK_OVER_EVERY);
        loop {
            let next = self.topics.values().filter_map(Topic::due_at).min();
            tokio::select! {
                biased;
                tell = self.told.recv() => match tell {
                    Some(tell) => self.apply(tell),
                    None => return,
                },
                _ = look_over.tick() => self.look_over(),
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => self.send_due(),
            }
        }
    }

    fn apply(&mut self, tell: Tell) {
        match tell {
            Tell::Durable(entries) => self.durable(&entries),
            Tell::Storage(trouble) => self.storage(trouble),
            Tell::Alarm(refused) => self.hall.alarm(refused),
            Tell::Join(joining) => self.join(joining),
            Tell::Leave(id, subject) => self.leave(id, subject),
            Tell::Device(name, said) => self.device(&name, said),
            Tell::Look(look) => look(&self.hall),
        }
    }

    fn durable(&mut self, entries: &[Arc<Entry>]) {
        let mut touched = BTreeSet::new();
        for entry in entries {
            for window in self.hall.apply(entry) {
                touched.insert(window);
                self.send(&Subject::Window { window: window.0 });
            }
        }
        let now = Instant::now();
        let all = entries.iter().flat_map(|entry| &entry.events).any(Event::concerns_all_windows);
        for (subject, topic) in &mut self.topics {
            match subject {
                Subject::Window { .. } if !all => {}
                Subject::Clerk { window, .. } if touched.contains(&WindowId(*window)) => topic.is_due(now),
                _ => topic.is_stale(subject, now),
            }
        }
    }

    fn storage(&mut self, trouble: Option<Text>) {
        self.hall.watch.storage = trouble;
        self.stale(|subject| *subject == Subject::Manager);
    }

    fn join(&mut self, joining: Joining) {
        let subject = topic::shared(joining.subject);
        if let Some(name) = &joining.device {
            self.hall.watch.connected(name, joining.id);
        }
        let member = Member { id: joining.id, device: joining.device.is_some(), outbox: joining.outbox };
        for call in joining.resume_from.map(|seq| self.hall.missed(&subject, seq)).unwrap_or_default() {
            member.send(&text(&FromServer::Missed { call }));
        }
        if let Some(view) = self.view(&subject) {
            member.send(&self.numbered(view));
        }
        self.topics.entry(subject).or_default().members.push(member);
        self.count();
        self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
    }

    fn leave(&mut self, id: ConnectionId, subject: Subject) {
        let subject = topic::shared(subject);
        self.hall.watch.gone(id);
        if let Some(topic) = self.topics.get_mut(&subject) {
            topic.members.retain(|member| member.id != id);
            if topic.members.is_empty() {
                self.topics.remove(&subject);
            }
        }
        self.count();
        self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
    }

    fn device(&mut self, name: &str, said: Said) {
        self.hall.watch.said(name, said);
        let now = Instant::now();
        for (subject, topic) in &mut self.topics {
            match subject {
                Subject::Clerk { .. } => topic.is_due(now),
                Subject::Manager => topic.is_stale(subject, now),
                _ => {}
            }
        }
    }

    fn look_over(&mut self) {
        self.stale(|subject| *subject == Subject::Manager);
    }

    fn stale(&mut self, which: impl Fn(&Subject) -> bool) {
        let now = Instant::now();
        for (subject, topic) in self.topics.iter_mut().filter(|(subject, _)| which(subject)) {
            topic.is_stale(subject, now);
        }
    }

    fn send_due(&mut self) {
        let now = Instant::now();
        let due = |(subject, topic): (&Subject, &Topic)| {
            topic.due_at().filter(|at| *at <= now).map(|at| (at, subject.clone()))
        };
        let mut due: Vec<(Instant, Subject)> = self.topics.iter().filter_map(due).collect();
        due.sort();
        for (_, subject) in due.iter().take(VIEWS_AT_ONCE) {
            self.send(subject);
        }
    }

    fn send(&mut self, subject: &Subject) {
        if !self.topics.contains_key(subject) {
            return;
        }
        let view = self.view(subject);
        let changed = self.topics.get_mut(subject).is_some_and(|topic| topic.sent(view.as_ref()));
        let Some(view) = view.filter(|_| changed) else { return };
        let text = self.numbered(view);
        if let Some(topic) = self.topics.get_mut(subject) {
            let before = topic.members.len();
            topic.members.retain(|member| member.send(&text));
            counter!("yihao_slow_readers_cut_total").increment((before - topic.members.len()) as u64);
        }
    }

    fn view(&self, subject: &Subject) -> Option<View> {
        let scene = self.hall.scene();
        Some(match subject {
            Subject::Board { zone } => {
                View::Board(views::board(scene, zone.map(::hall::words::ZoneId), &self.hall.calls))
            }
            Subject::Window { window } | Subject::Display { window } => {
                View::Window(views::window(scene, WindowId(*window)))
            }
            Subject::Dispenser => View::Dispenser(views::dispenser(scene)),
            Subject::Clerk { window, console } => {
                let announced = self.hall.announced(WindowId(*window), self.has_display(*window));
                View::Clerk(views::clerk(scene, ClerkAt { window: WindowId(*window), console, announced })?)
            }
            Subject::Manager => View::Manager(views::manager(scene, self.hall.watched())),
            Subject::Ticket { token } => View::Ticket(views::ticket(scene, self.hall.state.ticket_of(token)?)?),
        })
    }

    fn has_display(&self, window: u16) -> bool {
        let topic = self.topics.get(&Subject::Window { window });
        topic.is_some_and(|topic| topic.members.iter().any(|member| member.device))
    }

    fn numbered(&self, view: View) -> Utf8Bytes {
        text(&FromServer::View { seq: self.hall.state.seq, now_ms: self.hall.now_ms(), view })
    }

    fn count(&self) {
        let members: usize = self.topics.values().map(|topic| topic.members.len()).sum();
        gauge!("yihao_connections").set(u32::try_from(members).unwrap_or(u32::MAX));
    }
}

/// A message as it goes out.
pub fn text(message: &FromServer) -> Utf8Bytes {
    serde_json::to_string(message).expect("invariant: every message has a JSON form").into()
}
