//! Reads the profile, then runs the display until it is told to stop.

use std::{
    io::{self, Write},
    path::PathBuf,
    pin::pin,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use firmware_config::{
    Display, Loaded, Profile, ProfileError, Role,
    enrol::EnrolError,
    program::{self, End, Recent},
};
use jiff::tz::TimeZone;
use thiserror::Error;
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};
use window_display::{
    enrol::enrol,
    panel::{TrialError, trial},
    shell::{self, StartError},
    voice,
};

/// The window of a call that tests a device which has none of its own; every pack has it.
const ANY_WINDOW: u16 = 1;

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
    #[command(subcommand)]
    only: Option<Only>,
}

/// What can be done instead of running the display.
#[derive(Subcommand)]
enum Only {
    /// The panel. 显示屏。
    Panel {
        #[command(subcommand)]
        act: PanelAct,
    },
    /// The voice. 语音。
    Voice {
        #[command(subcommand)]
        act: VoiceAct,
    },
}

#[derive(Subcommand)]
enum PanelAct {
    /// Lights all dots, counts up and shows a call; needs no server. 测试显示屏：全亮、计数、叫号。
    Test,
}

#[derive(Subcommand)]
enum VoiceAct {
    /// Calls a number to this window in both languages; needs no server. 测试语音：播报一次叫号。
    Test,
}

/// Why the program ends other than by a signal.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(
        "{path}: this is no display: it needs a section [display] or [speaker].\n{path}：这不是显示屏的配置：缺少 [display] 或 [speaker] 一节。"
    )]
    Role { path: PathBuf },
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    VoiceTrial(#[from] voice::TrialError),
}

fn main() -> ExitCode {
    match start(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to be told when this cannot be written either.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: &Args) -> Result<(), Failure> {
    let loaded = Profile::load(&args.profile)?;
    if let Role::Dispenser(_) = loaded.role() {
        return Err(Failure::Role { path: args.profile.clone() });
    }
    if args.check {
        return Ok(writeln!(io::stdout(), "{}: right. 配置正确。", args.profile.display())?);
    }
    if let Some(only) = &args.only {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(test(only, loaded.role()));
    }
    let recent = program::log(loaded.log());
    let end = runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(args, loaded, recent))?;
    match end {
        End::Stopped => Ok(()),
        End::Anew => match program::begin_anew()? {},
    }
}

/// Enrols the device if need be, and runs it.
async fn run(args: &Args, loaded: Loaded, recent: Recent) -> Result<End, Failure> {
    let mute = told_to_be_silent()?;
    let mut stop = pin!(program::told_to_stop()?);
    let mut screen = shell::open_screen(loaded.role())?;
    let profile = match loaded {
        Loaded::Whole(profile) => profile,
        Loaded::Blank(blank) => match enrol(&blank, &mut screen, stop.as_mut()).await? {
            Some(profile) => profile,
            None => return Ok(End::Stopped),
        },
    };
    let zone = TimeZone::system();
    match &profile.role {
        Role::Display(display) => Ok(shell::run(&profile, display, screen, zone, mute, recent, stop).await?),
        Role::Speaker(voice) => Ok(shell::run_speaker(&profile, voice, zone, mute, recent, stop).await?),
        Role::Dispenser(_) => Err(Failure::Role { path: args.profile.clone() }),
    }
}

/// Tests a part of a device, before the person who put it there.
async fn test(only: &Only, role: &Role) -> Result<(), Failure> {
    let out = &mut io::stdout();
    match (only, role) {
        (Only::Panel { act: PanelAct::Test }, Role::Display(display)) => Ok(trial(&display.panel, out).await?),
        (Only::Panel { act: PanelAct::Test }, _) => Err(TrialError::NoPanel.into()),
        (Only::Voice { act: VoiceAct::Test }, Role::Display(Display { voice, window, .. })) => {
            // A blank display has no window yet.
            Ok(voice::trial(voice, (*window).max(ANY_WINDOW), out).await?)
        }
        (Only::Voice { act: VoiceAct::Test }, Role::Speaker(voice)) => Ok(voice::trial(voice, ANY_WINDOW, out).await?),
        (Only::Voice { act: VoiceAct::Test }, Role::Dispenser(_)) => Err(voice::TrialError::NoVoice.into()),
    }
}

/// SIGUSR1 silences the voice at once, SIGUSR2 lets it speak again.
fn told_to_be_silent() -> io::Result<mpsc::Receiver<bool>> {
    let (mut silent, mut loud) = (signal(SignalKind::user_defined1())?, signal(SignalKind::user_defined2())?);
    let (say, wishes) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let muted = tokio::select! {
                Some(()) = silent.recv() => true,
                Some(()) = loud.recv() => false,
                else => return,
            };
            if say.send(muted).await.is_err() {
                return;
            }
        }
    });
    Ok(wishes)
}
