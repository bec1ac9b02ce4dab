//! Lets one thing after another happen, from a seed, until everything is calm and has come to its end.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use caller_server::config::HallConfig;
use hall::words::Actor;
use jiff::civil::date;
use protocol::{FromClient, Order, PULSE_MS, SILENCE_MS_MAX, order::CitizenAct};
use rand::RngExt;

use crate::act::{Act, Fault, Ms, WishId};
use crate::dispenser::Dispenser;
use crate::display::Display;
use crate::net::{End, LinkId, Place};
use crate::people::{self, Clerk};
use crate::report::Report;
use crate::server::Server;
use crate::stage::Stage;
use crate::weather::Climate;
use crate::wishes::{Came, Wishes};

/// Windows of the hall: the configuration's own default.
const WINDOWS: usize = 3;
/// How long people come and faults happen, when nothing else is said, simulated minutes.
pub const MINUTES: u64 = 8;
/// How long the calm lasts in which all must come to its end, ms.
const CALM_MS: Ms = 240_000;

/// How a seed is played.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What everything follows from.
    pub seed: u64,
    /// How long people come and faults happen, minutes of the simulated time.
    pub minutes: u64,
    /// Whether to note what a person should read.
    pub trace: bool,
    /// The bug to play with.
    #[cfg(feature = "planted")]
    pub bug: Option<planted::Bug>,
}

impl Options {
    /// A seed as it is played by default.
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            minutes: MINUTES,
            trace: false,
            #[cfg(feature = "planted")]
            bug: None,
        }
    }
}

/// Plays a seed to its end.
///
/// # Panics
/// The simulation itself is broken, or the machine's memory is full.
pub fn run(options: Options) -> Report {
    #[cfg(feature = "planted")]
    planted::plant(options.bug);
    let mut world = World::new(options);
    let storm_ends_at = world.stage.now_ms + options.minutes * 60_000;
    while let Some(act) = world.stage.happens() {
        if world.stage.now_ms > storm_ends_at && !world.stage.calm {
            world.becomes_calm();
        }
        if world.stage.now_ms > storm_ends_at + CALM_MS || world.stage.witness.broken.is_some() {
            break;
        }
        (world.stage.now_ms, discriminant(&act)).hash(&mut world.digest);
        world.act(act);
    }
    world.end(options.seed)
}

struct World {
    stage: Stage,
    server: Server,
    dispensers: Vec<Dispenser>,
    displays: Vec<Display>,
    clerks: Vec<Clerk>,
    wishes: Wishes,
    climate: Climate,
    /// The manager wants the hall silent.
    muted: bool,
    digest: DefaultHasher,
}

impl World {
    fn new(options: Options) -> Self {
        let mut config =
            HallConfig { public_url: Some("http://hall".into()), ..people::with_items(HallConfig::default()) };
        // Forecasts are judged elsewhere; here they are to take little of a world's time.
        config.limits.forecast_scenarios = 64;
        let zone = config.tz().expect("a known zone");
        let mut stage = Stage::new(options.seed, 0, zone.clone(), options.trace);
        // In some worlds the day changes in the middle.
        let (hour, minute) = if stage.percent(35) { (23, 58) } else { (8, 20) };
        let begins = zone.to_timestamp(date(2026, 11, 23).at(hour, minute, 0, 0)).expect("a day without a gap");
        stage.now_ms = u64::try_from(begins.as_millisecond()).expect("after 1970");
        let dispensers = stage.dice.random_range(1..=3);
        let climate = Climate::new(&mut stage, dispensers, WINDOWS);
        let server = Server::new(config, stage.now_ms).expect("a temporary directory");
        let mut world = Self {
            server,
            dispensers: (0..dispensers).map(|at| Dispenser::new(at, zone.clone())).collect(),
            displays: (0..WINDOWS).map(|at| Display::new(at, zone.clone())).collect(),
            clerks: (0..WINDOWS).map(|at| Clerk::new(at, WINDOWS)).collect(),
            wishes: Wishes::default(),
            climate,
            muted: false,
            digest: DefaultHasher::new(),
            stage,
        };
        world.first_acts();
        world
    }

