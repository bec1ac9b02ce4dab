//! The link against a real WebSocket server on loopback, whose every step the test decides.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};

use super::*;
use crate::{View, view::CallView, view::WindowState, view::WindowView};

const PATIENCE: Duration = Duration::from_secs(8);
const WELCOME: &str =
    r#"{"say":"welcome","version":1,"hall":{"zh":"市民中心","en":"Hall"},"time_zone":"Asia/Shanghai","now_ms":7}"#;

/// A server that does only what the test says.
struct Server {
    listener: TcpListener,
}

/// One accepted client.
struct Peer {
    socket: WebSocketStream<TcpStream>,
    authorization: Option<String>,
}

struct Client {
    say: mpsc::Sender<FromClient>,
    heard: mpsc::Receiver<LinkEvent>,
}

impl Server {
    async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    fn address(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    fn client(&self, key: Option<&str>) -> Client {
        let (say, heard) = connect(config(&self.address(), key), Tcp::default()).unwrap();
        Client { say, heard }
    }

    async fn accept(&self) -> Peer {
        let (stream, _) = timeout(PATIENCE, self.listener.accept()).await.expect("nobody came").unwrap();
        let mut authorization = None;
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let look = |request: &Request, response: Response| {
            assert_eq!(request.uri().path(), "/ws");
            authorization = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
            Ok(response)
        };
        let socket = accept_hdr_async(stream, look).await.unwrap();
        Peer { socket, authorization }
    }

    /// Answers the upgrade with this HTTP response.
    async fn answer(&self, response: &str) {
        let (mut stream, _) = timeout(PATIENCE, self.listener.accept()).await.expect("nobody came").unwrap();
        let mut request = [0; 4096];
        assert_ne!(stream.read(&mut request).await.unwrap(), 0, "the client hung up");
        stream.write_all(response.as_bytes()).await.unwrap();
    }

    /// Accepts, hears hello and says welcome.
    async fn welcome(&self) -> (Peer, FromClient) {
        let mut peer = self.accept().await;
        let hello = peer.hear().await;
        peer.say(WELCOME).await;
        (peer, hello)
    }
}

impl Peer {
    async fn hear(&mut self) -> FromClient {
        loop {
            let frame = timeout(PATIENCE, self.socket.next()).await.expect("the client is silent").unwrap().unwrap();
            if let Message::Text(text) = frame {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next message that is no pulse.
    async fn hear_words(&mut self) -> FromClient {
        loop {
            match self.hear().await {
                FromClient::Pulse => {}
                message => return message,
            }
        }
    }

    async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn show(&mut self, seq: u64) {
        let view = FromServer::View { seq, now_ms: 1, view: View::Window(window()) };
        self.say(&serde_json::to_string(&view).unwrap()).await;
    }
}

impl Client {
    async fn next(&mut self) -> LinkEvent {
        timeout(PATIENCE, self.heard.recv()).await.expect("the link is silent").expect("the link ended")
    }

    async fn up(&mut self) {
        match self.next().await {
            LinkEvent::Up { hall, time_zone, now_ms: 7 } => {
                assert_eq!((hall.zh.as_str(), time_zone.as_str()), ("市民中心", "Asia/Shanghai"));
            }
            event => panic!("expected Up, got {event:?}"),
        }
    }

    async fn down(&mut self) -> LinkDown {
        match self.next().await {
            LinkEvent::Down { why } => why,
            event => panic!("expected Down, got {event:?}"),
        }
    }

    async fn message(&mut self) -> FromServer {
        match self.next().await {
            LinkEvent::Message(message) => message,
            event => panic!("expected a message, got {event:?}"),
        }
    }
}

fn config(server: &str, key: Option<&str>) -> LinkConfig {
    LinkConfig {
        server: server.into(),
        key: key.map(Into::into),
        program: "test 1".into(),
        subject: Subject::Display { window: 5 },
    }
}

fn window() -> WindowView {
    let name = Text::new("5号窗口", "Window 5");
    WindowView { window: 5, zone: 'A', name, state: WindowState::Idle, number: None, call: None, before: vec![] }
}

fn hello(resume_from: Option<u64>) -> FromClient {
    let subject = Subject::Display { window: 5 };
    FromClient::Hello { version: crate::VERSION, program: "test 1".into(), subject, resume_from }
}

fn refused(code: &str) -> String {
    format!(r#"{{"code":"{code}","text":{{"zh":"密钥不对","en":"Wrong key."}}}}"#)
}

#[tokio::test]
async fn says_hello_with_its_key_then_hears_and_is_heard() {
    let server = Server::start().await;
    let mut client = server.client(Some("s3cret"));
    let (mut peer, said) = server.welcome().await;
    assert_eq!(said, hello(None));
    assert_eq!(peer.authorization.as_deref(), Some("Bearer s3cret"));
    client.up().await;
    peer.show(41).await;
    assert!(matches!(client.message().await, FromServer::View { seq: 41, .. }));
    client.say.send(FromClient::Shown { call: 40 }).await.unwrap();
    assert_eq!(peer.hear_words().await, FromClient::Shown { call: 40 });
}

#[tokio::test]
async fn a_restarted_server_is_asked_for_what_was_missed_and_gets_what_waited() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let (mut peer, _) = server.welcome().await;
    client.up().await;
    peer.show(41).await;
    let call = r#"{"seq":44,"number":"A001","window":5,"zone":"A","at_ms":1,"recalls":0,"language":"zh"}"#;
    peer.say(&format!(r#"{{"say":"missed","call":{call}}}"#)).await;
    assert!(matches!(client.message().await, FromServer::View { .. }));
    assert!(matches!(client.message().await, FromServer::Missed { call: CallView { seq: 44, .. } }));
    drop(peer);
    assert_eq!(client.down().await, LinkDown::Closed);
    client.say.send(FromClient::Spoken { call: 40 }).await.unwrap();
    let (mut peer, said) = server.welcome().await;
    assert_eq!(said, hello(Some(44)));
    client.up().await;
    assert_eq!(peer.hear_words().await, FromClient::Spoken { call: 40 });
}

#[tokio::test]
async fn a_wrong_key_is_told_in_the_servers_words_and_not_tried_again_soon() {
    let server = Server::start().await;
    let mut client = server.client(Some("old"));
    let body = refused("bad_key");
    let head = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n";
    server.answer(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await;
    let why = client.down().await;
    assert_eq!(why.text().en, "The server refuses this connection: Wrong key.");
    assert_eq!(why.text().zh, "服务器拒绝连接：密钥不对");
    let again = timeout(Duration::from_secs(2), server.listener.accept()).await;
    assert!(again.is_err(), "a refused client came back at once");
}

#[tokio::test]
async fn a_refusal_without_words_still_says_what_to_do() {
    let server = Server::start().await;
    let mut client = server.client(None);
    server.answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
    let text = client.down().await.text();
    assert!(text.en.contains("403 Forbidden. Check the device key."), "{text:?}");
}

#[tokio::test]
async fn an_unknown_version_is_told() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let mut peer = server.accept().await;
    peer.hear().await;
    peer.say(&WELCOME.replace(":1,", ":9,")).await;
    assert_eq!(client.down().await, LinkDown::Version { server: 9 });
    let mut client = server.client(None);
    let mut peer = server.accept().await;
    peer.hear().await;
    peer.say(&format!(r#"{{"say":"refused","refused":{}}}"#, refused("unknown_version"))).await;
    assert!(matches!(client.down().await, LinkDown::Refused(Refused { code, .. }) if code == "unknown_version"));
}

#[tokio::test]
async fn a_server_that_starts_is_tried_again_at_once() {
    let server = Server::start().await;
    let mut client = server.client(None);
    server.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert!(matches!(client.down().await, LinkDown::Unreachable { .. }));
    server.welcome().await;
    client.up().await;
}

#[tokio::test]
async fn silence_is_noticed_after_five_seconds_and_a_pulse_is_a_word() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let (mut peer, _) = server.welcome().await;
    client.up().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    peer.say(r#"{"say":"pulse","now_ms":9}"#).await;
    assert_eq!(client.message().await, FromServer::Pulse { now_ms: 9 });
    let since = Instant::now();
    assert_eq!(client.down().await, LinkDown::Silent);
    assert!((4_900..6_000).contains(&since.elapsed().as_millis()), "{:?}", since.elapsed());
    let mut pulses = 0;
    while let Some(Ok(Message::Text(text))) = peer.socket.next().await {
        assert_eq!(serde_json::from_str::<FromClient>(&text).unwrap(), FromClient::Pulse);
        pulses += 1;
    }
    assert!((4..=5).contains(&pulses), "{pulses} pulses in 8 s");
}

#[tokio::test]
async fn a_server_that_never_says_welcome_is_left() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let _peer = server.accept().await;
    assert_eq!(client.down().await, LinkDown::Silent);
}

#[tokio::test]
async fn garbage_ends_a_connection_and_never_the_program() {
    let server = Server::start().await;
    let mut client = server.client(None);
    for garbage in [Message::text("{"), Message::text(r#"{"say":"dance"}"#), Message::binary(vec![0xff; 9])] {
        let (mut peer, _) = server.welcome().await;
        client.up().await;
        peer.socket.send(garbage).await.unwrap();
        assert!(matches!(client.down().await, LinkDown::Garbage { .. }));
    }
    server.welcome().await;
    client.up().await;
}

#[tokio::test]
async fn a_message_of_a_mebibyte_is_heard_and_a_larger_one_ends_the_connection() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let (mut peer, _) = server.welcome().await;
    client.up().await;
    let pulse = r#"{"say":"pulse","now_ms":9}"#;
    peer.say(&format!("{pulse}{}", " ".repeat(HEARD_BYTES_MAX - pulse.len()))).await;
    assert_eq!(client.message().await, FromServer::Pulse { now_ms: 9 });
    // The client hangs up while this is still being sent.
    let _ = peer.socket.send(Message::text(" ".repeat(HEARD_BYTES_MAX + 1))).await;
    assert_eq!(client.down().await, LinkDown::TooLarge);
}

#[tokio::test]
async fn a_message_that_the_server_would_cut_us_for_is_refused_here() {
    let server = Server::start().await;
    let mut client = server.client(None);
    let (mut peer, _) = server.welcome().await;
    client.up().await;
    let order = crate::Order::Window {
        window: 5,
        console: "x".repeat(crate::MESSAGE_BYTES_MAX),
        act: crate::WindowAct::CallNext,
    };
    client.say.send(FromClient::Do { key: "k".into(), order }).await.unwrap();
    client.say.send(FromClient::Shown { call: 1 }).await.unwrap();
    assert!(matches!(client.message().await, FromServer::Refused { key: Some(key), .. } if key == "k"));
    assert_eq!(peer.hear_words().await, FromClient::Shown { call: 1 });
}

#[tokio::test]
async fn the_same_reason_is_told_once() {
    let server = Server::start().await;
    let address = server.address();
    drop(server);
    let (say, heard) = connect(config(&address, None), Tcp::default()).unwrap();
    let mut client = Client { say, heard };
    assert!(matches!(client.down().await, LinkDown::Unreachable { .. }));
    let again = timeout(Duration::from_secs(2), client.heard.recv()).await;
    assert!(again.is_err(), "{again:?}");
}

#[tokio::test]
async fn a_link_that_nobody_hears_ends_and_one_that_nobody_feeds_goes_on() {
    let server = Server::start().await;
    let Client { say, mut heard } = server.client(None);
    let (mut peer, _) = server.welcome().await;
    drop(say);
    assert!(matches!(timeout(PATIENCE, heard.recv()).await.unwrap(), Some(LinkEvent::Up { .. })));
    assert_eq!(peer.hear().await, FromClient::Pulse);
    drop(heard);
    let end = timeout(Duration::from_secs(1), async { while let Some(Ok(_)) = peer.socket.next().await {} }).await;
    assert!(end.is_ok(), "the link goes on");
}

#[tokio::test]
async fn an_address_or_key_that_can_never_work_is_refused_at_once() {
    for server in [
        "",
        "hall",
        "https://hall:8080",
        "http://",
        "http://:8080",
        "http://hall:8080/board",
        "http://hall/?a",
        "http://hall:port",
        "http://hall:80800",
        "http://me@hall",
    ] {
        let error = connect(config(server, None), Tcp::default()).unwrap_err();
        assert_eq!(error, BadServer::Address { server: server.into() });
    }
    let error = connect(config("http://hall:8080", Some("a\nb")), Tcp::default()).unwrap_err();
    assert_eq!(error, BadServer::Key);
    assert!(!error.to_string().contains('\n'));
}
