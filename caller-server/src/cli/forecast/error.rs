//! What can be wrong with a file of states, in English (`Display`) and Chinese (`zh`).

use std::{fmt, io, path::PathBuf};

use hall::forecast::BadQueue;
use serde_json::Value;
use thiserror::Error;

/// A problem and its file.
#[derive(Debug, Error)]
#[error("{}: {problem}", .file.display())]
pub(crate) struct ForecastError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Error)]
pub(crate) enum Problem {
    /// Not readable.
    #[error("the file can't be read: {0}; name a file of states with --states")]
    Read(io::Error),
    /// Not writable.
    #[error("the results can't be written: {0}; name a file in a directory that exists with --out")]
    Write(io::Error),
    /// Not JSON.
    #[error("line {line}, column {column} is not JSON: {error}; mend it, see `caller-server forecast --help`")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// As the parser says it.
        error: serde_json::Error,
    },
    /// Not a state.
    #[error("{place} is not as `caller-server forecast --help` says: {error}")]
    Form {
        /// Which.
        place: Place,
        /// As the parser says it.
        error: serde_json::Error,
    },
    /// A pause of a window that is not there.
    #[error(
        "{place}: pause_in_ms names window \"{key}\", but elapsed_ms has {windows} windows; they are counted from \"0\""
    )]
    UnknownWindow {
        /// Which.
        place: Place,
        /// As it was written.
        key: String,
        /// How many there are.
        windows: usize,
    },
    /// A number beyond its limit.
    #[error("{place}: {bad}")]
    Queue {
        /// Which.
        place: Place,
        /// What is wrong.
        bad: BadQueue,
    },
}

/// A state in its file.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// From 1.
    pub number: usize,
    /// Its id, if it has one.
    pub id: Option<Value>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "state {}", self.number)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, " (id {id})"))
    }
}

impl ForecastError {
    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.file.display(), self.problem.zh())
    }
}

impl Problem {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => format!("无法读取文件：{error}；请用 --states 指定状态文件"),
            Self::Write(error) => format!("无法写入结果：{error}；请用 --out 指定已有目录中的文件"),
            Self::Json { line, column, error } => {
                format!("第 {line} 行第 {column} 列不是 JSON：{error}；请修正，格式见 `caller-server forecast --help`")
            }
            Self::Form { place, error } => {
                format!("{}不符合 `caller-server forecast --help` 的格式：{error}", place.zh())
            }
            Self::UnknownWindow { place, key, windows } => {
                format!("{}：pause_in_ms 中的窗口“{key}”不存在，elapsed_ms 有 {windows} 个窗口，从“0”起数", place.zh())
            }
            Self::Queue { place, bad } => format!("{}：{}", place.zh(), bad.zh()),
        }
    }
}

impl Place {
    fn zh(&self) -> String {
        let id = self.id.as_ref().map(|id| format!("（id {id}）")).unwrap_or_default();
        format!("第 {} 个状态{id}", self.number)
    }
}
