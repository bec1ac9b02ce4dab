//! What can be chosen on the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A large hall at 20 × a peak's rate · 一个大厅，20倍高峰负载
    Hall,
    /// 4,000 screens in one hall · 一个大厅内4000个连接
    District,
    /// Days of the demonstration at 60 × speed · 按60倍速度连续多日
    Soak,
}

/// Holds a hall for long, with readers that read nothing and displays that all come back at once, and measures: from the press to
/// the answer and to the display, memory, descriptors. Writes figures, plots and a page with a verdict.
/// 长时间保持一个大厅的负载：有不读数据的连接，也有全部窗口屏同时重连；测量按键到应答、到显示的时间，内存和文件描述符，并给出结论。
#[derive(Debug, Clone, Parser)]
#[command(name = "load", version, verbatim_doc_comment)]
pub struct Options {
    /// What is held · 场景
    #[arg(value_enum, default_value_t = What::Hall)]
    pub what: What,
    /// For how long · 时长（分钟）
    #[arg(long, value_name = "MINUTES")]
    pub minutes: Option<f64>,
    /// Displays above the windows · 窗口屏数
    #[arg(long)]
    pub displays: Option<u16>,
    /// Windows with a clerk's console each · 受理员工作台数，每个窗口一台
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=300))]
    pub consoles: Option<u16>,
    /// Dispensers that give out the numbers · 取号机数
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub dispensers: Option<u16>,
    /// How many times the rate of a peak at Tongxiang · 桐乡高峰速率的倍数
    #[arg(long, default_value_t = 20.0)]
    pub times: f64,
    /// Orders a second, instead of a multiple of the peak · 每秒操作数，代替倍数
    #[arg(long)]
    pub orders_per_s: Option<f64>,
    /// Public boards and pages of windows · 公共显示屏和窗口页面数
    #[arg(long)]
    pub boards: Option<u32>,
    /// Citizens' pages · 群众页面数
    #[arg(long)]
    pub phones: Option<u32>,
    /// All connections; boards and phones make up what is missing · 连接总数，不足部分由显示屏和群众页面补齐
    #[arg(long)]
    pub sockets: Option<u32>,
    /// How many wait all the time · 始终等候的人数
    #[arg(long)]
    pub waiting: Option<u32>,
    /// Readers that read nothing: half of them say that they are there, half are silent · 不读数据的连接数，一半仍报到，一半沉默
    #[arg(long)]
    pub stalled: Option<u32>,
    /// Readers that read a little now and then · 偶尔读一点的连接数
    #[arg(long)]
    pub slow: Option<u32>,
    /// All displays drop and come back at once this often; 0 = never · 全部窗口屏每隔多少秒同时重连；0表示从不
    #[arg(long)]
    pub storm_every_s: Option<u64>,
    /// How long it is calm, then crowded with stalled readers, s · 有无停滞连接的阶段各持续多少秒
    #[arg(long, default_value_t = 45, value_parser = clap::value_parser!(u64).range(2..))]
    pub phase_s: u64,
    /// Without the busy day before, which fills everything that may fill up · 不先运行填满缓存的前一天
    #[arg(long)]
    pub no_yesterday: bool,
    /// Another seed is another load · 随机种子
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where the server's data lie; without it, in a directory that goes afterwards · 服务器数据目录，省略则用临时目录
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where figures, plots and the page go · 结果目录
    #[arg(long, value_name = "DIR", default_value = "load-out")]
    pub out: PathBuf,
}
