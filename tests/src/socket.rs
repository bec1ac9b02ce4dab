//! One WebSocket to the server, for well-behaved and other clients.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::{FromClient, FromServer, Subject, VERSION, View};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_with_config, connect_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, handshake::client::Request, protocol::WebSocketConfig},
};

/// A message that did not come by then never will.
const WITHIN: Duration = Duration::from_secs(15);

/// How the server's word that it is still here begins.
const PULSE: &str = r#"{"say":"pulse""#;

/// One WebSocket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects without a word.
    pub async fn connect(address: SocketAddr, header: Option<(&'static str, String)>) -> Self {
        let (socket, _) = connect_async_with_config(request(address, header), Some(config()), true).await.unwrap();
        Self(socket)
    }

    /// Connects without a word, if somebody listens.
    pub async fn try_connect(address: SocketAddr, header: Option<(&'static str, String)>) -> Option<Self> {
        connect_async_with_config(request(address, header), Some(config()), true)
            .await
            .ok()
            .map(|(socket, _)| Self(socket))
    }

    /// Connects with a receive buffer of a few kB, so that it fills up soon when nothing is read.
    pub async fn connect_narrow(address: SocketAddr, header: Option<(&'static str, String)>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(address).await.unwrap());
        let (socket, _) = client_async_with_config(request(address, header), stream, Some(config())).await.unwrap();
        Self(socket)
    }

    /// Connects, with a device's key or as a stranger, and says hello.
    pub async fn open(address: SocketAddr, key: Option<&str>, subject: Subject, resume_from: Option<u64>) -> Self {
        let header = key.map(|key| ("authorization", format!("Bearer {key}")));
        Self::connect(address, header).await.hello(subject, resume_from).await
    }

    /// Connects as somebody who is signed in, and says hello.
    pub async fn open_as(address: SocketAddr, cookie: &str, subject: Subject) -> Self {
        Self::connect(address, Some(("cookie", cookie.to_owned()))).await.hello(subject, None).await
    }

    /// Says hello.
    pub async fn hello(self, subject: Subject, resume_from: Option<u64>) -> Self {
        self.try_hello(subject, resume_from).await.unwrap_or_else(|| panic!("the server closed the connection"))
    }

    /// Says hello, if the connection still stands.
    pub async fn try_hello(mut self, subject: Subject, resume_from: Option<u64>) -> Option<Self> {
        let program = "scenario 0".to_owned();
        let hello = FromClient::Hello { version: VERSION, program, subject, resume_from };
        self.try_tell(&hello).await.then_some(self)
    }

    /// Says something.
    pub async fn say(&mut self, message: &FromClient) {
        self.say_text(&serde_json::to_string(message).unwrap()).await;
    }

    /// Says anything at all.
    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.unwrap();
    }

    /// Says something, if the connection still stands.
    pub async fn try_tell(&mut self, message: &FromClient) -> bool {
        self.try_say(serde_json::to_string(message).unwrap().into()).await
    }

    /// Says anything at all, if the connection still stands.
    pub async fn try_say(&mut self, message: Message) -> bool {
        self.0.send(message).await.is_ok()
    }

    /// The next message; `None` when the server closed the connection.
    pub async fn next(&mut self) -> Option<FromServer> {
        self.next_text().await.map(|text| serde_json::from_str(&text).unwrap())
    }

    /// The next message as it came; `None` when the server closed the connection.
    pub async fn next_text(&mut self) -> Option<String> {
        timeout(WITHIN, self.hear()).await.unwrap_or_else(|_| panic!("the server is silent"))
    }

    /// The next message as it came, however long it takes; `None` when the connection is gone.
    pub async fn hear(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message that is no pulse, which is answered; `None` when the connection is gone.
    pub async fn hear_and_live(&mut self) -> Option<String> {
        loop {
            let text = self.hear().await?;
            if !text.starts_with(PULSE) {
                return Some(text);
            }
            if !self.try_say(pulse()).await {
                return None;
            }
        }
    }

    /// Looks on until the connection is gone.
    pub async fn look(mut self) {
        while self.hear_and_live().await.is_some() {}
    }

    /// The port at this end.
    pub fn port(&self) -> u16 {
        match self.0.get_ref() {
            MaybeTlsStream::Plain(stream) => stream.local_addr().unwrap().port(),
            _ => panic!("no connection of ours is encrypted"),
        }
    }

    /// The next view that fits; panics when it does not come.
    pub async fn view<T>(&mut self, fits: impl Fn(&View) -> Option<T>) -> T {
        let wait = async {
            loop {
                match self.next().await {
                    Some(FromServer::View { view, .. }) => {
                        if let Some(found) = fits(&view) {
                            return found;
                        }
                    }
                    Some(FromServer::Pulse { .. }) => self.say(&FromClient::Pulse).await,
                    Some(_) => {}
                    None => panic!("the server closed the connection"),
                }
            }
        };
        timeout(WITHIN, wait).await.unwrap_or_else(|_| panic!("the view that was waited for did not come"))
    }
}

/// Still here.
pub fn pulse() -> Message {
    serde_json::to_string(&FromClient::Pulse).unwrap().into()
}

fn request(address: SocketAddr, header: Option<(&'static str, String)>) -> Request {
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    if let Some((name, value)) = header {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(4096)
}
