//! One question to a server over HTTP, on any network.

use std::{io, time::Duration};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::handshake,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use protocol::{Refused, Text, link::Network};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use tokio::{pin, time::timeout};

/// How much an answer may be, and take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// An answer that is not whole by then does not come.
    pub within: Duration,
    /// The largest, bytes.
    pub bytes_max: usize,
}

/// A JSON answer: a real one has less than 1,000 bytes.
const JSON: Limits = Limits { within: Duration::from_secs(4), bytes_max: 64 * 1024 };

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum TalkError {
    /// Nobody is there, or nobody who answers.
    #[error("the server can't be reached: {0}")]
    Unreachable(String),
    /// The server does not want it.
    #[error("{}", .0.text.en)]
    Refused(Refused),
    /// Not the words of our server.
    #[error("what answers is no caller server ({0})")]
    Stranger(String),
}

/// Where and as whom a question is asked.
pub struct Line<'a, N> {
    /// The network.
    pub network: &'a mut N,
    /// `192.168.1.10:8080`
    pub host_and_port: &'a str,
    /// The device's key, if it has one.
    pub key: Option<&'a str>,
}

impl<N: Network> Line<'_, N> {
    /// Gets something.
    ///
    /// # Errors
    /// There is no answer, or another one.
    pub async fn get<A: DeserializeOwned>(&mut self, path: &str) -> Result<A, TalkError> {
        read(&self.fetch(path, JSON).await?)
    }

    /// Gets something that is no JSON.
    ///
    /// # Errors
    /// There is no answer within the limits.
    pub async fn fetch(&mut self, path: &str, limits: Limits) -> Result<Bytes, TalkError> {
        self.ask(Method::GET, path, Bytes::new(), limits).await
    }

    /// Says something.
    ///
    /// # Errors
    /// There is no answer, or another one.
    pub async fn post<A: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Result<A, TalkError> {
        read(&self.tell(path, body).await?)
    }

    /// Says something to which there is nothing to answer.
    ///
    /// # Errors
    /// It was not taken.
    pub async fn tell(&mut self, path: &str, body: &impl Serialize) -> Result<Bytes, TalkError> {
        let json = serde_json::to_vec(body).map_err(|why| TalkError::Stranger(why.to_string()))?;
        self.ask(Method::POST, path, json.into(), JSON).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Bytes, limits: Limits) -> Result<Bytes, TalkError> {
        let asked = timeout(limits.within, self.exchange(method, path, body, limits.bytes_max)).await;
        let (status, body) = asked.map_err(|_| TalkError::Unreachable("no answer 没有响应".into()))??;
        match serde_json::from_slice::<Refused>(&body) {
            _ if status.is_success() => Ok(body),
            Ok(refused) => Err(TalkError::Refused(refused)),
            Err(_) => Err(TalkError::Stranger(format!("HTTP {status}"))),
        }
    }

    async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        body: Bytes,
        bytes_max: usize,
    ) -> Result<(StatusCode, Bytes), TalkError> {
        let broken = |why: &dyn std::error::Error| TalkError::Unreachable(why.to_string());
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.host_and_port);
        if let Some(key) = self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::new(body));
        let request = request.map_err(|why| broken(&why))?;
        let stream = self.network.connect(self.host_and_port).await.map_err(|why: io::Error| broken(&why))?;
        let (mut send, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| broken(&why))?;
        let asking = async {
            let response = send.send_request(request).await.map_err(|why| broken(&why))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), bytes_max).collect().await;
            Ok((status, body.map_err(|why| broken(&*why))?.to_bytes()))
        };
        pin!(asking, connection);
        // The connection is driven here, not beside: a network may not outlive its question.
        tokio::select! {
            answer = &mut asking => answer,
            _ = &mut connection => asking.await,
        }
    }
}

impl TalkError {
    /// For people.
    pub fn text(&self) -> Text {
        match self {
            Self::Unreachable(_) => Text::new("无法连接服务器，请检查网线和服务器地址。", sentence(self)),
            Self::Refused(refused) => refused.text.clone(),
            Self::Stranger(_) => Text::new("应答的不是叫号服务器，请检查地址。", sentence(self)),
        }
    }

    /// The code of a refusal.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refused) => Some(&refused.code),
            _ => None,
        }
    }
}

/// `192.168.1.10:8080` of `http://192.168.1.10:8080`.
pub fn host_and_port(server: &str) -> Option<String> {
    server.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').to_owned())
}

fn sentence(error: &TalkError) -> String {
    let text = error.to_string();
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}.", first.to_uppercase())
}

fn read<A: DeserializeOwned>(body: &[u8]) -> Result<A, TalkError> {
    serde_json::from_slice(body).map_err(|why| TalkError::Stranger(why.to_string()))
}
