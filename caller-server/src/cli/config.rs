//! `caller-server config …`

use std::path::PathBuf;

use clap::Subcommand;

use super::{Complaint, Console};
use crate::config::{DEFAULT_TOML, HallConfig};

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Check a file of settings and say what hall it describes · 检查设置文件
    Check {
        /// Which file · 文件
        #[arg(default_value = "hall.toml")]
        file: PathBuf,
    },
    /// Print the commented file with every default · 打印带注释的默认设置
    ShowDefault,
}

impl Config {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        match self {
            Self::ShowDefault => console.show(false, DEFAULT_TOML),
            Self::Check { file } => {
                let config = HallConfig::load(Some(&file))?;
                let plan = config.plan()?;
                let (windows, zones, lanes) = (plan.windows.len(), plan.zones.len(), plan.letters.len());
                let file = file.display();
                console.say(&format!(
                    "{file} is right: {}; windows: {windows}, zones: {zones}, lanes: {lanes}.",
                    config.name.en
                ));
                console
                    .say(&format!("{file}无误：{}，{windows}个窗口，{zones}个分区，{lanes}个队列。", config.name.zh));
            }
        }
        Ok(())
    }
}
