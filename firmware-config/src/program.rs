//! What every device program owes the machine that it runs on: a log, an end when it is told to, a word to systemd.

use std::io;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{Level, debug};

use crate::{LogLevel, update::healthy::IN_TOUCH};

/// Logs to standard error from now on, a JSON object a line. Once in a program.
pub fn log(level: LogLevel) {
    let level = match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    tracing_subscriber::fmt().json().flatten_event(true).with_max_level(level).with_writer(io::stderr).init();
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
