//! A whole conversation on a WebSocket with a whole server.

use std::collections::BTreeMap;

use protocol::{FromClient, FromServer, KEY_CHARS_MAX};
use tokio_tungstenite::tungstenite::{
    Error, Message, WebSocket, client,
    client::IntoClientRequest,
    http::{HeaderName, HeaderValue},
};

use crate::{
    lines,
    living::reads_back,
    people,
    server::{Line, Server, server},
};

/// Messages in one conversation: the server takes eight that make no sense.
const MESSAGES_MAX: usize = 16;
/// The last order of each conversation; when it is answered, all before it are.
const LAST: &str = "the-last-one";

/// The first line is a letter that says who talks, each further line a message. Whatever is said, the server's words are
/// understood, their numbers never fall, and every order has one answer, unless the server hung up.
pub fn conversation(bytes: &[u8]) {
    let mut lines = lines(bytes);
    let Some(who) = lines.next().and_then(|line| line.bytes().next()) else { return };
    let server = server();
    let mut socket = connect(server.as_ref().expect("there is one"), who);
    let mut asked = BTreeMap::new();
    let last = format!(r#"{{"say":"do","key":"{LAST}","order":{{"order":"citizen","token":"?","act":"cancel"}}}}"#);
    for line in lines.take(MESSAGES_MAX).chain([last.as_str()]) {
        if let Ok(FromClient::Do { key, .. }) = serde_json::from_str(line)
            && is_key(&key)
        {
            *asked.entry(key).or_insert(0) += 1;
        }
        if socket.send(Message::Text(line.into())).is_err() {
            break;
        }
    }
    hear(&mut socket, asked);
}

fn hear(socket: &mut WebSocket<Line>, mut asked: BTreeMap<String, i32>) {
    let mut seen = 0;
    while let Some(message) = next(socket) {
        reads_back(&message);
        match message {
            FromServer::View { seq, .. } => {
                assert!(seq >= seen, "the number of a view fell from {seen} to {seq}");
                seen = seq;
            }
            FromServer::Refused { key, refused } => {
                people::can_understand(&refused);
                key.iter().for_each(|key| answered(&mut asked, key));
                if key.as_deref() == Some(LAST) {
                    let open = asked.iter().find(|(_, open)| **open > 0);
                    return assert_eq!(open, None, "an order has no answer");
                }
            }
            FromServer::Answer { key, .. } => answered(&mut asked, &key),
            FromServer::Welcome { hall, .. } => people::can_read(&hall),
            FromServer::Missed { .. } | FromServer::Pulse { .. } => {}
            FromServer::Print { .. } | FromServer::PrintedElsewhere { .. } => {}
            FromServer::Ready | FromServer::Speak { .. } | FromServer::BreakOff { .. } => {}
            FromServer::Prepare { .. } | FromServer::Say { .. } | FromServer::Attend { .. } => {}
        }
    }
}

/// What the server takes for a key; an order under another one is refused without it.
fn is_key(key: &str) -> bool {
    (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn answered(asked: &mut BTreeMap<String, i32>, key: &str) {
    let open = asked.entry(key.to_owned()).or_default();
    *open -= 1;
}

/// The next word of the server; `None` when it hung up. It may do so before it has read all.
fn next(socket: &mut WebSocket<Line>) -> Option<FromServer> {
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                let message = serde_json::from_str(&text);
                return Some(message.unwrap_or_else(|error| panic!("{error}: the server said {text}")));
            }
            Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => {
                return None;
            }
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() != std::io::ErrorKind::WouldBlock => return None,
            Err(error) => panic!("the server is silent: {error}"),
        }
    }
}

fn connect(server: &Server, who: u8) -> WebSocket<Line> {
    let mut request = format!("ws://{}/ws", server.address).into_client_request().expect("a request");
    if let Some((name, value)) = server.header(who).trim_end().split_once(": ") {
        let name: HeaderName = name.parse().expect("a header");
        request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
    }
    client(request, server.connect()).expect("a handshake").0
}
