//! What every device program owes the machine that it runs on: a log, an end when it is told to, a word to systemd.

mod recent;

use std::{convert::Infallible, env, io, os::unix::process::CommandExt as _, process::Command, time::Duration};

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{Level, debug};
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

use crate::{LogLevel, update::healthy::IN_TOUCH};

pub use recent::Recent;

/// Logs to standard error from now on, a JSON object a line; the last lines are kept. Once in a program.
pub fn log(level: LogLevel) -> Recent {
    let level = match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    let recent = Recent::default();
    let writer = io::stderr.and(recent.clone());
    tracing_subscriber::fmt().json().flatten_event(true).with_max_level(level).with_writer(writer).init();
    recent
}

/// Why a device program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was told to.
    Stopped,
    /// It is to begin anew.
    Anew,
}

/// So long does the link get for the last words before a program begins anew.
pub const LAST_WORDS: Duration = Duration::from_millis(300);

/// Begins this program anew in place, with the same arguments: systemd, or whoever started it, goes on with it.
///
/// # Errors
/// What the system said; the program is still here then.
pub fn begin_anew() -> io::Result<Infallible> {
    let mut arguments = env::args_os();
    let called = arguments.next().unwrap_or_default();
    // An update may have put another file in its place since.
    let itself = env::current_exe().ok().filter(|path| path.exists());
    Err(Command::new(itself.unwrap_or_else(|| called.into())).args(arguments).exec())
}

/// Ends with SIGTERM or Ctrl-C.
///
/// # Errors
/// What the system said.
pub fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Tells systemd that the program has started.
pub fn is_ready() {
    tell_systemd(NotifyState::Ready);
}

/// Tells systemd that the program is alive. From the loop that must not hang: systemd starts a program again that falls silent.
pub fn is_alive() {
    tell_systemd(NotifyState::Watchdog);
}

/// Tells systemd whether the program is in touch with its server: for people (`systemctl status`), and for whoever judges a new system.
pub fn tells_link(is_up: bool) {
    tell_systemd(NotifyState::Status(if is_up { IN_TOUCH } else { "without its server 未连接服务器" }));
}

/// Without systemd nobody is told.
fn tell_systemd(state: NotifyState<'_>) {
    if let Err(why) = sd_notify::notify(&[state]) {
        debug!(%why, "systemd can't be told");
    }
}
