//! Puts the server together, from the files to the open port, and takes it apart again.
//!
//! - `door`: the open port, with a place for as many as there are descriptors for
//! - `beacon`: makes the port known in the network

mod beacon;
mod door;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use axum::serve::Listener;
use hall::{Command, forecast::Outlook, words::Actor};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use protocol::{Refused, Text, base16};
use thiserror::Error;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use self::{beacon::Beacon, door::Door};
use crate::clock::HallClock;
use crate::config::{ConfigError, HallConfig};
use crate::desk::{self, Desk, DeskHandle, Parts, What};
use crate::gate::{Gate, GateError};
use crate::http::{self, App, AppParts, OtherEnd, Sockets, Telling};
use crate::journal::{FileJournal, Journal, OpenError, Options, Record, read_beside, writer::Writer};
use crate::live::{Hall, Live, Watched};
use crate::speech::{Clips, Notices, Renderer};
use crate::store::{Store, StoreReader, StoreWriter};
use crate::whatif::Jobs;

/// Connections that are still open this long after the stop are cut.
const STOP_WITHIN: Duration = Duration::from_secs(3);
/// So many notices wait to be rendered because somebody announced them; more are chimes.
const ASKED_MAX: usize = 8;
/// Measured times pile up in memory until they are added up: this often, whether anybody asks for the figures or not.
const ADD_UP_EVERY: Duration = Duration::from_secs(5);

/// Why the server can't run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Accounts and devices.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The journal is damaged, locked or can't be read.
    #[error(transparent)]
    Journal(#[from] OpenError),
    /// The journal is gone, and the store that was made from it is not.
    #[error(
        "there is no journal in {}, and the store in {} was made from one: put the journal back from a copy. To begin anew, remove the store, too",
        .journal.display(),
        .store.display()
    )]
    Gone {
        /// Where the journal should be.
        journal: PathBuf,
        /// Where the store is.
        store: PathBuf,
    },
    /// The journal can't be replayed.
    #[error(transparent)]
    Start(#[from] desk::StartError),
    /// The plan was refused.
    #[error("{}", .0.text.en)]
    Plan(Arc<Refused>),
    /// The port.
    #[error(
        "can't listen on {address}: {error}. Is another server running, or is the port in use? Set listen in the configuration"
    )]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why not.
        error: io::Error,
    },
    /// The desk has ended by itself: nothing would be answered any more.
    #[error("the desk has stopped because of a fault in the program; the log has the details. Start the server again")]
    DeskEnded,
    /// The operating system gives no thread, or the network fails.
    #[error("the operating system refused: {0}")]
    System(#[from] io::Error),
    /// The figures for operators.
    #[error("the figures for operators can't be set up: {0}")]
    Metrics(#[from] BuildError),
}

impl ServeError {
    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Config(error) => error.zh(),
            Self::Gate(error) => error.zh(),
            Self::Journal(error) => error.zh(),
            Self::Gone { journal, store } => format!(
                "{}中没有日志，而{}中有由日志生成的查询数据：请用备份恢复日志。若要重新开始，请将查询数据一并删除。",
                journal.display(),
                store.display()
            ),
            Self::Start(error) => format!("日志无法重放：{error}"),
            Self::Plan(refused) => refused.text.zh.clone(),
            Self::Listen { address, error } => format!("无法监听{address}：{error}。请检查端口是否被占用。"),
            Self::DeskEnded => "程序故障，叫号核心已停止，详情见日志。请重新启动服务器。".into(),
            Self::System(error) => format!("操作系统拒绝：{error}"),
            Self::Metrics(error) => format!("无法建立运行指标：{error}"),
        }
    }
}

/// Who does the slow work: flushes, projections, passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Threads of their own, so that nobody waits for them.
    Threads,
    /// No thread, so that a run in a simulated world can be repeated: whoever asks for it does it.
    InPlace {
        /// A flush of the journal takes so long by the runtime's clock; orders gather meanwhile.
        flush: Duration,
    },
}

/// Runs the server on the port of its configuration until `stop`.
///
/// # Errors
/// It could not start; the sentence says what to do.
pub async fn serve(
    mut config: HallConfig,
    clock: HallClock,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let begun = Instant::now();
    config.limits.connections_max = door::sockets(config.limits.connections_max);
    let server = Server::open(&config, clock, Work::Threads).await?;
    let door = Door::open(config.listen).map_err(|error| ServeError::Listen { address: config.listen, error })?;
    tracing::info!(address = %door.local_addr()?, took_ms = begun.elapsed().as_millis(), "ready 就绪");
    let _beacon = Beacon::light(door.local_addr()?, &base16::encode(&server.app.gate.enrol().public().0));
    let adding_up = add_up(server.app.metrics.clone(), ADD_UP_EVERY);
    tokio::select! {
        done = server.run(door, stop) => done,
        () = adding_up => Ok(()),
    }
}

