//! A dispenser: asks for numbers on its WebSocket, as the real one does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{
    Answer, FromClient, FromServer, IssueOrder, Order, Refused, Subject, answer::TicketAnswer, order::Lane,
};
use tokio::sync::{mpsc, oneshot};

use super::ledger::{Kind, Press};
use super::world::{Running, World, with_key};
use crate::client::fresh_key;
use crate::socket::{Socket, pulse};

/// People who press at one dispenser before its first answer.
const PRESSES_MAX: usize = 64;

/// Presses at one dispenser.
#[derive(Clone)]
pub struct Dispenser {
    world: Arc<World>,
    wishes: mpsc::Sender<Wish>,
}

type Outcome = Result<Answer, Refused>;

struct Wish {
    key: String,
    reply: oneshot::Sender<Outcome>,
}

impl Dispenser {
    /// Sets one up.
    pub fn set_up(world: &Arc<World>, key: &str) -> (Self, Running) {
        let (wishes, wished) = mpsc::channel(PRESSES_MAX);
        let (of, key) = (world.clone(), key.to_owned());
        let running = Running::spawn(async move {
            match of.connect(with_key(&key), Subject::Dispenser, None).await {
                Some(socket) => serve(socket, wished).await,
                None => return of.ledger.error("a dispenser can't connect"),
            }
            of.ledger.error("a dispenser was cut");
        });
        (Self { world: world.clone(), wishes }, running)
    }

    /// Gives out a number; `None` when it was refused, which is an error.
    pub async fn issue(&self) -> Option<TicketAnswer> {
        let (at, phase) = (Instant::now(), self.world.phase());
        let (reply, answer) = oneshot::channel();
        let sent = self.wishes.send(Wish { key: fresh_key(), reply }).await;
        match (sent, answer.await) {
            (Ok(()), Ok(Ok(Answer::Ticket(ticket)))) => {
                self.world.ledger.answered(Press {
                    kind: Kind::Issue,
                    at,
                    took: at.elapsed(),
                    flush: Duration::ZERO,
                    phase,
                });
                return Some(ticket);
            }
            (Ok(()), Ok(Ok(other))) => self.world.ledger.error(format!("issue: no number in {other:?}")),
            (Ok(()), Ok(Err(refused))) => self.world.ledger.error(format!("issue: {}", refused.code)),
            _ => self.world.ledger.error("issue: no answer"),
        }
        None
    }
}

/// Passes wishes on and answers back, until the connection is gone.
async fn serve(mut socket: Socket, mut wished: mpsc::Receiver<Wish>) {
    let mut waiting: BTreeMap<String, oneshot::Sender<Outcome>> = BTreeMap::new();
    loop {
        tokio::select! {
            Some(Wish { key, reply }) = wished.recv() => {
                let order = Order::Issue(IssueOrder {
                    lane: Lane::Acceptance,
                    class: Default::default(),
                    language: Default::default(),
                    appointment_at_ms: None,
                    present: true,
                    visitor: None,
                    item: None,
                });
                waiting.insert(key.clone(), reply);
                if !socket.try_tell(&FromClient::Do { key, order }).await {
                    return;
                }
            }
            text = socket.hear() => {
                let Some(text) = text else { return };
                let (key, outcome) = match serde_json::from_str(&text) {
                    Ok(FromServer::Answer { key, answer }) => (key, Ok(answer)),
                    Ok(FromServer::Refused { key: Some(key), refused }) => (key, Err(refused)),
                    Ok(FromServer::Pulse { .. }) if socket.try_say(pulse()).await => continue,
                    Ok(FromServer::View { .. } | FromServer::Welcome { .. }) => continue,
                    _ => return,
                };
                // Nobody waits any more when the load is over.
                let _ = waiting.remove(&key).map(|reply| reply.send(outcome));
            }
        }
    }
}
