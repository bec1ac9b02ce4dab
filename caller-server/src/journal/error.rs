//! What can go wrong, in a sentence for a person, in English (`Display`) and Chinese (`zh`).

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::format::{FORMAT_VERSION, RECORD_BYTES_MAX};

/// Why a journal did not do what it was asked.
#[derive(Debug, Error)]
pub enum JournalError {
    /// An append failed before, and [`super::Journal::recover`] has not succeeded since.
    #[error("the journal refuses to write: the disk failed before and has not recovered yet")]
    Broken,
    /// The caller is not where the journal is.
    #[error("the batch was meant for sequence number {expected}, but the journal continues at {next}")]
    WrongSeq {
        /// What the caller expected.
        expected: u64,
        /// What the journal would give.
        next: u64,
    },
    /// A payload exceeds [`RECORD_BYTES_MAX`].
    #[error("a record of {bytes} bytes is too large; the limit is {RECORD_BYTES_MAX}")]
    TooLarge {
        /// Size of the payload.
        bytes: usize,
    },
    /// A reader asks for what has not happened yet.
    #[error("the journal ends at sequence number {head}; there is nothing to read from {from}")]
    NotThere {
        /// Where the reader wanted to begin.
        from: u64,
        /// Where the journal ends.
        head: u64,
    },
    /// The disk failed or its contents are damaged.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a journal could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another server has it open.
    #[error("the journal in {} is in use by another server; stop that one first", .dir.display())]
    InUse {
        /// Its directory.
        dir: PathBuf,
    },
    /// The disk failed or its contents are damaged.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What is wrong with the disk.
#[derive(Debug, Error)]
pub enum Fault {
    /// A call to the operating system failed.
    #[error(transparent)]
    Io(#[from] IoFault),
    /// The files are not as they were written.
    #[error(transparent)]
    Damaged(#[from] Damage),
}

/// A call to the operating system that failed.
#[derive(Debug, Error)]
#[error("could not {} {}: {source}", .act.en(), .path.display())]
pub struct IoFault {
    /// What was tried.
    pub act: Act,
    /// On which file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// What was tried on a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Act {
    Create,
    List,
    Lock,
    Open,
    Read,
    Remove,
    Sync,
    Truncate,
    Write,
}

/// Files that are not as they were written; nothing was changed.
#[derive(Debug, Error)]
#[error("the journal is damaged: {}, byte {offset}, sequence number {seq}: {flaw}. Nothing was changed. {}", .file.display(), .flaw.remedy_en())]
pub struct Damage {
    /// The file concerned.
    pub file: PathBuf,
    /// Where in it, bytes.
    pub offset: u64,
    /// The first sequence number that cannot be trusted.
    pub seq: u64,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong at a place of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// The file ends before the record does, or before the position that is known to be durable.
    #[error("the file ends too early")]
    Short,
    /// The length field exceeds the limit.
    #[error("the length of the record is impossible")]
    Length,
    /// The checksum does not match.
    #[error("the checksum of the record does not match")]
    Checksum,
    /// A whole record, but another one belongs here.
    #[error("the record of sequence number {found} stands here")]
    Sequence {
        /// The number it carries.
        found: u64,
    },
    /// A whole record that does not continue the chain.
    #[error("the record does not continue the hash chain")]
    Chain,
    /// No segment header, or a damaged one.
    #[error("the header of the segment is damaged")]
    Header,
    /// Written by a newer server.
    #[error("it is written in format version {found}, and this server knows version {FORMAT_VERSION} only")]
    Version {
        /// The version found.
        found: u16,
    },
    /// The name of a segment is not its first sequence number.
    #[error("the name of the file does not fit its contents")]
    Name,
    /// A segment is not there.
    #[error("this segment should be here and is missing")]
    Missing,
    /// The segment does not continue the one before it.
    #[error("the segment does not continue the hash chain of the one before it")]
    SegmentChain,
    /// Records, but no readable head marker.
    #[error("there are records, but the head marker is missing or unreadable")]
    NoMarker,
    /// The marker speaks of another history.
    #[error("the records up to here are not those that the head marker speaks of")]
    Marker,
}

impl JournalError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Broken => "日志拒绝写入：磁盘先前出错，尚未恢复".to_owned(),
            Self::WrongSeq { expected, next } => format!("本批应从序号{expected}写起，但日志的下一个序号是{next}"),
            Self::TooLarge { bytes } => format!("一条记录有{bytes}字节，超过上限{RECORD_BYTES_MAX}字节"),
            Self::NotThere { from, head } => format!("日志到序号{head}为止，无法从序号{from}读起"),
            Self::Fault(fault) => fault.zh(),
        }
    }
}

