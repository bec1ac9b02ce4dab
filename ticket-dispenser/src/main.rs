//! Reads the profile, then runs the dispenser until it is told to stop.

mod printer_command;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    pin::pin,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use firmware_config::{
    Dispenser, Loaded, Profile, ProfileError, Role,
    program::{self, End, Recent},
};
use jiff::tz::TimeZone;
use thiserror::Error;
use ticket_dispenser::{
    dispenser::PrinterStatus,
    enrol::{EnrolFailure, enrol},
    gpio::{
        pi::Pi,
        trial::{self, TrialError},
    },
    printer::PrinterError,
    shell::{self, Ready, ShellError},
    slip::command::{self, SlipArgs, SlipCommandError},
};
use tokio::runtime;

use self::printer_command::PrinterArgs;

/// Gives out numbers on paper, also while the server cannot be reached. 取号机：断网也能取号。
///
/// Enter on the terminal is a press; r and Enter prints again what may not have been printed.
/// 在终端按回车等于按一次取号键；输入 r 再回车为补打。
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Args {
    /// The device's profile, a TOML file. 设备配置文件。
    #[arg(long, value_name = "FILE", required = true)]
    profile: Option<PathBuf>,
    /// Only check the profile, the font, the outbox and the printer. 只检查配置、字体、存储和打印机。
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Printer(PrinterArgs),
    /// Buttons, sensor and lamp. 按钮、传感器和指示灯。
    Pins {
        #[command(subcommand)]
        act: PinsAct,
    },
    Slip(SlipArgs),
}

#[derive(Subcommand)]
enum PinsAct {
    /// Asks for a press of each button, and lights the lamp; stop the dispenser first. 逐个测试，请先停止取号程序。
    Test {
        /// The device's profile, a TOML file. 设备配置文件。
        #[arg(long, value_name = "FILE")]
        profile: PathBuf,
    },
}

/// Why the program ends other than by a signal.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(
        "{path}: this is no dispenser: it needs a section [dispenser].\n{path}：这不是取号机的配置：缺少 [dispenser] 一节。"
    )]
    Role { path: PathBuf },
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
    #[error(transparent)]
    Start(#[from] ShellError),
    #[error(transparent)]
    Enrol(#[from] EnrolFailure),
    #[error(transparent)]
    Slip(#[from] SlipCommandError),
    #[error(transparent)]
    Printer(#[from] PrinterError),
    #[error(transparent)]
    Pins(#[from] TrialError),
    #[error("{place}: {status}")]
    DoesNotPrint { place: String, status: PrinterStatus },
    #[error(
        "back_end = \"{back_end}\": there is no printer to ask; choose another in [dispenser.printer].\n\
         back_end = \"{back_end}\"：没有可查询的打印机，请在 [dispenser.printer] 中选择其他后端。"
    )]
    NoPrinter { back_end: &'static str },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match (&args.command, &args.profile) {
        (Some(Command::Printer(args)), _) => return printer_command::run(args),
        (Some(Command::Slip(args)), _) => command::run(args).map_err(Failure::from).and_then(|text| say(&text)),
        (Some(Command::Pins { act: PinsAct::Test { profile } }), _) => try_pins(profile),
        (None, Some(profile)) => start(profile, args.check),
        // Without a command the profile is required.
        (None, None) => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to be told when this cannot be written either.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn try_pins(path: &Path) -> Result<(), Failure> {
    let loaded = Profile::load(path)?;
    let gpio = &dispenser(path, loaded.role())?.gpio;
    if gpio.is_empty() {
        return Err(TrialError::NoPins.into());
    }
    let mut pins = Pi::open(gpio).map_err(TrialError::Pin)?;
    Ok(trial::trial(gpio, &mut pins, trial::PATIENCE, &mut io::stdout())?)
}

fn say(text: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// Everything until the end.
fn start(path: &Path, check: bool) -> Result<(), Failure> {
    let loaded = Profile::load(path)?;
    let dispenser = dispenser(path, loaded.role())?.clone();
    let recent = program::log(loaded.log());
    if check {
        let status = shell::prepare(&dispenser, &TimeZone::system())?.printer.look()?;
        return match status.prints() {
            true => say(&format!("{}: right. 配置正确。", path.display())),
            false => Err(Failure::DoesNotPrint { place: path.display().to_string(), status }),
        };
    }
    match run(loaded, &dispenser, recent)? {
        End::Stopped => Ok(()),
        End::Anew => match program::begin_anew()? {},
    }
}

fn dispenser<'a>(path: &Path, role: &'a Role) -> Result<&'a Dispenser, Failure> {
    match role {
        Role::Dispenser(dispenser) => Ok(dispenser),
        Role::Display(_) | Role::Speaker(_) => Err(Failure::Role { path: path.into() }),
    }
}

fn run(loaded: Loaded, dispenser: &Dispenser, recent: Recent) -> Result<End, Failure> {
    let zone = TimeZone::system();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let ran = runtime.block_on(async {
        let mut stop = pin!(program::told_to_stop()?);
        let profile = match loaded {
            Loaded::Whole(profile) => profile,
            Loaded::Blank(blank) => match enrol(&blank, dispenser, &zone, stop.as_mut()).await? {
                Some(profile) => profile,
                None => return Ok(End::Stopped),
            },
        };
        let ready = Ready { recent, ..shell::prepare(dispenser, &zone)? };
        Ok(shell::run(&profile, dispenser, ready, zone, stop).await?)
    });
    // A thread may sit in a read from the terminal for ever.
    runtime.shutdown_background();
    ran
}
