//! The shell around the machine: brings it what happens and does what it says. One loop; slow work has threads of its own.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, mpsc as blocking},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use firmware_config::{Dispenser as Settings, Profile};
use jiff::{Timestamp, tz::TimeZone};
use protocol::{
    FromClient, FromServer, Subject, View,
    kiosk::KioskPress,
    link::{self, BadServer, LinkConfig, LinkEvent},
    order::{Class, Language},
};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    time,
};
use tracing::{error, info, warn};

use crate::{
    dispenser::{self, Dispenser, Input, Output, Record, Slip},
    face::{Face, FontError},
    kiosk::{self, Kiosk, Touch},
    outbox::{Found, Outbox, OutboxError},
    paper::{Paper, PaperError},
    slip::{self, Style},
};

/// Touches that wait for the machine: more than people can press in the time that one takes.
const TOUCHES_MAX: usize = 16;
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
#[derive(Debug)]
pub struct Ready {
    outbox: Outbox,
    paper: Paper,
}

/// Opens the font, the printer and the outbox of a profile.
///
/// # Errors
/// What is missing.
pub fn prepare(settings: &Settings, zone: &TimeZone) -> Result<Ready, ShellError> {
    let slip = &settings.slip;
    let footer = slip.footer.clone();
    let face = Face::open(&slip.font, slip.font_face, &format!("{}{}{}", slip::CHARACTERS, footer.zh, footer.en))?;
    let style = Style { width_dots: slip.width_dots as usize, footer, zone: zone.clone() };
    let paper = Paper::new(slip.back_end, &slip.directory, face, style)?;
    let (outbox, found) = Outbox::open(&settings.outbox)?;
    match found {
        Found::Whole => {}
        Found::Torn(bytes) => info!(bytes, "dropped the torn end of the outbox"),
        Found::Damaged(lines) => error!(lines, "the outbox is damaged; kept a copy, gave up the reserve"),
    }
    Ok(Ready { outbox, paper })
}

/// Runs a dispenser until `stop`.
///
/// # Errors
/// It can't start. What goes wrong later is shown, logged and told to the server.
pub async fn run(
    profile: &Profile,
    settings: &Settings,
    ready: Ready,
    zone: TimeZone,
    stop: impl Future<Output = ()>,
) -> Result<(), ShellError> {
    let link = LinkConfig {
        server: profile.server.clone(),
        key: Some(profile.key.clone()),
        program: format!("ticket-dispenser {}", env!("CARGO_PKG_VERSION")),
        subject: Subject::Dispenser,
    };
    let (say, mut heard) = link::connect(link)?;
    let (tell, mut told) = mpsc::unbounded_channel();
    let clock = HallClock { zone, offset_ms: 0 };
    let machine = machine(settings, &ready.outbox, clock.today());
    let status = ready.paper.status();
    let (shown, showing) = watch::channel(Arc::from("{}"));
    let store = store_thread(ready.outbox, tell.clone());
    let print = print_thread(ready.paper, tell.clone());
    let mut shell = Shell { machine, clock, say, store, print, shown, tell };
    shell.feed(Input::Printer(status)).await;

    let (touches, mut touched) = mpsc::channel(TOUCHES_MAX);
    let address = settings.kiosk_listen;
    let listener = TcpListener::bind(address).await.map_err(|why| ShellError::Listen { address, why })?;
    let address = listener.local_addr().map_err(|why| ShellError::Listen { address, why })?;
    let pages = kiosk::routes(Kiosk { touches: touches.clone(), shown: showing });
    let pages = tokio::spawn(async move { axum::serve(listener, pages).await });
    read_enter(touches, KioskPress { lane: settings.lane, class: Class::Normal, language: Language::Zh });
    info!(kiosk = %format!("http://{address}/"), name = profile.name, "ready");

    let mut calendar = time::interval(Duration::from_secs(CALENDAR_S));
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(event) = heard.recv() => shell.heard(event).await,
            Some(input) = told.recv() => shell.feed(input).await,
            Some(touch) = touched.recv() => shell.touched(touch).await,
            _ = calendar.tick() => shell.look_at_calendar().await,
        }
    }
    pages.abort();
    info!("stopped");
    Ok(())
}

struct Shell {
    machine: Dispenser,
    clock: HallClock,
    say: mpsc::Sender<FromClient>,
    store: blocking::Sender<(u64, Record)>,
    print: blocking::Sender<Slip>,
    shown: watch::Sender<Arc<str>>,
    /// Where threads and timers put what happens.
    tell: mpsc::UnboundedSender<Input>,
}