    fn first_acts(&mut self) {
        let stage = &mut self.stage;
        stage.after(0, Act::ServerStarts);
        for at in 0..self.dispensers.len() {
            stage.after(50, Act::DeviceStarts(Place::Dispenser(at)));
            stage.after(3_000, Act::Press(at));
        }
        for at in 0..WINDOWS {
            stage.after(60, Act::DeviceStarts(Place::Display(at)));
            stage.after(1_000, Act::Clerk(at));
        }
        stage.after(5_000, Act::Weather);
        stage.after(20_000, Act::Manager);
    }

    fn becomes_calm(&mut self) {
        self.stage.note(|| "world    becomes calm".into());
        self.stage.calm = true;
        self.stage.witness.calm_since_ms = Some(self.stage.now_ms);
        for fault in self.climate.mended() {
            self.fault(fault);
        }
        self.stage.after(1, Act::ServerStarts);
    }

    fn end(mut self, seed: u64) -> Report {
        let ended = self.stage.witness.broken.is_none();
        if ended {
            self.server.check_lookers(&mut self.stage);
            self.stage.witness.end();
        }
        let entries = self.server.journal_seq();
        (entries, self.server.journal_hash()).hash(&mut self.digest);
        let (seen, broken) = (self.stage.witness.seen, self.stage.witness.broken.take());
        Report { seed, seen, broken, digest: self.digest.finish(), entries, trace: self.stage.trace() }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Press(_) | Act::Citizen(..) | Act::Manager | Act::Weather if self.stage.calm => {}
            Act::Press(at) => {
                self.dispensers[at].act(&mut self.stage, act);
                let ms = if self.stage.percent(10) { 300 } else { self.stage.between(2_500, 16_000) };
                self.stage.after(ms, Act::Press(at));
            }
            Act::Citizen(token, what) => self.citizen(token, what),
            Act::Manager => self.manager(),
            Act::Weather => self.climate.turn(&mut self.stage),
            Act::Clerk(at) => self.clerks[at].act(&mut self.stage, &mut self.wishes),
            Act::Send(id) => {
                let came = self.wishes.send(&mut self.stage, id);
                self.tell_clerk(id, came);
            }
            Act::Request(id) => self.server.request(&mut self.stage, id, self.wishes.get(id)),
            Act::Answered(id, outcome) => {
                let came = self.wishes.answered(&mut self.stage, id, outcome);
                self.tell_clerk(id, came);
            }
            Act::Connect(place, life) => self.connect(place, life),
            Act::Frame(link, end, _) | Act::Closed(link, end) => {
                if let Some(act) = self.stage.net.pass(link, end, act, self.stage.now_ms) {
                    self.arrived(act);
                }
            }
            Act::Pulse(link) => self.pulse(link),
            Act::DeviceStarts(Place::Dispenser(at)) => self.dispensers[at].start(&mut self.stage),
            Act::DeviceStarts(Place::Display(at)) => self.displays[at].start(&mut self.stage),
            Act::DeviceStarts(Place::Console(_)) => {}
            Act::DispenserTimer(at, ..) | Act::Calendar(at, _) | Act::Stored(at, _) | Act::Printed(at, _) => {
                self.dispensers[at].act(&mut self.stage, act);
            }
            Act::DisplayTimer(at, ..) | Act::Spoken(at, ..) => self.displays[at].act(&mut self.stage, act),
            Act::Fault(_) if self.stage.calm => {}
            Act::Fault(fault) => self.fault(fault),
            Act::ServerStarts | Act::Flushed(_) | Act::ServerDue(_) | Act::RecoverAgain(_) | Act::ViewsDue(_) => {
                self.server.act(&mut self.stage, act);
            }
        }
    }

    fn citizen(&mut self, token: String, act: CitizenAct) {
        if act == CitizenAct::Cancel {
            self.stage.witness.gave_up(&token);
        }
        self.wishes.add(&mut self.stage, Actor::Citizen, Order::Citizen { token, act }, None);
    }

    /// A notice, a reserve that is written off, something for one visitor, a slip once more, or new rules.
    fn office_order(&mut self) -> Order {
        let (stage, dispensers) = (&mut self.stage, self.dispensers.len());
        let order = match stage.dice.random_range(0..100) {
            0..20 => Some(Order::Hall(people::notice())),
            20..26 => Some(Order::Hall(people::write_off(stage, dispensers))),
            26..40 => people::for_somebody(stage),
            40..70 => people::slip_again(stage, dispensers),
            _ => None,
        };
        order.unwrap_or_else(|| Order::Hall(people::rules(&mut self.stage)))
    }

    /// What a manager wants next, or silence for a moment.
    fn manager(&mut self) {
        let was_muted = std::mem::take(&mut self.muted);
        self.muted = !was_muted && self.stage.percent(20);
        let order = if was_muted || self.muted { Order::Hall(people::mute(self.muted)) } else { self.office_order() };
        self.wishes.add(&mut self.stage, Actor::Manager("manager".into()), order, None);
        let ms = if self.muted { self.stage.between(2_000, 20_000) } else { self.stage.between(10_000, 80_000) };
        self.stage.after(ms, Act::Manager);
    }

    fn tell_clerk(&mut self, id: WishId, came: Option<Came>) {
        if let (Some(clerk), Some(came)) = (self.wishes.get(id).clerk, came) {
            self.clerks[clerk].hears(&mut self.stage, came);
        }
    }

    fn connect(&mut self, place: Place, life: u32) {
        let (now, client) = match place {
            Place::Dispenser(at) => (self.dispensers[at].life(), &mut self.dispensers[at].client),
            Place::Display(at) => (self.displays[at].life(), &mut self.displays[at].client),
            Place::Console(_) => return,
        };
        if now == life
            && client.link().is_none()
            && let Some(link) = client.connect(&mut self.stage, life)
        {
            self.server.connected(link, place);
            self.stage.after(PULSE_MS, Act::Pulse(link));
        }
    }

    /// Something reached an end of a link.
    fn arrived(&mut self, act: Act) {
        match act {
            Act::Frame(link, End::Server, text) => self.server.frame(&mut self.stage, link, &text),
            Act::Frame(link, End::Client, text) => match self.stage.net.client(link) {
                Some(Place::Dispenser(at)) => self.dispensers[at].frame(&mut self.stage, link, &text),
                Some(Place::Display(at)) => self.displays[at].frame(&mut self.stage, link, &text),
                _ => {}
            },
            Act::Closed(link, end) => self.closes(link, end),
            _ => {}
        }
    }

    /// An end of a link gives it up.
    fn closes(&mut self, link: LinkId, end: End) {
        let client = self.stage.net.client(link);
        if end == End::Server {
            return self.server.closed(&mut self.stage, link);
        }
        self.stage.close(link, End::Client);
        match client {
            Some(Place::Dispenser(at)) => self.dispensers[at].closed(&mut self.stage, link),
            Some(Place::Display(at)) => self.displays[at].closed(&mut self.stage, link),
            _ => {}
        }
    }

    fn pulse(&mut self, link: LinkId) {
        for end in [End::Server, End::Client] {
            if !self.stage.net.is_open(link, end) {
                continue;
            }
            if self.stage.net.silent_ms(link, end, self.stage.now_ms) > SILENCE_MS_MAX {
                self.closes(link, end);
            } else if end == End::Server {
                self.server.pulse(&mut self.stage, link);
            } else {
                let pulse = serde_json::to_string(&FromClient::Pulse).expect("a message has a JSON form");
                self.stage.send(link, End::Server, pulse);
            }
        }
        if self.stage.net.client(link).is_some() {
            self.stage.after(PULSE_MS, Act::Pulse(link));
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.stage.note(|| format!("fault    {fault:?}"));
        match fault {
            Fault::DeviceDies { place, power } => {
                let link = match place {
                    Place::Dispenser(at) => self.dispensers[at].die(&mut self.stage, power),
                    Place::Display(at) => self.displays[at].die(&mut self.stage),
                    Place::Console(_) => None,
                };
                match link {
                    Some(link) if power => self.stage.net.close(link, End::Client),
                    Some(link) => self.stage.close(link, End::Client),
                    None => {}
                }
            }
            Fault::DispenserDisk { dispenser, full } => self.dispensers[dispenser].disk_is_full(full),
            Fault::DispenserClock { dispenser, by_ms } => self.dispensers[dispenser].set_clock(by_ms),
            Fault::Cut { place, up, down } => {
                for act in self.stage.net.cut(place, up, down) {
                    let (Act::Frame(link, end, _) | Act::Closed(link, end)) = act else { continue };
                    if let Some(act) = self.stage.net.pass(link, end, act, self.stage.now_ms) {
                        self.arrived(act);
                    }
                }
            }
            _ => self.server.act(&mut self.stage, Act::Fault(fault)),
        }
    }
}
