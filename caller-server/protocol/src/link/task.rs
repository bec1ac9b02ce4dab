//! One attempt after another, and the conversation in each.

use std::{convert::Infallible, io, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, Message, handshake::client::Request, http::StatusCode, protocol::WebSocketConfig},
};

use super::{HEARD_BYTES_MAX, LinkConfig, LinkDown, LinkEvent, Network, backoff::Backoff};
use crate::{FromClient, FromServer, MESSAGE_BYTES_MAX, PULSE_MS, Refused, SILENCE_MS_MAX, Text, VERSION, VERSION_MIN};

const SILENCE_MAX: Duration = Duration::from_millis(SILENCE_MS_MAX);
/// Read and write buffers of a connection, bytes. The library's own 128 KiB would make a display three times as large.
const BUFFER_BYTES: usize = 4096;

/// The port of an address that names none.
const HTTP_PORT: u16 = 80;

type Socket<N> = WebSocketStream<<N as Network>::Stream>;

/// A link and what it remembers between two connections.
pub(super) struct Link<N> {
    request: Request,
    config: LinkConfig,
    network: N,
    said: mpsc::Receiver<FromClient>,
    hear: mpsc::Sender<LinkEvent>,
    resume_from: Option<u64>,
}

/// Works until nobody hears any more.
pub(super) async fn run<N: Network>(mut link: Link<N>) {
    let hear = link.hear.clone();
    tokio::select! {
        biased;
        () = hear.closed() => {}
        never = link.keep_trying() => match never {},
    }
}

impl<N: Network> Link<N> {
    pub(super) fn new(
        request: Request,
        config: LinkConfig,
        network: N,
        said: mpsc::Receiver<FromClient>,
        hear: mpsc::Sender<LinkEvent>,
    ) -> Self {
        Self { request, config, network, said, hear, resume_from: None }
    }

    async fn keep_trying(&mut self) -> Infallible {
        let mut backoff = Backoff::default();
        let mut told = None;
        loop {
            let mut up_at = None;
            let Err(why) = self.attempt(&mut up_at).await;
            if up_at.is_some_and(|at: Instant| at.elapsed() >= SILENCE_MAX) {
                backoff.reset();
            }
            if up_at.is_some() || told.as_ref() != Some(&why) {
                self.tell(LinkEvent::Down { why: why.clone() }).await;
            }
            let wait_ms = backoff.next_ms(why.needs_people(), self.network.chance());
            sleep(Duration::from_millis(wait_ms)).await;
            told = Some(why);
        }
    }

    /// One connection from beginning to end; notes when the server said welcome.
    async fn attempt(&mut self, up_at: &mut Option<Instant>) -> Result<Infallible, LinkDown> {
        let deadline = Instant::now() + SILENCE_MAX;
        let mut socket =
            timeout_at(deadline, open(&self.request, &mut self.network)).await.map_err(|_| LinkDown::Silent)??;
        timeout_at(deadline, self.greet(&mut socket)).await.map_err(|_| LinkDown::Silent)??;
        *up_at = Some(Instant::now());
        self.converse(&mut socket).await
    }

    async fn greet(&mut self, socket: &mut Socket<N>) -> Result<(), LinkDown> {
        let hello = FromClient::Hello {
            version: VERSION,
            program: self.config.program.clone(),
            subject: self.config.subject.clone(),
            resume_from: self.resume_from,
        };
        say(socket, encode(&hello)).await?;
        loop {
            match hear(socket.next().await)? {
                Some(FromServer::Welcome { version, hall, time_zone, now_ms })
                    if (VERSION_MIN..=VERSION).contains(&version) =>
                {
                    self.tell(LinkEvent::Up { hall, time_zone, now_ms }).await;
                    return Ok(());
                }
                Some(FromServer::Welcome { version, .. }) => return Err(LinkDown::Version { server: version }),
                Some(FromServer::Refused { refused, .. }) => return Err(LinkDown::Refused(refused)),
                Some(_) => return Err(LinkDown::Garbage { detail: "it comes before the welcome".into() }),
                None => {}
            }
        }
    }

    async fn converse(&mut self, socket: &mut Socket<N>) -> Result<Infallible, LinkDown> {
        let mut pulse = interval(Duration::from_millis(PULSE_MS));
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        loop {
            // In this order, so that a run can be repeated: pulses and orders are few, and hold up no frame.
            tokio::select! {
                biased;
                _ = pulse.tick() => say(socket, encode(&FromClient::Pulse)).await?,
                Some(message) = self.said.recv() => self.bring(socket, message).await?,
                frame = socket.next() => {
                    if let Some(message) = hear(frame)? {
                        self.pass_on(message).await;
                    }
                    // After passing on: the time that the caller took is not the server's silence.
                    heard_at = Instant::now();
                }
                () = sleep_until(heard_at + SILENCE_MAX) => return Err(LinkDown::Silent),
            }
        }
    }

