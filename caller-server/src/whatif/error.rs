//! Why a what-if can't be: a reason and a remedy, in both languages.

use hall::{
    balance::BadRules,
    whatif::BadDay,
    words::{Day, NotAWord},
};
use protocol::{Refused, Text};
use thiserror::Error;

use super::{DAY_MIN, DAYS_MAX, RUNS_MAX, TARGET_S_MAX, VISITS_MAX};
use crate::{orders::BadOrder, store::StoreError};

/// Why a what-if can't be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhatIfError {
    /// A day that is none.
    #[error("{0}")]
    Word(#[from] NotAWord),
    /// Rules that name a class twice.
    #[error("{0}")]
    Order(#[from] BadOrder),
    /// Rules that make no sense.
    #[error("{0}")]
    Rules(#[from] BadRules),
    /// Nobody came.
    #[error("nobody came on {0}, or the day is not in the store; choose a day with visits")]
    Nobody(Day),
    /// No day, or too many.
    #[error("{0} days are named; from 1 to {DAYS_MAX} are possible")]
    Days(usize),
    /// Too many replays.
    #[error("these are {0} replays; at most {RUNS_MAX} are possible: fewer days or fewer draws")]
    Runs(u64),
    /// No time of a day.
    #[error(
        "a time from {from_min} to {until_min} minutes after midnight is none; it ends after it begins, by {DAY_MIN}"
    )]
    Times {
        /// From.
        from_min: u16,
        /// Until.
        until_min: u16,
    },
    /// Too long a target, or none.
    #[error("the target is {0} s; from 1 to {TARGET_S_MAX} are possible")]
    Target(u32),
    /// A window that does not exist.
    #[error("this hall has no window {0}")]
    UnknownWindow(u16),
    /// Two times of one window at once.
    #[error("window {0} is to be open twice at the same time; name times that do not overlap")]
    Overlap(u16),
    /// More windows than there are.
    #[error("{asked} windows are to be open, and {there} serve this lane")]
    MoreWindows {
        /// How many are to be open.
        asked: u16,
        /// How many there are.
        there: u16,
    },
    /// No window serves the lane.
    #[error("no window of this hall serves this lane")]
    NoWindow,
    /// A made-up day without people, with too many, or with services of no length.
    #[error(
        "a made-up day has from 1 to {VISITS_MAX} visits of 1 s to an hour and a coefficient of variation up to 300 %"
    )]
    Made,
    /// What the replay does not take: a limit.
    #[error("the day can't be replayed: {0}")]
    Day(BadDay),
    /// The store can't tell.
    #[error("{en}")]
    Store {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// Somebody cancelled.
    #[error("the what-if was cancelled")]
    Cancelled,
    /// It broke off: a fault of the program.
    #[error("the what-if broke off; tell whoever looks after the server")]
    Broken,
}

impl WhatIfError {
    /// For people and programs.
    #[must_use]
    pub fn refused(&self) -> Refused {
        Refused { code: self.code().into(), text: Text::new(self.zh(), self.to_string()) }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Rules(_) | Self::Order(_) => "bad_rules",
            Self::Nobody(_) => "empty_day",
            Self::Store { .. } => "no_search",
            Self::Cancelled => "cancelled",
            Self::Broken => "broken",
            _ => "bad_whatif",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Word(word) => format!("“{}”不是有效的格式，例如 {}", word.text, word.example),
            Self::Order(bad) => bad.refused().text.zh,
            Self::Rules(bad) => bad.zh(),
            Self::Nobody(day) => format!("{day}没有取号记录，请另选一天"),
            Self::Days(count) => format!("选了{count}天，应为1至{DAYS_MAX}天"),
            Self::Runs(count) => format!("共需推演{count}次，最多{RUNS_MAX}次；请减少天数或抽样次数"),
            Self::Times { from_min, until_min } => {
                format!("零点后{from_min}至{until_min}分钟不是有效的时段，须先始后止，不超过{DAY_MIN}")
            }
            Self::Target(target_s) => format!("目标为{target_s}秒，应为1至{TARGET_S_MAX}秒"),
            Self::UnknownWindow(window) => format!("本大厅没有{window}号窗口"),
            Self::Overlap(window) => format!("{window}号窗口的开放时段互相重叠，请分开"),
            Self::MoreWindows { asked, there } => format!("要开{asked}个窗口，而办理此队列的只有{there}个"),
            Self::NoWindow => "本大厅没有办理此队列的窗口".into(),
            Self::Made => format!("模拟的一天应有1至{VISITS_MAX}人，每人1秒至1小时，变异系数不超过300%"),
            Self::Day(bad) => format!("这一天无法推演：{bad}"),
            Self::Store { zh, .. } => zh.clone(),
            Self::Cancelled => "推演已取消".into(),
            Self::Broken => "推演中断，请联系系统维护人员".into(),
        }
    }
}

impl From<StoreError> for WhatIfError {
    fn from(error: StoreError) -> Self {
        Self::Store { zh: error.zh(), en: error.to_string() }
    }
}

impl From<BadDay> for WhatIfError {
    fn from(bad: BadDay) -> Self {
        Self::Day(bad)
    }
}
