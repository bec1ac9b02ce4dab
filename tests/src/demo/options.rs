//! What can be chosen on the command line.

use std::path::PathBuf;

use clap::Parser;
use jiff::civil::Date;

/// A living hall on this machine: the service centre of Tongxiang, a seeded day of about 860 visits, simulated clerks, and one
/// window for you.
/// 本机上的一个政务大厅：桐乡市行政服务中心的一天，约860位办事人，模拟受理员，另留一个窗口给您。
#[derive(Debug, Clone, Parser)]
#[command(name = "demo", version, verbatim_doc_comment)]
pub struct Options {
    /// The hall's time runs so many times as fast · 时间倍速
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub speed: u32,
    /// Another seed is another day · 随机种子：种子不同，这一天就不同
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where the server listens, on this machine only · 服务器端口（仅限本机）
    #[arg(long, default_value_t = 8_080, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Where everything is kept; what a former demonstration left there is deleted · 数据目录，会清除上次演示的内容
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    pub data_dir: PathBuf,
    /// A recorded voice for the displays; without one they chime · 语音包目录，省略则只有提示音
    #[arg(long, value_name = "DIR")]
    pub voice_pack: Option<PathBuf>,
    /// Your window's display speaks through this machine's sound card · 您的窗口通过本机声卡播报
    #[arg(long)]
    pub sound: bool,
    /// Which day it is in the hall, such as 2026-11-23; without it, today · 大厅里的日期，省略则为今天
    #[arg(long)]
    pub day: Option<Date>,
    /// Ends after the day: with 0 when every visitor is accounted for, else with 1 · 当天结束后退出；每个号都有着落则返回0
    #[arg(long)]
    pub once: bool,
}
