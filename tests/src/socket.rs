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
const WITHIN: Duration = Duration::from_secs(10);

/// One WebSocket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects without a word.
    pub async fn connect(address: SocketAddr, header: Option<(&'static str, String)>) -> Self {
        let (socket, _) = connect_async_with_config(request(address, header), Some(config()), true).await.unwrap();
        Self(socket)
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
    pub async fn hello(mut self, subject: Subject, resume_from: Option<u64>) -> Self {
        let program = "scenario 0".to_owned();
        self.say(&FromClient::Hello { version: VERSION, program, subject, resume_from }).await;
        self
    }

    /// Says something.
    pub async fn say(&mut self, message: &FromClient) {
        self.say_text(&serde_json::to_string(message).unwrap()).await;
    }

    /// Says anything at all.
    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.unwrap();
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
        loop {
            let message = timeout(WITHIN, self.0.next()).await.unwrap_or_else(|_| panic!("the server is silent"));
            match message {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
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
