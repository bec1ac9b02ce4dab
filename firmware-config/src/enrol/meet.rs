//! One attempt: find the server, agree, show the digits, wait for a manager, open what the server sealed.

use std::time::Duration;

use protocol::{
    Text, base16,
    enrol::{
        ASK_EVERY_MS, About, Begin, Begun, Bytes32, ENROL_VERSION, Grant, Progress, WAIT_MS_MAX,
        agreement::{Agreed, DeviceSide},
    },
    link::Network,
};
use tokio::time::{Instant, sleep};
use tracing::{debug, info};

use super::{Identity, Notice, discover::discover, known::other_server, random};
use crate::talk::{Line, TalkError, host_and_port};

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(super) enum Failed {
    /// Nobody decided in time, or the server began anew: there are other digits now.
    Waited,
    /// A manager does not want it.
    Refused(Text),
    /// Something else, which people must see.
    Trouble(Text),
}

impl From<TalkError> for Failed {
    fn from(error: TalkError) -> Self {
        Self::Trouble(error.text())
    }
}

/// What the server is to hear once the identity is kept.
pub(super) struct Done {
    host_and_port: String,
    id: String,
    key: String,
}

impl Done {
    /// The server need not keep the sealed key any more. When it does not hear so, it keeps it, and no harm is done.
    pub async fn tell(self, network: &mut impl Network) {
        let mut line = Line { network, host_and_port: &self.host_and_port, key: Some(&self.key) };
        if let Err(why) = line.tell(&format!("/api/enrol/{}/done", self.id), &()).await {
            debug!(%why, "the server does not know yet that this device has its key");
        }
    }
}

/// One attempt; `known` = the server must have this key.
pub(super) async fn meet<N: Network>(
    network: &mut N,
    about: &About,
    server: Option<&str>,
    discovers: bool,
    known: Option<Bytes32>,
    told: &impl Fn(Notice),
) -> Result<(Identity, Done), Failed> {
    let (found, side, begun) = begin_somewhere(network, about, server, discovers, known, told).await?;
    let host_and_port = found.as_str();
    let agreed =
        side.agree(&begun).map_err(|why| trouble("服务器的密钥不对。", &format!("The server's key: {why}.")))?;
    let mut line = Line { network, host_and_port, key: None };
    line.tell(&format!("/api/enrol/{}/open", begun.id), &side.open()).await?;
    told(Notice::Digits { digits: agreed.digits().clone(), server: found.clone() });
    let grant = wait(&mut line, &begun.id, &agreed).await?;
    let done = Done { host_and_port: found.clone(), id: begun.id, key: grant.key.clone() };
    Ok((Identity::new(format!("http://{found}"), begun.server, Some(grant)), done))
}

/// Begins at the named server, or at the first one that is heard and may be trusted.
async fn begin_somewhere<N: Network>(
    network: &mut N,
    about: &About,
    server: Option<&str>,
    discovers: bool,
    known: Option<Bytes32>,
    told: &impl Fn(Notice),
) -> Result<(String, DeviceSide, Begun), Failed> {
    let mut failed = None;
    if let Some(named) = server.and_then(host_and_port) {
        match begin(network, about, &named, known).await {
            Ok((side, begun)) => return Ok((named, side, begun)),
            Err(why) if !discovers => return Err(why),
            Err(why) => failed = Some(why),
        }
    }
    told(Notice::Searching);
    for found in discover().await {
        info!(server = found, "a server is heard");
        match begin(network, about, &found, known).await {
            Ok((side, begun)) => return Ok((found, side, begun)),
            Err(why) => failed = Some(why),
        }
    }
    Err(failed.unwrap_or_else(|| {
        trouble(
            "没有找到服务器。请检查网线，或在配置文件中写明 server。",
            "No server is heard. Look at the cable, or write server into the profile.",
        )
    }))
}

async fn begin<N: Network>(
    network: &mut N,
    about: &About,
    host_and_port: &str,
    known: Option<Bytes32>,
) -> Result<(DeviceSide, Begun), Failed> {
    let (side, commitment) = DeviceSide::begin(random(), random(), about);
    let begin = Begin { version: ENROL_VERSION, about: about.clone(), commitment };
    let begun: Begun = Line { network, host_and_port, key: None }.post("/api/enrol", &begin).await?;
    match known {
        Some(known) if known != begun.server => Err(Failed::Trouble(other_server(host_and_port))),
        _ => Ok((side, begun)),
    }
}

/// Waits for a manager. A server that is gone for a while may come back: what it approved it keeps.
async fn wait<N: Network>(line: &mut Line<'_, N>, id: &str, agreed: &Agreed) -> Result<Grant, Failed> {
    let until = Instant::now() + Duration::from_millis(WAIT_MS_MAX);
    while Instant::now() < until {
        sleep(Duration::from_millis(ASK_EVERY_MS)).await;
        match line.get::<Progress>(&format!("/api/enrol/{id}")).await {
            Ok(Progress::Waiting) => {}
            Ok(Progress::Refused { text }) => return Err(Failed::Refused(text)),
            Ok(Progress::Approved { sealed }) => return open(agreed, &sealed),
            Err(why) if why.code() == Some("enrol_over") => return Err(Failed::Waited),
            Err(why) => debug!(%why, "the server does not answer just now"),
        }
    }
    Err(Failed::Waited)
}

fn open(agreed: &Agreed, sealed: &str) -> Result<Grant, Failed> {
    let opened = base16::decode(sealed).and_then(|sealed| agreed.open(&sealed));
    opened.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(|| {
        trouble(
            "服务器发来的密钥无法解开，可能有人冒充服务器。请检查网络后重试。",
            "What the server sent can't be opened; somebody may pretend to be it. Look at the network and try again.",
        )
    })
}

fn trouble(zh: &str, en: &str) -> Failed {
    Failed::Trouble(Text::new(zh, en))
}
