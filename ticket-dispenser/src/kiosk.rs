//! The kiosk page and its two conversations, on localhost only.

use std::{path::Path as Directory, sync::Arc};

use axum::{
    Json, Router,
    extract::{
        DefaultBodyLimit, Path, State, WebSocketUpgrade,
        rejection::JsonRejection,
        ws::{Message, WebSocket},
    },
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use protocol::{
    Refused, Text,
    kiosk::{KioskPress, KioskScan, KioskState},
};
use rust_embed::RustEmbed;
use tokio::sync::{mpsc, oneshot, watch};

#[cfg(test)]
mod tests;

/// The largest press, bytes; a real one has 70.
const PRESS_BYTES_MAX: usize = 1_024;
/// The largest clip of the recorded voice, bytes: twenty seconds have about 150,000.
const CLIP_BYTES_MAX: u64 = 1_000_000;
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws:";
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Yihao 一号</title><p>网页尚未构建。在 caller-server/web \
     中运行 npm ci 和 npm run build，然后重新编译取号程序。<p lang=en>The page is not built. Run npm ci and npm run build in \
     caller-server/web, then build the dispenser again.";

/// What people do at the kiosk.
#[derive(Debug)]
pub enum Touch {
    /// Somebody pressed; what the screen shows then goes back.
    Press(KioskPress, oneshot::Sender<KioskState>),
    /// A reader read something.
    Scan(KioskScan, oneshot::Sender<KioskState>),
    /// Somebody calls for the staff (`true`), or the staff came.
    Help(bool, oneshot::Sender<KioskState>),
    /// The staff wants the numbers printed that may not have been.
    Reprint(oneshot::Sender<KioskState>),
}

/// What the pages need.
#[derive(Debug, Clone)]
pub struct Kiosk {
    /// Where touches go.
    pub touches: mpsc::Sender<Touch>,
    /// What the screen shows, as JSON.
    pub shown: watch::Receiver<Arc<str>>,
    /// The recorded voice with which the page speaks; without one it tries the browser's own voices.
    pub voice: Option<Arc<Directory>>,
}

/// The page, `/ws` with a [`KioskState`] on every change, `POST /press`, `POST /scan`, `POST /help` (and
/// `/help/end`) and `POST /reprint`; `GET /voice/{language}/{sentence}` is a clip of the recorded voice.
pub fn routes(kiosk: Kiosk) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/assets/{*path}", get(asset))
        .route("/voice/{language}/{sentence}", get(clip))
        .route("/ws", get(watch_screen))
        .route("/press", post(press))
        .route("/scan", post(scan))
        .route("/help", post(help))
        .route("/help/end", post(help_end))
        .route("/reprint", post(reprint))
        .fallback(|| async {
            refuse(StatusCode::NOT_FOUND, "not_found", "没有这个页面。", "There is no such page.")
        })
        .layer(DefaultBodyLimit::max(PRESS_BYTES_MAX))
        .with_state(kiosk)
}

#[derive(RustEmbed)]
#[folder = "../caller-server/web/dist"]
#[allow_missing = true]
struct Screens;

async fn page() -> Response {
    let headers = [(header::CACHE_CONTROL, "no-cache"), (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)];
    match Screens::get("kiosk.html") {
        Some(file) => (headers, Html(file.data)).into_response(),
        None => Html(NOT_BUILT).into_response(),
    }
}

async fn asset(Path(path): Path<String>) -> Response {
    match Screens::get(&format!("assets/{path}")) {
        Some(file) => ([(header::CONTENT_TYPE, file.metadata.mimetype().to_owned())], file.data).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "not_found", "没有这个文件。", "There is no such file."),
    }
}

