//! Fetches what the server rendered, beside everything else: nothing waits for it, and a clip that is missing is a chime.

use std::time::Duration;

use firmware_config::talk::{Limits, Line, host_and_port};
use protocol::{link::Network, view::ClipRef};
use tokio::{sync::watch, time::sleep};
use tracing::{info, warn};

use crate::voice::Clips;

/// One clip: the largest that the server gives, and more time than a busy network needs.
const CLIP: Limits = Limits { within: Duration::from_secs(30), bytes_max: 4_000_000 };
/// What could not be fetched is tried again after this time.
const RETRY: Duration = Duration::from_secs(30);

/// Tells who fetches what is wanted.
pub struct Fetcher(watch::Sender<Vec<ClipRef>>);

impl Fetcher {
    /// Starts it: from this server, over this network, into these clips.
    pub fn start(server: &str, network: impl Network, clips: Clips) -> Self {
        let (want, wanted) = watch::channel(Vec::new());
        match host_and_port(server) {
            Some(server) => drop(tokio::spawn(run(server, network, clips, wanted))),
            // The link says so before anybody gets here.
            None => warn!(server, "not an address"),
        }
        Self(want)
    }

    /// These are wanted from now on, and no others.
    pub fn want(&self, clips: Vec<ClipRef>) {
        self.0.send_replace(clips);
    }
}

async fn run(server: String, mut network: impl Network, clips: Clips, mut wanted: watch::Receiver<Vec<ClipRef>>) {
    while wanted.changed().await.is_ok() {
        loop {
            let want = wanted.borrow_and_update().clone();
            let line = Line { network: &mut network, host_and_port: &server, key: None };
            if fetch_all(line, &clips, &want).await {
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
async fn fetch_all(mut line: Line<'_, impl Network>, clips: &Clips, want: &[ClipRef]) -> bool {
    let mut all = true;
    for clip in clips.missing(want) {
        let path = format!("/api/speech/{}/{}", clip.language.code(), clip.name);
        let kept = match line.fetch(&path, CLIP).await {
            Ok(bytes) => clips.keep(&clip, &bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
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
