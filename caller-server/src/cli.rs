//! The command line: run the server, look after accounts, devices, the journal and the settings, and ask the forecast.
//!
//! It ends with 0, with 1 after a complaint on stderr in both languages, or with 2 when it was used wrongly.

mod account;
mod complaint;
mod config;
mod console;
mod device;
mod forecast;
mod journal;
mod serve;
#[cfg(test)]
mod tests;
mod whatif;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::config::{ConfigError, HallConfig};

pub use complaint::Complaint;
pub use console::Console;

/// The server of a service hall: one number, one window.
/// 服务大厅叫号服务器：一号一窗。
#[derive(Debug, Parser)]
#[command(name = "caller-server", version, verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is stopped · 启动服务器
    Serve(serve::Serve),
    /// People who sign in: clerks and managers · 受理员和管理员的账户
    #[command(subcommand)]
    Account(account::Account),
    /// Devices and their keys · 设备及其密钥
    #[command(subcommand)]
    Device(device::Device),
    /// Check and read the journal · 检查和读取日志
    #[command(subcommand)]
    Journal(journal::Journal),
    /// The settings of a hall · 大厅的设置
    #[command(subcommand)]
    Config(config::Config),
    Forecast(forecast::Forecast),
    /// Replay a day under other rules, schedules or numbers of windows · 推演：换规则、时段或窗口数重放一天
    #[command(name = "whatif")]
    WhatIf(whatif::WhatIf),
}

/// Which hall is meant.
#[derive(Debug, Args)]
struct Which {
    /// The settings of the hall; without it, the defaults · 设置文件；省略则用默认值
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where its data lie, instead of `data_dir` in the settings · 数据目录，代替设置中的 `data_dir`
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl Which {
    fn load(&self) -> Result<HallConfig, ConfigError> {
        let config = HallConfig::load(self.config.as_deref())?;
        let data_dir = self.data_dir.clone().unwrap_or(config.data_dir);
        Ok(HallConfig { data_dir, ..config })
    }
}

/// Does what the arguments say, the program's name first; returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, console: &mut Console<'_>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => {
            let is_wrong = usage.use_stderr();
            console.show(is_wrong, &usage.render().to_string());
            return if is_wrong { 2 } else { 0 };
        }
    };
    let done = match cli.command {
        Command::Serve(serve) => serve.run(),
        Command::Account(account) => account.run(console),
        Command::Device(device) => device.run(console),
        Command::Journal(journal) => journal.run(console),
        Command::Config(config) => config.run(console),
        Command::Forecast(forecast) => forecast.run(console),
        Command::WhatIf(whatif) => whatif.run(console),
    };
    match done {
        Ok(()) => 0,
        Err(complaint) => {
            console.show(true, &format!("{complaint}\n"));
            1
        }
    }
}
