//! The names of the stages, as people read them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a [`super::Stage`], without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// See [`super::Stage::Issued`].
    Issued,
    /// See [`super::Stage::Waiting`].
    Waiting,
    /// See [`super::Stage::Called`].
    Called,
    /// See [`super::Stage::Serving`].
    Serving,
    /// See [`super::Stage::Parked`].
    Parked,
    /// See [`super::Stage::Supplement`].
    Supplement,
    /// See [`super::Stage::NoShow`].
    NoShow,
    /// See [`super::Stage::Finished`].
    Finished,
    /// See [`crate::event::Unserved::Cancelled`].
    Cancelled,
    /// See [`crate::event::Unserved::Left`].
    Left,
    /// See [`crate::event::Unserved::Expired`].
    Expired,
}

impl StageName {
    /// The name in Chinese, as staff say it.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Issued => "未签到",
            Self::Waiting => "等候中",
            Self::Called => "已叫号",
            Self::Serving => "办理中",
            Self::Parked => "已挂起",
            Self::Supplement => "补正中",
            Self::NoShow => "已过号",
            Self::Finished => "已办结",
            Self::Cancelled => "已取消",
            Self::Left => "已离开",
            Self::Expired => "已失效",
        }
    }

    /// The name in English.
    #[must_use]
    pub fn en(self) -> &'static str {
        match self {
            Self::Issued => "not checked in yet",
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Serving => "being served",
            Self::Parked => "parked",
            Self::Supplement => "fetching a missing paper",
            Self::NoShow => "marked as absent",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Left => "gone",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en())
    }
}