    async fn pass_on(&mut self, message: FromServer) {
        match &message {
            // Not the greater of the two: a hall that begins a new journal begins low.
            FromServer::View { seq, .. } => self.resume_from = Some(*seq),
            FromServer::Missed { call } => self.resume_from = self.resume_from.max(Some(call.seq)),
            _ => {}
        }
        self.tell(LinkEvent::Message(message)).await;
    }

    /// Brings a message to the server. One that the server would cut us for never leaves, else it would be sent again
    /// after each reconnect.
    async fn bring(&mut self, socket: &mut Socket<N>, message: FromClient) -> Result<(), LinkDown> {
        let text = encode(&message);
        if text.len() <= MESSAGE_BYTES_MAX {
            return say(socket, text).await;
        }
        let key = if let FromClient::Do { key, .. } = message { Some(key) } else { None };
        self.tell(LinkEvent::Message(FromServer::Refused { key, refused: too_large() })).await;
        Ok(())
    }

    async fn tell(&self, event: LinkEvent) {
        // Nobody hears: `run` ends at once.
        let _ = self.hear.send(event).await;
    }
}

async fn open<N: Network>(request: &Request, network: &mut N) -> Result<Socket<N>, LinkDown> {
    let uri = request.uri();
    let host_and_port = format!("{}:{}", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(HTTP_PORT));
    let unreachable = |error: io::Error| LinkDown::Unreachable { detail: error.to_string() };
    let stream = network.connect(&host_and_port).await.map_err(unreachable)?;
    let sizes = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(Some(HEARD_BYTES_MAX))
        .max_frame_size(Some(HEARD_BYTES_MAX));
    match client_async_with_config(request.clone(), stream, Some(sizes)).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(response)) => {
            Err(not_upgraded(response.status(), response.body().as_deref().unwrap_or_default()))
        }
        Err(error) => Err(LinkDown::Unreachable { detail: error.to_string() }),
    }
}

/// A 401 or 403 is a refusal; anything else, such as the 503 of a server that starts, passes by itself.
fn not_upgraded(status: StatusCode, body: &[u8]) -> LinkDown {
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return LinkDown::Unreachable { detail: format!("HTTP {status}") };
    }
    LinkDown::Refused(serde_json::from_slice(body).unwrap_or_else(|_| Refused {
        code: "not_allowed".into(),
        text: Text::new(format!("HTTP {status}，请检查设备密钥。"), format!("HTTP {status}. Check the device key.")),
    }))
}

fn encode(message: &FromClient) -> String {
    serde_json::to_string(message).expect("invariant: a wire type is plain data with text keys")
}

/// A peer that takes nothing for so long is as good as silent.
async fn say<S>(socket: &mut WebSocketStream<S>, text: String) -> Result<(), LinkDown>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    timeout(SILENCE_MAX, socket.send(Message::text(text))).await.map_err(|_| LinkDown::Silent)?.map_err(broken)
}

/// A message, or `None` for a frame that only shows life.
fn hear(frame: Option<Result<Message, tungstenite::Error>>) -> Result<Option<FromServer>, LinkDown> {
    match frame.ok_or(LinkDown::Closed)?.map_err(broken)? {
        Message::Text(text) => {
            serde_json::from_str(&text).map(Some).map_err(|error| LinkDown::Garbage { detail: error.to_string() })
        }
        Message::Binary(_) => Err(LinkDown::Garbage { detail: "it is binary".into() }),
        Message::Close(_) => Err(LinkDown::Closed),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
    }
}

fn broken(error: tungstenite::Error) -> LinkDown {
    use tungstenite::{Error, error::ProtocolError};
    match error {
        Error::Capacity(_) => LinkDown::TooLarge,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => LinkDown::Closed,
        Error::Protocol(_) | Error::Utf8(_) | Error::AttackAttempt => LinkDown::Garbage { detail: error.to_string() },
        _ => LinkDown::Closed,
    }
}

fn too_large() -> Refused {
    Refused {
        code: "too_large".into(),
        text: Text::new(
            format!("消息超过{MESSAGE_BYTES_MAX}字节，请分次发送。"),
            format!("A message has at most {MESSAGE_BYTES_MAX} bytes. Send it in parts."),
        ),
    }
}
