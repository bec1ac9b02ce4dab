//! What the voice speaks: one call at a time, and only with the server's leave.

use protocol::{
    FromClient, Text,
    order::Language,
    view::{CallView, Form},
};

use super::Output;

/// Something to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The position of the call or notice in the journal.
    pub call: u64,
    /// What.
    pub what: Sentence,
    /// How loud, percent: 1 to 100.
    pub volume_percent: u32,
    /// How much of it is spoken.
    pub form: Form,
}

/// What is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// A call.
    Call {
        /// `A012`.
        number: String,
        /// Where to.
        window: u16,
        /// How the holder wants to be called.
        language: Language,
    },
    /// A notice, from the clips that the server rendered.
    Notice(Text),
}

impl From<&CallView> for Sentence {
    fn from(call: &CallView) -> Self {
        Self::Call { number: call.number.clone(), window: call.window, language: call.language }
    }
}

/// What names a call or notice, also where a hall began a new journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) seq: u64,
    pub(super) at_ms: u64,
}

/// One announcement that is spoken. Nothing ever waits here: the server knows who is next.
#[derive(Debug, Default)]
pub(super) struct Voices {
    speaking: Option<Name>,
    /// The last that was spoken to its end.
    spoken: Option<Name>,
    /// The server asked whether the voice is ready, and it was speaking.
    is_awaited: bool,
}

/// Why a call is not spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Silence {
    /// For people.
    pub(super) why: Text,
    /// Nothing is wrong: somebody wants it silent.
    pub(super) wanted: bool,
}

/// What the server gave leave for: now, so what can't be begun is not begun later.
#[derive(Debug, Clone)]
pub(super) struct Leave {
    pub(super) name: Name,
    pub(super) what: Sentence,
    pub(super) form: Form,
    /// Not to be begun when the device's clock shows more.
    pub(super) until_ms: u64,
    /// How loud it would be, percent, or why not at all.
    pub(super) volume_percent: Result<u32, Silence>,
}

impl Voices {
    /// What is said to a server that has just been reached: what became of the last call, which it may not have heard, and that
    /// there is a voice.
    pub(super) fn introduce(&mut self, now_ms: u64) -> Vec<FromClient> {
        let spoken = self.spoken.map(|name| FromClient::Spoken { call: name.seq });
        spoken.into_iter().chain(self.ready(now_ms)).collect()
    }

    /// The answer to the question whether the voice could begin: at once, or when it has ended.
    pub(super) fn ready(&mut self, now_ms: u64) -> Option<FromClient> {
        self.is_awaited = self.speaking.is_some();
        (!self.is_awaited).then_some(FromClient::Voice { clock_ms: now_ms, more: true })
    }

    /// The announcement, or the answer instead.
    pub(super) fn begin(&mut self, now_ms: u64, leave: Leave) -> Option<Output> {
        let Leave { name, what, form, until_ms, volume_percent } = leave;
        let seq = name.seq;
        if self.spoken == Some(name) {
            return Some(Output::Send(FromClient::Spoken { call: seq }));
        }
        if self.speaking == Some(name) {
            return None;
        }
        let in_time = if self.speaking.is_some() || now_ms > until_ms { Err(Silence::late()) } else { Ok(()) };
        Some(match volume_percent.and_then(|percent| in_time.map(|()| percent)) {
            Ok(volume_percent) => {
                self.speaking = Some(name);
                Output::Speak(Announcement { call: seq, what, volume_percent, form })
            }
            Err(Silence { why, wanted }) => Output::Send(FromClient::Failed { call: seq, why, wanted }),
        })
    }

    /// Whether this call is being spoken.
    pub(super) fn speaks(&self, call: u64) -> bool {
        self.speaking.is_some_and(|speaking| speaking.seq == call)
    }

    /// This call is spoken no more; `None` when it was not. Otherwise what is said about it.
    pub(super) fn end(&mut self, now_ms: u64, call: u64, failed: Option<Silence>) -> Option<Vec<FromClient>> {
        let ended = self.speaking.take_if(|speaking| speaking.seq == call)?;
        let word = match failed {
            Some(Silence { why, wanted }) => FromClient::Failed { call, why, wanted },
            None => {
                self.spoken = Some(ended);
                FromClient::Spoken { call }
            }
        };
        let ready = if self.is_awaited { self.ready(now_ms) } else { None };
        Some([word].into_iter().chain(ready).collect())
    }

    /// The hall began a new journal: what was spoken of the old one says nothing.
    pub(super) fn forget(&mut self) {
        self.spoken = None;
    }
}

impl Silence {
    /// Something is wrong.
    pub(super) fn fault(why: Text) -> Self {
        Self { why, wanted: false }
    }

    /// A device without a voice.
    pub(super) fn no_voice() -> Self {
        Self::fault(Text::new("该设备没有语音", "this device has no voice"))
    }

    /// The profile says so. Spoken at this volume it would hold the floor, and nobody would hear it.
    pub(super) fn volume_zero() -> Self {
        Self {
            why: Text::new("此时此队列的音量为零", "its volume is 0 at this time, or for this lane"), wanted: true
        }
    }

    /// The server broke it off.
    pub(super) fn broken_off() -> Self {
        Self { why: Text::new("管理员已将此区静音", "a manager muted this zone"), wanted: true }
    }

    fn late() -> Self {
        Self::fault(Text::new("播报许可到达过晚", "the leave to speak came too late"))
    }
}