impl Shell {
    async fn feed(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for output in self.machine.handle(input) {
                // A full queue means that the server has not listened for long: for the machine the link is down.
                if !self.act(output) {
                    warn!("the server takes nothing more");
                    inputs.push(Input::LinkDown);
                }
            }
        }
    }

    /// Does what the machine says; `false` when the server could not be told.
    fn act(&mut self, output: Output) -> bool {
        match output {
            Output::Send(message) => return self.say.try_send(message).is_ok(),
            Output::Store { id, record } => {
                self.or_lost(self.store.send((id, record)).is_ok(), Input::StoreFailed { id })
            }
            Output::Print(slip) => {
                info!(number = slip.number, offline = slip.offline, reprint = slip.reprint, "print");
                let key = slip.key.clone();
                self.or_lost(self.print.send(slip).is_ok(), Input::Printed { key, whole: false });
            }
            Output::Show(state) => match serde_json::to_string(&state) {
                Ok(json) => drop(self.shown.send_replace(json.into())),
                Err(why) => error!(%why, "can't show the screen"),
            },
            Output::SetTimer { timer, after_ms } => {
                let tell = self.tell.clone();
                tokio::spawn(async move {
                    time::sleep(Duration::from_millis(after_ms)).await;
                    // Nobody waits for a timer once the shell is gone.
                    let _ = tell.send(Input::Timer(timer));
                });
            }
        }
        true
    }

    /// When a thread is gone, its work has failed.
    fn or_lost(&self, sent: bool, failure: Input) {
        if !sent {
            error!("a thread of the dispenser is gone");
            let _ = self.tell.send(failure);
        }
    }

    async fn heard(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up { now_ms, .. } => {
                info!("connected");
                self.clock.set(now_ms);
                self.feed(Input::LinkUp).await;
            }
            LinkEvent::Down { why } => {
                warn!(%why, "cut off");
                self.feed(Input::LinkDown).await;
            }
            LinkEvent::Message(message) => self.message(message).await,
        }
    }

    async fn message(&mut self, message: FromServer) {
        match message {
            FromServer::View { now_ms, view: View::Dispenser(view), .. } => {
                self.clock.set(now_ms);
                self.look_at_calendar().await;
                self.feed(Input::View(view)).await;
            }
            FromServer::Pulse { now_ms } => self.clock.set(now_ms),
            FromServer::Answer { key, answer } => self.feed(Input::Answer { key, answer }).await,
            FromServer::Refused { key: Some(key), refused } => {
                warn!(key, code = refused.code, why = refused.text.en, "refused");
                self.feed(Input::Refused { key, refused }).await;
            }
            other => warn!(?other, "the server said something that is not for a dispenser"),
        }
    }

    async fn touched(&mut self, touch: Touch) {
        let (input, answer) = match touch {
            Touch::Press(press, answer) => {
                let at_ms = self.clock.now_ms();
                (Input::Pressed { press, at_ms, key: random_name(), token: random_name() }, answer)
            }
            Touch::Reprint(answer) => (Input::Reprint, answer),
        };
        self.feed(input).await;
        // A page that is gone needs no answer.
        let _ = answer.send(self.machine.kiosk());
    }

    async fn look_at_calendar(&mut self) {
        self.feed(Input::Today(self.clock.today())).await;
    }
}

/// The hall's clock as far as it is known here: a Pi has no clock of its own that survives the night.
struct HallClock {
    zone: TimeZone,
    /// What the hall's clock shows beyond this machine's.
    offset_ms: i64,
}

impl HallClock {
    fn set(&mut self, hall_ms: u64) {
        self.offset_ms = hall_ms.cast_signed() - machine_ms();
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(machine_ms() + self.offset_ms).unwrap_or(0)
    }

    /// The calendar day.
    fn today(&self) -> String {
        let now = Timestamp::from_millisecond(machine_ms() + self.offset_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(now).date().to_string()
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn machine(settings: &Settings, outbox: &Outbox, today: String) -> Dispenser {
    let settings = dispenser::Settings {
        press_gap_ms: settings.press_gap_ms.into(),
        answer_ms_max: settings.answer_ms_max.into(),
        reserve_count: settings.reserve.count,
        reserve_refill_at: settings.reserve.refill_at,
    };
    Dispenser::new(settings, outbox.book().clone(), random_name(), today)
}

/// 128 bits that nobody can guess, as 32 characters.
fn random_name() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Makes records durable; what has gathered while one flush ran goes into the next.
fn store_thread(mut outbox: Outbox, tell: mpsc::UnboundedSender<Input>) -> blocking::Sender<(u64, Record)> {
    let (store, records) = blocking::channel::<(u64, Record)>();
    thread::spawn(move || {
        while let Ok(first) = records.recv() {
            let (ids, batch): (Vec<u64>, Vec<Record>) = std::iter::once(first).chain(records.try_iter()).unzip();
            let stored = outbox.append(&batch);
            if let Err(why) = &stored {
                error!(%why, "can't record");
            }
            for id in ids {
                // The shell is gone: nobody prints what is stored now.
                let _ = tell.send(if stored.is_ok() { Input::Stored { id } } else { Input::StoreFailed { id } });
            }
        }
    });
    store
}

fn print_thread(mut paper: Paper, tell: mpsc::UnboundedSender<Input>) -> blocking::Sender<Slip> {
    let (print, slips) = blocking::channel::<Slip>();
    thread::spawn(move || {
        while let Ok(slip) = slips.recv() {
            let printed = paper.print(&slip);
            if let Err(why) = &printed {
                error!(%why, number = slip.number, "can't print");
            }
            let _ = tell.send(Input::Printed { key: slip.key, whole: printed.is_ok() });
        }
    });
    print
}

/// Enter on the terminal is a press; `r` and Enter prints again what may not have been printed.
fn read_enter(touches: mpsc::Sender<Touch>, press: KioskPress) {
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let (answer, _) = tokio::sync::oneshot::channel();
            let touch = if line.trim() == "r" { Touch::Reprint(answer) } else { Touch::Press(press.clone(), answer) };
            if touches.blocking_send(touch).is_err() {
                return;
            }
        }
    });
}
