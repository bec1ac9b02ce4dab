//! The devices' own shells in the simulated world: paper, panels and voices that remember.

use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embedded_graphics::geometry::Size;
use firmware_config::{
    Dispenser, Gpio, LogLevel, Machine, Profile, Role, Scanner, dispenser, program::Recent, scanner::ScannerInput,
};
use jiff::tz::TimeZone;
use protocol::link::{self, LinkConfig, LinkEvent};
use protocol::order::{Class, Lane, Language};
use protocol::{FromServer, Subject, Text, View, kiosk::KioskPress};
use ticket_dispenser::dispenser::{PrinterStatus, Slip};
use ticket_dispenser::face::Face;
use ticket_dispenser::kiosk::{Kiosk, Touch};
use ticket_dispenser::outbox::Outbox;
use ticket_dispenser::paper::{PaperError, Printer};
use ticket_dispenser::shell::{Ready, Shell, Work, World};
use ticket_dispenser::slip::Form;
use tokio::sync::oneshot;
use window_display::display::Announcement;
use window_display::panel::{Panel, PanelError, Picture, Screen};
use window_display::shell::{Parts, run_with};
use window_display::voice::{Announcer, Speech, Voice, VoiceError};

use crate::world::{Chance, PORT, SERVER, START_MS, Wire, now_ms};

/// Of so many slips one is torn.
const TORN_ONE_IN: u64 = 24;
/// How long an announcement sounds.
const ANNOUNCEMENT: Duration = Duration::from_secs(2);

/// What is remembered of something, whoever dies.
pub type Kept<T> = Arc<Mutex<Vec<T>>>;

/// A dispenser, and what is left of it when its program dies.
#[derive(Clone)]
pub struct DispenserAt {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Its disk.
    pub directory: PathBuf,
    /// The slips that came out whole.
    pub slips: Kept<Slip>,
    /// By how much its own clock is wrong, ms.
    pub skew_ms: i64,
    /// Its chance.
    pub chance: Chance,
    /// People press until then, ms.
    pub until_ms: u64,
}

impl DispenserAt {
    /// The program, from its start until it dies, and the people before it.
    pub async fn run(self) -> turmoil::Result {
        let (outbox, _) = Outbox::open(&self.directory)?;
        let printer = Box::new(Tray { slips: self.slips.clone(), chance: self.chance.branch() });
        let (profile, settings) = self.profile();
        let (names, skew_ms) = (self.chance.branch(), self.skew_ms);
        let world = World {
            network: Wire(self.chance.branch()),
            zone: zone(),
            machine_ms: Box::new(move || i64::try_from(START_MS + now_ms()).unwrap() + skew_ms),
            name: Box::new(move || names.name()),
            work: Work::InPlace,
            physician: None,
        };
        let ready = Ready { outbox, printer, form: Form::new(Face::built_in()), bank: None, recent: Recent::default() };
        let shell = Shell::start(&profile, &settings, ready, world)?;
        let kiosk = shell.kiosk();
        tokio::select! {
            biased;
            _ = shell.live(pending()) => {}
            () = self.press(kiosk) => {}
        }
        Ok(())
    }

    async fn press(&self, kiosk: Kiosk) {
        let press = KioskPress { lane: Lane::Acceptance, class: Class::Normal, language: Language::Zh };
        loop {
            self.chance.pause(300, 2_500).await;
            let (answer, _) = oneshot::channel();
            // When nobody presses any more, the staff prints again what may not have come out.
            let touch =
                if now_ms() < self.until_ms { Touch::Press(press.clone(), answer) } else { Touch::Reprint(answer) };
            kiosk.touches.send(touch).await.unwrap();
        }
    }

    fn profile(&self) -> (Profile, Dispenser) {
        let slip = dispenser::Slip {
            width_dots: 576,
            font: PathBuf::new(),
            font_face: 0,
            fallback_fonts: Vec::new(),
            footer: Text::new("", ""),
        };
        let (secret, input, code_prefix) = (None, ScannerInput::Page, String::new());
        let scanner = Scanner { secret, input, code_prefix, press: true, keep_s: 20 };
        let settings = Dispenser {
            kiosk_listen: ([127, 0, 0, 1], 8_101).into(),
            voice_pack: None,
            lane: Lane::Acceptance,
            outbox: self.directory.clone(),
            press_gap_ms: 0,
            answer_ms_max: 300,
            elsewhere_after_s: 10,
            reserve: dispenser::Reserve { count: 50, refill_at: 20 },
            printer: dispenser::Printer {
                back_end: dispenser::BackEnd::Png,
                address: None,
                device: None,
                usb_id: None,
                serial: None,
                baud: 115_200,
                flow: dispenser::Flow::None,
                answers: true,
                answer_ms_max: 1_000,
                directory: PathBuf::new(),
            },
            slip,
            gpio: Gpio::default(),
            scanner,
        };
        (profile(&self.name, &self.key, Role::Dispenser(settings.clone())), settings)
    }

