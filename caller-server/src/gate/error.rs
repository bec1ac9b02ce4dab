//! What can go wrong at the gate, in a sentence for a person, in English (`Display`) and Chinese (`zh`).

use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

/// Why a list could not be read or changed.
#[derive(Debug, Error)]
pub enum GateError {
    /// The disk failed, or a right is missing.
    #[error("{} can't be read or written: {source}", .path.display())]
    Disk {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system has no thread to give.
    #[error("the operating system has no thread to give: {0}")]
    NoThread(io::Error),
    /// A file is not what it should be.
    #[error("{} is damaged ({detail}); put it back from a copy, or remove it and begin anew", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A list that was there is there no more.
    #[error(
        "{} is gone, and there was one; put it back from a copy, or remove gate.lock beside it too and begin anew",
        .path.display()
    )]
    Gone {
        /// Which file.
        path: PathBuf,
    },
    /// A name that can't be one.
    #[error("\"{0}\" can't be a name; take 1 to 32 letters, digits or Chinese characters, also - _ . inside")]
    BadName(String),
    /// The name is taken.
    #[error("there is already one of the name \"{0}\"; take another name, or remove that one first")]
    NameTaken(String),
    /// Nobody has this name.
    #[error("there is none of the name \"{0}\"; `list` shows who there is")]
    NoSuchName(String),
    /// A password that is too short or too long.
    #[error("a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters; this one has {0}")]
    PasswordLength(usize),
    /// A password could not be hashed.
    #[error("the password can't be hashed: {0}")]
    Hash(String),
    /// A display without a window, or another device with one.
    #[error("a display hangs above a window: give --window; a dispenser or terminal has none")]
    WindowOfDevice,
}

/// Why somebody was not signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// The name or the password; which one is nobody's business.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many wrong passwords for this name.
    #[error("too many wrong passwords; try again in {wait_s} s")]
    TooOften {
        /// How long, seconds.
        wait_s: u64,
    },
    /// Too many people at once.
    #[error("too many people are signing in just now; try again in a moment")]
    Busy,
    /// The list can't be read.
    #[error(transparent)]
    Gate(#[from] GateError),
}

/// Why it is not known who sends a request that claims to be of somebody.
#[derive(Debug, Error)]
pub enum Unknown {
    /// No device has this key.
    #[error("no device has this key; it was revoked, or mistyped")]
    BadKey,
    /// The cookie is over, or its account changed.
    #[error("you are signed out; sign in again")]
    SignedOut,
    /// The lists can't be read.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl GateError {
    /// A failure of the disk at `path`.
    pub(super) fn disk(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { path: path.into(), source }
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Disk { path, source } => format!("无法读写{}：{source}", path.display()),
            Self::NoThread(error) => format!("操作系统无法创建线程：{error}"),
            Self::Damaged { path, detail } => {
                format!("{}已损坏（{detail}）；请从备份恢复，或将其删除后重新建立", path.display())
            }
            Self::Gone { path } => {
                format!("{}曾经存在，现已不见；请从备份恢复，或将同目录的gate.lock一并删除后重新建立", path.display())
            }
            Self::BadName(name) => format!("“{name}”不能作为名称；请用1至32个字母、数字或汉字，中间可用 - _ ."),
            Self::NameTaken(name) => format!("名称“{name}”已被使用；请换一个，或先删除原有的"),
            Self::NoSuchName(name) => format!("没有名为“{name}”的；可用 list 查看"),
            Self::PasswordLength(chars) => {
                format!("密码须为{PASSWORD_CHARS_MIN}至{PASSWORD_CHARS_MAX}个字符，现为{chars}个")
            }
            Self::Hash(detail) => format!("无法处理密码：{detail}"),
            Self::WindowOfDevice => "窗口屏须用 --window 指明窗口；取号机和自助终端则不可指明".into(),
        }
    }
}
