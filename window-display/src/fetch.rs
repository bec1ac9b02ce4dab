//! Fetches what the server rendered, beside everything else: nothing waits for it, and a clip that is missing is a chime.

use std::{io, time::Duration};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode, Uri, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use protocol::{order::Language, view::ClipRef};
use thiserror::Error;
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};
use tracing::{info, warn};

use crate::voice::Clips;

/// The largest clip that is taken, bytes.
const CLIP_BYTES_MAX: usize = 4_000_000;
/// One clip is fetched within this time.
const FETCH_MAX: Duration = Duration::from_secs(30);
/// What could not be fetched is tried again after this time.
const RETRY: Duration = Duration::from_secs(30);
const HTTP_PORT: u16 = 80;

/// Why a clip is not there.
#[derive(Debug, Error)]
enum FetchError {
    #[error("the server's address {0} names no host")]
    NoHost(Uri),
    #[error("the server can't be reached: {0}")]
    Network(#[from] io::Error),
    #[error("the server breaks off: {0}")]
    Http(#[from] hyper::Error),
    #[error("the server's answer is {0}")]
    Status(StatusCode),
    #[error("the clip is too large or was cut off")]
    Body,
    #[error("the request can't be made: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("it takes longer than {} s", FETCH_MAX.as_secs())]
    Slow,
}

/// Tells who fetches what is wanted.
pub struct Fetcher(watch::Sender<Vec<ClipRef>>);

impl Fetcher {
    /// Starts it: from this server, into these clips.
    pub fn start(server: &str, clips: Clips) -> Self {
        let (want, wanted) = watch::channel(Vec::new());
        match server.parse() {
            Ok(server) => drop(tokio::spawn(run(server, clips, wanted))),
            // The link says so before anybody gets here.
            Err(error) => warn!(server, %error, "not an address"),
        }
        Self(want)
    }

    /// These are wanted from now on, and no others.
    pub fn want(&self, clips: Vec<ClipRef>) {
        self.0.send_replace(clips);
    }
}

async fn run(server: Uri, clips: Clips, mut wanted: watch::Receiver<Vec<ClipRef>>) {
    while wanted.changed().await.is_ok() {
        loop {
            let want = wanted.borrow_and_update().clone();
            if fetch_all(&server, &clips, &want).await {
                clips.only(&want);
                break;
            }
            tokio::select! {
                changed = wanted.changed() => if changed.is_err() { return },
                () = sleep(RETRY) => {}
            }
        }
    }
}

/// Whether all are there then.
async fn fetch_all(server: &Uri, clips: &Clips, want: &[ClipRef]) -> bool {
    let mut all = true;
    for clip in clips.missing(want) {
        let fetched = timeout(FETCH_MAX, fetch(server, &clip)).await.unwrap_or(Err(FetchError::Slow));
        let kept = fetched
            .map_err(|error| error.to_string())
            .and_then(|bytes| clips.keep(&clip, &bytes).map_err(|error| error.to_string()));
        match kept {
            Ok(()) => info!(clip.name, "fetched"),
            Err(why) => {
                warn!(clip.name, why, "not fetched");
                all = false;
            }
        }
    }
    all
}

async fn fetch(server: &Uri, clip: &ClipRef) -> Result<Bytes, FetchError> {
    let authority = server.authority().ok_or_else(|| FetchError::NoHost(server.clone()))?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(HTTP_PORT))).await?;
    let (mut ask, conversation) = http1::handshake(TokioIo::new(stream)).await?;
    let conversation = tokio::spawn(conversation);
    let language = match clip.language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    let request = Request::get(format!("/api/speech/{language}/{}", clip.name))
        .header(HOST, authority.as_str())
        .body(Empty::<Bytes>::new())?;
    let response = ask.send_request(request).await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let body = Limited::new(response.into_body(), CLIP_BYTES_MAX).collect().await;
    conversation.abort();
    Ok(body.map_err(|_| FetchError::Body)?.to_bytes())
}
