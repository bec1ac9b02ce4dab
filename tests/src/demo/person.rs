//! Somebody with a session who asks the server for things until it answers, also through its restart.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::Full;
use hyper::{Method, body::Bytes};
use protocol::{Answer, Refused, Subject, Text, order::VisitAct, view::TicketView};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Problem, follow::Screen};
use crate::client::{Client, Reply, fresh_key};
use crate::hall::PASSWORD;

/// Between two attempts while the server is away.
const AGAIN: Duration = Duration::from_millis(100);

/// Somebody; a citizen has no session.
#[derive(Clone)]
pub struct Person {
    address: SocketAddr,
    cookie: Option<String>,
    console: String,
}

impl Person {
    /// A citizen, who needs no session.
    pub fn citizen(address: SocketAddr) -> Self {
        Self { address, cookie: None, console: String::new() }
    }

    /// Somebody who signs in.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn sign_in(address: SocketAddr, name: &str) -> Result<Self, Problem> {
        let person = Self { console: format!("demo-{name}"), ..Self::citizen(address) };
        let body = json!({ "name": name, "password": PASSWORD }).to_string();
        let reply = person.until_answered(&mut None, Method::POST, "/api/session", None, &body).await;
        match reply.cookie {
            Some(cookie) if reply.status == 200 => Ok(Self { cookie: Some(cookie), ..person }),
            _ => {
                let body = String::from_utf8_lossy(&reply.body).into_owned();
                Err(Problem::SignIn { name: name.to_owned(), status: reply.status, body })
            }
        }
    }

    /// What they see of the hall.
    pub fn screen(&self, subject: Subject) -> Screen {
        Screen { address: self.address, cookie: self.cookie.clone(), subject: Some(subject) }
    }

    /// The name of their browser tab.
    pub fn console(&self) -> String {
        self.console.clone()
    }

    /// Does something at a window, over a connection that is kept.
    ///
    /// # Errors
    /// The server refused.
    pub async fn at(&self, client: &mut Option<Client>, window: u16, act: &Value) -> Result<Answer, Refused> {
        self.order(client, &format!("/api/windows/{window}"), act).await
    }

    /// Does something with a visit.
    ///
    /// # Errors
    /// The server refused.
    pub async fn with_visit(&self, ticket: &str, act: VisitAct) -> Result<Answer, Refused> {
        self.order(&mut None, "/api/visits", &json!({ "ticket": ticket, "act": act })).await
    }

    /// Asks for another call, with the telephone.
    ///
    /// # Errors
    /// The server refused.
    pub async fn rejoin(&self, token: &str) -> Result<Answer, Refused> {
        self.order(&mut None, &format!("/api/my/{token}"), &json!({ "act": "rejoin" })).await
    }

    /// What a citizen's page says; `None` when the server doesn't know the ticket.
    pub async fn visit(&self, client: &mut Option<Client>, token: &str) -> Option<TicketView> {
        let reply = self.until_answered(client, Method::GET, &format!("/api/my/{token}"), None, "").await;
        serde_json::from_slice(&reply.body).ok().filter(|_| reply.status == 200)
    }

    /// Every attempt carries the same key: what was done before the connection broke is not done twice.
    async fn order(&self, client: &mut Option<Client>, path: &str, body: &Value) -> Result<Answer, Refused> {
        let key = fresh_key();
        let reply = self.until_answered(client, Method::POST, path, Some(&key), &body.to_string()).await;
        let answer = if reply.status == 200 { Ok(serde_json::from_slice(&reply.body)) } else { Err(&reply.body) };
        match answer {
            Ok(answer) => answer.map_err(|error| no_answer(&error.to_string())),
            Err(body) => Err(serde_json::from_slice(body).unwrap_or_else(|error| no_answer(&error.to_string()))),
        }
    }

    async fn until_answered(
        &self,
        client: &mut Option<Client>,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> Reply {
        loop {
            match self.once(client, method.clone(), path, key, body).await {
                Some(reply) if reply.status < 500 => return reply,
                _ => *client = None,
            }
            sleep(AGAIN).await;
        }
    }

    /// One attempt; `None` when the connection broke.
    async fn once(
        &self,
        client: &mut Option<Client>,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> Option<Reply> {
        if client.is_none() {
            *client = Client::try_connect(self.address).await;
        }
        let client = client.as_mut()?;
        let mut request = client.builder(method, path).header("x-console", &self.console);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).ok()?;
        client.send(request).await.ok()
    }
}

fn no_answer(detail: &str) -> Refused {
    let text = Text::new("服务器的回答无法理解", format!("the server's answer makes no sense: {detail}"));
    Refused { code: "no_answer".into(), text }
}