/// A server whose hall is open; nobody can reach it yet.
pub struct Server {
    app: App,
    stop_sockets: watch::Sender<bool>,
    stop_desk: oneshot::Sender<()>,
    working: JoinHandle<()>,
    rendering: JoinSet<()>,
}

impl Server {
    /// Opens the hall where its journal ends, and puts the configured plan in force.
    ///
    /// # Errors
    /// It could not start; the sentence says what to do.
    pub async fn open(config: &HallConfig, clock: HallClock, work: Work) -> Result<Self, ServeError> {
        let gate = Arc::new(match work {
            Work::Threads => Gate::open(&config.data_dir)?,
            Work::InPlace { .. } => Gate::open_in_place(&config.data_dir)?,
        });
        let metrics = recorder()?;
        let clips = Clips::in_dir(config.speech_dir());
        let (ask, asked) = mpsc::channel(ASKED_MAX);
        let mut notices = Notices::new(config.notices(), clips.clone());
        let has_renderer = !config.speech.renderer.is_empty();
        if has_renderer {
            notices = notices.rendered_by(ask);
        }
        let (desk, desk_handle, live, store) = open(config, &clock, &gate, notices, work)?;
        let (stop_desk, desk_stops) = oneshot::channel();
        let working = tokio::spawn(desk.run(desk_stops));
        adopt_plan(&desk_handle, &live, config).await?;
        let rendering = if has_renderer { render(config, clips.clone(), asked, live.clone()) } else { JoinSet::new() };
        let (stop_sockets, sockets_stop) = watch::channel(false);
        let app = App::from(AppParts {
            desk: desk_handle,
            live,
            clips,
            gate,
            store,
            whatifs: Jobs::default(),
            clock,
            hall: config.name.clone(),
            time_zone: config.time_zone.clone(),
            metrics,
            sockets: Sockets {
                places: Arc::new(Semaphore::new(config.limits.connections_max)),
                queue_max: config.limits.queue_max,
                next_id: AtomicU64::new(1),
                stop: sockets_stop,
            },
        });
        Ok(Self { app, stop_sockets, stop_desk, working, rendering })
    }

    /// Answers whoever comes to `listener`, until `stop`.
    ///
    /// # Errors
    /// The network fails.
    pub async fn run<L: Listener<Addr = SocketAddr>>(
        self,
        listener: L,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let Self { app, stop_sockets, stop_desk, mut working, rendering: _rendering } = self;
        // A desk that nobody can ask any more ends by itself; while answering stops, that is no fault.
        let _asks = app.desk.clone();
        tokio::select! {
            done = answer_until(listener, app, stop, stop_sockets) => done?,
            // Before it is told to stop the desk ends only when it or the journal's thread has panicked.
            _ = &mut working => return Err(ServeError::DeskEnded),
        }
        let _ = stop_desk.send(());
        let _ = working.await;
        tracing::info!("stopped 已停止");
        Ok(())
    }
}

/// Opens journal and store, and places the desk and the live views where they end.
fn open(
    config: &HallConfig,
    clock: &HallClock,
    gate: &Arc<Gate>,
    notices: Notices,
    work: Work,
) -> Result<(Desk, DeskHandle, Live, StoreReader), ServeError> {
    check_not_gone(&config.journal_dir(), &config.store_dir())?;
    let options = Options { segment_bytes_max: u64::from(config.journal.segment_mib) << 20 };
    let (journal, opened) = FileJournal::open(&config.journal_dir(), options)?;
    if let Some(torn) = &opened.torn {
        let (bytes, file) = (torn.bytes, torn.file.display());
        tracing::warn!(bytes, %file, "the end of the journal was torn and is set aside; nothing that was acknowledged is concerned");
    }
    let dir = config.journal_dir();
    let read = Box::new(move |from, head, show: &mut dyn FnMut(Record) -> bool| read_beside(&dir, from, head, show));
    let store = Store::open(&config.store_dir(), journal.head(), read);
    let beginning = desk::replay(&journal, store.snapshot.as_ref())?;
    tracing::info!(seq = beginning.state.seq, replayed = beginning.replayed, "the journal is read");
    clock.start_at_least(beginning.state.at_ms);

    let ((writer, outcomes), (store, reader)) = match work {
        Work::Threads => (Writer::spawn(Box::new(journal))?, StoreWriter::spawn(store.store)?),
        Work::InPlace { flush } => (Writer::simulated(Box::new(journal), flush), StoreWriter::in_place(store.store)),
    };
    let figures = reader.clone();
    let watched = Watched::new(gate.clone(), Box::new(move |day| figures.day_figures(day).ok()));
    let hall = Hall::new(beginning.state.clone(), config.names()?, clock.clone(), watched);
    let outlook = Outlook::playing(config.limits.forecast_scenarios);
    let hall = hall.spoken_by(config.speakers()).foretold_by(outlook.clone()).saying(notices);
    let live = Live::spawn(hall);
    let day = (&config.day).into();
    let parts = Parts { writer, live: live.clone(), store, clock: clock.clone(), day, outlook };
    let (desk, handle) = Desk::new(beginning, outcomes, parts);
    Ok((desk, handle, live, reader))
}

