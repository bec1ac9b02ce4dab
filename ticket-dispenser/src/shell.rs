//! The shell around the machine: one loop; slow work has threads of its own.
//!
//! - `hands`: brings the machine what happens and does what it says; `attend`: what the office wants
//! - `threads`: flushing, printing, reading the terminal; `clock`: the hall's time
//! - [`World`]: what a dispenser finds around it

mod attend;
mod clock;
mod hands;
mod threads;
mod world;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use firmware_config::{
    Dispenser as Settings, Profile,
    health::Physician,
    program::{self, End, Recent},
};
use jiff::tz::TimeZone;
use protocol::{
    Subject,
    health::HEALTH_EVERY_S,
    kiosk::KioskPress,
    link::{self, BadServer, LinkConfig, LinkEvent, Network},
    order::{Class, Language},
};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    time,
};
use tracing::{info, warn};
use typeset::face::{Face, FontError};

use self::{
    attend::Attending,
    clock::HallClock,
    hands::{Cards, Hands},
};
pub use self::{
    clock::MachineClock,
    world::{Work, World},
};
use crate::{
    dispenser::{self, Dispenser, Input},
    gpio::{Bank, PinError, lamp::Signal, pi::Pi},
    kiosk::{self, Kiosk, Touch},
    outbox::{Found, Outbox, OutboxError},
    paper::{Paper, PaperError, Printer},
    reader,
    slip::{self, Form, Style},
    visitor::VisitorKeys,
};

/// Touches that wait for the machine: more than people can press in the time that one takes.
const TOUCHES_MAX: usize = 16;
/// Name and version, for the server.
pub(crate) const PROGRAM: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
/// How often the calendar is looked at, s.
const CALENDAR_S: u64 = 1;

