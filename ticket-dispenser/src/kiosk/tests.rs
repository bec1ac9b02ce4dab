use super::*;
use protocol::{
    kiosk::{KioskHelp, KioskScreen},
    order::Lane,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A kiosk on a free port, whose dispenser says "working" to everything.
async fn kiosk() -> (std::net::SocketAddr, mpsc::Receiver<KioskPress>) {
    kiosk_with(None).await
}

async fn kiosk_with(voice: Option<Arc<Directory>>) -> (std::net::SocketAddr, mpsc::Receiver<KioskPress>) {
    let (touches, mut touched) = mpsc::channel(4);
    let (pressed, presses) = mpsc::channel(4);
    let (_shown, shown) = watch::channel(Arc::from("{}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes(Kiosk { touches, shown, voice })).await });
    tokio::spawn(async move {
        let state = KioskState {
            hall: Text::default(),
            online: true,
            lanes: vec![],
            screen: KioskScreen::Working,
            reader: false,
            card: false,
            unreadable: None,
            here: false,
            help: None,
        };
        while let Some(touch) = touched.recv().await {
            match touch {
                Touch::Press(press, answer) => {
                    pressed.send(press).await.unwrap();
                    answer.send(state.clone()).unwrap();
                }
                Touch::Scan(scan, answer) => {
                    let screen = KioskScreen::Trouble { text: Text::new(scan.text.0, "") };
                    answer.send(KioskState { screen, ..state.clone() }).unwrap();
                }
                Touch::Help(wanted, answer) => {
                    let help = wanted.then_some(KioskHelp::Told);
                    answer.send(KioskState { help, ..state.clone() }).unwrap();
                }
                Touch::Reprint(answer) => answer.send(state.clone()).unwrap(),
            }
        }
    });
    (address, presses)
}

/// The status and the body of an answer.
async fn ask(address: std::net::SocketAddr, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{head} HTTP/1.1\r\nHost: k\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    stream.write_all(format!("{request}Content-Type: application/json\r\n\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A body that was refused unread may end in a reset after the answer.
    let _ = stream.read_to_string(&mut answer).await;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[tokio::test]
async fn a_press_reaches_the_dispenser_and_gets_the_screen_back() {
    let (address, mut presses) = kiosk().await;
    let (status, body) = ask(address, "POST /press", r#"{"lane":"acceptance"}"#).await;
    assert_eq!((status, body.contains("working")), (200, true), "{body}");
    assert_eq!(presses.recv().await.unwrap().lane, Lane::Acceptance);
}

#[tokio::test]
async fn what_is_no_press_is_refused_in_both_languages() {
    let (address, mut presses) = kiosk().await;
    let long = format!(r#"{{"lane":"{}"}}"#, "x".repeat(2_000));
    for (body, expected) in
        [("{", 400), (r#"{"lane":"cashier"}"#, 400), (r#"{"lane":"issuing","x":1}"#, 400), (&long, 413)]
    {
        let (status, answer) = ask(address, "POST /press", body).await;
        assert_eq!(status, expected, "{body}: {answer}");
        assert!(answer.contains("bad_press") && answer.contains("无法理解"), "{answer}");
    }
    assert!(presses.try_recv().is_err());
}

#[tokio::test]
async fn unknown_paths_are_refused_and_the_page_is_there() {
    let (address, _presses) = kiosk().await;
    assert_eq!(ask(address, "GET /nothing", "").await.0, 404);
    assert_eq!(ask(address, "GET /assets/nothing.js", "").await.0, 404);
    let (status, page) = ask(address, "GET /", "").await;
    assert!(status == 200 && page.to_lowercase().contains("<!doctype html>"), "{page}");
}

#[tokio::test]
async fn what_was_read_reaches_the_dispenser_and_nobody_else() {
    let (address, _presses) = kiosk().await;
    let (status, body) = ask(address, "POST /scan", r#"{"text":"11010519491231002X"}"#).await;
    assert_eq!((status, body.contains("11010519491231002X")), (200, true), "it came to the dispenser: {body}");
    for bad in [r#"{"text":11010519491231002}"#, r#"{"txt":"11010519491231002X"}"#, r#"{"text":"11010519491231002X""#] {
        let (status, answer) = ask(address, "POST /scan", bad).await;
        assert_eq!((status, answer.contains("bad_scan")), (400, true), "{answer}");
        assert!(!answer.contains("110105"), "a refusal repeats what was read: {answer}");
    }
}

#[tokio::test]
async fn the_staff_can_be_called() {
    let (address, _presses) = kiosk().await;
    let (status, body) = ask(address, "POST /help", "").await;
    assert!(status == 200 && body.contains(r#""help":"told""#), "{body}");
    let (status, body) = ask(address, "POST /help/end", "").await;
    assert!(status == 200 && !body.contains("help"), "{body}");
}

#[tokio::test]
async fn a_recorded_sentence_is_found_by_its_name_and_nothing_else_is() {
    let pack = tempfile::tempdir().unwrap();
    let say = pack.path().join("zh/say");
    std::fs::create_dir_all(&say).unwrap();
    std::fs::write(say.join("0123456789abcdef.ogg"), "OggS").unwrap();
    std::fs::write(say.join("fedcba9876543210.ogg"), vec![0; 1_000_001]).unwrap();
    std::fs::write(pack.path().join("secret.ogg"), "secret").unwrap();
    let (address, _presses) = kiosk_with(Some(pack.path().into())).await;
    let get = async |path: &str| ask(address, &format!("GET {path}"), "").await;
    assert_eq!(get("/voice/zh/0123456789abcdef").await, (200, "OggS".into()));
    for path in ["/voice/en/0123456789abcdef", "/voice/zh/fedcba9876543210", "/voice/zh/00000000000000ff"] {
        assert_eq!(get(path).await, (204, String::new()), "{path}");
    }
    for path in [
        "/voice/fr/0123456789abcdef",
        "/voice/zh/0123456789ABCDEF",
        "/voice/zh/..%2F..%2Fsecret",
        "/voice/..%2Fzh/0123456789abcdef",
        "/voice/zh/0123456789abcdef.ogg",
    ] {
        let (status, body) = get(path).await;
        assert_eq!(status, 404, "{path}: {body}");
    }
    let (address, _presses) = kiosk().await;
    assert_eq!(ask(address, "GET /voice/zh/0123456789abcdef", "").await.0, 204, "there is no pack");
}
