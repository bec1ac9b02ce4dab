//! Somebody who presses without end, some things twice, and remembers every answer.

use std::net::SocketAddr;
use std::time::Instant;

use rand::{
    RngExt, SeedableRng,
    distr::{Alphanumeric, SampleString},
    rngs::StdRng,
    seq::SliceRandom,
};
use serde_json::json;
use tests::client::{Client, Reply};
use tests::sent::Sent;

/// Of a hundred orders so many are sent twice at the same time, and as many again later.
const TWICE_PERCENT: u32 = 5;
/// So many are kept for later, and then sent in another order.
const LATER: usize = 8;

/// One who presses, with two connections.
pub struct Presser {
    rng: StdRng,
    first: Client,
    second: Client,
    does: Does,
    /// What was answered: all of it.
    pub answered: Vec<Sent>,
    later: Vec<Sent>,
    /// What was sent, and nobody knows what came of it.
    unsure: Vec<Sent>,
    /// Answers up to here were asked for again since.
    asked_again: usize,
    act: &'static str,
}

/// What somebody presses.
#[derive(Clone, Copy)]
pub enum Does {
    /// Takes numbers.
    Issue,
    /// Serves at this window.
    Serve(u16),
}

impl Presser {
    /// Presses with this connection and another one.
    pub async fn new(client: Client, address: SocketAddr, does: Does, rng: &mut StdRng) -> Self {
        let second = client.twin(address).await;
        let (answered, later) = (Vec::new(), Vec::new());
        let rng = StdRng::seed_from_u64(rng.random());
        let (unsure, asked_again, act) = (Vec::new(), 0, "call_next");
        Self { rng, first: client, second, does, answered, later, unsure, asked_again, act }
    }

    /// Presses once; `None` when nobody knows what came of it: the connection broke, or nothing could be stored.
    pub async fn press(&mut self) -> Option<Reply> {
        let (path, body) = match self.does {
            Does::Issue => ("/api/tickets".to_owned(), json!({ "lane": "acceptance" })),
            Does::Serve(window) => (format!("/api/windows/{window}"), json!({ "act": self.act })),
        };
        let key = Alphanumeric.sample_string(&mut self.rng, 16);
        let reply = self.order(Sent { path, key, body, reply: None }).await?;
        self.act = match self.act {
            "call_next" if reply.status == 200 || reply.refused().code == "not_started" => "start",
            "start" if self.rng.random() => "finish",
            _ => "call_next",
        };
        Some(reply)
    }

    /// Presses until the server is gone.
    pub async fn press_until_cut(mut self) -> Self {
        while self.press().await.is_some() {}
        self
    }

    /// From now on an answer that came after the power had gone counts as none: no real machine would have given it.
    pub fn doubt_after(&mut self, cut_at: Instant) {
        let is_late = |sent: &mut Sent| sent.reply.as_ref().is_some_and(|(_, at)| *at > cut_at);
        self.unsure.extend(self.answered.extract_if(self.asked_again.., is_late));
    }

    /// Goes on with a server that was started again, and asks again for everything since the last time.
    pub async fn go_on(mut self, address: SocketAddr) -> Self {
        self.first = self.first.twin(address).await;
        self.second = self.first.twin(address).await;
        self.later.clear();
        for sent in &self.answered[self.asked_again..] {
            // A refusal is in no journal: a server that was started again decides anew.
            if sent.is_done() {
                sent.again(&mut self.first).await;
            }
        }
        for mut sent in std::mem::take(&mut self.unsure) {
            let reply = self.first.post(&sent.path, Some(&sent.key), &sent.body).await;
            sent.reply = Some((reply, Instant::now()));
            sent.again(&mut self.second).await;
            self.answered.push(sent);
        }
        self.asked_again = self.answered.len();
        self
    }

    /// Sends what was kept for later, in any order: the first answers come again, while the server is there.
    pub async fn send_again(&mut self) {
        self.later.shuffle(&mut self.rng);
        for sent in std::mem::take(&mut self.later) {
            match self.second.try_post(&sent.path, Some(&sent.key), &sent.body).await {
                Ok(reply) if reply.status != 503 => sent.is_same(&reply),
                _ => return,
            }
        }
    }

    async fn order(&mut self, mut sent: Sent) -> Option<Reply> {
        let roll = self.rng.random_range(0..100);
        let Sent { path, key, body, .. } = &sent;
        let first = self.first.try_post(path, Some(key), body);
        let reply = if roll < TWICE_PERCENT {
            let (first, second) = tokio::join!(first, self.second.try_post(path, Some(key), body));
            if let (Ok(first), Ok(second)) = (&first, &second)
                && first.status != 503
                && second.status != 503
            {
                assert_eq!((first.status, &first.body), (second.status, &second.body), "two answers to {body} at once");
            }
            first.or(second)
        } else {
            first.await
        };
        let Some(reply) = reply.ok().filter(|reply| reply.status != 503) else {
            self.unsure.push(sent);
            return None;
        };
        sent.reply = Some((reply.clone(), Instant::now()));
        self.answered.push(sent.clone());
        if (TWICE_PERCENT..2 * TWICE_PERCENT).contains(&roll) {
            self.later.push(sent);
        }
        if self.later.len() >= LATER {
            self.send_again().await;
        }
        Some(reply)
    }
}
