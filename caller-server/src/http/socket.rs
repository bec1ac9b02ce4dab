//! One WebSocket: hello, then views out, orders and acknowledgements in. A slow or silent peer is cut, never waited for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::Response,
    routing::get,
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use protocol::{
    FromClient, FromServer, MESSAGE_BYTES_MAX, PULSE_MS, Refused, SILENCE_MS_MAX, Subject, VERSION, VERSION_MIN,
    view::DeviceRole,
};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{
    App,
    refuse::Refusal,
    submit::{is_key, no_key, perform},
};
use crate::gate::{Identity, Who};
use crate::live::{ConnectionId, Joining, Said, text};

/// What a socket reads and writes at once, bytes: views are small, and 5,000 sockets must fit into memory.
const BUFFER_BYTES: usize = 4096;
/// A message that can't be handed to the network within this time belongs to a peer that reads nothing.
const WRITE_WITHIN: Duration = Duration::from_secs(8);
/// The peer must speak at least this often.
const SILENCE: Duration = Duration::from_millis(SILENCE_MS_MAX);
/// Messages that make no sense, before the connection is closed.
const NONSENSE_MAX: u32 = 8;

/// The path of the WebSocket.
pub fn routes() -> Router<App> {
    Router::new().route("/ws", get(upgrade))
}

async fn upgrade(
    State(app): State<App>,
    who: Result<Who, Refusal>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let who = match who {
        Ok(Who(who)) => who,
        // A board in the browser of somebody whose sign-in is over goes on: it is public.
        Err(refusal) if refusal.refused.code == "signed_out" => None,
        Err(refusal) => return Err(refusal),
    };
    let place = app.sockets.places.clone().try_acquire_owned().map_err(|_| Refusal::busy())?;
    let upgrade = upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(16 * MESSAGE_BYTES_MAX)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX);
    Ok(upgrade.on_upgrade(async move |socket| {
        converse(app, who, socket).await;
        drop(place);
    }))
}

/// The conversation from hello to the end.
async fn converse(app: App, who: Option<Identity>, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let (outbox, queue) = mpsc::channel(app.sockets.queue_max);
    let mut conversation = Conversation {
        id: app.sockets.next_id.fetch_add(1, Ordering::Relaxed),
        outbox: outbox.downgrade(),
        who,
        subject: None,
        nonsense: 0,
        app: app.clone(),
    };
    let writing = tokio::spawn(write(app, sink, queue));
    let mut outbox = Some(outbox);
    while let Some(message) = conversation.next(&mut stream).await {
        let goes_on = match (message, outbox.take()) {
            (FromClient::Hello { version, program, subject, resume_from }, Some(outbox)) => {
                tracing::debug!(program, ?subject, "hello");
                conversation.hello(version, subject, resume_from, outbox).await
            }
            (_, Some(outbox)) => {
                let _ = outbox.try_send(refusal(None, hello_first().refused));
                false
            }
            (message, None) => conversation.hear(message).await,
        };
        if !goes_on {
            break;
        }
    }
    conversation.end();
    drop(outbox);
    let _ = writing.await;
}

struct Conversation {
    id: ConnectionId,
    /// Weak: the live views hold the outbox, and when they cut it the connection ends.
    outbox: mpsc::WeakSender<Utf8Bytes>,
    who: Option<Identity>,
    subject: Option<Subject>,
    nonsense: u32,
    app: App,
}

