//! One keep-alive HTTP connection, and what people and devices do over it.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, body::Bytes, client::conn::http1::SendRequest, http::request::Builder};
use hyper_util::rt::TokioIo;
use protocol::{Answer, Refused};
use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::hall::PASSWORD;

/// One connection.
pub struct Client {
    send: SendRequest<Full<Bytes>>,
    /// Where to connect again when the server closed a connection over which nothing went, as browsers do.
    server: Option<SocketAddr>,
    /// Headers of every request.
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    /// The cookie that was set.
    pub cookie: Option<String>,
    /// How long the server's disk took, if it says so.
    pub flush: Option<Duration>,
}

impl Client {
    /// Connects; panics when nobody listens.
    pub async fn connect(address: SocketAddr) -> Self {
        Self::try_connect(address).await.unwrap_or_else(|| panic!("nobody listens on {address}"))
    }

    /// Connects, if somebody listens.
    pub async fn try_connect(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let client = Self::over(stream).await?;
        Some(Self { server: Some(address), ..client })
    }

    /// Speaks HTTP over a stream of any network.
    pub async fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Option<Self> {
        let (send, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Self { send, server: None, headers: Vec::new() })
    }

    /// The same connection, used by this person or device.
    #[must_use]
    pub fn used_by(self, other: &Self) -> Self {
        Self { headers: other.headers.clone(), ..self }
    }

    /// Another connection of the same person or device.
    pub async fn twin(&self, address: SocketAddr) -> Self {
        Self::connect(address).await.used_by(self)
    }

    /// The same, as a device.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.headers.push(("authorization", format!("Bearer {key}")));
        self
    }

    /// The same, at a console.
    #[must_use]
    pub fn with_console(mut self, console: &str) -> Self {
        self.headers.push(("x-console", console.to_owned()));
        self
    }

    /// The same, signed in.
    #[must_use]
    pub async fn sign_in(mut self, name: &str) -> Self {
        let reply = self.post("/api/session", None, &json!({ "name": name, "password": PASSWORD })).await;
        assert_eq!(reply.status, 200, "{name} can't sign in: {:?}", reply.body);
        self.headers.push(("cookie", reply.cookie.unwrap()));
        self
    }

    /// The cookie of the one who is signed in.
    pub fn cookie(&self) -> String {
        let cookie = self.headers.iter().find(|(name, _)| *name == "cookie");
        cookie.map_or_else(|| panic!("nobody is signed in"), |(_, cookie)| cookie.clone())
    }

    /// Asks for something.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.request(Method::GET, path, None, Bytes::new()).await.unwrap()
    }

    /// Sends JSON under an idempotency key.
    pub async fn post(&mut self, path: &str, key: Option<&str>, body: &Value) -> Reply {
        self.try_post(path, key, body).await.unwrap()
    }

    /// Sends JSON; an error when the server is gone.
    ///
    /// # Errors
    /// The connection broke: nobody knows whether the server did it.
    pub async fn try_post(&mut self, path: &str, key: Option<&str>, body: &Value) -> Result<Reply, hyper::Error> {
        self.request(Method::POST, path, key, body.to_string().into()).await
    }

    /// Gives out a number for acceptance under a fresh key.
    pub async fn issue(&mut self) -> Reply {
        self.post("/api/tickets", Some(&fresh_key()), &json!({ "lane": "acceptance" })).await
    }

    /// Does something at a window under a fresh key.
    pub async fn at(&mut self, window: u16, act: &str) -> Reply {
        self.at_with(window, &json!({ "act": act })).await
    }

    /// Does something that takes more than a word at a window.
    pub async fn at_with(&mut self, window: u16, act: &Value) -> Reply {
        self.post(&format!("/api/windows/{window}"), Some(&fresh_key()), act).await
    }

    /// Sends any bytes.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn request(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Bytes,
    ) -> Result<Reply, hyper::Error> {
        let mut request = self.builder(method, path);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Full::new(body)).unwrap()).await
    }

    /// A request from this person or device, to be sent with [`Client::send`].
    pub fn builder(&self, method: Method, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(path).header("host", "hall");
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }

    /// Sends anything.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Reply, hyper::Error> {
        if self.send.is_closed()
            && let Some(address) = self.server
            && let Some(again) = Self::try_connect(address).await
        {
            self.send = again.send;
        }
        self.send.ready().await?;
        let response = self.send.send_request(request).await?;
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let flush = response.headers().get("server-timing").and_then(|value| flush(value.to_str().ok()?));
        let status = response.status().as_u16();
        Ok(Reply { status, cookie, flush, body: response.into_body().collect().await?.to_bytes() })
    }
}

impl Reply {
    /// What came of an order that was done.
    pub fn answer(&self) -> Answer {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {:?}", self.status, self.body))
    }

    /// Why an order was refused.
    pub fn refused(&self) -> Refused {
        assert!(self.status >= 400, "this was to be refused: {:?}", self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {:?}", self.status, self.body))
    }

    /// The number that was given out, or called.
    pub fn number(&self) -> String {
        match self.answer() {
            Answer::Ticket(ticket) => ticket.number,
            Answer::Called { call } => call.number,
            other => panic!("no number in {other:?}"),
        }
    }
}

fn flush(timing: &str) -> Option<Duration> {
    let ms: f64 = timing.strip_prefix("flush;dur=")?.parse().ok()?;
    Duration::try_from_secs_f64(ms / 1_000.0).ok()
}

/// A name for a wish.
pub fn fresh_key() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 16)
}
