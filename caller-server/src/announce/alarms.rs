//! What needs somebody. An alarm stands long enough to be read, and does not flicker when its cause comes and goes.

use std::collections::BTreeMap;

use protocol::{Text, view::CallView};

use super::{floor::What, limits::ALARM_MS_MIN};

/// What an alarm is about; there is one at a time for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Calls of a zone wait too long.
    Late(char),
    /// The call from a window is not spoken.
    NotSpoken(u16),
    /// The call from a window is on no panel.
    NotShown(u16),
    /// A notice of a zone was not spoken.
    NoNotice(char),
    /// A device's voice says nothing.
    Voice(String),
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// For people.
    pub text: Text,
    /// Since when.
    pub since_ms: u64,
    /// When its cause was gone.
    cleared_ms: Option<u64>,
}

/// The alarms that stand.
#[derive(Debug, Default)]
pub struct Alarms(BTreeMap<Subject, Raised>);

impl Subject {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Late(_) => "voice_late",
            Self::NotSpoken(_) => "not_spoken",
            Self::NotShown(_) => "not_shown",
            Self::NoNotice(_) => "notice_not_spoken",
            Self::Voice(_) => "voice_silent",
        }
    }
}

impl Alarms {
    /// Something is wrong, or still is.
    pub fn raise(&mut self, subject: Subject, text: Text, now_ms: u64) {
        let raised = self.0.entry(subject).or_insert(Raised { text: text.clone(), since_ms: now_ms, cleared_ms: None });
        (raised.text, raised.cleared_ms) = (text, None);
    }

    /// It is not wrong any more.
    pub fn clear(&mut self, subject: &Subject, now_ms: u64) {
        if let Some(raised) = self.0.get_mut(subject) {
            raised.cleared_ms.get_or_insert(now_ms);
        }
    }

    /// Takes away those whose cause is gone, and that were there to be read.
    pub fn forget(&mut self, now_ms: u64) {
        self.0.retain(|_, raised| raised.cleared_ms.is_none() || now_ms < raised.since_ms + ALARM_MS_MIN);
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&Subject, &Raised)> {
        self.0.iter()
    }

    /// Whether there is one.
    pub fn has(&self, subject: &Subject) -> bool {
        self.0.contains_key(subject)
    }
}

/// A voice could not speak it.
pub fn failed(what: &What, name: &str, why: &Text) -> Text {
    let What::Call(CallView { number, window, .. }) = what else {
        let zone = what.zone();
        return Text::new(
            format!("{zone}区的通知没有播报（设备“{name}”）：{}", why.zh),
            format!("The notice of zone {zone} was not spoken (device '{name}'): {}", why.en),
        );
    };
    Text::new(
        format!("{window}号窗口叫{number}号没有播报（设备“{name}”）：{}", why.zh),
        format!("The call of {number} to window {window} was not spoken (device '{name}'): {}", why.en),
    )
}

/// A voice was heard no more while it had something to say.
pub fn no_word(what: &What, name: &str) -> Text {
    let why = Text::new("设备中途没有回应", "the device fell silent meanwhile");
    failed(what, name, &why)
}

/// No voice could be reached for it.
pub fn unreachable(what: &What, names: &str) -> Text {
    failed(what, names, &Text::new("设备未连接或没有回应", "it is not connected, or does not answer"))
}

/// A voice does not answer.
pub fn silent(name: &str) -> Text {
    Text::new(
        format!("设备“{name}”的语音没有回应，请检查音响和设备"),
        format!("The voice of device '{name}' does not answer. Check its speakers and the device"),
    )
}

/// Calls wait too long; `names`: the devices that should speak the one that waits longest.
pub fn late(zone: char, count: usize, longest_ms: u64, names: &str) -> Text {
    let longest_s = longest_ms / 1_000;
    Text::new(
        format!("{zone}区有{count}个叫号等待播报，最久已等{longest_s}秒（设备“{names}”）"),
        format!("{count} calls of zone {zone} wait to be spoken, the longest for {longest_s} s (device '{names}')"),
    )
}
