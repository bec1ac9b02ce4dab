//! The technician's program: profiles are checked, rendered, and compared with what is on a device, which is examined.

mod cards;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use cards::CardError;
use clap::{Parser, Subcommand};
use firmware_config::{
    Plan, ProfileError,
    doctor::{self, Found, here::Here},
    enrol::command::{self, CommandError, EnrolArgs},
    folder,
    folder::FolderError,
    hall::{self, HallError},
    render::render,
};
use thiserror::Error;

/// From a device's profile to the files of its system. 由设备配置文件生成系统文件。
///
/// A profile is one TOML file a device; it may inherit another: hall, kind of device, device. docs/FIRMWARE.md explains it.
/// 每台设备一个 TOML 文件，可以继承：大厅、设备类型、设备。说明见 docs/FIRMWARE.md。
///
/// Exit code 退出码: 0 right 正确, 1 different or not well (diff, doctor, healthy) 有差异或有故障（diff、doctor、healthy）, 2 the profile or the arguments are wrong 配置或参数有误.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Name everything that is wrong, with file, line and remedy. 检查配置，列出全部错误、位置和改法。
    Check {
        /// Profiles, or folders with *.toml. 配置文件，或其所在文件夹。
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<PathBuf>,
    },
    /// Write the files of each device into a folder of its name. 为每台设备生成系统文件，放入同名文件夹。
    Render {
        /// Profiles, or folders with *.toml. 配置文件，或其所在文件夹。
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<PathBuf>,
        /// Where the folders go. They hold keys: keep them to yourself. 输出位置，其中含有密钥，请妥善保管。
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Examine the device on which this runs, step by step, and ask what only you can see or hear; stop its service first.
    /// 逐步检查本设备，需要看和听的会提问；请先停止其服务。
    Doctor {
        /// The device's profile. 设备配置文件。
        #[arg(value_name = "PROFILE")]
        profile: PathBuf,
        /// Ask nothing; what only people can tell stays unknown. 不提问。
        #[arg(long)]
        no_questions: bool,
    },
    Enrol(EnrolArgs),
    /// Make the image of a device's card, from Debian packages and its profile; as root. 生成设备的存储卡映像，需要 root。
    Image(cards::ImageArgs),
    /// Make a signed bundle that brings a new system to devices; as root. 生成签名的更新包，需要 root。
    Bundle(cards::BundleArgs),
    /// On a device, for RAUC: which system is started. 供设备上的 RAUC 使用：启动哪个系统。
    #[command(hide = true)]
    BootSlot {
        /// Where the firmware reads it.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// get-primary, set-state B good, …
        #[arg(value_name = "WORD")]
        words: Vec<String>,
    },
    /// On a device: whether it does well with a system that it tries; takes minutes. 供设备使用：检查新系统是否正常。
    #[command(hide = true)]
    Healthy {
        /// The service of the device's program.
        #[arg(long, value_name = "NAME")]
        service: String,
    },
    /// Say what is different on a device. 列出设备上与配置不同之处。
    Diff {
        /// The device's profile. 设备配置文件。
        #[arg(value_name = "PROFILE")]
        profile: PathBuf,
        /// Its root: / on the device, a mounted card, or a rendered folder. 设备的根目录、挂载的存储卡或已生成的文件夹。
        #[arg(long, value_name = "DIR")]
        root: PathBuf,
    },
}

/// Why there is no result.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Hall(#[from] HallError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Enrol(#[from] CommandError),
    #[error(transparent)]
    Card(#[from] CardError),
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
}

/// Something is different, or not well.
const DIFFERENT: u8 = 1;
/// There is no result; as clap says it of the arguments.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let done = match &Args::parse().command {
        Command::Check { profiles } => check(profiles),
        Command::Render { profiles, out } => write(profiles, out),
        Command::Doctor { profile, no_questions } => doctor(profile, !no_questions),
        Command::Enrol(args) => {
            command::run(args, &mut io::stdout()).map(|()| ExitCode::SUCCESS).map_err(Failure::from)
        }
        Command::Image(args) => cards::image(args).map_err(Failure::from),
        Command::Bundle(args) => cards::bundle(args).map_err(Failure::from),
        Command::BootSlot { file, words } => cards::boot_slot(file, words).map_err(Failure::from),
        Command::Healthy { service } => cards::healthy(service).map_err(Failure::from),
        Command::Diff { profile, root } => compare(profile, root),
    };
    done.unwrap_or_else(|failure| {
        // Nobody is left to be told when this can't be written either.
        let _ = writeln!(io::stderr(), "{failure}");
        ExitCode::from(FAILED)
    })
}

fn check(profiles: &[PathBuf]) -> Result<ExitCode, Failure> {
    let plans = read(profiles)?;
    writeln!(io::stdout(), "{} right. {} 个配置正确。", plans.len(), plans.len())?;
    Ok(ExitCode::SUCCESS)
}

fn write(profiles: &[PathBuf], out: &Path) -> Result<ExitCode, Failure> {
    let plans = read(profiles)?;
    for plan in &plans {
        folder::write(&render(plan), &out.join(&plan.profile.name))?;
    }
    writeln!(io::stdout(), "{}: {} devices rendered. 已生成 {} 台设备。", out.display(), plans.len(), plans.len())?;
    Ok(ExitCode::SUCCESS)
}

fn doctor(path: &Path, asks: bool) -> Result<ExitCode, Failure> {
    let plan = Plan::read(path)?;
    let profile = path.display().to_string();
    let answers = asks.then(|| io::stdin().lock());
    let mut here = Here { root: "/".into(), answers, questions: io::stdout() };
    let mut is_well = true;
    for step in doctor::steps(&plan) {
        let title = doctor::title(&step);
        writeln!(io::stdout(), "… {} {}", title.zh, title.en)?;
        let (sign, said) = match doctor::examine(&step, &plan, &profile, &mut here) {
            Found::Well(said) => ("✓", said),
            Found::Unknown(said) => ("?", said),
            Found::Wrong(said) => {
                is_well = false;
                ("✗", said)
            }
        };
        // What programs and the system say is the same in both.
        let both = if said.zh == said.en { said.en } else { format!("{}\n  {}", said.zh, said.en) };
        writeln!(io::stdout(), "{sign} {both}")?;
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENT) })
}

fn compare(profile: &Path, root: &Path) -> Result<ExitCode, Failure> {
    let plans = read(&[profile.into()])?;
    let mut is_same = true;
    for plan in &plans {
        for difference in folder::compare(&render(plan), root)? {
            is_same = false;
            writeln!(io::stdout(), "{difference}")?;
        }
    }
    if is_same {
        writeln!(io::stdout(), "{}: as the profile says. 与配置一致。", root.display())?;
    }
    Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENT) })
}

/// Reads all profiles; what may be a slip of the pen is said, and does not stop anything.
fn read(profiles: &[PathBuf]) -> Result<Vec<Plan>, Failure> {
    let plans = hall::read(&hall::find(profiles)?)?;
    for remark in hall::remarks(&plans) {
        writeln!(io::stderr(), "{} / {}", remark.en, remark.zh)?;
    }
    Ok(plans)
}