impl Conversation {
    /// The next message that makes sense; `None` at the end of the conversation.
    async fn next(&mut self, stream: &mut SplitStream<WebSocket>) -> Option<FromClient> {
        loop {
            let mut stop = self.app.sockets.stop.clone();
            // In a fixed order, here and below, so that a run in a simulated world can be repeated.
            let message = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return None,
                message = timeout(SILENCE, stream.next()) => message.ok()??.ok()?,
            };
            match message {
                Message::Text(text) => match serde_json::from_str(&text) {
                    Ok(message) => return Some(message),
                    Err(error) => self.nonsense(key_in(&text), Refusal::bad_json(&error.to_string()))?,
                },
                Message::Binary(_) => self.nonsense(None, Refusal::bad_json("a binary message"))?,
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => return None,
            }
        }
    }

    /// Refuses what makes no sense, under its key if it has one, so that a device does not wait for an answer.
    fn nonsense(&mut self, key: Option<String>, refusal: Refusal) -> Option<()> {
        self.nonsense += 1;
        self.say(self::refusal(key, refusal.refused));
        (self.nonsense < NONSENSE_MAX).then_some(())
    }

    /// Answers hello; `false` = the conversation is over.
    async fn hello(
        &mut self,
        version: u16,
        subject: Subject,
        resume_from: Option<u64>,
        outbox: mpsc::Sender<Utf8Bytes>,
    ) -> bool {
        let refused = match self.may_see(version, &subject) {
            Ok(()) => self.not_there(&subject).await,
            Err(refused) => Some(refused),
        };
        if let Some(refused) = refused {
            let _ = outbox.try_send(refusal(None, refused));
            return false;
        }
        let device = match (&self.who, &subject) {
            (Some(Identity::Device { name, .. }), _) => Some(name.clone()),
            _ => None,
        };
        let welcome = FromServer::Welcome {
            version: version.min(VERSION),
            hall: self.app.hall.clone(),
            time_zone: self.app.time_zone.clone(),
            now_ms: self.app.clock.now_ms(),
        };
        let _ = outbox.try_send(text(&welcome));
        self.subject = Some(subject.clone());
        self.app.live.join(Joining { id: self.id, subject, resume_from, device, outbox });
        true
    }

    fn may_see(&self, version: u16, subject: &Subject) -> Result<(), Refused> {
        if !(VERSION_MIN..=VERSION).contains(&version) {
            return Err(Refusal::unsupported_version(version).refused);
        }
        let may = match (subject, &self.who) {
            (Subject::Board { .. } | Subject::Window { .. } | Subject::Ticket { .. }, _) => true,
            (_, None) => return Err(Refusal::unauthorised().refused),
            (Subject::Display { window }, Some(Identity::Device { role: DeviceRole::Display, window: of, .. })) => {
                of.is_none_or(|of| of == *window)
            }
            (Subject::Speaker, Some(Identity::Device { role, .. })) => *role == DeviceRole::Speaker,
            (Subject::Dispenser, Some(Identity::Device { role, .. })) => {
                !matches!(role, DeviceRole::Display | DeviceRole::Speaker)
            }
            (Subject::Clerk { .. }, Some(Identity::Clerk(_) | Identity::Manager(_))) => true,
            (Subject::Manager, Some(Identity::Manager(_))) => true,
            _ => false,
        };
        if may { Ok(()) } else { Err(Refusal::wrong_role().refused) }
    }

    /// The refusal for a window, zone or ticket that this hall does not have.
    async fn not_there(&self, subject: &Subject) -> Option<Refused> {
        let subject = subject.clone();
        self.app.live.look(move |hall| hall.not_there(&subject)).await?
    }

    /// Does what a message says; `false` = the conversation is over. Who was cut has no say any more: a device whose key was
    /// revoked, for one.
    async fn hear(&mut self, message: FromClient) -> bool {
        if self.outbox.upgrade().is_none() {
            return false;
        }
        match message {
            FromClient::Hello { .. } => return self.nonsense(None, hello_first()).is_some(),
            FromClient::Pulse => {}
            FromClient::Do { key, .. } if !is_key(&key) => return self.nonsense(None, no_key()).is_some(),
            FromClient::Do { key, order } => {
                let done = perform(&self.app, self.who.as_ref(), key.clone(), order).await;
                self.say(match done {
                    Ok(done) => text(&FromServer::Answer { key, answer: Arc::unwrap_or_clone(done.answer) }),
                    Err(refused) => refusal(Some(key), refused),
                });
            }
            said => self.said(said),
        }
        true
    }

    /// Only a device has news of itself; of calls only what announces them, of slips only what prints them.
    fn said(&self, message: FromClient) {
        let Some(Identity::Device { name, role, .. }) = &self.who else { return };
        let window = match &self.subject {
            Some(Subject::Display { window }) => Some(*window),
            _ => None,
        };
        let may_say = match message {
            FromClient::Trouble { .. } | FromClient::Health { .. } | FromClient::Attended { .. } => true,
            FromClient::Slips { .. } | FromClient::Printed { .. } => {
                *role == DeviceRole::Dispenser && self.subject == Some(Subject::Dispenser)
            }
            _ => matches!(self.subject, Some(Subject::Display { .. } | Subject::Speaker)),
        };
        if let Some(said) = Said::of(message, self.id, window).filter(|_| may_say) {
            self.app.live.device(name.clone(), said);
        }
    }

    fn say(&self, text: Utf8Bytes) {
        if let Some(outbox) = self.outbox.upgrade() {
            let _ = outbox.try_send(text);
        }
    }

    fn end(&mut self) {
        if let Some(subject) = self.subject.take() {
            self.app.live.leave(self.id, subject);
        }
    }
}

/// Writes what comes into the outbox, and a pulse now and then, until the outbox is cut or the peer reads nothing.
async fn write(app: App, mut sink: SplitSink<WebSocket, Message>, mut queue: mpsc::Receiver<Utf8Bytes>) {
    let mut pulse = interval(Duration::from_millis(PULSE_MS));
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pulse.reset();
    loop {
        let message = tokio::select! {
            biased;
            _ = pulse.tick() => text(&FromServer::Pulse { now_ms: app.clock.now_ms() }),
            message = queue.recv() => match message {
                Some(message) => message,
                None => break,
            },
        };
        if !matches!(timeout(WRITE_WITHIN, sink.send(Message::Text(message))).await, Ok(Ok(()))) {
            break;
        }
    }
    let _ = timeout(WRITE_WITHIN, sink.close()).await;
}

fn hello_first() -> Refusal {
    let (zh, en) = ("第一条消息须为hello，且只能发送一次", "say hello first, and only once");
    Refusal::new(StatusCode::BAD_REQUEST, "hello_first", zh, en)
}

fn refusal(key: Option<String>, refused: Refused) -> Utf8Bytes {
    text(&FromServer::Refused { key, refused })
}

/// The key of an order that can't be read otherwise: one of another version, perhaps.
fn key_in(text: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(text).ok()?;
    message.get("key")?.as_str().filter(|key| is_key(key)).map(str::to_owned)
}
