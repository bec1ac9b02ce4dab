//! What can be wrong with a settings file, in a sentence for a person, in English (`Display`) and Chinese (`zh`).

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use hall::{
    command::NOTICE_CHARS_MAX,
    plan::{BadPlan, ITEMS_MAX, WINDOWS_MAX},
    words::WindowId,
};
use thiserror::Error;

/// A problem and where it is. `Display` is one line: `hall.toml:12: wrap_up_s: …`.
#[derive(Debug, Error)]
pub struct ConfigError {
    /// The file; `None` = a text without one.
    pub file: Option<PathBuf>,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The key, such as `windows[2].zone`, where it is known.
    pub key: Option<String>,
    /// What is wrong; boxed, so that a result without a problem is small.
    pub problem: Box<Problem>,
}

/// What is wrong.
#[derive(Debug, Error)]
pub enum Problem {
    /// The file can't be read.
    #[error("the file can't be read: {0}; name another with --config, or leave it out to take the defaults")]
    Read(io::Error),
    /// Not TOML, or a value of a wrong kind.
    #[error("{0}")]
    Syntax(String),
    /// A key that nobody knows.
    #[error("unknown key `{key}`; {}", hint_en(.meant.as_deref(), .known))]
    UnknownKey {
        /// As it was written.
        key: String,
        /// What is spelt alike.
        meant: Option<String>,
        /// What is possible.
        known: Vec<String>,
    },
    /// A word that is not among the possible ones.
    #[error("`{word}` is not possible here; {}", hint_en(.meant.as_deref(), .known))]
    UnknownWord {
        /// As it was written.
        word: String,
        /// What is spelt alike.
        meant: Option<String>,
        /// What is possible.
        known: Vec<String>,
    },
    /// No such time zone.
    #[error("\"{0}\" is not a time zone; write an IANA name such as \"Asia/Shanghai\"")]
    TimeZone(String),
    /// Not an address for browsers.
    #[error("\"{0}\" is not an address; write it as \"http://hall.example:8080\"")]
    PublicUrl(String),
    /// A number outside its bounds.
    #[error("{value} is out of bounds; from {min} to {max} are possible")]
    OutOfBounds {
        /// As it was written.
        value: u64,
        /// Least.
        min: u64,
        /// Most.
        max: u64,
    },
    /// The day would end before it begins.
    #[error("the day must close after it opens; choose a close_at later than open_at, or leave it out")]
    ClosesEarly,
    /// Not a filter for the log.
    #[error(
        "\"{0}\" is not a level; write error, warn, info, debug or trace, also by module: \"caller_server=debug,info\""
    )]
    Level(String),
    /// An empty name.
    #[error("the name is empty; people read it, write it in both languages")]
    NoName,
    /// A notice that nobody can speak.
    #[error(
        "a notice is one line in Chinese, and one in English if you like, each of at most {NOTICE_CHARS_MAX} characters"
    )]
    Notice,
    /// A zone's letter that is none.
    #[error("'{0}' can't name a zone; write one letter A to Z")]
    ZoneLetter(char),
    /// The same lane or zone again.
    #[error("this one is there already; name each only once")]
    Twice,
    /// No list and no range, or both, or an impossible one.
    #[error(
        "say which windows: numbers = [1, 2], or first = 1 and last = 2; from 1 to {WINDOWS_MAX} windows, none numbered 0"
    )]
    WindowNumbers,
    /// A range that ends before it begins.
    #[error("windows can't go from {first} to {last}; first must not be greater than last")]
    WindowRange {
        /// Where it begins.
        first: u16,
        /// Where it ends.
        last: u16,
    },
    /// The same window again.
    #[error("window {0} is there already; name each window only once")]
    WindowTwice(WindowId),
    /// The hall as a whole makes no sense.
    #[error("{0}")]
    Plan(BadPlan),
}

impl ConfigError {
    /// A problem with the value of `key`.
    pub fn at(key: impl Into<String>, problem: Problem) -> Self {
        Self { file: None, line: None, key: Some(key.into()), problem: problem.into() }
    }

    /// The same, said to be in `file`.
    #[must_use]
    pub fn in_file(self, file: &Path) -> Self {
        Self { file: Some(file.into()), ..self }
    }

