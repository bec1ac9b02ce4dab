//! A display above a window: notes each call, says that it is shown, drops and comes back when a storm breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{FromClient, FromServer, Subject, View, view::CallView};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::ledger::Sight;
use super::world::{Running, World, with_key};
use crate::socket::Socket;

/// Before another attempt to connect.
const AGAIN: Duration = Duration::from_millis(50);

/// A display.
struct Display {
    world: Arc<World>,
    /// Counted from 1.
    number: u16,
    key: String,
    /// The last call that it had.
    last: Option<u64>,
    /// Told whenever it sees its window for the first time on a connection.
    back: mpsc::UnboundedSender<Instant>,
}

/// One connection of a display.
struct Connection {
    socket: Socket,
    since: Instant,
    /// Whether it saw its window.
    sees: bool,
}

/// Hangs displays above all windows; each tells `back` when it sees its window for the first time on a connection.
pub fn hang_all(world: &Arc<World>, keys: &[String], back: &mpsc::UnboundedSender<Instant>) -> Vec<Running> {
    let hang = |(number, key): (u16, &String)| {
        let display = Display { world: world.clone(), number, key: key.clone(), last: None, back: back.clone() };
        Running::spawn(display.run())
    };
    (1..).zip(keys).map(hang).collect()
}

impl Display {
    async fn run(mut self) {
        let mut storm = self.world.storm.subscribe();
        loop {
            storm.mark_unchanged();
            let subject = Subject::Display { window: self.world.plan.window_of(self.number) };
            match self.world.connect(with_key(&self.key), subject, self.last).await {
                Some(socket) => {
                    self.show(Connection { socket, since: Instant::now(), sees: false }, &mut storm).await;
                }
                None => {
                    self.world.ledger.error("a display can't connect");
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// Shows what comes until a storm breaks, or until it is cut.
    async fn show(&mut self, mut connection: Connection, storm: &mut watch::Receiver<u32>) {
        loop {
            tokio::select! {
                text = connection.socket.hear_and_live() => match text {
                    Some(text) => self.take(&text, &mut connection).await,
                    None => {
                        self.world.ledger.error("a display was cut");
                        return sleep(AGAIN).await;
                    }
                },
                _ = storm.changed() => return,
            }
        }
    }

    async fn take(&mut self, text: &str, connection: &mut Connection) {
        let at = Instant::now();
        match serde_json::from_str(text) {
            Ok(FromServer::View { view: View::Window(view), .. }) => {
                if !std::mem::replace(&mut connection.sees, true) {
                    let _ = self.back.send(at);
                }
                if let Some(call) = view.call.filter(|call| self.is_new(call, connection.since, at)) {
                    connection.socket.try_tell(&FromClient::Shown { call: call.seq }).await;
                }
            }
            Ok(FromServer::Missed { call }) => drop(self.is_new(&call, connection.since, at)),
            Ok(FromServer::Refused { refused, .. }) => {
                self.world.ledger.error(format!("a display was refused: {}", refused.code));
            }
            Ok(_) => {}
            Err(error) => self.world.ledger.error(format!("a display can't read what it is told: {error}")),
        }
    }

    /// Notes a call, once.
    fn is_new(&mut self, call: &CallView, connected: Instant, at: Instant) -> bool {
        let is_new = self.last.is_none_or(|last| call.seq > last);
        if is_new {
            self.last = Some(call.seq);
            self.world.ledger.saw(call.seq, Sight { display: self.number, connected, at });
        }
        is_new
    }
}
