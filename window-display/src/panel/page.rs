//! A page in a browser on this machine, for a screen with HDMI. A text counts as shown when the page says that it was painted,
//! and as lost when no page says so any more.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Html,
    routing::{get, post},
};
use firmware_config::display::Page as PageProfile;
use jiff::Timestamp;
use serde::Serialize;
use tokio::{
    net::TcpListener as AsyncListener,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use super::{
    PanelError,
    remote::{Remote, Said, Wish, Worker, pair},
};
use crate::display::Input;

/// A page that is open says every second that it paints; without a word for so long it is gone.
const SILENCE: Duration = Duration::from_secs(3);
/// An answer to a page waits so long for something new.
const NEWS_WITHIN: Duration = Duration::from_secs(1);

/// What the page is told.
#[derive(Debug, Serialize)]
struct Shown {
    turn: u64,
    text: String,
    blink: bool,
    brightness_percent: u32,
}

#[derive(Clone)]
struct Desk {
    wishes: watch::Receiver<Wish>,
    /// What the first text is called less one. A page outlives this program, and must not take a new text for one that it has.
    first: u64,
    painted: Arc<watch::Sender<(u64, Instant)>>,
}

/// Serves the page, and follows what it says.
///
/// # Errors
/// When the address is taken.
pub(super) fn start(profile: PageProfile) -> io::Result<Remote> {
    let listener = TcpListener::bind(profile.listen)?;
    listener.set_nonblocking(true)?;
    let listener = AsyncListener::from_std(listener)?;
    let (remote, worker) = pair();
    let painted = Arc::new(watch::Sender::new((0, Instant::now())));
    let first = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default();
    let desk = Desk { wishes: worker.wishes.clone(), first, painted: painted.clone() };
    tokio::spawn(follow(worker, painted.subscribe(), profile.listen));
    let router = Router::new()
        .route("/", get(|| async { Html(include_str!("page/page.html")) }))
        .route("/after/{turn}", get(news))
        .route("/painted/{turn}", post(painted_by))
        .with_state(desk);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the page is served no more");
        }
    });
    Ok(remote)
}

/// What is to be shown, as soon as it is not `turn` any more.
async fn news(State(mut desk): State<Desk>, Path(turn): Path<u64>) -> Json<Shown> {
    let first = desk.first;
    let _ = timeout(NEWS_WITHIN, desk.wishes.wait_for(|wish| first + wish.turn != turn)).await;
    let wish = desk.wishes.borrow().clone();
    let Wish { turn, panel, blink, brightness_percent } = wish;
    Json(Shown { turn: first + turn, text: panel.text, blink, brightness_percent })
}

/// The page painted this text, and goes on doing so.
async fn painted_by(State(desk): State<Desk>, Path(turn): Path<u64>) {
    desk.painted.send_replace((turn.saturating_sub(desk.first), Instant::now()));
}

/// Says of each text that it is shown, and says once that no page shows anything.
async fn follow(mut worker: Worker, mut painted: watch::Receiver<(u64, Instant)>, listen: SocketAddr) {
    let (mut told, mut failed) = (0, false);
    loop {
        let (turn, at) = *painted.borrow_and_update();
        let wish = worker.wishes.borrow_and_update().clone();
        let stands = turn == wish.turn && at.elapsed() < SILENCE;
        let input = if stands && (told != turn || failed) {
            (told, failed) = (turn, false);
            Some(Input::PanelShown { call: wish.panel.call })
        } else if at.elapsed() >= SILENCE && !failed {
            failed = true;
            Some(Input::PanelFailed { trouble: PanelError::Page { listen }.text() })
        } else {
            None
        };
        if let Some(input) = input
            && worker.say.send(Said { turn: wish.turn, input }).await.is_err()
        {
            return;
        }
        tokio::select! {
            changed = worker.wishes.changed() => if changed.is_err() { return },
            changed = painted.changed() => if changed.is_err() { return },
            () = sleep_until(at + SILENCE), if !failed => {}
        }
    }
}

#[cfg(test)]
mod tests;
