//! What can be wrong with a store, in sentences.

use std::io;

use thiserror::Error;

use super::search::SCAN_MAX;
use crate::journal::JournalError;

/// Why a question to the store has no answer now.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// It is built anew from the journal, or its disk fails.
    #[error("the search is being rebuilt; the service goes on, please try again in a minute")]
    Rebuilding,
    /// Too many visits would have to be looked through.
    #[error("that is too much to look through: more than {SCAN_MAX} visits; name a day or fewer days")]
    TooWide,
}

impl StoreError {
    /// The same sentence in Chinese.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Self::Rebuilding => "查询数据正在重建，不影响叫号，请一分钟后再试".to_owned(),
            Self::TooWide => format!("查询范围过大，超过{SCAN_MAX}条记录，请指定某一天或缩短日期范围"),
        }
    }
}

/// Why a store can't be used as it is.
#[derive(Debug, Error)]
pub enum Fault {
    /// sled gave an error.
    #[error("sled failed: {0}")]
    Sled(#[from] sled::Error),
    /// sled panicked.
    #[error("sled panicked: {0}")]
    Panicked(String),
    /// sled did not finish opening.
    #[error("sled did not open within {0} s")]
    Slow(u64),
    /// The server died again and again while it opened this store.
    #[error("the server ended {0} times while it opened the store")]
    Interrupted(u32),
    /// The file system failed.
    #[error("the disk failed: {0}")]
    Io(#[from] io::Error),
    /// Nothing is in it, not even a position.
    #[error("the store is empty")]
    Empty,
    /// It was written by another version.
    #[error("the store has format version {0}, which this program does not know")]
    Version(u32),
    /// It knows of records that the journal does not have.
    #[error("the store stands at {position}, ahead of the journal at {head}")]
    Ahead {
        /// Where the store stands.
        position: u64,
        /// Where the journal ends.
        head: u64,
    },
    /// It belongs to another journal.
    #[error("the store belongs to another journal: the hash at {0} differs")]
    Foreign(u64),
    /// A value is not what was written, or pairs are missing.
    #[error("the content of the store is damaged: {0}")]
    Damaged(&'static str),
    /// A record of the journal is no entry, so that nothing can be built from it.
    #[error("record {seq} of the journal is not an entry: {error}")]
    NoEntry {
        /// Which record.
        seq: u64,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The journal can't be read.
    #[error("the journal can't be read: {0}")]
    Journal(#[from] JournalError),
    /// The journal does not show the record that should come next.
    #[error("the journal does not show record {0}")]
    Gap(u64),
}

impl Fault {
    /// The same sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Sled(error) => format!("sled出错：{error}"),
            Self::Panicked(what) => format!("sled异常中止：{what}"),
            Self::Slow(limit_s) => format!("sled在{limit_s}秒内未能打开"),
            Self::Interrupted(times) => format!("服务器连续{times}次在打开查询数据时中断"),
            Self::Io(error) => format!("磁盘出错：{error}"),
            Self::Empty => "查询数据为空".to_owned(),
            Self::Version(version) => format!("查询数据的格式版本{version}不被本程序支持"),
            Self::Ahead { position, head } => format!("查询数据的位置{position}超前于日志的末尾{head}"),
            Self::Foreign(seq) => format!("查询数据属于另一份日志：序号{seq}处的哈希不一致"),
            Self::Damaged(what) => format!("查询数据的内容已损坏：{what}"),
            Self::NoEntry { seq, error } => format!("日志第{seq}条记录无法识别：{error}"),
            Self::Journal(error) => format!("无法读取日志：{}", error.zh()),
            Self::Gap(seq) => format!("日志没有给出第{seq}条记录"),
        }
    }

    /// Whether somebody else has the database open. sled says so in words alone.
    pub(super) fn is_lock(&self) -> bool {
        matches!(self, Self::Sled(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock"))
    }

    /// Whether building anew would help. It would not when the disk is full, another server has the
    /// store open or the journal can't be read: then the store is
    /// left as it is and tried again later.
    #[must_use]
    pub fn is_of_the_store(&self) -> bool {
        let is_of_the_disk = |error: &io::Error| {
            use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
            matches!(error.kind(), PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
        };
        match self {
            _ if self.is_lock() => false,
            Self::Io(error) | Self::Sled(sled::Error::Io(error)) => !is_of_the_disk(error),
            Self::NoEntry { .. } | Self::Journal(_) | Self::Gap(_) => false,
            _ => true,
        }
    }
}
