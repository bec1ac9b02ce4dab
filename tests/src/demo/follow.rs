//! A screen's WebSocket that is opened again after every cut.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::{FromClient, PULSE_MS, Subject, VERSION};
use tokio::net::TcpStream;
use tokio::time::{interval, sleep};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// Between two attempts: a server that was killed is back within a second.
const AGAIN: Duration = Duration::from_millis(100);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Whose screen it is, and what it shows.
pub struct Screen {
    /// The server's address, or a dispenser's.
    pub address: SocketAddr,
    /// The session of the one before it.
    pub cookie: Option<String>,
    /// What the server is asked for; `None` for a dispenser's own page.
    pub subject: Option<Subject>,
}

impl Screen {
    /// Hands over every message, for ever.
    pub async fn follow(self, mut hear: impl FnMut(&str)) {
        loop {
            if let Ok(socket) = self.open().await {
                // Why it ended doesn't matter: it is opened again.
                let _ = self.listen(socket, &mut hear).await;
            }
            sleep(AGAIN).await;
        }
    }

    async fn open(&self) -> Result<Socket, Error> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request()?;
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert("cookie", HeaderValue::from_str(cookie)?);
        }
        let (mut socket, _) = connect_async(request).await?;
        if let Some(subject) = self.subject.clone() {
            let program = concat!("demo ", env!("CARGO_PKG_VERSION")).to_owned();
            say(&mut socket, &FromClient::Hello { version: VERSION, program, subject, resume_from: None }).await?;
        }
        Ok(socket)
    }

    async fn listen(&self, mut socket: Socket, hear: &mut impl FnMut(&str)) -> Result<(), Error> {
        let mut pulse = interval(Duration::from_millis(PULSE_MS));
        loop {
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => hear(&text),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Ok(()),
                },
                _ = pulse.tick(), if self.subject.is_some() => say(&mut socket, &FromClient::Pulse).await?,
            }
        }
    }
}

async fn say(socket: &mut Socket, message: &FromClient) -> Result<(), Error> {
    let text = serde_json::to_string(message).map_err(|error| Error::Io(error.into()))?;
    socket.send(Message::Text(text.into())).await
}
