//! What can be wrong in a profile: each fault says what and how to mend it, in both languages.

use std::{fmt, path::PathBuf};

use protocol::Text;
use thiserror::Error;

/// A profile that can't be used.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The file can't be read.
    #[error("{path}: can't read the profile: {why}\n{path}: 无法读取配置文件：{why}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// Everything that is wrong in it.
    #[error("{}", lines(problems))]
    Wrong {
        /// At least one: the device's own file first, each in the order of its lines.
        problems: Vec<Problem>,
    },
}

/// One thing that is wrong in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file: the profile or one that it inherits.
    pub file: PathBuf,
    /// The full key: `dispenser.slip.width_dots`; empty for the file as a whole.
    pub key: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a key or value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not TOML; the parser's words.
    Syntax(String),
    /// A key that means nothing here; the keys that do.
    Unknown(Vec<&'static str>),
    /// A key that must be there; an example of its value.
    Missing(&'static str),
    /// A value of another kind; what is expected.
    Kind(Kind),
    /// A number out of range: least and most.
    Range(u32, u32),
    /// Not one of these.
    Choice(Vec<&'static str>),
    /// Not of the form that is shown.
    Form(&'static str),
    /// Neither or both of two roles.
    Role,
    /// Neither or both of `key` and `key_file`.
    Key,
    /// The file that `key_file` names can't be read; the system's words.
    KeyFile(String),
    /// This pin is used for something else already.
    PinTwice(u32),
    /// The first number must not be more than this one.
    Above(&'static str, u32),
    /// A number that this back-end can only have in steps of so many.
    Steps(u32),
    /// The file that `inherits` names can't be read; the system's words.
    Inherits(String),
    /// More than so many files inherit from each other.
    InheritsDeep(usize),
    /// A file that is on the device must be named in full.
    OnDevice,
    /// This pin belongs to something else that the profile asks for.
    PinBelongs(u32, &'static str),
    /// This board can't have it; what can.
    Board(&'static str),
    /// A voice that plays on a sound card, on a machine without one.
    NoCard,
    /// The name can't be the machine's name in the network.
    HostName,
    /// A gateway that can't be reached from the device's own address.
    Gateway,
    /// Another profile has the same; its file.
    Twice(PathBuf),
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// "…"
    Text,
    /// A whole number.
    Number,
    /// true or false.
    Flag,
    /// `["…", "…"]`
    Paths,
    /// `[…]`
    Table,
    /// `["…", "…"]`
    List,
}

impl Fault {
    /// What is wrong and how to mend it.
    pub fn text(&self) -> Text {
        match self {
            Self::Syntax(why) => Text::new(format!("不是有效的 TOML：{why}"), format!("not valid TOML: {why}")),
            Self::Unknown(known) => Text::new(
                format!("未知的键；可用的键：{}", known.join("、")),
                format!("unknown key; known here: {}", known.join(", ")),
            ),
            Self::Missing(example) => {
                Text::new(format!("缺少；请填写，例如 {example}"), format!("is missing; write for example {example}"))
            }
            Self::Kind(kind) => kind.text(),
            Self::Range(least, most) => {
                Text::new(format!("必须在 {least} 到 {most} 之间"), format!("must be from {least} to {most}"))
            }
            Self::Choice(choices) => {
                Text::new(format!("只能是：{}", choices.join("、")), format!("must be one of: {}", choices.join(", ")))
            }
            Self::Form(example) => {
                Text::new(format!("格式不对；请写成 {example}"), format!("has the wrong form; write it as {example}"))
            }
            Self::Role => Text::new(
                "必须有且只有一个角色：[dispenser]、[display] 或 [speaker]",
                "give exactly one role: [dispenser], [display] or [speaker]",
            ),
            Self::PinTwice(pin) => Text::new(
                format!("引脚 {pin} 已有其他用途；每个引脚只能使用一次"),
                format!("uses pin {pin}, which is in use for something else; give each its own"),
            ),
            Self::Steps(step) => Text::new(
                format!("这种显示屏只能是 {step} 的倍数"),
                format!("must be a multiple of {step} for this back-end"),
            ),
            Self::Inherits(why) => Text::new(
                format!("无法读取继承的文件：{why}；路径以本文件所在目录为起点"),
                format!("can't read the file to inherit: {why}; its path begins at the directory of this file"),
            ),
            Self::InheritsDeep(most) => Text::new(
                format!("继承超过 {most} 个文件，可能首尾相连；请删去一个 inherits"),
                format!("inherits more than {most} files, perhaps in a circle; delete one inherits"),
            ),
            Self::Key
            | Self::KeyFile(_)
            | Self::PinBelongs(..)
            | Self::OnDevice
            | Self::Board(_)
            | Self::NoCard
            | Self::HostName
            | Self::Gateway
            | Self::Twice(_) => self.text_of_whole(),
            Self::Above(other, most) => {
                Text::new(format!("不能大于 {other}（{most}）"), format!("must not be more than {other} ({most})"))
            }
        }
    }
}

impl Fault {
    /// The same, of what only shows beside the profile's own text: files, and the device as a whole.
    fn text_of_whole(&self) -> Text {
        match self {
            Self::Key => Text::new(
                "key 与 key_file 必须且只能写一个；都不写的设备由其程序自行登记",
                "give exactly one of key and key_file; a device with neither is enrolled by its own program",
            ),
            Self::KeyFile(why) => Text::new(
                format!("无法读取密钥文件：{why}；请检查路径和权限"),
                format!("can't read the key file: {why}; check its path and permissions"),
            ),
            Self::OnDevice => Text::new(
                "是设备上的文件；请写设备上的完整路径，例如 \"/usr/share/yihao/voice\"",
                "is a file on the device; write its full path there, such as \"/usr/share/yihao/voice\"",
            ),
            Self::PinBelongs(pin, whose) => Text::new(
                format!("引脚 {pin} 已被 {whose} 占用；请换一个引脚"),
                format!("uses pin {pin}, which belongs to {whose}; take another pin"),
            ),
            Self::Board(able) => Text::new(
                format!("这种主板没有此功能；可用：{able}"),
                format!("is not there on this board; there is: {able}"),
            ),
            Self::NoCard => Text::new(
                "需要声卡，而 machine.sound.card 为 none；请写明声卡，例如 machine.sound.card = \"headphones\"",
                "plays on a sound card, and machine.sound.card is none; name the card there, such as \"headphones\"",
            ),
            Self::HostName => Text::new(
                "不能作为网络中的主机名；请写 machine.host_name = \"display-3\"",
                "can't be a name in the network; write machine.host_name = \"display-3\"",
            ),
            Self::Gateway => Text::new(
                "不在 address 的网段内；请写同一网段的地址",
                "is not in the network of address; write one that is",
            ),
            Self::Twice(file) => Text::new(
                format!("与 {} 相同；每台设备必须不同", file.display()),
                format!("is the same as in {}; each device has its own", file.display()),
            ),
            _ => Text::default(),
        }
    }
}

impl Kind {
    fn text(self) -> Text {
        match self {
            Self::Text => Text::new("必须是带引号的文字", "must be a text in quotation marks"),
            Self::Number => Text::new("必须是不带引号的整数", "must be a whole number, without quotation marks"),
            Self::Flag => Text::new("必须是 true 或 false", "must be true or false"),
            Self::Paths => Text::new(
                "必须是文件名的列表，例如 [\"directory/name\"]",
                "must be a list of file names, such as [\"directory/name\"]",
            ),
            Self::Table => Text::new("必须是一节，例如 [节名]", "must be a section, such as [name]"),
            Self::List => Text::new(
                "必须是一列带引号的文字，例如 [\"…\"]",
                "must be a list of texts in quotation marks, such as [\"…\"]",
            ),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Text { zh, en } = self.fault.text();
        let gap = if self.key.is_empty() { "" } else { " " };
        write!(f, "line {}: {}{gap}{en} / 第 {} 行：{}{gap}{zh}", self.line, self.key, self.line, self.key)
    }
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("{}: {problem}", problem.file.display())).collect();
    lines.join("\n")
}
