//! What is wrong on a WebSocket.

use http_body_util::Full;
use hyper::Method;
use protocol::{FromClient, FromServer, MESSAGE_BYTES_MAX, Refused, Subject};
use serde_json::json;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;
use tokio_tungstenite::tungstenite::Message;

use crate::refusals::{is_in_both_languages, is_refused};

const BOARD: Subject = Subject::Board { zone: None };

/// The next refusal; views and pulses are passed over. `None` when the connection is closed.
async fn refusal(socket: &mut Socket) -> Option<Refused> {
    loop {
        if let FromServer::Refused { refused, .. } = socket.next().await? {
            is_in_both_languages(&refused);
            return Some(refused);
        }
    }
}

async fn is_refused_and_closed(mut socket: Socket, code: &str) {
    let refused = refusal(&mut socket).await.unwrap_or_else(|| panic!("closed without a word, not with {code}"));
    assert_eq!(refused.code, code);
    assert!(refusal(&mut socket).await.is_none(), "{code}: the connection is to be closed");
}

#[tokio::test]
async fn a_conversation_that_begins_wrong_is_refused_in_both_languages_and_closed() {
    let hall = Hall::start(Setup::default()).await;
    let before = hall.seq().await;
    let connect = async || Socket::connect(hall.address, None).await;

    let mut socket = connect().await;
    let hello = json!({ "say": "hello", "version": 99, "program": "x", "subject": { "of": "board" } });
    socket.say_text(&hello.to_string()).await;
    is_refused_and_closed(socket, "unsupported_version").await;

    let mut socket = connect().await;
    socket.say(&FromClient::Pulse).await;
    is_refused_and_closed(socket, "hello_first").await;

    let mut socket = connect().await;
    let order = json!({ "order": "issue", "lane": "acceptance" });
    socket.say_text(&json!({ "say": "do", "key": "k", "order": order }).to_string()).await;
    is_refused_and_closed(socket, "hello_first").await;

    let clerk = || Subject::Clerk { window: 1, console: "c".into() };
    let dispenser = hall.dispenser_keys[0].as_str();
    let display = hall.display_keys[0].as_str();
    for (key, subject, code) in [
        (None, Subject::Manager, "unauthorised"),
        (None, clerk(), "unauthorised"),
        (None, Subject::Display { window: 1 }, "unauthorised"),
        (Some(dispenser), clerk(), "wrong_role"),
        (Some(dispenser), Subject::Manager, "wrong_role"),
        (Some(dispenser), Subject::Display { window: 1 }, "wrong_role"),
        (Some(display), Subject::Dispenser, "wrong_role"),
        (Some(display), Subject::Display { window: 2 }, "wrong_role"),
    ] {
        is_refused_and_closed(Socket::open(hall.address, key, subject, None).await, code).await;
    }
    let cookie = hall.clerk(1).await.cookie();
    is_refused_and_closed(Socket::open_as(hall.address, &cookie, Subject::Manager).await, "wrong_role").await;
    assert_eq!(hall.seq().await, before, "something changed");
}

#[tokio::test]
async fn nonsense_in_a_conversation_is_refused_and_then_closed() {
    let hall = Hall::start(Setup::default()).await;
    let before = hall.seq().await;
    let mut socket = Socket::open(hall.address, None, BOARD, None).await;
    let unknown =
        json!({ "say": "do", "key": "k", "order": { "order": "issue", "lane": "acceptance", "colour": "red" } });
    for (text, code) in [
        ("{", "bad_json"),
        (r#"{"say":"sing"}"#, "bad_json"),
        (&unknown.to_string(), "bad_json"),
        (r#"{"say":"do","key":"","order":{"order":"issue","lane":"acceptance"}}"#, "no_idempotency_key"),
        (r#"{"say":"do","key":"k","order":{"order":"issue","lane":"acceptance"}}"#, "unauthorised"),
    ] {
        socket.say_text(text).await;
        assert_eq!(refusal(&mut socket).await.unwrap().code, code, "{text}");
    }
    assert!(socket.try_say(Message::Binary(vec![0; 16].into())).await);
    assert_eq!(refusal(&mut socket).await.unwrap().code, "bad_json", "a binary frame");
    // Somebody who goes on like this is not listened to.
    for _ in 0..8 {
        socket.try_say(Message::Text("{".into())).await;
    }
    while refusal(&mut socket).await.is_some() {}
    assert_eq!(hall.seq().await, before, "something changed");
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_connection_and_no_other() {
    let hall = Hall::start(Setup::default()).await;
    let mut bystander = Socket::open(hall.address, None, BOARD, None).await;
    let mut socket = Socket::open(hall.address, None, BOARD, None).await;
    let before = hall.seq().await;
    // The server may close before it was all sent.
    socket.try_say(Message::Text("x".repeat(MESSAGE_BYTES_MAX + 1).into())).await;
    while refusal(&mut socket).await.is_some() {}
    assert_eq!(hall.seq().await, before);
    bystander.say_text("{").await;
    assert_eq!(refusal(&mut bystander).await.unwrap().code, "bad_json", "another connection was concerned");
}

#[tokio::test]
async fn a_key_that_no_device_has_is_refused_before_the_conversation() {
    let hall = Hall::start(Setup::default()).await;
    let mut guessed = Client::connect(hall.address).await.with_key("guessed");
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let request = guessed.builder(Method::GET, "/ws");
    let request = upgrade.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let reply = guessed.send(request.body(Full::default()).unwrap()).await.unwrap();
    is_refused(&reply, 401, "bad_key", "a guessed key");
}
