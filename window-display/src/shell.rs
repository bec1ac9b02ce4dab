//! The shell around the machine: link, panel, voice and time, each as an input or output of it.

use std::{
    collections::VecDeque,
    future::{Future, pending},
    io,
    path::Path,
    time::Duration,
};

use firmware_config::{
    Display as DisplayProfile, Profile, Role,
    display::Voice as VoiceProfile,
    enrol::Known,
    health::Physician,
    program::{self, End, Recent},
};
use jiff::tz::TimeZone;
use protocol::{
    FromClient, FromServer, Subject,
    attend::{Attend, Attended},
    health::{HEALTH_EVERY_S, Health},
    link::{self, BadServer, LinkConfig, LinkEvent, Network, Tcp},
};
use thiserror::Error;
use tokio::{
    sync::mpsc,
    time::{self, Instant, sleep_until},
};
use tracing::{debug, info, warn};

use crate::{
    display::{Announcement, Display, Input, Output, PanelText, Setup},
    fetch::Fetcher,
    panel::{self, Screen},
    voice::{self, Announced, Announcer, Clips, VoiceError},
};

/// Name and version, for the server's log.
pub(crate) const PROGRAM: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
/// How often systemd hears that the program is alive, s; the service that `firmware-config` renders waits for 30 s.
pub(crate) const ALIVE_S: u64 = 5;
/// A panel so high has room for two lines.
pub(crate) const TWO_LINES_DOTS: u32 = 32;