/// A journal is durable before the first store is begun. One that is gone would be begun anew without a word, and today's
/// numbers would be given out for the second time.
fn check_not_gone(journal: &Path, store: &Path) -> Result<(), ServeError> {
    let holds = |dir: &Path, but: &str| {
        std::fs::read_dir(dir).is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name() != but))
    };
    if holds(store, "") && !holds(journal, "lock") {
        return Err(ServeError::Gone { journal: journal.into(), store: store.into() });
    }
    Ok(())
}

/// Puts the configured plan in force. A hall that has one already goes on with it when the new one is refused, and the
/// manager is told: numbers are out there.
async fn adopt_plan(desk: &DeskHandle, live: &Live, config: &HallConfig) -> Result<(), ServeError> {
    let plan = What::Command(Command::AdoptPlan(config.plan()?));
    let Err(refused) = desk.ask(Actor::System, None, plan).await.outcome else { return Ok(()) };
    if live.look(|hall| hall.state.plan.is_none()).await.unwrap_or(true) {
        return Err(ServeError::Plan(refused));
    }
    tracing::error!(
        code = refused.code,
        zh = refused.text.zh,
        "the hall goes on with its former plan: {}",
        refused.text.en
    );
    live.alarm(&refused);
    Ok(())
}

async fn answer_until<L: Listener<Addr = SocketAddr>>(
    listener: L,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
    stop_sockets: watch::Sender<bool>,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        tracing::info!("stopping 正在停止");
        let _ = stop_sockets.send(true);
        let _ = stopping.send(());
    };
    let answering = http::router(app).into_make_service_with_connect_info::<OtherEnd>();
    let mut serving =
        tokio::spawn(axum::serve(Telling(listener), answering).with_graceful_shutdown(stop).into_future());
    tokio::select! {
        done = &mut serving => done.map_err(io::Error::other)?,
        _ = stopped => {
            if timeout(STOP_WITHIN, &mut serving).await.is_err() {
                serving.abort();
            }
            Ok(())
        }
    }
}

/// Renders notices for as long as it is not dropped, and tells the live views of each.
fn render(config: &HallConfig, clips: Clips, asked: mpsc::Receiver<Text>, live: Live) -> JoinSet<()> {
    let max = Duration::from_secs(config.speech.render_s_max.into());
    let renderer = Renderer { words: config.speech.renderer.clone(), max, clips };
    let mut rendering = JoinSet::new();
    rendering.spawn(renderer.run(config.notices(), asked, move |text, rendered| {
        let refused = rendered.err().map(|(error, sentence)| error.refused(&sentence));
        if let Some(refused) = &refused {
            tracing::error!(notice = text.zh, zh = refused.text.zh, "{}", refused.text.en);
        }
        live.rendered(text, refused);
    }));
    rendering
}

/// Adds the measured times up, again and again.
async fn add_up(metrics: PrometheusHandle, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        metrics.run_upkeep();
    }
}

/// One recorder serves the whole process; a second server in it shares the figures.
fn recorder() -> Result<PrometheusHandle, BuildError> {
    static RECORDER: std::sync::Mutex<Option<PrometheusHandle>> = std::sync::Mutex::new(None);
    let mut recorder = RECORDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(handle) = recorder.as_ref() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new().install_recorder()?;
    *recorder = Some(handle.clone());
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const TONGXIANG: &str = include_str!("../halls/tongxiang.toml");
    /// Each takes 8 bytes until it is added up: 128 MB in all.
    const TIMES: u32 = 16_000_000;
    const ROUNDS: u32 = 32;

    #[tokio::test]
    async fn measured_times_do_not_pile_up_when_nobody_asks_for_the_figures() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let adding_up = tokio::spawn(add_up(recorder.handle(), Duration::from_millis(1)));
        let before_kib = resident_kib();
        for _ in 0..ROUNDS {
            metrics::with_local_recorder(&recorder, || {
                let times = metrics::histogram!("times");
                (0..TIMES / ROUNDS).for_each(|_| times.record(Duration::from_millis(1)));
            });
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        adding_up.abort();
        let grown_kib = resident_kib().saturating_sub(before_kib);
        assert!(grown_kib < 96 << 10, "{grown_kib} KiB for {TIMES} times");
    }

    #[tokio::test]
    async fn a_server_whose_desk_has_ended_ends_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let config = HallConfig { data_dir: dir.path().into(), ..HallConfig::parse(TONGXIANG).unwrap() };
        let server = Server::open(&config, HallClock::system(TimeZone::UTC), Work::Threads).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        server.working.abort();
        let ended = timeout(Duration::from_secs(10), server.run(listener, std::future::pending())).await;
        assert!(matches!(ended, Ok(Err(ServeError::DeskEnded))), "{ended:?}");
    }

    fn resident_kib() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}