    /// The whole line in Chinese.
    pub fn zh(&self) -> String {
        format!("{}{}", self.place(), self.problem.zh())
    }

    fn place(&self) -> String {
        let place = match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{}:{line}: ", file.display()),
            (Some(file), None) => format!("{}: ", file.display()),
            (None, Some(line)) => format!("line {line} (第{line}行): "),
            (None, None) => String::new(),
        };
        self.key.as_ref().map_or_else(|| place.clone(), |key| format!("{place}{key}: "))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place(), self.problem)
    }
}

impl Problem {
    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Read(error) => {
                format!("无法读取该文件（{error}）；请用 --config 指定其他文件，或省略该参数以使用默认值")
            }
            Self::Syntax(detail) => format!("写法有误：{detail}"),
            Self::UnknownKey { key, meant, known } => format!("未知的键 `{key}`；{}", hint_zh(meant.as_deref(), known)),
            Self::UnknownWord { word, meant, known } => {
                format!("此处不能写 `{word}`；{}", hint_zh(meant.as_deref(), known))
            }
            Self::TimeZone(name) => format!("“{name}”不是时区；请写IANA名称，例如 \"Asia/Shanghai\""),
            Self::PublicUrl(url) => format!("“{url}”不是网址；请写成 \"http://hall.example:8080\""),
            Self::OutOfBounds { value, min, max } => format!("{value}超出范围；可取{min}至{max}"),
            Self::ClosesEarly => "关闭时间必须晚于开始时间；请改 close_at，或将其省略".into(),
            Self::Level(level) => format!("“{level}”不是日志级别；请写 error、warn、info、debug 或 trace"),
            Self::Notice => format!("通知须有中文，可另加英文，各一行，不超过{NOTICE_CHARS_MAX}个字"),
            Self::NoName => "名称为空；这是给人看的，请写中英文两种".into(),
            Self::ZoneLetter(letter) => format!("“{letter}”不能作为分区代号；请写一个字母A至Z"),
            Self::Twice => "重复了；每项只写一次".into(),
            Self::WindowNumbers => {
                format!("请写明窗口：numbers = [1, 2]，或 first = 1 和 last = 2；共1至{WINDOWS_MAX}个，不能编为0号")
            }
            Self::WindowRange { first, last } => format!("窗口不能从{first}到{last}；first 不得大于 last"),
            Self::WindowTwice(window) => format!("{window}号窗口已写过；每个窗口只写一次"),
            Self::Plan(bad) => plan_zh(bad),
        }
    }
}

fn plan_zh(bad: &BadPlan) -> String {
    match bad {
        BadPlan::NoZone => "没有分区；至少写一个，例如A".into(),
        BadPlan::WindowCount(count) => format!("共{count}个窗口；可有1至{WINDOWS_MAX}个"),
        BadPlan::Letter(letter) => format!("“{letter}”不能作为号码字头；每个队列一个字母A至Z，不得重复"),
        BadPlan::UnknownZone(window, zone) => format!("{window}号窗口所在的分区{zone}没有写明"),
        BadPlan::Lanes(window) => format!("{window}号窗口至少办理一个队列，队列须有字头，且只写一次"),
        BadPlan::Hours(window) => format!("{window}号窗口的时段须在一天之内、依次排列，且起始早于结束"),
        BadPlan::Items(count) => format!("共{count}个事项；最多{ITEMS_MAX}个"),
        BadPlan::UnknownItem(window, item) => format!("{window}号窗口不办理的事项“{item}”没有写明"),
        BadPlan::NobodyServes(lane, item) => {
            format!("{}没有窗口可以办理事项“{item}”；请至少留一个", lane.zh())
        }
        BadPlan::LetterInUse(letter) => format!("营业日进行中，字头“{letter}”不得更换队列"),
    }
}

fn hint_en(meant: Option<&str>, known: &[String]) -> String {
    match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("possible: {}", known.join(", ")),
    }
}

fn hint_zh(meant: Option<&str>, known: &[String]) -> String {
    match meant {
        Some(meant) => format!("是否应为 `{meant}`？"),
        None => format!("可写：{}", known.join("、")),
    }
}
