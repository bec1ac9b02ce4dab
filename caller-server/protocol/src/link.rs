//! A client's WebSocket that resumes: connect, say hello, keep the pulse; after a cut again, from the last sequence
//! number that was seen.
//!
//! - [`Network`]: what a link goes over, and chance; `backoff`: how long to wait before the next attempt
//! - `task`: one attempt after another, and the conversation in each

mod backoff;
mod network;
mod task;
#[cfg(test)]
mod tests;

use thiserror::Error;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{
    client::IntoClientRequest,
    handshake::client::Request,
    http::{HeaderValue, Uri, header::AUTHORIZATION, uri::Authority},
};

pub use self::network::{Network, Tcp};
use crate::{FromClient, FromServer, Refused, SILENCE_MS_MAX, Subject, Text};

/// The largest message that is taken from the server, bytes: the manager's view of a hall of 200 windows is a tenth.
pub const HEARD_BYTES_MAX: usize = 1024 * 1024;
/// Messages to the server that wait while the link is down or busy; more are the caller's to keep.
pub const SAY_QUEUE_MAX: usize = 64;
/// Events that wait for the caller. When it does not take them the link stops reading, and the server cuts it.
pub const HEAR_QUEUE_MAX: usize = 64;

/// The code under which a server refuses a key that it does not know.
pub const BAD_KEY: &str = "bad_key";

/// To whom a link speaks, and as whom.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    /// The server's address: `http://192.168.1.10:8080`.
    pub server: String,
    /// The device's own key; `None` for what is public.
    pub key: Option<String>,
    /// Name and version of the program, for the server's log: `window-display 0.1.0`.
    pub program: String,
    /// What it wants to see.
    pub subject: Subject,
}

/// What happens on a link. `Up` and `Down` alternate, except that a new reason gives a new `Down`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "at most a queue of them exists, and nearly all are the large one")]
pub enum LinkEvent {
    /// The server said welcome; a view follows.
    Up {
        /// The hall's name.
        hall: Text,
        /// Where the hall is: `Asia/Shanghai`.
        time_zone: String,
        /// The hall's time, ms.
        now_ms: u64,
    },
    /// The server cannot be heard; the link goes on trying.
    Down {
        /// Why.
        why: LinkDown,
    },
    /// Anything else that the server says, pulses too.
    Message(FromServer),
}

/// Why a link is down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkDown {
    /// No connection.
    #[error("The server cannot be reached: {detail}.")]
    Unreachable {
        /// What the network says.
        detail: String,
    },
    /// The server does not want this client; tried again only now and then, because people must change something first.
    #[error("The server refuses this connection: {}", .0.text.en)]
    Refused(Refused),
    /// The server speaks another version.
    #[error(
        "The server speaks version {server} of the protocol, this program {}. Update the older one.",
        crate::VERSION
    )]
    Version {
        /// The server's.
        server: u16,
    },
    /// Connected, but not a word.
    #[error("Nothing was heard from the server for {} s.", SILENCE_MS_MAX / 1_000)]
    Silent,
    /// The server or the network ended it.
    #[error("The connection was closed.")]
    Closed,
    /// Not a message of this protocol.
    #[error("The server said something that is no message: {detail}.")]
    Garbage {
        /// What is wrong with it.
        detail: String,
    },
    /// More than [`HEARD_BYTES_MAX`].
    #[error("The server sent a message of more than {HEARD_BYTES_MAX} bytes.")]
    TooLarge,
}

impl LinkDown {
    /// The same for people, in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Unreachable { .. } => "无法连接服务器。".into(),
            Self::Refused(refused) => format!("服务器拒绝连接：{}", refused.text.zh),
            Self::Version { server } => {
                format!("服务器协议版本为{server}，本程序为{}，请更新较旧的一方。", crate::VERSION)
            }
            Self::Silent => format!("服务器{}秒没有响应。", SILENCE_MS_MAX / 1_000),
            Self::Closed => "连接已断开。".into(),
            Self::Garbage { .. } => "服务器发来无法识别的消息。".into(),
            Self::TooLarge => "服务器发来的消息过大。".into(),
        };
        Text::new(zh, self.to_string())
    }

    /// Whether the server says that it knows no device with this key: it was revoked, or another took its place.
    pub fn is_revoked(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.code == BAD_KEY)
    }

    /// Whether people must change something before a new attempt can succeed.
    fn needs_people(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Version { .. })
    }
}

/// An address or key with which no attempt could ever succeed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadServer {
    /// Not `http://host:port`.
    #[error("'{server}' is not the address of a server, such as http://192.168.1.10:8080. 服务器地址不正确。")]
    Address {
        /// What was given.
        server: String,
    },
    /// A key that no HTTP header can carry. It is not repeated here, because logs are read by many.
    #[error("The device key has characters that cannot be sent. Copy it again. 设备密钥含有无效字符。")]
    Key,
}

/// The caller's ends of a link: where to say something, and where to hear what happens.
pub type Ends = (mpsc::Sender<FromClient>, mpsc::Receiver<LinkEvent>);

/// Starts a link: one task on the present tokio runtime that lives until the receiver is dropped.
///
/// What is said while the link is down waits in the queue (use `try_send` where waiting would hurt). A message that was
/// taken from the queue when the connection broke may be lost, so send an order again under its key after [`LinkEvent::Up`].
///
/// # Errors
/// [`BadServer`] for an address or key that can never work. Everything else is a [`LinkEvent::Down`].
pub fn connect(config: LinkConfig, network: impl Network) -> Result<Ends, BadServer> {
    let request = request(&config)?;
    let (say, said) = mpsc::channel(SAY_QUEUE_MAX);
    let (hear, heard) = mpsc::channel(HEAR_QUEUE_MAX);
    tokio::spawn(task::run(task::Link::new(request, config, network, said, hear)));
    Ok((say, heard))
}

/// The upgrade request: `ws://host:port/ws`, with the key as a bearer token.
fn request(config: &LinkConfig) -> Result<Request, BadServer> {
    let bad_address = || BadServer::Address { server: config.server.clone() };
    let uri: Uri = config.server.parse().map_err(|_| bad_address())?;
    let authority = uri.authority().filter(|authority| is_plain(&uri, authority)).ok_or_else(bad_address)?;
    let mut request = format!("ws://{authority}/ws").into_client_request().map_err(|_| bad_address())?;
    if let Some(key) = &config.key {
        let mut bearer = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| BadServer::Key)?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, bearer);
    }
    Ok(request)
}

/// Nothing but `http://host` or `http://host:port`: what else an address can hold would be ignored in silence.
fn is_plain(uri: &Uri, authority: &Authority) -> bool {
    let host = authority.host();
    let host_and_port = authority.port_u16().map_or_else(|| host.into(), |port| format!("{host}:{port}"));
    let rest = uri.path_and_query().map_or("", |rest| rest.as_str());
    uri.scheme_str() == Some("http")
        && !host.is_empty()
        && authority.as_str() == host_and_port
        && matches!(rest, "" | "/")
}
