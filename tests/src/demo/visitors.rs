//! The visitors of the day, who press at the dispensers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::{Method, body::Bytes};
use protocol::kiosk::{KioskPress, KioskScreen, KioskState, KioskTaken};
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::{World, day::Visitor, follow::Screen, ledger::Slip, setup::PRESS_GAP_MS};
use crate::client::Client;

/// A slip that has not come by then does not come: somebody presses again.
const SLIP_WITHIN: Duration = Duration::from_secs(8);
/// Before another try at a dispenser that gives nothing.
const AGAIN: Duration = Duration::from_millis(200);

/// A dispenser as people stand before it.
pub struct Kiosk {
    address: SocketAddr,
    /// One person presses at a time.
    front: Mutex<Option<Client>>,
    /// Who stands there.
    queue: AtomicUsize,
    /// The number on its screen.
    taken: watch::Receiver<Option<KioskTaken>>,
}

impl Kiosk {
    /// Looks at the screen of a dispenser from now on.
    pub fn open(address: SocketAddr) -> Self {
        let (seen, taken) = watch::channel(None);
        let screen = Screen { address, cookie: None, subject: None };
        tokio::spawn(screen.follow(move |text| {
            if let Ok(KioskState { screen: KioskScreen::Taken(taken), .. }) = serde_json::from_str(text) {
                seen.send_replace(Some(taken));
            }
        }));
        Self { address, front: Mutex::new(None), queue: AtomicUsize::new(0), taken }
    }

    /// Where its page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stands in front of it and presses until a slip comes out.
    pub async fn take(&self, press: &KioskPress, world: &World) -> Slip {
        self.queue.fetch_add(1, Ordering::Relaxed);
        let mut client = self.front.lock().await;
        let taken = loop {
            match self.press(&mut client, press).await {
                Some(taken) => break taken,
                None => sleep(AGAIN).await,
            }
        };
        let at_ms = world.clock.now_ms();
        // The slip is torn off, and the next one steps up: longer than the gap within which two presses count as one.
        sleep(world.clock.world(u64::from(PRESS_GAP_MS))).await;
        self.queue.fetch_sub(1, Ordering::Relaxed);
        let token = taken.url.rsplit('/').next().unwrap_or_default().to_owned();
        Slip { number: taken.number, token, at_ms, offline: taken.offline }
    }

    /// Presses once, and waits for a number that was not on the screen before.
    async fn press(&self, client: &mut Option<Client>, press: &KioskPress) -> Option<KioskTaken> {
        let before = self.taken.borrow().as_ref().map(|taken| taken.url.clone());
        if client.is_none() {
            *client = Client::try_connect(self.address).await;
        }
        let body = Bytes::from(serde_json::to_vec(press).ok()?);
        let request = client.as_ref()?.builder(Method::POST, "/press").header("content-type", "application/json");
        let sent = client.as_mut()?.send(request.body(Full::new(body)).ok()?).await;
        if !sent.is_ok_and(|reply| reply.status == 200) {
            *client = None;
            return None;
        }
        let is_new =
            |taken: &Option<KioskTaken>| taken.is_some() && taken.as_ref().map(|taken| &taken.url) != before.as_ref();
        let mut screen = self.taken.clone();
        let seen = timeout(SLIP_WITHIN, screen.wait_for(is_new)).await.ok()?.ok()?;
        seen.clone()
    }
}

/// All visitors come, each at their time. Ends when the last one is in the hall.
pub async fn come(world: Arc<World>, visitors: Vec<Visitor>) {
    for visitor in visitors {
        let arrives_ms = world.clock.at_ms(visitor.arrives_s);
        world.clock.until(arrives_ms).await;
        world.ledger.set_out();
        tokio::spawn(visit(world.clone(), visitor, arrives_ms));
    }
}

async fn visit(world: Arc<World>, visitor: Visitor, arrives_ms: u64) {
    let press = KioskPress { lane: visitor.lane, class: visitor.class, language: visitor.language };
    let shortest = world.kiosks.iter().min_by_key(|kiosk| kiosk.queue.load(Ordering::Relaxed));
    if let Some(kiosk) = shortest {
        let slip = kiosk.take(&press, &world).await;
        let late_ms = slip.at_ms.saturating_sub(arrives_ms);
        world.ledger.issued(slip, visitor, late_ms);
    }
    world.ledger.arrived();
}
