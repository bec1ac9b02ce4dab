//! A clerk's console: a session of its own, its screen, and what is pressed there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{Answer, Subject, view::CallView};
use serde_json::json;
use tokio::sync::{Mutex, mpsc};

use super::ledger::{Kind, Press};
use super::world::{Running, World, with_cookie};
use crate::client::{Client, Reply, fresh_key};
use crate::hall::Hall;

/// A console at a window.
pub struct Console {
    /// The window, counted from 1.
    pub window: u16,
    /// The connection of its presses.
    pub client: Client,
    world: Arc<World>,
    _screen: Running,
}

/// The consoles before which nobody stands, in the order in which they became free.
pub struct Free {
    free: Mutex<mpsc::UnboundedReceiver<Console>>,
    back: mpsc::UnboundedSender<Console>,
}

impl Console {
    /// Signs in, opens the window, and looks at the screen.
    pub async fn sit_down(world: &Arc<World>, hall: &Hall, window: u16) -> Self {
        let mut client = hall.clerk(window).await;
        let reply = client.at(window, "open").await;
        assert_eq!(reply.status, 200, "window {window} can't be opened: {:?}", reply.body);
        let subject = Subject::Clerk { window, console: format!("console-{window}") };
        let screen = world.screen(with_cookie(client.cookie()), subject);
        Self { window, client, world: world.clone(), _screen: screen }
    }

    /// Calls who is next.
    pub async fn call_next(&mut self) -> Option<CallView> {
        let (answer, press) = self.press(Kind::CallNext, "call_next").await?;
        let Answer::Called { call } = answer else {
            self.world.ledger.error("call_next: nobody in the answer");
            return None;
        };
        self.world.ledger.called(call.seq, self.window, &press);
        Some(call)
    }

    /// The holder is here.
    pub async fn start(&mut self) -> bool {
        self.press(Kind::Start, "start").await.is_some()
    }

    /// The visit is done.
    pub async fn finish(&mut self) -> bool {
        self.press(Kind::Finish, "finish").await.is_some()
    }

    /// `None` when it was refused or nobody answers, which is an error.
    async fn press(&mut self, kind: Kind, act: &str) -> Option<(Answer, Press)> {
        let (at, phase) = (Instant::now(), self.world.phase());
        let (path, body) = (format!("/api/windows/{}", self.window), json!({ "act": act }));
        let reply = self.client.try_post(&path, Some(&fresh_key()), &body).await;
        let took = at.elapsed();
        match reply {
            Ok(reply) if reply.status == 200 => {
                let press = Press { kind, at, took, flush: self.flush(&reply), phase };
                self.world.ledger.answered(press);
                return Some((reply.answer(), press));
            }
            Ok(reply) => self.world.ledger.error(format!("{act}: {} {}", reply.status, reply.refused().code)),
            Err(error) => self.world.ledger.error(format!("{act}: {error}")),
        }
        None
    }

    fn flush(&self, reply: &Reply) -> Duration {
        reply.flush.unwrap_or_else(|| {
            self.world.ledger.error("an answer does not say how long the disk took");
            Duration::ZERO
        })
    }
}

impl Free {
    /// All of them are.
    pub fn all(consoles: Vec<Console>) -> Self {
        let (back, free) = mpsc::unbounded_channel();
        let all = Self { free: Mutex::new(free), back };
        consoles.into_iter().for_each(|console| all.give_back(console));
        all
    }

    /// The one that is free for the longest time, once one is.
    pub async fn take(&self) -> Console {
        let console = self.free.lock().await.recv().await;
        console.unwrap_or_else(|| panic!("the consoles outlive whoever takes one"))
    }

    /// Nobody stands there any more.
    pub fn give_back(&self, console: Console) {
        // It goes with all of them when the load is over.
        let _ = self.back.send(console);
    }
}
