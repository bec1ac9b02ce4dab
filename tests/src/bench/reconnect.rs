//! The server ends and is started again: how soon very many displays see the hall as it is.

use std::time::Duration;

use protocol::link::{self, LinkConfig, LinkEvent, Tcp};
use protocol::{FromServer, Subject};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::{Percentiles, progress};
use crate::hall::{Hall, Setup};

/// Who is not back by then never will be.
const WITHIN: Duration = Duration::from_secs(60);

/// A restart, and a server that is mended meanwhile.
pub const ABSENCES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// How soon displays are back.
#[derive(Debug, Serialize)]
pub struct Reconnect {
    /// Displays, each with the link of the real program.
    pub displays: u32,
    /// How long the server was away, s.
    pub away_s: f64,
    /// From the moment at which the server takes connections until a display has its view.
    pub first_view_ms: Percentiles,
}

/// Measures with so many displays, for each of these absences.
pub async fn measure(displays: u32, absences: &[Duration]) -> Vec<Reconnect> {
    progress(&format!("{displays} displays come back to a server that was started again"));
    let setup = Setup { displays: 26, ..Setup::default() };
    let mut hall = Hall::start(setup).await;
    let (has, mut views) = mpsc::unbounded_channel();
    for n in 0..displays {
        let window = u16::try_from(n % 26 + 1).unwrap();
        let config = LinkConfig {
            server: format!("http://{}", hall.address),
            key: Some(hall.display_keys[usize::from(window) - 1].clone()),
            program: "bench".into(),
            subject: Subject::Display { window },
        };
        tokio::spawn(look(config, has.clone()));
    }
    all(&mut views, displays).await;
    let mut measured = Vec::new();
    for absence in absences {
        hall.kill();
        let gone = Instant::now();
        sleep(*absence).await;
        hall.launch(&[]);
        while TcpStream::connect(hall.address).await.is_err() {
            sleep(Duration::from_millis(2)).await;
        }
        let there = Instant::now();
        let times = all(&mut views, displays).await;
        measured.push(Reconnect {
            displays,
            away_s: (there - gone).as_secs_f64(),
            first_view_ms: Percentiles::of(times.iter().map(|at| at.saturating_duration_since(there)).collect()),
        });
    }
    measured
}

/// A display's link; tells of the first view of each connection.
async fn look(config: LinkConfig, has: mpsc::UnboundedSender<Instant>) {
    let (_say, mut heard) = link::connect(config, Tcp::default()).unwrap();
    let mut waits = true;
    while let Some(event) = heard.recv().await {
        match event {
            LinkEvent::Down { .. } => waits = true,
            LinkEvent::Message(FromServer::View { .. })
                if std::mem::take(&mut waits) && has.send(Instant::now()).is_err() =>
            {
                return;
            }
            _ => {}
        }
    }
}

async fn all(views: &mut mpsc::UnboundedReceiver<Instant>, displays: u32) -> Vec<Instant> {
    let all = async {
        let mut times = Vec::new();
        while times.len() < displays as usize {
            times.push(views.recv().await.unwrap());
        }
        times
    };
    timeout(WITHIN, all).await.unwrap_or_else(|_| panic!("not all displays are back"))
}