/// Why a dispenser can't start or go on.
#[derive(Debug, Error)]
pub enum ShellError {
    /// The server's address or the key can never work.
    #[error(transparent)]
    Server(#[from] BadServer),
    /// No font.
    #[error(transparent)]
    Font(#[from] FontError),
    /// No place for what must survive a power cut.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// No printer.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// No pins.
    #[error(transparent)]
    Pins(#[from] PinError),
    /// No place for the kiosk page.
    #[error(
        "{address}: can't serve the kiosk page: {why}. Is another dispenser running? 无法启动取号页面，端口可能被占用。"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        why: io::Error,
    },
}

/// Everything that a dispenser needs before it starts, tried and found good.
pub struct Ready {
    /// What must survive a power cut.
    pub outbox: Outbox,
    /// What prints.
    pub printer: Box<dyn Printer>,
    /// The template in force.
    pub form: Form,
    /// Buttons, lamp and paper sensor, if the profile has any.
    pub bank: Option<Box<dyn Bank>>,
    /// The last lines of the log.
    pub recent: Recent,
}

/// Opens the font, the printer, the pins and the outbox of a profile.
///
/// # Errors
/// What is missing. A printer need not be there yet.
pub fn prepare(settings: &Settings, zone: &TimeZone) -> Result<Ready, ShellError> {
    let (face, style, mut form) = drawing(settings, zone)?;
    let paper = Paper::new(&settings.printer, face, style)?;
    let bank = (!settings.gpio.is_empty()).then(|| Pi::open(&settings.gpio)).transpose()?;
    let bank = bank.map(|pi| Box::new(pi) as Box<dyn Bank>);
    let (outbox, found) = Outbox::open(&settings.outbox)?;
    if found != Found::Whole {
        warn!(%found, "the outbox was not as it should be");
    }
    if let Some(facts) = &outbox.book().hall {
        form.take(facts);
    }
    if let Some(keys) = settings.scanner.secret.as_ref().and_then(VisitorKeys::new) {
        info!(
            fingerprint = keys.fingerprint(),
            "cards are taken; every dispenser of the hall must show this fingerprint"
        );
    }
    Ok(Ready { outbox, printer: Box::new(paper), form, bank, recent: Recent::default() })
}

/// What the slips of a profile are drawn with.
///
/// # Errors
/// There is no font.
pub fn drawing(settings: &Settings, zone: &TimeZone) -> Result<(Face, Style, Form), ShellError> {
    let slip = &settings.slip;
    let fonts = slip::command::fonts(slip);
    let (footer, face, form) = (slip.footer.clone(), Face::open(&fonts)?, Form::new(Face::open(&fonts)?));
    face.require(&format!("{}{}", footer.zh, footer.en))?;
    let template = form.in_force();
    let style = Style { width_dots: slip.width_dots as usize, footer, zone: zone.clone(), template };
    Ok((face, style, form))
}

/// Runs a dispenser with its kiosk page and its terminal until `stop`.
///
/// # Errors
/// It can't start. What goes wrong later is shown, logged and told to the server.
pub async fn run(
    profile: &Profile,
    settings: &Settings,
    mut ready: Ready,
    zone: TimeZone,
    stop: impl Future<Output = ()>,
) -> Result<End, ShellError> {
    let bank = ready.bank.take();
    let shell = Shell::start(profile, settings, ready, World::real(zone, profile.known, &settings.outbox))?;
    let kiosk = shell.kiosk();
    let press = KioskPress { lane: settings.lane, class: Class::Normal, language: Language::Zh };
    serve_kiosk(settings.kiosk_listen, kiosk.clone()).await?;
    if let Some(bank) = bank {
        let (touches, tell) = (kiosk.touches.clone(), shell.hands.tell.clone());
        threads::watch_pins(settings.gpio.clone(), bank, settings.lane, shell.lamp.clone(), touches, tell);
    }
    let touches = kiosk.touches.clone();
    reader::start(&settings.scanner.input, move |text| threads::pass_scan(&touches, text));
    threads::read_enter(kiosk.touches, press);
    program::is_ready();
    let end = shell.live(stop).await;
    info!(?end, "stopped");
    Ok(end)
}

/// A dispenser that has started.
pub struct Shell {
    hands: Hands,
    physician: Option<Physician>,
    link: mpsc::Receiver<LinkEvent>,
    told: mpsc::UnboundedReceiver<Input>,
    touched: mpsc::Receiver<Touch>,
    kiosk: Kiosk,
    lamp: watch::Receiver<Signal>,
}

impl Shell {
    /// Starts a dispenser in a world.
    ///
    /// # Errors
    /// The server's address or the key can never work.
    pub fn start<N: Network>(
        profile: &Profile,
        settings: &Settings,
        ready: Ready,
        world: World<N>,
    ) -> Result<Self, ShellError> {
        let World { network, zone, machine_ms, mut name, work, physician } = world;
        let (say, link) = link::connect(link_config(profile), network)?;
        let (tell, told) = mpsc::unbounded_channel();
        let (shown, showing) = watch::channel(Arc::from("{}"));
        let (lamp, lit) = watch::channel(Signal::Off);
        let (touches, touched) = mpsc::channel(TOUCHES_MAX);
        let clock = HallClock::new(machine_ms, zone);
        let machine = machine(settings, &ready.outbox, name(), clock.today());
        let status = ready.printer.status();
        let store = threads::store(work, ready.outbox, tell.clone());
        let print = threads::print(work, ready.printer, tell.clone());
        let mut hands = Hands {
            machine,
            clock,
            name,
            say,
            store,
            print,
            form: ready.form,
            shown,
            lamp,
            cards: cards(settings),
            attending: Attending::default(),
            recent: ready.recent,
            tell,
            clogged: false,
        };
        hands.feed(Input::Printer(status));
        let voice = settings.voice_pack.as_deref().map(Into::into);
        Ok(Self { hands, physician, link, told, touched, kiosk: Kiosk { touches, shown: showing, voice }, lamp: lit })
    }

    /// What people do at the dispenser and what they see.
    pub fn kiosk(&self) -> Kiosk {
        self.kiosk.clone()
    }

    /// One thing after another, until `stop`.
    pub async fn live(mut self, stop: impl Future<Output = ()>) -> End {
        let mut calendar = time::interval(Duration::from_secs(CALENDAR_S));
        let mut health = time::interval(Duration::from_secs(HEALTH_EVERY_S));
        tokio::pin!(stop);
        loop {
            // In this order, so that a run can be repeated. People are slower than all the rest.
            tokio::select! {
                biased;
                () = &mut stop => return End::Stopped,
                _ = calendar.tick() => {
                    self.hands.look_at_calendar();
                    program::is_alive();
                }
                _ = health.tick() => self.hands.tell_health(self.physician.as_ref()),
                Some(input) = self.told.recv() => self.hands.happened(input),
                Some(touch) = self.touched.recv() => self.hands.touched(touch),
                Some(event) = self.link.recv() => {
                    let is_up = matches!(event, LinkEvent::Up { .. });
                    if is_up || matches!(event, LinkEvent::Down { .. }) {
                        program::tells_link(is_up);
                    }
                    self.hands.heard(event);
                    if is_up {
                        self.hands.tell_health(self.physician.as_ref());
                    }
                }
            }
            if self.hands.attending.anew {
                // What was said last is on its way before the link ends with this program.
                time::sleep(program::LAST_WORDS).await;
                return End::Anew;
            }
        }
    }
}

/// Serves the kiosk page until the runtime ends, and says in the log where.
async fn serve_kiosk(address: SocketAddr, kiosk: Kiosk) -> Result<(), ShellError> {
    let listen = |why| ShellError::Listen { address, why };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    tokio::spawn(async move { axum::serve(listener, kiosk::routes(kiosk)).await });
    info!(kiosk = %format!("http://{address}/"), "ready");
    Ok(())
}

fn link_config(profile: &Profile) -> LinkConfig {
    LinkConfig {
        server: profile.server.clone(),
        key: Some(profile.key.clone()),
        program: PROGRAM.into(),
        subject: Subject::Dispenser,
    }
}

fn cards(settings: &Settings) -> Cards {
    let scanner = &settings.scanner;
    let keys = scanner.secret.as_ref().and_then(VisitorKeys::new);
    Cards { keys, code_prefix: scanner.code_prefix.clone(), lane: settings.lane }
}

fn machine(settings: &Settings, outbox: &Outbox, instance: String, today: String) -> Dispenser {
    let scanner = &settings.scanner;
    let cards = dispenser::Cards { press: scanner.press, keep_ms: u64::from(scanner.keep_s) * 1_000 };
    let settings = dispenser::Settings {
        press_gap_ms: settings.press_gap_ms.into(),
        answer_ms_max: settings.answer_ms_max.into(),
        reserve_count: settings.reserve.count,
        reserve_refill_at: settings.reserve.refill_at,
        elsewhere_after_ms: u64::from(settings.elsewhere_after_s) * 1_000,
        cards: scanner.secret.is_some().then_some(cards),
    };
    Dispenser::new(settings, outbox.book().clone(), instance, today)
}
