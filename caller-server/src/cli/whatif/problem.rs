//! What can be wrong with a file of a what-if: the file, the line, and what to do, in English (`Display`) and Chinese (`zh`).

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use hall::{
    balance::RATIO_PART_MAX,
    whatif::{BadDay, TIME_MS_MAX, VISITS_MAX},
};
use thiserror::Error;

use crate::config::ConfigError;

/// A problem and where it is.
#[derive(Debug, Error)]
pub enum WhatIfError {
    /// In a file of this command.
    At {
        /// Which file.
        file: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<u64>,
        /// What is wrong.
        problem: FileProblem,
    },
    /// The rules are not TOML, or have unknown keys or words.
    Toml(ConfigError),
}

/// What is wrong.
#[derive(Debug, Error)]
pub enum FileProblem {
    /// It can't be read.
    #[error("the file can't be read: {0}; check its name and its rights")]
    Read(io::Error),
    /// It can't be written.
    #[error("the file can't be written: {0}; check the folder, its rights and the room on the disk")]
    Write(io::Error),
    /// Not in UTF-8.
    #[error("this is not UTF-8; save the file as \"CSV UTF-8\"")]
    NotUtf8,
    /// More or fewer fields than columns.
    #[error("{found} fields where the first line names {expected} columns; add or remove commas")]
    Fields {
        /// Columns.
        expected: u64,
        /// Fields.
        found: u64,
    },
    /// A column is missing.
    #[error("the column {0} is missing; name it in the first line")]
    NoColumn(&'static str),
    /// A column that nobody knows, or that stands there twice.
    #[error("the column \"{0}\" is unknown or stands there twice; the columns are {1}")]
    Column(String, &'static str),
    /// An empty field.
    #[error("{0} is empty; write a value")]
    Empty(&'static str),
    /// Not a whole number.
    #[error("{column} is \"{text}\"; write whole milliseconds from 0 to {TIME_MS_MAX}, such as 34200000 for 9:30")]
    NotMs {
        /// Which column.
        column: &'static str,
        /// As it was written.
        text: String,
    },
    /// The same ticket once more.
    #[error("the ticket \"{ticket}\" stands already on line {line}; give each visit a number of its own")]
    TicketTwice {
        /// Which.
        ticket: String,
        /// Where it was first.
        line: u64,
    },
    /// A class without a rule.
    #[error(
        "the class \"{class}\" has no rule; the rules have {known}: correct it, or add [classes.{class}] to the rules"
    )]
    UnknownClass {
        /// As it was written.
        class: String,
        /// Those that have one.
        known: String,
    },
    /// A zone without a window.
    #[error("no window is in zone \"{zone}\"; there are {known}: correct it, or add windows of that zone")]
    UnknownZone {
        /// As it was written.
        zone: String,
        /// Those that have windows.
        known: String,
    },
    /// Closes before it opens.
    #[error("close_ms must be later than open_ms; swap them, or leave the row out")]
    ClosesEarly,
    /// Two rows of a window at a time.
    #[error("window {0} is already open then by another row; let its rows follow one another")]
    Overlap(String),
    /// A window in two zones.
    #[error("window {window} stands in zone {zone} on an earlier line; a window has one zone")]
    OtherZone {
        /// Which.
        window: String,
        /// Where it was first.
        zone: String,
    },
    /// No window at all.
    #[error("there is no window; write a row for each time when one is open")]
    NoWindow,
    /// Not a rate.
    #[error(
        "the rate {0} is not possible; write a fraction of 0 or more, such as 1, 0.5 or \"3/2\", each part at most 1000000"
    )]
    Rate(String),
    /// Too large an offset.
    #[error("the offset {0} is not possible; write from -1000000000000 to 1000000000000 ms")]
    Offset(i64),
    /// A time that is none.
    #[error("\"{0}\" is not possible; write whole milliseconds, or \"never\"")]
    NotALimit(String),
    /// A mode of R4 without its steal_after_ms.
    #[error(
        "say when a free window takes the ticket of another zone: steal_after_ms = 0 (one pooled line), ms, or \"never\""
    )]
    NoSteal,
    /// R2: a class without a part.
    #[error("in the ratio the class \"{0}\" needs a part from 1 to {RATIO_PART_MAX}; name every class once")]
    RatioPart(String),
    /// R3: kept for ever.
    #[error("windows are kept for the class \"{0}\" and never released; write release_after_ms, whole milliseconds")]
    NoRelease(String),
    /// R3: a class twice, or no window.
    #[error("windows for the class \"{0}\" are kept twice, or none is; name each class once, with one window or more")]
    ReserveTwice(String),
    /// R3: more than there are.
    #[error("{kept} windows are kept, and there are {there}; keep fewer")]
    MoreKept {
        /// In all.
        kept: u64,
        /// Windows.
        there: u64,
    },
    /// R6: on and off at once.
    #[error(
        "the switch would go on and off at once, or at a time that no day has; its limit for off must lie on the other side"
    )]
    Hysteresis,
    /// R6: nothing follows.
    #[error("the switch changes no rule; name one, or leave it out")]
    ChangesNothing,
    /// A limit of the replay.
    #[error("{0}")]
    Day(BadDay),
}