    /// Whether the server has yet to hear of a number, or paper is in doubt.
    pub fn owes(&self) -> bool {
        let (outbox, _) = Outbox::open(&self.directory).unwrap();
        let book = outbox.book();
        !(book.unmerged.is_empty() && book.unprinted.is_empty() && book.set_aside.is_empty())
    }
}

/// Paper that remembers, and sometimes tears.
struct Tray {
    slips: Kept<Slip>,
    chance: Chance,
}

impl Printer for Tray {
    fn status(&self) -> PrinterStatus {
        PrinterStatus::Ready
    }

    fn print(&mut self, slip: &Slip) -> Result<(), PaperError> {
        if self.chance.once_in(TORN_ONE_IN) {
            return Err(PaperError::Write { place: "tray".into(), why: io::Error::other("torn") });
        }
        self.slips.lock().unwrap().push(slip.clone());
        Ok(())
    }
}

/// A display, and what people saw and heard of it.
#[derive(Clone)]
pub struct DisplayAt {
    /// The window below it.
    pub window: u16,
    /// Its key.
    pub key: String,
    /// Every text that stood on the panel.
    pub shown: Kept<String>,
    /// Every call that was spoken, by its position in the journal; 0 for each start of the program.
    pub spoken: Kept<u64>,
    /// Its chance.
    pub chance: Chance,
}

impl DisplayAt {
    /// The program, from its start until it dies.
    pub async fn run(self) -> turmoil::Result {
        self.spoken.lock().unwrap().push(0);
        let panel = Box::new(Seen(self.shown.clone()));
        let parts = Parts {
            screen: Some(Screen::new(panel, Size::new(128, 16))),
            voice: Some(Announcer::in_place(Box::new(Heard(self.spoken.clone())))),
            fetcher: None,
            recent: Recent::default(),
            mute: None,
            physician: None,
        };
        let settings = display_settings(self.window);
        let role = Role::Display(settings.clone());
        let profile = profile(&format!("display-{}", self.window), &self.key, role);
        run_with(&profile, &settings, zone(), parts, Wire(self.chance.branch()), pending()).await?;
        Ok(())
    }
}

struct Seen(Kept<String>);

impl Panel for Seen {
    fn put(&mut self, picture: Picture<'_>) -> Result<(), PanelError> {
        self.0.lock().unwrap().push(picture.text.to_owned());
        Ok(())
    }

    fn frame_every(&self) -> Option<Duration> {
        None
    }
}

struct Heard(Kept<u64>);

impl Voice for Heard {
    fn begin(&mut self, announcement: &Announcement) -> Result<Speech, VoiceError> {
        self.0.lock().unwrap().push(announcement.call);
        Ok(Speech { lasts: ANNOUNCEMENT, missing: None })
    }
}

/// Follows a window with a link of its own, and remembers every call that it hears of.
pub async fn follow(window: u16, heard: Kept<u64>, chance: Chance) -> turmoil::Result {
    let config =
        LinkConfig { server: server(), key: None, program: "follower 0".into(), subject: Subject::Window { window } };
    let (_say, mut events) = link::connect(config, Wire(chance))?;
    while let Some(event) = events.recv().await {
        let call = match event {
            LinkEvent::Message(FromServer::Missed { call }) => Some(call.seq),
            LinkEvent::Message(FromServer::View { view: View::Window(view), .. }) => view.call.map(|call| call.seq),
            _ => None,
        };
        let mut heard = heard.lock().unwrap();
        if call != heard.last().copied() {
            heard.extend(call);
        }
    }
    Ok(())
}

fn profile(name: &str, key: &str, role: Role) -> Profile {
    Profile {
        name: name.into(),
        server: server(),
        key: key.into(),
        log: LogLevel::Info,
        identity: "".into(),
        known: None,
        server_file: None,
        role,
        machine: Machine::default(),
    }
}

/// A display with nothing of its own: its panel and its voice are the test's.
fn display_settings(window: u16) -> firmware_config::Display {
    let text = format!(
        "name = 'd'\nserver = '{}'\nkey = 'k'\n[display]\nwindow = {window}\npanel.back_end = 'none'\nvoice.back_end = 'none'\n",
        server()
    );
    match Profile::parse(Path::new("display.toml"), &text).unwrap().role {
        Role::Display(settings) => settings,
        Role::Dispenser(_) | Role::Speaker(_) => panic!("no display"),
    }
}

fn server() -> String {
    format!("http://{SERVER}:{PORT}")
}

/// The time zone of the hall.
pub fn zone() -> TimeZone {
    jiff::tz::offset(8).to_time_zone()
}
