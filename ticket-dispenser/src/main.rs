//! Reads the profile, then runs the dispenser until it is told to stop.

mod printer_command;

use std::{
    fmt::Display,
    future::Future,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use firmware_config::{Dispenser, LogLevel, Profile, Role};
use jiff::tz::TimeZone;
use ticket_dispenser::{
    shell,
    slip::command::{self, SlipArgs},
};
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};
use tracing::Level;

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
    Slip(SlipArgs),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match (&args.command, &args.profile) {
        (Some(Command::Printer(args)), _) => return printer_command::run(args),
        (Some(Command::Slip(args)), _) => {
            command::run(args).map_err(|error| error.to_string()).and_then(|text| say(&text))
        }
        (None, Some(profile)) => start(profile, args.check),
        // Without a command the profile is required.
        (None, None) => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nobody is left to be told when this cannot be written either.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{text}").map_err(|error| error.to_string())
}

/// Everything until the end, or what stands in the way, in words.
fn start(path: &Path, check: bool) -> Result<(), String> {
    let profile = Profile::read(path).map_err(|error| error.to_string())?;
    let path = path.display();
    let Role::Dispenser(dispenser) = &profile.role else { return Err(no_dispenser(&path)) };
    let level = level(profile.log);
    tracing_subscriber::fmt().json().flatten_event(true).with_max_level(level).with_writer(io::stderr).init();
    if check {
        let mut ready = shell::prepare(dispenser, &TimeZone::system()).map_err(|error| error.to_string())?;
        let status = ready.printer.look().map_err(|error| error.to_string())?;
        if !status.prints() {
            return Err(format!("{path}: {status}"));
        }
        return say(&format!("{path}: right. 配置正确。"));
    }
    run(&profile, dispenser).map_err(|error| error.to_string())
}

fn no_dispenser(path: &impl Display) -> String {
    format!(
        "{path}: this is no dispenser: it needs a section [dispenser].\n{path}：这不是取号机的配置：缺少 [dispenser] 一节。"
    )
}

fn run(profile: &Profile, dispenser: &Dispenser) -> Result<(), Box<dyn std::error::Error>> {
    let zone = TimeZone::system();
    let ready = shell::prepare(dispenser, &zone)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let ran = runtime.block_on(async {
        let stop = told_to_stop()?;
        Ok(shell::run(profile, dispenser, ready, zone, stop).await?)
    });
    // A thread may sit in a read from the terminal for ever.
    runtime.shutdown_background();
    ran
}

/// Ends with SIGTERM or Ctrl-C.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn level(log: LogLevel) -> Level {
    match log {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    }
}
