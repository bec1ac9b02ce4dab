//! A device's link, as the real one behaves: connect, say hello, resume; after a cut again, a little later each time.

use protocol::{FromClient, FromServer, Subject, VERSION};

use crate::act::{Act, Life, Ms};
use crate::net::{End, LinkId, Place};
use crate::stage::Stage;

/// The first wait before another attempt is at most this long, and doubles, ms.
const FIRST_WAIT_MS_MAX: Ms = 250;
/// No wait is longer, ms.
const WAIT_MS_MAX: Ms = 5_000;
/// An attempt to which nobody answers is given up after this time, ms.
const ATTEMPT_MS: Ms = 5_000;

/// A device's link.
#[derive(Debug)]
pub struct Client {
    /// Where the device stands.
    pub place: Place,
    subject: Subject,
    link: Option<LinkId>,
    is_up: bool,
    resume_from: Option<u64>,
    attempt: u32,
}

/// What happens on a link.
#[expect(clippy::large_enum_variant, reason = "one exists at a time, and nearly all are the large one")]
pub enum Heard {
    /// The server said welcome.
    Up(Ms),
    /// The server said something.
    Message(FromServer),
}

impl Client {
    /// A link that was never up.
    pub fn new(place: Place, subject: Subject) -> Self {
        Self { place, subject, link: None, is_up: false, resume_from: None, attempt: 0 }
    }

    /// Tries to connect; the link if the server's machine took it.
    pub fn connect(&mut self, stage: &mut Stage, life: Life) -> Option<LinkId> {
        let cut = stage.net.is_cut(self.place, End::Server) || stage.net.is_cut(self.place, End::Client);
        if cut || !stage.server_listens {
            self.again(stage, life, if cut { ATTEMPT_MS } else { 1 });
            return None;
        }
        let link = stage.net.open(self.place, stage.now_ms);
        self.link = Some(link);
        let program = "simulated".to_owned();
        let hello = FromClient::Hello {
            version: VERSION,
            program,
            subject: self.subject.clone(),
            resume_from: self.resume_from,
        };
        self.put(stage, &hello);
        Some(link)
    }

    /// A frame reaches the device; `None` when it belongs to a link that the device has given up.
    pub fn frame(&mut self, link: LinkId, text: &str) -> Option<Heard> {
        if self.link != Some(link) {
            return None;
        }
        let message = serde_json::from_str(text).expect("what the server says is a message");
        match &message {
            FromServer::Welcome { now_ms, .. } => {
                (self.is_up, self.attempt) = (true, 0);
                return Some(Heard::Up(*now_ms));
            }
            FromServer::View { seq, .. } => self.resume_from = Some(*seq),
            FromServer::Missed { call } => self.resume_from = self.resume_from.max(Some(call.seq)),
            _ => {}
        }
        Some(Heard::Message(message))
    }

    /// The link is closed; whether it had been up.
    pub fn closed(&mut self, stage: &mut Stage, link: LinkId, life: Life) -> bool {
        if self.link != Some(link) {
            return false;
        }
        self.link = None;
        self.again(stage, life, 1);
        std::mem::take(&mut self.is_up)
    }

    /// The process is gone, and with it what the link knew.
    pub fn died(&mut self) -> Option<LinkId> {
        (self.is_up, self.resume_from, self.attempt) = (false, None, 0);
        self.link.take()
    }

    /// Says something to the server; nothing when the link is down.
    pub fn say(&mut self, stage: &mut Stage, message: &FromClient) {
        if self.is_up {
            self.put(stage, message);
        }
    }

    /// The link that is being used or tried.
    pub fn link(&self) -> Option<LinkId> {
        self.link
    }

    fn put(&self, stage: &mut Stage, message: &FromClient) {
        if let Some(link) = self.link {
            let text = serde_json::to_string(message).expect("a message has a JSON form");
            stage.send(link, End::Server, text);
        }
    }

    fn again(&mut self, stage: &mut Stage, life: Life, least_ms: Ms) {
        let most_ms = (FIRST_WAIT_MS_MAX << self.attempt.min(8)).min(WAIT_MS_MAX);
        self.attempt += 1;
        let ms = least_ms + stage.between(20, most_ms);
        stage.after(ms, Act::Connect(self.place, life));
    }
}
