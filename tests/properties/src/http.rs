//! One HTTP request to a whole server.

use std::io::{Read, Write};

use protocol::{MESSAGE_BYTES_MAX, Refused};
use tokio_tungstenite::tungstenite::http::{Method, Uri};

use crate::{
    people,
    server::{Line, server},
};

/// The first line says who asks (a letter, see [`Server::header`](crate::server::Server::header)) and what
/// (`POST /api/hall`); all that follows is the body. The server answers, never with a fault of its own; what it refuses on
/// its API it explains in both languages.
pub fn request(bytes: &[u8]) {
    let (line, body) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let body = body.get(1..).unwrap_or_default();
    let Some((who, line)) = std::str::from_utf8(line).ok().and_then(|line| line.split_once(' ')) else { return };
    if !is_request(line) || body.len() > 2 * MESSAGE_BYTES_MAX {
        return;
    }
    let server = server();
    let server = server.as_ref().expect("there is one");
    let head = format!(
        "{line} HTTP/1.1\r\nhost: hall\r\nconnection: close\r\ncontent-type: application/json\r\n\
         idempotency-key: {}\r\nx-console: c\r\n{}content-length: {}\r\n\r\n",
        key(bytes),
        server.header(who.bytes().next().unwrap_or_default()),
        body.len(),
    );
    let reply = ask(server.connect(), head.as_bytes(), body);
    check(line, &reply);
}

/// What makes no request is hyper's to refuse, or, where the beginning of HTTP/2 stands behind it, to hang up on; here the server's own
/// readers are meant.
fn is_request(line: &str) -> bool {
    let Some((method, target)) = line.split_once(' ') else { return false };
    Method::from_bytes(method.as_bytes()).is_ok() && target.is_ascii() && target.parse::<Uri>().is_ok()
}

/// The same request has the same key: a retry.
fn key(bytes: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(bytes))
}

fn ask(mut stream: Line, head: &[u8], body: &[u8]) -> Vec<u8> {
    // A server that has seen enough closes before it has read all.
    let _ = stream.write_all(&[head, body].concat());
    let mut reply = Vec::new();
    if let Err(error) = stream.read_to_end(&mut reply) {
        assert!(!reply.is_empty(), "the server is silent: {error}");
    }
    reply
}

fn check(line: &str, reply: &[u8]) {
    let text = String::from_utf8_lossy(reply);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    assert!((200..500).contains(&status) || status == 503, "{line} is answered {status}: {text}");
    let is_api = line.split(' ').nth(1).is_some_and(|path| path.starts_with("/api/"));
    if is_api && status >= 400 && head.contains("application/json") {
        let refused: Refused = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {text}"));
        people::can_understand(&refused);
    } else {
        assert!(!is_api || status < 400 || body.is_empty(), "{line} is refused without an explanation: {text}");
    }
}
