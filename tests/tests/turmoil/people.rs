//! People who want something over HTTP, and ask under the same key until they have an answer.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::client::{Client, Reply};
use tests::sent::Sent;
use turmoil::net::TcpStream;

use crate::world::{Chance, PORT, SERVER, now_ms};

/// Who waits longer for an answer tries again.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Of so many orders that were answered one is sent again.
const AGAIN_ONE_IN: u64 = 6;

/// Every order that was answered.
pub type Answered = Arc<Mutex<Vec<Sent>>>;

/// One person or program.
pub struct Person {
    /// Knows who it is.
    who: Client,
    /// The connection of now, if there is one.
    client: Option<Client>,
    chance: Chance,
    answered: Answered,
}

impl Person {
    /// Somebody with a key, who comes in fine weather.
    pub async fn with_key(key: &str, chance: Chance, answered: Answered) -> Self {
        Self::new(first_client().await.with_key(key), chance, answered)
    }

    /// Clerk 1, 2, … signed in, in fine weather.
    pub async fn clerk(n: u16, chance: Chance, answered: Answered) -> Self {
        let client = first_client().await.with_console(&format!("console-{n}"));
        Self::new(client.sign_in(&format!("clerk-{n}")).await, chance, answered)
    }

    fn new(who: Client, chance: Chance, answered: Answered) -> Self {
        Self { who, client: None, chance, answered }
    }

    /// Takes numbers until then, ms.
    pub async fn take_numbers(mut self, until_ms: u64) {
        while now_ms() < until_ms {
            self.order("/api/tickets", json!({ "lane": "acceptance" })).await;
            self.chance.pause(200, 2_000).await;
        }
    }

    /// Serves at a window until then, ms.
    pub async fn serve(mut self, window: u16, until_ms: u64) {
        let path = format!("/api/windows/{window}");
        self.order(&path, json!({ "act": "open", "take_over": true })).await;
        while now_ms() < until_ms {
            if self.order(&path, json!({ "act": "call_next" })).await.status == 200 {
                self.chance.pause(300, 2_500).await;
                self.order(&path, json!({ "act": "start" })).await;
            }
            self.chance.pause(300, 2_500).await;
            if self.chance.once_in(3) {
                self.order(&path, json!({ "act": "finish" })).await;
            }
        }
    }

    /// Asks until there is an answer; now and then asks once more, for the first answer.
    pub async fn order(&mut self, path: &str, body: Value) -> Reply {
        let (path, key) = (path.to_owned(), self.chance.name());
        let mut sent = Sent { path, key, body, reply: None };
        let reply = self.ask(&sent).await;
        sent.reply = Some((reply.clone(), Instant::now()));
        // A refusal is in no journal: a server that was started again decides anew.
        if sent.is_done() && self.chance.once_in(AGAIN_ONE_IN) {
            self.client = None;
            sent.is_same(&self.ask(&sent).await);
        }
        self.answered.lock().unwrap().push(sent);
        reply
    }

    async fn ask(&mut self, sent: &Sent) -> Reply {
        loop {
            match tokio::time::timeout(ANSWER_WITHIN, self.attempt(sent)).await {
                // Nothing could be stored: it may be asked again.
                Ok(Some(reply)) if reply.status != 503 => return reply,
                // Nobody knows what came of it.
                _ => self.client = None,
            }
            self.chance.pause(50, 1_000).await;
        }
    }

    async fn attempt(&mut self, sent: &Sent) -> Option<Reply> {
        if self.client.is_none() {
            self.client = Some(connect().await?.used_by(&self.who));
        }
        self.client.as_mut()?.try_post(&sent.path, Some(&sent.key), &sent.body).await.ok()
    }
}

async fn connect() -> Option<Client> {
    Client::over(TcpStream::connect((SERVER, PORT)).await.ok()?).await
}

async fn first_client() -> Client {
    loop {
        if let Some(client) = connect().await {
            return client;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