/// A sentence of the recorded voice, by the beginning of its SHA-256.
async fn clip(State(kiosk): State<Kiosk>, Path((language, sentence)): Path<(String, String)>) -> Response {
    let is_name = sentence.len() == 16 && sentence.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_name || !matches!(language.as_str(), "zh" | "en") {
        return refuse(StatusCode::NOT_FOUND, "not_found", "没有这个文件。", "There is no such file.");
    }
    let clip = match kiosk.voice {
        Some(pack) => read_clip(&pack.join(format!("{language}/say/{sentence}.ogg"))).await,
        None => None,
    };
    match clip {
        Some(clip) => ([(header::CONTENT_TYPE, "audio/ogg")], clip).into_response(),
        // Not recorded: nothing is wrong, and the page has another voice to try.
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn read_clip(path: &Directory) -> Option<Vec<u8>> {
    let metadata = tokio::fs::metadata(path).await.ok()?;
    if metadata.len() > CLIP_BYTES_MAX {
        return None;
    }
    tokio::fs::read(path).await.ok()
}

async fn press(State(kiosk): State<Kiosk>, press: Result<Json<KioskPress>, JsonRejection>) -> Response {
    match press {
        Ok(Json(press)) => touch(&kiosk, |answer| Touch::Press(press, answer)).await,
        Err(rejection) => {
            let why = rejection.body_text();
            // What is no press is one kind of mistake for a page, whether it is no JSON or says something else.
            let status = match rejection.status() {
                StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                status => status,
            };
            refuse(status, "bad_press", &format!("无法理解的按键：{why}"), &format!("Not a press: {why}"))
        }
    }
}

async fn scan(State(kiosk): State<Kiosk>, scan: Result<Json<KioskScan>, JsonRejection>) -> Response {
    match scan {
        Ok(Json(scan)) => touch(&kiosk, |answer| Touch::Scan(scan, answer)).await,
        // What was sent is not told: it may be the number of a card.
        Err(rejection) => {
            let status = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::BAD_REQUEST
            };
            refuse(status, "bad_scan", "无法识别，请再刷一次。", "That can't be read. Please try again.")
        }
    }
}

async fn help(State(kiosk): State<Kiosk>) -> Response {
    touch(&kiosk, |answer| Touch::Help(true, answer)).await
}

async fn help_end(State(kiosk): State<Kiosk>) -> Response {
    touch(&kiosk, |answer| Touch::Help(false, answer)).await
}

async fn reprint(State(kiosk): State<Kiosk>) -> Response {
    touch(&kiosk, Touch::Reprint).await
}

async fn touch(kiosk: &Kiosk, touch: impl FnOnce(oneshot::Sender<KioskState>) -> Touch) -> Response {
    let (answer, answered) = oneshot::channel();
    let busy =
        || refuse(StatusCode::SERVICE_UNAVAILABLE, "busy", "取号机忙，请稍候。", "The dispenser is busy. Please wait.");
    if kiosk.touches.try_send(touch(answer)).is_err() {
        return busy();
    }
    answered.await.map_or_else(|_| busy(), |state| Json(state).into_response())
}

async fn watch_screen(State(kiosk): State<Kiosk>, upgrade: WebSocketUpgrade) -> Response {
    // A page says nothing, so small frames are enough.
    upgrade.max_message_size(PRESS_BYTES_MAX).on_upgrade(move |socket| show(socket, kiosk.shown))
}

/// Sends what the screen shows, at once and on every change, until the page or the dispenser is gone.
async fn show(mut socket: WebSocket, mut shown: watch::Receiver<Arc<str>>) {
    loop {
        let state = shown.borrow_and_update().to_string();
        if socket.send(Message::Text(state.into())).await.is_err() {
            return;
        }
        loop {
            tokio::select! {
                changed = shown.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                heard = socket.recv() => match heard {
                    Some(Ok(_)) => {}
                    _ => return,
                },
            }
        }
    }
}

fn refuse(status: StatusCode, code: &str, zh: &str, en: &str) -> Response {
    (status, Json(Refused { code: code.into(), text: Text::new(zh, en) })).into_response()
}