impl WhatIfError {
    pub(super) fn new(file: &Path, line: Option<u64>, problem: FileProblem) -> Self {
        Self::At { file: file.to_owned(), line, problem }
    }

    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::At { file, line: Some(line), problem } => format!("{}第{line}行：{}", file.display(), problem.zh()),
            Self::At { file, line: None, problem } => format!("{}：{}", file.display(), problem.zh()),
            Self::Toml(error) => error.zh(),
        }
    }
}

impl fmt::Display for WhatIfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { file, line: Some(line), problem } => write!(f, "{}:{line}: {problem}", file.display()),
            Self::At { file, line: None, problem } => write!(f, "{}: {problem}", file.display()),
            Self::Toml(error) => error.fmt(f),
        }
    }
}

impl FileProblem {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => format!("无法读取：{error}；请检查文件名和权限"),
            Self::Write(error) => format!("无法写入：{error}；请检查目录、权限和磁盘空间"),
            Self::NotUtf8 => "不是UTF-8编码；请另存为“CSV UTF-8”".into(),
            Self::Fields { expected, found } => format!("有{found}个字段，首行却有{expected}列；请增减逗号"),
            Self::NoColumn(column) => format!("缺少列{column}；请在首行写上"),
            Self::Column(column, known) => format!("列“{column}”无法识别或重复；可用的列为{known}"),
            Self::Empty(column) => format!("{column}为空；请填写"),
            Self::NotMs { column, text } => {
                format!("{column}为“{text}”；请写0到{TIME_MS_MAX}的整毫秒数，如9:30为34200000")
            }
            Self::TicketTwice { ticket, line } => format!("号码“{ticket}”在第{line}行已出现；每次办事请用不同的号码"),
            Self::UnknownClass { class, known } => {
                format!("类别“{class}”没有规则，已有{known}；请更正，或在规则中加上[classes.{class}]")
            }
            Self::UnknownZone { zone, known } => format!("“{zone}”区没有窗口，现有{known}；请更正，或为该区加上窗口"),
            Self::ClosesEarly => "close_ms应晚于open_ms；请对调，或删去此行".into(),
            Self::Overlap(window) => format!("{window}号窗口在该时段已由另一行开放；各行时段不能重叠"),
            Self::OtherZone { window, zone } => format!("{window}号窗口在前面属于{zone}区；一个窗口只能在一个区"),
            Self::NoWindow => "没有窗口；请为每个开放时段写一行".into(),
            Self::Rate(rate) => {
                format!("速率{rate}不可用；请写不小于0的分数，如1、0.5或\"3/2\"，分子分母各不超过1000000")
            }
            Self::Offset(offset) => format!("起始加分{offset}不可用；请写-1000000000000到1000000000000毫秒"),
            Self::NotALimit(text) => format!("“{text}”不可用；请写整毫秒数，或\"never\""),
            Self::NoSteal => {
                "请写明空闲窗口何时可叫另一区的号：steal_after_ms = 0（合为一队）、毫秒数或\"never\"".into()
            }
            Self::RatioPart(class) => format!("比例中类别“{class}”的份额应为1到{RATIO_PART_MAX}；每个类别写一次"),
            Self::NoRelease(class) => format!("为类别“{class}”预留的窗口没有释放条件；请写release_after_ms，整毫秒数"),
            Self::ReserveTwice(class) => format!("类别“{class}”的预留窗口重复或为零；每个类别写一次，至少一个窗口"),
            Self::MoreKept { kept, there } => format!("预留了{kept}个窗口，而窗口只有{there}个；请减少预留"),
            Self::Hysteresis => "自动切换会同时开和关，或时间不存在；关的界限应在开的界限另一侧".into(),
            Self::ChangesNothing => "自动切换没有改变任何规则；请写明或删去".into(),
            Self::Day(BadDay::TooLarge) => format!("超过{VISITS_MAX}个号，或时间超过{TIME_MS_MAX}毫秒；请减小"),
            Self::Day(bad) => format!("无法推演：{bad}"),
        }
    }
}
