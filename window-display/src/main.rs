//! Reads the profile, then runs the display until it is told to stop.

use std::{
    future::Future,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use firmware_config::{Display, LogLevel, Profile, Role};
use jiff::tz::TimeZone;
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};
use tracing::Level;

/// Shows and speaks the calls of one window. 显示并播报一个窗口的叫号。
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The device's profile, a TOML file. 设备配置文件。
    #[arg(long, value_name = "FILE")]
    profile: PathBuf,
    /// Only read the profile and say whether it is right. 只检查配置文件。
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match start(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nobody is left to be told when this cannot be written either.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

/// Everything until the end, or what stands in the way, in words.
fn start(args: &Args) -> Result<(), String> {
    let profile = Profile::read(&args.profile).map_err(|error| error.to_string())?;
    let Role::Display(display) = &profile.role else {
        let path = args.profile.display();
        return Err(format!(
            "{path}: this is no display: it needs a section [display].\n{path}：这不是显示屏的配置：缺少 [display] 一节。"
        ));
    };
    if args.check {
        return writeln!(io::stdout(), "{}: right. 配置正确。", args.profile.display())
            .map_err(|error| error.to_string());
    }
    let level = level(profile.log);
    tracing_subscriber::fmt().json().flatten_event(true).with_max_level(level).with_writer(io::stderr).init();
    run(&profile, display).map_err(|error| error.to_string())
}

fn run(profile: &Profile, display: &Display) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = told_to_stop()?;
        Ok(window_display::shell::run(profile, display, TimeZone::system(), stop).await?)
    })
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
