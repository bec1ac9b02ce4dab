//! What can be wrong with a template: each fault says what, what is allowed, and what to do, in both languages.

use std::fmt;

use protocol::Text;
use thiserror::Error;

use super::{ELEMENTS_MAX, TEMPLATE_BYTES_MAX};
use crate::face;

/// A template that can't be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{}", lines(problems))]
pub struct TemplateError {
    /// At least one, in the order of the lines.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The key; empty for an element or the template as a whole.
    pub key: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a key, a value or the whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Not TOML; the parser's words.
    Syntax(String),
    /// A value of another kind; the parser's words.
    Kind(String),
    /// Larger than [`TEMPLATE_BYTES_MAX`].
    TooLong,
    /// No element, or more than [`ELEMENTS_MAX`].
    Count(usize),
    /// A key that means nothing here; the keys that do.
    Unknown {
        /// What stands there.
        key: String,
        /// What may.
        known: Vec<&'static str>,
    },
    /// A key that must be there; how it is written.
    Absent(&'static str),
    /// Not one of these.
    Choice(Vec<&'static str>),
    /// A number out of range: least and most.
    Range(f32, f32),
    /// Neither or both of `text` and `zh`/`en`.
    Words,
    /// Words without a character.
    Empty,
    /// A brace that is not closed or not opened.
    Brace,
    /// A control character.
    Control(char),
    /// A placeholder that has no value; those that do.
    Placeholder {
        /// What stands there.
        name: String,
        /// What may.
        known: Vec<&'static str>,
    },
    /// A condition that is none; those that are.
    Condition {
        /// What stands there.
        name: String,
        /// What may.
        known: Vec<&'static str>,
    },
    /// The same condition in `when` and `unless`: never drawn.
    Never(&'static str),
    /// Something that must be on the paper is missing; an element that would do.
    Must {
        /// Which placeholder.
        placeholder: &'static str,
        /// As it is written.
        example: &'static str,
    },
    /// A QR code whose modules would be too small on this paper.
    QrTooSmall {
        /// Width of the paper, dots.
        width_dots: usize,
        /// What would do, percent.
        least_percent: usize,
    },
    /// More paper than a slip may have, with long names.
    TooHigh {
        /// Width of the paper, dots.
        width_dots: usize,
        /// How high it would be, dots.
        height_dots: usize,
    },
    /// Characters that no font has.
    Glyphs(Vec<char>),
}

impl Fault {
    /// What is wrong and how to mend it.
    pub fn text(&self) -> Text {
        match self {
            Self::Syntax(why) => Text::new(format!("不是有效的 TOML：{why}"), format!("not valid TOML: {why}")),
            Self::Kind(why) => Text::new(
                format!("类型不对（文字加引号，数字和 true/false 不加，列表用 [\"…\"]）：{why}"),
                format!("the wrong kind (texts in quotes, numbers and true/false without, lists as [\"…\"]): {why}"),
            ),
            Self::TooLong | Self::Count(_) => self.of_the_whole(),
            Self::Unknown { key, known } => listed(("未知的键", "可用的键"), ("unknown key", "known here"), key, known),
            Self::Absent(example) => {
                Text::new(format!("缺少；请填写，例如 {example}"), format!("is missing; write for example {example}"))
            }
            Self::Choice(choices) => {
                Text::new(format!("只能是：{}", choices.join("、")), format!("must be one of: {}", choices.join(", ")))
            }
            Self::Range(least, most) => {
                Text::new(format!("必须在 {least} 到 {most} 之间"), format!("must be from {least} to {most}"))
            }
            Self::Never(condition) => Text::new(
                format!("“{condition}”同时出现在 when 和 unless 中，永远不会打印；请删去其一"),
                format!("\"{condition}\" stands in when and in unless, so it is never printed; take one away"),
            ),
            Self::Condition { name, known } => {
                listed(("未知的条件", "可用的条件"), ("unknown condition", "there are"), name, known)
            }
            Self::Words | Self::Empty | Self::Brace | Self::Control(_) | Self::Placeholder { .. } => self.of_words(),
            Self::Must { .. } | Self::QrTooSmall { .. } | Self::TooHigh { .. } | Self::Glyphs(_) => self.of_the_paper(),
        }
    }

    fn of_the_whole(&self) -> Text {
        match self {
            Self::Count(0) => Text::new("模板没有内容；请写 [[element]]", "the template is empty; write [[element]]"),
            Self::Count(count) => Text::new(
                format!("有 {count} 个元素，最多 {ELEMENTS_MAX} 个；请删减"),
                format!("{count} elements; take some away, there may be {ELEMENTS_MAX}"),
            ),
            _ => Text::new(
                format!("模板过大，最多 {TEMPLATE_BYTES_MAX} 字节；请删减"),
                format!("the template is too large; shorten it to {TEMPLATE_BYTES_MAX} bytes"),
            ),
        }
    }

    fn of_words(&self) -> Text {
        match self {
            Self::Placeholder { name, known } => {
                let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
                Text::new(
                    format!("未知的占位符 {{{name}}}；可用的：{}", known.join(" ")),
                    format!("unknown placeholder {{{name}}}; there are: {}", known.join(" ")),
                )
            }
            Self::Brace => Text::new(
                "花括号不成对；占位符写成 {number}，花括号本身写成 {{ 或 }}",
                "a brace without its partner; write a placeholder as {number}, a brace itself as {{ or }}",
            ),
            Self::Control(glyph) => Text::new(
                format!("含有控制字符 U+{:04X}；换行请另写一个元素", u32::from(*glyph)),
                format!("has the control character U+{:04X}; for a new line write another element", u32::from(*glyph)),
            ),
            Self::Empty => {
                Text::new("没有文字；请填写或删去此元素", "has no words; write some, or take the element away")
            }
            _ => Text::new(
                "请写 text = \"…\"（两种语言相同），或写 zh = \"…\" 和 en = \"…\"，不能同时写",
                "write either text = \"…\" (the same in both languages), or zh = \"…\" and en = \"…\"",
            ),
        }
    }

    fn of_the_paper(&self) -> Text {
        match self {
            Self::Must { placeholder, example } => Text::new(
                format!("必须有 {{{placeholder}}}；请写一个 [[element]]：{example}"),
                format!("{{{placeholder}}} must be on the paper; write an [[element]] with {example}"),
            ),
            Self::QrTooSmall { width_dots, least_percent } if *least_percent > 100 => Text::new(
                format!("{width_dots} 点宽的纸放不下这个二维码；请缩短内容"),
                format!("a QR code with this content does not fit paper of {width_dots} dots; shorten the content"),
            ),
            Self::QrTooSmall { width_dots, least_percent } => Text::new(
                format!("在 {width_dots} 点宽的纸上二维码太小，手机无法识别；size_percent 至少 {least_percent}"),
                format!(
                    "too small for a phone on paper of {width_dots} dots; size_percent must be at least {least_percent}"
                ),
            ),
            Self::TooHigh { width_dots, height_dots } => Text::new(
                format!("名称较长时，{width_dots} 点宽的纸要打 {} 毫米；请减少内容或缩小字号", height_dots / 8),
                format!(
                    "with long names the slip has {} mm on paper of {width_dots} dots; take something away or make it smaller",
                    height_dots / 8
                ),
            ),
            Self::Glyphs(missing) => Text::new(
                format!(
                    "所有字体都缺少 {}；请改用其他字，或安装含有该字的字体并写入 fallback_fonts",
                    face::named(missing)
                ),
                format!(
                    "no font has {}; choose other characters, or install a font that has them and name it in fallback_fonts",
                    face::named(missing)
                ),
            ),
            _ => Text::default(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Text { zh, en } = self.text();
        write!(f, "line {}: {en} / 第 {} 行：{zh}", self.line, self.line)
    }
}

impl Problem {
    /// The key and what is wrong with it, without the line.
    pub fn text(&self) -> Text {
        let Text { zh, en } = self.fault.text();
        let gap = if self.key.is_empty() { "" } else { ": " };
        Text::new(format!("{}{gap}{zh}", self.key), format!("{}{gap}{en}", self.key))
    }
}

impl TemplateError {
    /// Everything, a line each.
    pub fn text(&self) -> Text {
        let each = |say: fn(&Problem) -> String| self.problems.iter().map(say).collect::<Vec<_>>().join("\n");
        Text::new(
            each(|problem| format!("第 {} 行：{}", problem.line, problem.text().zh)),
            each(|problem| format!("line {}: {}", problem.line, problem.text().en)),
        )
    }
}

fn listed(zh: (&str, &str), en: (&str, &str), what: &str, known: &[&str]) -> Text {
    Text::new(
        format!("{} “{what}”；{}：{}", zh.0, zh.1, known.join("、")),
        format!("{} \"{what}\"; {}: {}", en.0, en.1, known.join(", ")),
    )
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
