//! `caller-server device …`

use clap::{Subcommand, ValueEnum};
use protocol::view::DeviceRole;

use super::{Complaint, Console, Which};
use crate::{
    clock::{HallClock, Source, System},
    gate::devices::Devices,
};

#[derive(Debug, Subcommand)]
pub(super) enum Device {
    /// Add a device and print its key, once · 添加设备并显示其密钥（仅一次）
    Add {
        /// How it is called, also in the journal · 设备名称，也会写入日志
        name: String,
        /// What it is · 种类：dispenser 取号机，display 窗口屏，speaker 分区音响，terminal 自助终端或程序
        #[arg(long)]
        role: Kind,
        /// The window above which a display hangs · 窗口屏所在的窗口号
        #[arg(long, value_name = "N")]
        window: Option<u16>,
        #[command(flatten)]
        which: Which,
    },
    /// List all devices · 列出设备
    List {
        #[command(flatten)]
        which: Which,
    },
    /// Make a device's key worthless · 撤销设备密钥
    Revoke {
        /// Which · 设备名称
        name: String,
        #[command(flatten)]
        which: Which,
    },
}

/// [`DeviceRole`], as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Dispenser,
    Display,
    Speaker,
    Terminal,
}

impl Device {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        match self {
            Self::Add { name, role, window, which } => add(&name, role.into(), window, &which, console),
            Self::List { which } => list(&which, console),
            Self::Revoke { name, which } => {
                Devices::open(&which.load()?.data_dir)?.revoke(&name)?;
                console.say(&format!("The key of {name} is worthless now. {name}的密钥已撤销。"));
                Ok(())
            }
        }
    }
}

fn add(
    name: &str,
    role: DeviceRole,
    window: Option<u16>,
    which: &Which,
    console: &mut Console<'_>,
) -> Result<(), Complaint> {
    let config = which.load()?;
    if let Some(window) = window.filter(|window| !config.has_window(*window)) {
        let (zh, en) = (format!("设置中没有{window}号窗口"), format!("the settings have no window {window}"));
        return Err(Complaint::new(zh, en));
    }
    let key = Devices::open(&config.data_dir)?.add(name, role, window, System::default().wall_ms())?;
    // The key alone on stdout: a script takes it from there.
    console.say(&key);
    console.show(
        true,
        "Put this key into the device's profile; it is not shown again. 请将此密钥写入设备配置；不会再次显示。\n",
    );
    Ok(())
}

fn list(which: &Which, console: &mut Console<'_>) -> Result<(), Complaint> {
    let config = which.load()?;
    let clock = HallClock::system(config.tz()?);
    for device in Devices::open(&config.data_dir)?.all()?.iter() {
        let role = match device.role {
            DeviceRole::Dispenser => "dispenser 取号机",
            DeviceRole::Display => "display   窗口屏",
            DeviceRole::Speaker => "speaker   分区音响",
            DeviceRole::Terminal => "terminal  自助终端",
        };
        let window = device.window.map_or_else(String::new, |window| format!("  window {window} {window}号窗口"));
        console.say(&format!("{}  {role}  {}{window}", clock.day_of(device.added_at_ms), device.name));
    }
    Ok(())
}

impl From<Kind> for DeviceRole {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Dispenser => Self::Dispenser,
            Kind::Display => Self::Display,
            Kind::Speaker => Self::Speaker,
            Kind::Terminal => Self::Terminal,
        }
    }
}
