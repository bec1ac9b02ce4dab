//! The server's end of a link: hello, then views out, orders and acknowledgements in, one after another.

use caller_server::gate::Identity;
use caller_server::live::{Frame, Joining, Said};
use caller_server::orders;
use protocol::{FromClient, FromServer, Subject, Text, VERSION, view::DeviceRole};
use tokio::sync::mpsc::{self, error::TryRecvError};

use super::{Act, Alive, Ask, Input, LinkId, Outcome, Server, Stage, Tell, To, VecDeque, What};
use crate::net::{End, Place};

/// Messages that wait for a slow reader before it is cut.
const QUEUE_MAX: usize = 64;

/// One conversation.
pub struct Session {
    who: Identity,
    /// What it shows, after hello.
    pub subject: Option<Subject>,
    inbox: Option<mpsc::Receiver<Frame>>,
    /// An order is being done: what comes behind it waits.
    busy: bool,
    waiting: VecDeque<FromClient>,
}

impl Session {
    fn of(place: Place) -> Self {
        let (name, role, window) = match place {
            Place::Display(at) => (format!("display-{at}"), DeviceRole::Display, u16::try_from(at + 1).ok()),
            Place::Dispenser(at) | Place::Console(at) => (format!("dispenser-{at}"), DeviceRole::Dispenser, None),
        };
        let who = Identity::Device { name, role, window };
        Self { who, subject: None, inbox: None, busy: false, waiting: VecDeque::new() }
    }

    fn name(&self) -> String {
        if let Identity::Device { name, .. } = &self.who { name.clone() } else { String::new() }
    }
}

impl Server {
    /// A device connects.
    pub fn connected(&mut self, link: LinkId, place: Place) {
        if let Some(alive) = &mut self.alive {
            alive.sessions.insert(link, Session::of(place));
        }
    }

    /// A frame reaches the server.
    pub fn frame(&mut self, stage: &mut Stage, link: LinkId, text: &str) {
        self.set_clocks(stage.now_ms);
        let message = serde_json::from_str(text).expect("what a device says is a message");
        let Some(session) = self.session(link) else { return };
        if session.busy {
            return session.waiting.push_back(message);
        }
        self.hear(stage, link, message);
        self.drain(stage);
    }

    /// The other end has closed, or was silent for too long.
    pub fn closed(&mut self, stage: &mut Stage, link: LinkId) {
        let now = self.instant(stage.now_ms);
        if let Some(alive) = &mut self.alive
            && let Some(session) = alive.sessions.remove(&link)
        {
            if let Some(subject) = session.subject {
                alive.views.apply(Tell::Leave(link, subject), now);
            }
            stage.close(link, End::Server);
        }
        self.check_lookers(stage);
    }

    /// Says that the server is still there.
    pub fn pulse(&mut self, stage: &mut Stage, link: LinkId) {
        self.set_clocks(stage.now_ms);
        if let Some(alive) = &self.alive
            && alive.sessions.get(&link).is_some_and(|session| session.subject.is_some())
        {
            stage.send(link, End::Client, json(&FromServer::Pulse { now_ms: alive.clock.now_ms() }));
        }
    }

    pub(super) fn answer(&mut self, stage: &mut Stage, link: LinkId, key: String, outcome: &Outcome) {
        let Some(session) = self.session(link) else { return };
        session.busy = false;
        let message = match outcome {
            Ok(answer) => FromServer::Answer { key, answer: answer.as_ref().clone() },
            Err(refused) => FromServer::Refused { key: Some(key), refused: refused.as_ref().clone() },
        };
        stage.send(link, End::Client, json(&message));
        while let Some(session) = self.session(link) {
            if session.busy {
                return;
            }
            let Some(next) = session.waiting.pop_front() else { return };
            self.hear(stage, link, next);
        }
    }

    /// Puts on the network what the views say. A peer that takes nothing fills its outbox, and is cut.
    pub(super) fn drain(&mut self, stage: &mut Stage) {
        let Some(alive) = &mut self.alive else { return };
        let mut cut = Vec::new();
        for (&link, session) in &mut alive.sessions {
            let Some(inbox) = &mut session.inbox else { continue };
            if stage.net.client(link).is_some_and(|place| stage.net.is_cut(place, End::Client)) {
                cut.extend(inbox.is_closed().then_some(link));
                continue;
            }
            let ended = loop {
                match inbox.try_recv() {
                    Ok(text) => stage.send(link, End::Client, text.to_string()),
                    Err(ended) => break ended,
                }
            };
            cut.extend((ended == TryRecvError::Disconnected).then_some(link));
        }
        for link in cut {
            stage.note(|| format!("server   cuts link {link}: it takes nothing"));
            self.closed(stage, link);
        }
        self.plan_views(stage);
    }

    fn plan_views(&mut self, stage: &mut Stage) {
        let began = self.began;
        let life = self.life;
        let Some(Alive { views, views_due, .. }) = &mut self.alive else { return };
        let Some(due_at) = views.due_at() else { return };
        let since_began = due_at.saturating_duration_since(began.1);
        let due_ms = (began.0 + u64::try_from(since_began.as_millis()).unwrap_or(u64::MAX)).max(stage.now_ms);
        if views_due.is_none_or(|planned| planned > due_ms) {
            *views_due = Some(due_ms);
            stage.after(due_ms - stage.now_ms, Act::ViewsDue(life));
        }
    }

    fn session(&mut self, link: LinkId) -> Option<&mut Session> {
        self.alive.as_mut()?.sessions.get_mut(&link)
    }

    fn hear(&mut self, stage: &mut Stage, link: LinkId, message: FromClient) {
        match message {
            FromClient::Hello { subject, resume_from, .. } => self.hello(stage, link, subject, resume_from),
            FromClient::Do { key, order } => {
                let Some(session) = self.session(link) else { return };
                session.busy = true;
                let by = orders::actor(Some(&session.who), &order).expect("a device is somebody");
                let ask = Ask { by, key: Some(key.clone()), what: What::Order(order), reply: To::Link(link, key) };
                self.feed(stage, Input::Asked(ask));
            }
            said => self.said(stage, link, said),
        }
    }

    fn hello(&mut self, stage: &mut Stage, link: LinkId, subject: Subject, resume_from: Option<u64>) {
        let now = self.instant(stage.now_ms);
        let Some(alive) = &mut self.alive else { return };
        let Some(session) = alive.sessions.get_mut(&link) else { return };
        let welcome = FromServer::Welcome {
            version: VERSION,
            hall: Text::default(),
            time_zone: "Asia/Shanghai".into(),
            now_ms: alive.clock.now_ms(),
        };
        stage.send(link, End::Client, json(&welcome));
        let (outbox, inbox) = mpsc::channel(QUEUE_MAX);
        (session.subject, session.inbox) = (Some(subject.clone()), Some(inbox));
        let joining = Joining { id: link, subject, resume_from, device: Some(session.name()), outbox };
        alive.views.apply(Tell::Join(joining), now);
    }

    fn said(&mut self, stage: &mut Stage, link: LinkId, message: FromClient) {
        let now = self.instant(stage.now_ms);
        let Some(alive) = &mut self.alive else { return };
        let Some(session) = alive.sessions.get(&link) else { return };
        let window = if let Some(Subject::Display { window }) = session.subject { Some(window) } else { None };
        if let Some(said) = Said::of(message, link, window) {
            alive.views.apply(Tell::Device(session.name(), said), now);
        }
    }
}

fn json(message: &FromServer) -> String {
    serde_json::to_string(message).expect("a message has a JSON form")
}