/// Why a display cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The server's address or the key.
    #[error(transparent)]
    Server(#[from] BadServer),
    /// What runs beside the shell for the panel.
    #[error("The panel cannot start: {0}. 显示屏无法启动。")]
    Panel(#[source] io::Error),
    /// No thread for the voice.
    #[error("The voice cannot start: {0}. 语音无法启动。")]
    Voice(#[source] io::Error),
}

/// What a display shows on and speaks with.
pub struct Parts {
    /// The panel, if it has one.
    pub screen: Option<Screen>,
    /// The voice, if it has one.
    pub voice: Option<Announcer>,
    /// Says when somebody silences the voice, or lets it speak again.
    pub mute: Option<mpsc::Receiver<bool>>,
    /// Says how this machine is; a simulated one is not asked.
    pub physician: Option<Physician>,
    /// Fetches the clips of notices.
    pub fetcher: Option<Fetcher>,
    /// The last lines of the log.
    pub recent: Recent,
}

/// The panel of a device; a voice without a window has none.
///
/// # Errors
/// When what runs beside the shell for it can't be started.
pub fn open_screen(role: &Role) -> Result<Option<Screen>, StartError> {
    match role {
        Role::Display(device) => panel::open(&device.panel).map_err(StartError::Panel),
        Role::Dispenser(_) | Role::Speaker(_) => Ok(None),
    }
}

/// Runs the display of a profile, on a panel that is open, until `stop`. The panel shows times of day of `zone`; `mute` silences the voice.
///
/// # Errors
/// When it cannot start; once it runs, troubles go to the server and the log.
pub async fn run(
    profile: &Profile,
    device: &DisplayProfile,
    screen: Option<Screen>,
    zone: TimeZone,
    mute: mpsc::Receiver<bool>,
    recent: Recent,
    stop: impl Future<Output = ()>,
) -> Result<End, StartError> {
    let voice = voice::start(&device.voice).map_err(StartError::Voice)?;
    let fetcher = voice.as_ref().map(|_| Fetcher::start(&profile.server, network(profile), Clips::of(&device.voice)));
    let parts = Parts { screen, voice, mute: Some(mute), physician: Some(physician()), fetcher, recent };
    run_with(profile, device, zone, parts, network(profile), stop).await
}

/// The same with these parts and over this network.
///
/// # Errors
/// When the server's address or the key can never work.
pub async fn run_with(
    profile: &Profile,
    device: &DisplayProfile,
    zone: TimeZone,
    parts: Parts,
    network: impl Network,
    stop: impl Future<Output = ()>,
) -> Result<End, StartError> {
    let setup = Setup {
        window: Some(device.window),
        zone,
        panel: parts.screen.is_some(),
        two_lines: device.panel.rows >= TWO_LINES_DOTS,
        idle: device.panel.idle.clone(),
        brightness: device.panel.brightness.clone(),
        voice: parts.voice.is_some(),
        volume: device.voice.volume.clone(),
    };
    live(profile, setup, parts, network, stop).await
}

/// Runs the voice of a profile, which has no panel and speaks for a zone, until `stop`; `mute` silences it.
///
/// # Errors
/// When it cannot start; once it runs, troubles go to the server and the log.
pub async fn run_speaker(
    profile: &Profile,
    voice: &VoiceProfile,
    zone: TimeZone,
    mute: mpsc::Receiver<bool>,
    recent: Recent,
    stop: impl Future<Output = ()>,
) -> Result<End, StartError> {
    let (volume, clips) = (voice.volume.clone(), Clips::of(voice));
    let voice = voice::start(voice).map_err(StartError::Voice)?;
    let fetcher = voice.as_ref().map(|_| Fetcher::start(&profile.server, network(profile), clips));
    let setup = Setup { voice: voice.is_some(), volume, ..Setup::speaker(zone) };
    let parts = Parts { screen: None, voice, mute: Some(mute), physician: Some(physician()), fetcher, recent };
    live(profile, setup, parts, network(profile), stop).await
}

async fn live(
    profile: &Profile,
    setup: Setup,
    parts: Parts,
    network: impl Network,
    stop: impl Future<Output = ()>,
) -> Result<End, StartError> {
    let config = LinkConfig {
        server: profile.server.clone(),
        key: Some(profile.key.clone()),
        program: PROGRAM.into(),
        subject: setup.window.map_or(Subject::Speaker, |window| Subject::Display { window }),
    };
    let (say, heard) = link::connect(config, network)?;
    info!(window = setup.window, server = profile.server, panel = setup.panel, voice = setup.voice, "started");
    let mut shell = Shell::start(setup, parts, say);
    program::is_ready();
    let end = shell.work(heard, stop).await;
    if let Some(screen) = shell.screen.take() {
        screen.close().await;
    }
    info!(?end, "stopped");
    Ok(end)
}

/// The way to the server; to the one that this device knows, if it enrolled itself.
fn network(profile: &Profile) -> Known<Tcp> {
    Known::new(Tcp::default(), profile.known)
}

/// This machine. A display keeps nothing; its disk is the system's.
fn physician() -> Physician {
    Physician::new(PROGRAM, Path::new("/"))
}

struct Shell {
    machine: Display,
    began: Instant,
    say: mpsc::Sender<FromClient>,
    voice: Option<Announcer>,
    mute: Option<mpsc::Receiver<bool>>,
    screen: Option<Screen>,
    physician: Option<Physician>,
    /// Whether the server listens.
    is_up: bool,
    fetcher: Option<Fetcher>,
    recent: Recent,
    /// Somebody at the office wants it to begin anew.
    anew: bool,
    timer_at: Option<Instant>,
    /// What comes of outputs at once.
    inputs: VecDeque<Input>,
}

impl Shell {
    fn start(setup: Setup, parts: Parts, say: mpsc::Sender<FromClient>) -> Self {
        let Parts { screen, voice, mute, physician, fetcher, recent } = parts;
        let began = Instant::now();
        let (machine, first) = Display::start(setup, 0);
        let mut shell = Self {
            machine,
            began,
            say,
            voice,
            mute,
            screen,
            physician,
            is_up: false,
            fetcher,
            recent,
            anew: false,
            timer_at: None,
            inputs: VecDeque::new(),
        };
        first.into_iter().for_each(|output| shell.act(output));
        shell.drain();
        shell
    }

    async fn work(&mut self, mut heard: mpsc::Receiver<LinkEvent>, stop: impl Future<Output = ()>) -> End {
        let mut alive = time::interval(Duration::from_secs(ALIVE_S));
        let mut health = time::interval(Duration::from_secs(HEALTH_EVERY_S));
        tokio::pin!(stop);
        loop {
            let timer_at = self.timer_at;
            // In this order, so that a run can be repeated.
            tokio::select! {
                biased;
                () = &mut stop => {
                    self.feed(Input::Stop);
                    return End::Stopped;
                }
                () = at(timer_at) => {
                    self.timer_at = None;
                    self.feed(Input::Timer);
                }
                _ = alive.tick() => program::is_alive(),
                _ = health.tick() => self.tell_health(),
                input = said(&mut self.screen) => self.feed(input),
                muted = wanted(&mut self.mute) => self.feed(Input::Mute { muted }),
                announced = report(&mut self.voice) => self.announced(announced),
                // The link ends only after its receiver, which is here.
                Some(event) = heard.recv() => self.link_event(event),
            }
            if self.anew {
                // What was said last is on its way before the link ends with this program.
                time::sleep(program::LAST_WORDS).await;
                self.feed(Input::Stop);
                return End::Anew;
            }
        }
    }

    fn link_event(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up { hall, time_zone, now_ms } => {
                info!(hall = hall.zh, "connected");
                self.stands_in(&time_zone);
                self.is_up = true;
                program::tells_link(true);
                self.feed(Input::LinkUp { now_ms });
                self.tell_health();
            }
            LinkEvent::Down { why } => {
                warn!(%why, "cut off");
                self.is_up = false;
                program::tells_link(false);
                self.feed(if why.is_revoked() { Input::Revoked } else { Input::LinkDown });
            }
            LinkEvent::Message(FromServer::Refused { refused, .. }) => warn!(refused.code, refused.text.en, "refused"),
            LinkEvent::Message(FromServer::Attend { key, what: Attend::Restart }) => {
                self.anew = true;
                self.attended(key, Attended::restarts());
            }
            LinkEvent::Message(FromServer::Attend { key, what: Attend::Log }) => {
                self.attended(key, Attended::log(self.recent.lines()));
            }
            LinkEvent::Message(message) => self.feed(Input::Message(message)),
        }
    }

    /// The hall is in this time zone.
    fn stands_in(&mut self, time_zone: &str) {
        match TimeZone::get(time_zone) {
            Ok(zone) => self.feed(Input::Zone(zone)),
            Err(error) => warn!(%error, "the hall's time zone is not known here: the device's own is used"),
        }
    }

    fn attended(&self, key: String, attended: Attended) {
        // Who asked hears that nothing came.
        let _ = self.say.try_send(FromClient::Attended { key, attended });
    }

    fn tell_health(&self) {
        if let Some(physician) = self.physician.as_ref().filter(|_| self.is_up) {
            // It is told again soon.
            let health = Health { voice_alone: self.screen.is_none(), ..physician.look() };
            let _ = self.say.try_send(FromClient::Health { health });
        }
    }

    fn announced(&mut self, announced: Announced) {
        match announced {
            Announced::Began { call, lasts } => {
                info!(call, ?lasts, "speaking");
                self.feed(Input::VoiceBegan { call, lasts_ms: ms(lasts) });
            }
            Announced::Ended { call, missing } => self.feed(Input::VoiceSpoken { call, trouble: missing }),
            Announced::Failed { call, trouble } => {
                warn!(call, trouble = trouble.en, "not spoken");
                self.feed(Input::VoiceFailed { call, trouble });
            }
        }
    }

    fn feed(&mut self, input: Input) {
        self.inputs.push_back(input);
        self.drain();
    }

    /// Gives inputs to the machine, does what comes out, and gives it what comes of that.
    fn drain(&mut self) {
        while let Some(input) = self.inputs.pop_front() {
            debug!(?input, "in");
            let now_ms = ms(self.began.elapsed());
            self.machine.handle(now_ms, input).into_iter().for_each(|output| self.act(output));
        }
    }

    fn act(&mut self, output: Output) {
        match output {
            Output::Show { panel, blink } => self.show(panel, blink),
            Output::Dim { percent } => {
                info!(percent, "dim");
                if let Some(screen) = &mut self.screen {
                    screen.dim(percent);
                }
            }
            Output::Speak(announcement) => self.speak(announcement),
            Output::Mute { muted } => self.mute(muted),
            Output::Fetch(clips) => {
                if let Some(fetcher) = &self.fetcher {
                    fetcher.want(clips);
                }
            }
            Output::SetTimer { at_ms } => self.timer_at = Some(self.began + Duration::from_millis(at_ms)),
            Output::Send(message) => {
                if let Err(error) = self.say.try_send(message) {
                    // The server hears about the call that still stands when the link is back.
                    warn!(%error, "cannot be said now");
                }
            }
        }
    }

    fn show(&mut self, panel: PanelText, blink: bool) {
        info!(text = panel.text, call = panel.call, "show");
        if let Some(screen) = &mut self.screen {
            screen.show(panel, blink);
        }
    }

    fn mute(&mut self, muted: bool) {
        info!(muted, "mute");
        if let Some(voice) = &mut self.voice {
            voice.mute(muted);
        }
    }

    fn speak(&mut self, announcement: Announcement) {
        info!(call = announcement.call, what = ?announcement.what, form = ?announcement.form, "speak");
        let call = announcement.call;
        let asked = self.voice.as_mut().map_or(Err(VoiceError::Ended), |voice| voice.announce(announcement));
        if let Err(error) = asked {
            self.inputs.push_back(Input::VoiceFailed { call, trouble: error.text() });
        }
    }
}

pub(crate) async fn said(screen: &mut Option<Screen>) -> Input {
    match screen {
        Some(screen) => screen.said().await,
        None => pending().await,
    }
}

async fn wanted(mute: &mut Option<mpsc::Receiver<bool>>) -> bool {
    match mute {
        Some(wishes) => match wishes.recv().await {
            Some(muted) => muted,
            None => pending().await,
        },
        None => pending().await,
    }
}

async fn report(voice: &mut Option<Announcer>) -> Announced {
    match voice {
        Some(voice) => voice.report().await,
        None => pending().await,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
