//! Rules that make no sense: the reason, in both languages.

use std::fmt;

use thiserror::Error;

use super::{RATE_MILLI_MAX, RATIO_PART_MAX, RECALLS_MAX, SECONDS_MAX, SWITCHES_MAX};
use crate::words::{Class, WindowId};

/// Rules that make no sense. [`BadRules::zh`] says it in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadRules {
    /// A class without a rule.
    #[error("class {0:?} has no rule; every class needs one")]
    ClassMissing(Class),
    /// Too large a time.
    #[error("{what} is {value} s; at most {SECONDS_MAX} s are possible")]
    TooLong {
        /// Which value.
        what: Length,
        /// What it is, seconds.
        value: u32,
    },
    /// Too large a rate.
    #[error("a rate of {0} thousandths is too large; at most {RATE_MILLI_MAX} are possible")]
    Rate(u32),
    /// Too many recalls.
    #[error("{0} recalls are too many; at most {RECALLS_MAX} are possible")]
    Recalls(u32),
    /// R2: a class without a part, or with too large a one.
    #[error("in the ratio class {0:?} needs a part from 1 to {RATIO_PART_MAX}")]
    RatioPart(Class),
    /// R3: kept for ever.
    #[error("windows are kept for class {0:?} and never released; say after which wait others may take them")]
    NoRelease(Class),
    /// R3: a class twice, or no window.
    #[error("windows for class {0:?} are kept twice, or none is; name each class once, with one window or more")]
    ReserveTwice(Class),
    /// R3: more than there are.
    #[error("{kept} windows are kept, and {open} are open; keep fewer, or open more")]
    MoreKept {
        /// In all.
        kept: u64,
        /// That are open, or stand there while none is.
        open: u64,
    },
    /// R4: a zone from outside, of which tickets know nothing.
    #[error("tickets of this hall are given no zone from outside; choose lew, jsq, round_robin or shared")]
    GivenZones,
    /// R6: too many.
    #[error("{0} switches are too many; at most {SWITCHES_MAX} are possible")]
    Switches(usize),
    /// R6: without a name, or with that of another.
    #[error("each switch needs a name of its own, of at most 40 characters; \"{0}\" is not possible")]
    SwitchName(String),
    /// R6: off before it is on.
    #[error(
        "the switch \"{0}\" would go on and off at once; its limit for off must lie on the other side of that for on"
    )]
    Hysteresis(String),
    /// R6: no time of day.
    #[error("the switch \"{0}\" has a time that no day has, or begins when it ends")]
    Clock(String),
    /// R6: it changes nothing.
    #[error("the switch \"{0}\" changes no rule; name one, or leave it out")]
    ChangesNothing(String),
    /// R8: a window that does not exist.
    #[error("auto-call is on for window {0}, which the hall does not have")]
    UnknownWindow(WindowId),
}

/// A length of time in the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// See [`ClassRule::offset_s`](super::ClassRule::offset_s).
    Offset,
    /// See [`ClassRule::cap_s`](super::ClassRule::cap_s).
    Cap,
    /// See [`NoShowRule::recall_gap_s`](super::NoShowRule::recall_gap_s).
    RecallGap,
    /// See [`NoShowRule::grace_s`](super::NoShowRule::grace_s).
    Grace,
    /// See [`NoShowRule::penalty_s`](super::NoShowRule::penalty_s).
    Penalty,
    /// See [`Reserve::release_after_s`](super::Reserve::release_after_s).
    Release,
    /// See [`ZoneRule::steal_after_s`](super::ZoneRule::steal_after_s).
    Steal,
    /// See [`Switch::dwell_s`](super::Switch::dwell_s).
    Dwell,
}

impl BadRules {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::ClassMissing(class) => format!("类别“{}”没有规则，每个类别都要有", class.zh()),
            Self::TooLong { what, value } => format!("{}为 {value} 秒，最多 {SECONDS_MAX} 秒", what.zh()),
            Self::Rate(rate) => format!("速率千分之 {rate} 太大，最多千分之 {RATE_MILLI_MAX}"),
            Self::RatioPart(class) => format!("比例中类别“{}”的份额应为 1 到 {RATIO_PART_MAX}", class.zh()),
            Self::NoRelease(class) => {
                format!("为类别“{}”预留的窗口没有释放条件，请写明其他人等候多久后可以使用", class.zh())
            }
            Self::ReserveTwice(class) => {
                format!("类别“{}”的预留窗口重复或为零，每个类别写一次，至少一个窗口", class.zh())
            }
            Self::MoreKept { kept, open } => {
                format!("预留了 {kept} 个窗口，而开放的只有 {open} 个，请减少预留或多开窗口")
            }
            Self::GivenZones => "本大厅的号不带指定分区，请选 lew、jsq、round_robin 或 shared".into(),
            Self::Switches(count) => format!("自动切换 {count} 条太多，最多 {SWITCHES_MAX} 条"),
            Self::SwitchName(name) => format!("每条自动切换须有不同的名称，最多 40 个字，“{name}”不可用"),
            Self::Hysteresis(name) => format!("自动切换“{name}”会同时开和关，关的界限应在开的界限另一侧"),
            Self::Clock(name) => format!("自动切换“{name}”的时间不存在，或起止相同"),
            Self::ChangesNothing(name) => format!("自动切换“{name}”没有改变任何规则，请写明或删去"),
            Self::UnknownWindow(window) => format!("自动叫号所列的 {window} 号窗口不存在"),
            Self::Recalls(recalls) => format!("重呼 {recalls} 次太多，最多 {RECALLS_MAX} 次"),
        }
    }
}

impl Length {
    fn zh(self) -> &'static str {
        match self {
            Self::Offset => "起始加分",
            Self::Cap => "等候上限",
            Self::RecallGap => "重呼间隔",
            Self::Grace => "过号保留时间",
            Self::Penalty => "过号推迟时间",
            Self::Release => "预留窗口的释放时间",
            Self::Steal => "跨区叫号时间",
            Self::Dwell => "自动切换的最短保持时间",
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offset => "an offset",
            Self::Cap => "a cap",
            Self::RecallGap => "the gap between recalls",
            Self::Grace => "the grace time",
            Self::Penalty => "the penalty",
            Self::Release => "the time until kept windows are released",
            Self::Steal => "the wait until another zone may call",
            Self::Dwell => "the time for which a switch stays as it is",
        })
    }
}
