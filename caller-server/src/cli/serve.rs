//! `caller-server serve`

use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
};

use clap::Args;
use jiff::civil::DateTime;
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

use super::{Complaint, Which};
use crate::{
    clock::HallClock,
    config::{HallConfig, LogConfig, LogFormat},
    gate::{accounts::Accounts, devices::Devices},
};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    which: Which,
    /// Where to listen, instead of `listen` in the settings · 监听地址，代替设置中的 `listen`
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// For demonstrations only: the hall's time begins here, such as 2026-11-23T08:20 · 仅供演示：大厅时间的起点
    #[arg(long, value_name = "TIME")]
    demo_start: Option<DateTime>,
    /// For demonstrations only: the hall's time runs so many times as fast · 仅供演示：大厅时间的倍速
    #[arg(long, value_name = "TIMES", requires = "demo_start", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    demo_speed: u32,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Complaint> {
        let config = self.which.load()?;
        let config = HallConfig { listen: self.listen.unwrap_or(config.listen), ..config };
        let clock = self.clock(&config)?;
        start_log(&config.log);
        for warning in self.warnings(&config)? {
            tracing::warn!("{warning}");
        }
        let runtime = Runtime::new().map_err(refused_by_system)?;
        runtime.block_on(async {
            let stop = StopSignals::listen().map_err(refused_by_system)?;
            Ok(crate::serve::serve(config, clock, stop.wait()).await?)
        })
    }

    /// What the one who starts the server should know.
    fn warnings(&self, config: &HallConfig) -> Result<Vec<&'static str>, Complaint> {
        let is_local = config.public_url.is_none() && config.listen.ip().is_unspecified();
        let is_empty = Accounts::open(&config.data_dir)?.all()?.is_empty();
        let has_no_device = Devices::open(&config.data_dir)?.all()?.is_empty();
        let all = [
            (is_local, "public_url is not set: QR codes work on this machine only 未设置public_url：二维码仅本机可用"),
            (
                is_empty,
                "accounts.json names nobody, so nobody can sign in: caller-server account add NAME --role manager 尚无账户，请先添加",
            ),
            (
                has_no_device,
                "devices.json names no device, so every dispenser and display is turned away: caller-server device add 尚无设备，请先添加",
            ),
            (self.demo_start.is_some(), "a demonstration: the hall's time is invented 演示：大厅时间并非真实时间"),
        ];
        Ok(all.into_iter().filter_map(|(holds, warning)| holds.then_some(warning)).collect())
    }

    fn clock(&self, config: &HallConfig) -> Result<HallClock, Complaint> {
        let tz = config.tz()?;
        let Some(start) = self.demo_start else { return Ok(HallClock::system(tz)) };
        let start_ms = tz.to_timestamp(start).ok().and_then(|at| u64::try_from(at.as_millisecond()).ok());
        let out_of_range = || {
            Complaint::new(
                "--demo-start 须为1970年以后的时间",
                "--demo-start must be a time after the beginning of 1970",
            )
        };
        Ok(HallClock::accelerated(start_ms.ok_or_else(out_of_range)?, self.demo_speed, tz))
    }
}

/// What asks the server to stop: Ctrl-C, or the service manager.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn start_log(log: &LogConfig) {
    let builder = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        // Colours are for people, not for files and journald.
        .with_ansi(io::stderr().is_terminal())
        .with_env_filter(EnvFilter::new(&log.level));
    match log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

fn refused_by_system(error: io::Error) -> Complaint {
    Complaint::new(format!("操作系统拒绝：{error}"), format!("the operating system refused: {error}"))
}