impl OpenError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::InUse { dir } => format!("{}中的日志正被另一个服务器使用，请先停止它", dir.display()),
            Self::Fault(fault) => fault.zh(),
        }
    }
}

impl Fault {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Io(IoFault { act, path, source }) => {
                format!("无法{} {}：{}", act.zh(), path.display(), cause_zh(source))
            }
            Self::Damaged(damage) => damage.zh(),
        }
    }

    pub(super) fn io(act: Act, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io(IoFault { act, path, source })
    }
}

impl Act {
    fn en(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::List => "list",
            Self::Lock => "lock",
            Self::Open => "open",
            Self::Read => "read",
            Self::Remove => "remove",
            Self::Sync => "make durable",
            Self::Truncate => "shorten",
            Self::Write => "write to",
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Self::Create => "创建",
            Self::List => "列出",
            Self::Lock => "锁定",
            Self::Open => "打开",
            Self::Read => "读取",
            Self::Remove => "删除",
            Self::Sync => "落盘",
            Self::Truncate => "截短",
            Self::Write => "写入",
        }
    }
}

impl Damage {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        let Self { file, offset, seq, flaw } = self;
        let (file, what, remedy) = (file.display(), flaw.zh(), flaw.remedy_zh());
        format!("日志损坏：{file}，第{offset}字节，序号{seq}：{what}。没有改动任何内容。{remedy}")
    }
}

impl Flaw {
    /// Whether an interrupted write can leave this behind. A whole record in the wrong place cannot come from one.
    pub(super) fn can_be_torn(self) -> bool {
        matches!(self, Self::Short | Self::Length | Self::Checksum)
    }

    fn zh(self) -> String {
        match self {
            Self::Short => "文件过早结束".to_owned(),
            Self::Length => "记录长度不可能".to_owned(),
            Self::Checksum => "记录校验和不符".to_owned(),
            Self::Sequence { found } => format!("此处却是序号{found}的记录"),
            Self::Chain => "记录与哈希链不衔接".to_owned(),
            Self::Header => "段文件头损坏".to_owned(),
            Self::Version { found } => format!("格式版本为{found}，本服务器只认识版本{FORMAT_VERSION}"),
            Self::Name => "文件名与内容不符".to_owned(),
            Self::Missing => "此段文件缺失".to_owned(),
            Self::SegmentChain => "此段与前一段的哈希链不衔接".to_owned(),
            Self::NoMarker => "有记录，但缺少可读的head标记".to_owned(),
            Self::Marker => "到此为止的记录与head标记所记不同".to_owned(),
        }
    }

    fn remedy_en(self) -> &'static str {
        match self {
            Self::Version { .. } => "Start the server version that wrote it.",
            _ => {
                "Copy the directory to a safe place, put the file back from a backup, and check it with `caller-server journal verify`."
            }
        }
    }

    fn remedy_zh(self) -> &'static str {
        match self {
            Self::Version { .. } => "请使用写入它的服务器版本。",
            _ => "请先把整个目录另存一份，用备份恢复该文件，再用 `caller-server journal verify` 检查。",
        }
    }
}

fn cause_zh(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "磁盘处于只读状态".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::NotFound => "不存在".to_owned(),
        _ => format!("系统报告“{error}”"),
    }
}
