//! The page's side of the conversation, word by word over TCP.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use super::*;
use crate::display::PanelText;

fn ask(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

async fn asked(at: SocketAddr, request: String) -> String {
    tokio::task::spawn_blocking(move || ask(at, &request)).await.unwrap()
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_call_is_shown_when_the_page_says_that_it_was_painted_and_lost_when_no_page_speaks() {
    let listen = free();
    let mut remote = start(PageProfile { listen }).unwrap();
    assert!(asked(listen, "GET /".into()).await.contains("<main"));
    remote.show(PanelText { text: "请A012到05号窗口".into(), call: Some(7) }, true);
    remote.dim(40);
    let news = asked(listen, "GET /after/0".into()).await;
    let (turn, rest) = news.strip_prefix(r#"{"turn":"#).unwrap().split_once(',').unwrap();
    assert_eq!(rest, r#""text":"请A012到05号窗口","blink":true,"brightness_percent":40}"#);
    let turn: u64 = turn.parse().unwrap();
    assert!(turn > 1_000_000_000_000, "no other process gave this number: {turn}");
    assert!(timeout(Duration::from_millis(100), remote.said()).await.is_err(), "nobody painted it yet");
    asked(listen, format!("POST /painted/{}", turn - 1)).await;
    assert!(timeout(Duration::from_millis(100), remote.said()).await.is_err(), "another text was painted");
    asked(listen, format!("POST /painted/{turn}")).await;
    assert_eq!(remote.said().await, Input::PanelShown { call: Some(7) });
    let Input::PanelFailed { trouble } = remote.said().await else { panic!("a page that is gone was not missed") };
    assert!(trouble.en.contains(&listen.to_string()) && trouble.zh.contains("浏览器"), "{trouble:?}");
    asked(listen, format!("POST /painted/{turn}")).await;
    assert_eq!(remote.said().await, Input::PanelShown { call: Some(7) });
}
