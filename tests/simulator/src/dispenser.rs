//! A dispenser: the real machine and the real bytes of its outbox, on a disk that forgets, with a printer.

use jiff::{Timestamp, tz::TimeZone};
use protocol::{
    FromServer, Subject, View,
    kiosk::KioskPress,
    order::{Class, Lane, Language},
};
use rand::{RngExt, seq::IndexedRandom};
use ticket_dispenser::dispenser::{
    Cards, Dispenser as Machine, Input, Output, PrintOrder, PrinterStatus, Record, Settings, Slip, Wish,
};
use ticket_dispenser::outbox::Found;
use ticket_dispenser::outbox::lines::{line, read_back};

use crate::act::{Act, Life, Ms};
use crate::device::{Client, Heard};
use crate::net::{LinkId, Place};
use crate::stage::Stage;
use crate::witness::Broken;

/// As a hall sets it; few in reserve, so that it runs out and is filled up.
const SETTINGS: Settings = Settings {
    press_gap_ms: 2_000,
    answer_ms_max: 300,
    reserve_count: 12,
    reserve_refill_at: 4,
    elsewhere_after_ms: 10_000,
    cards: Some(Cards { press: true, keep_ms: 20_000 }),
};
/// So many people have a card, and come again and again.
const CARDS: u32 = 12;
/// How often it looks at its calendar, ms.
const CALENDAR_MS: Ms = 1_000;
/// A dispenser that died is started again within this time, ms.
const DOWN_MS_MAX: Ms = 10_000;

/// A dispenser, dead or alive.
pub struct Dispenser {
    at: usize,
    /// Its link to the server.
    pub client: Client,
    zone: TimeZone,
    /// What its own clock shows beyond the true time, ms.
    clock_error_ms: i64,
    /// What the hall's time is beyond its own clock, as far as it knows, ms.
    offset_ms: i64,
    disk: Vec<u8>,
    /// So many bytes of it are known to be durable.
    durable: u64,
    disk_is_full: bool,
    life: Life,
    machine: Option<Machine>,
    /// Records that wait for the disk, and those that are being written.
    waiting: Vec<(u64, Record)>,
    writing: Vec<(u64, Record)>,
    /// Slips that wait for the printer; the first is being printed.
    slips: Vec<Slip>,
}

impl Dispenser {
    /// A dispenser that was never started.
    pub fn new(at: usize, zone: TimeZone) -> Self {
        let (disk, waiting, writing, slips) = Default::default();
        let client = Client::new(Place::Dispenser(at), Subject::Dispenser);
        let (life, machine, disk_is_full) = (0, None, false);
        Self {
            at,
            client,
            zone,
            clock_error_ms: 0,
            offset_ms: 0,
            disk,
            durable: 0,
            disk_is_full,
            life,
            machine,
            waiting,
            writing,
            slips,
        }
    }

    /// It is switched on.
    pub fn start(&mut self, stage: &mut Stage) {
        if self.machine.is_some() {
            return;
        }
        self.life += 1;
        self.offset_ms = 0;
        let (book, found) = read_back(&self.disk, self.durable);
        if !matches!(found, Found::Whole | Found::Torn(_)) {
            stage.witness.breaks(Broken::Journal(format!("the outbox of dispenser {} is not whole: {found}", self.at)));
        }
        // What reached the disk in its last moment counts, although nobody was told: its holder may come again with the same card.
        for record in book.records() {
            if let Record::Given(given) = &record {
                stage.witness.given(given);
            }
        }
        // The outbox is written anew at the start, in place of the old one.
        self.disk = book.records().iter().flat_map(line).collect();
        self.durable = self.disk.len() as u64;
        let instance = stage.name("i");
        self.machine = Some(Machine::new(SETTINGS, book, instance, self.today(stage.now_ms)));
        stage.note(|| format!("dispenser {} starts", self.at));
        self.feed(stage, Input::Printer(PrinterStatus::Ready));
        stage.after(CALENDAR_MS, Act::Calendar(self.at, self.life));
        stage.after(10, Act::Connect(Place::Dispenser(self.at), self.life));
    }

    /// It dies: with its power, what was being written is torn, and the paper may be out or not.
    pub fn die(&mut self, stage: &mut Stage, power: bool) -> Option<LinkId> {
        self.machine.take()?;
        stage.note(|| format!("dispenser {} dies", self.at));
        let bytes: Vec<u8> = self.writing.drain(..).flat_map(|(_, record)| line(&record)).collect();
        let kept = stage.dice.random_range(0..=bytes.len());
        self.disk.extend(if power { &bytes[..kept] } else { &bytes[..] });
        if !self.slips.is_empty() && stage.percent(50) {
            self.comes_out(stage, 0);
        }
        self.waiting.clear();
        self.slips.clear();
        self.life += 1;
        let ms = stage.between(500, DOWN_MS_MAX);
        stage.after(ms, Act::DeviceStarts(Place::Dispenser(self.at)));
        self.client.died()
    }

    /// Which life it is in.
    pub fn life(&self) -> Life {
        self.life
    }

    /// Its disk is full, or has room again.
    pub fn disk_is_full(&mut self, full: bool) {
        self.disk_is_full = full;
    }

    /// Somebody sets its clock.
    pub fn set_clock(&mut self, by_ms: i64) {
        self.clock_error_ms += by_ms;
    }

    /// Takes in what happens to it in this life.
    pub fn act(&mut self, stage: &mut Stage, act: Act) {
        match act {
            Act::Press(_) => self.press(stage),
            Act::DispenserTimer(_, life, timer) if life == self.life => self.feed(stage, Input::Timer(timer)),
            Act::Calendar(_, life) if life == self.life => {
                let today = self.today(stage.now_ms);
                self.feed(stage, Input::Today(today));
                stage.after(CALENDAR_MS, Act::Calendar(self.at, self.life));
            }
            Act::Stored(_, life) if life == self.life => self.stored(stage),
            Act::Printed(_, life) if life == self.life => self.printed(stage),
            _ => {}
        }
    }

    /// A frame reaches it.
    pub fn frame(&mut self, stage: &mut Stage, link: LinkId, text: &str) {
        match self.client.frame(link, text) {
            Some(Heard::Up(now_ms)) => {
                self.set_offset(stage.now_ms, now_ms);
                self.feed(stage, Input::LinkUp);
            }
            Some(Heard::Message(message)) => self.message(stage, message),
            None => {}
        }
    }

    /// Its link is closed.
    pub fn closed(&mut self, stage: &mut Stage, link: LinkId) {
        if self.client.closed(stage, link, self.life) {
            self.feed(stage, Input::LinkDown);
        }
    }

    fn message(&mut self, stage: &mut Stage, message: FromServer) {
        match message {
            FromServer::View { now_ms, view: View::Dispenser(view), .. } => {
                self.set_offset(stage.now_ms, now_ms);
                let today = self.today(stage.now_ms);
                self.feed(stage, Input::Today(today));
                self.feed(stage, Input::View(view));
            }
            FromServer::Pulse { now_ms } => self.set_offset(stage.now_ms, now_ms),
            FromServer::Answer { key, answer } => self.feed(stage, Input::Answer { key, answer }),
            FromServer::Print { key, ticket, class, language } => {
                self.feed(stage, Input::Print(PrintOrder { key, ticket, class, language }));
            }
            FromServer::PrintedElsewhere { ticket } => self.feed(stage, Input::PrintedElsewhere { ticket }),
            FromServer::Refused { key: Some(key), refused } => self.feed(stage, Input::Refused { key, refused }),
            _ => {}
        }
    }

    fn press(&mut self, stage: &mut Stage) {
        let class = if stage.percent(10) { Class::Priority } else { Class::Normal };
        let lane = *[Lane::Acceptance, Lane::Acceptance, Lane::Acceptance, Lane::Issuing]
            .choose(&mut stage.dice)
            .expect("some");
        let press = KioskPress { lane, class, language: Language::Zh };
        let (key, token) = (stage.name("p"), stage.name("t"));
        let at_ms = self.now_ms(stage.now_ms);
        let wish = Wish { press, at_ms, key, token };
        if stage.percent(30) {
            let visitor = format!("{:032x}", stage.dice.random_range(0..CARDS));
            return self.feed(stage, Input::Scanned { visitor, wish });
        }
        self.feed(stage, Input::Pressed(wish));
    }

    fn feed(&mut self, stage: &mut Stage, input: Input) {
        let Some(machine) = &mut self.machine else { return };
        for output in machine.handle(input) {
            self.output(stage, output);
        }
    }

    fn output(&mut self, stage: &mut Stage, output: Output) {
        match output {
            Output::Send(message) => self.client.say(stage, &message),
            Output::Store { id, record } => {
                self.waiting.push((id, record));
                self.write(stage);
            }
            Output::Print(slip) => {
                self.slips.push(slip);
                if self.slips.len() == 1 {
                    self.print(stage);
                }
            }
            Output::SetTimer { timer, after_ms } => {
                stage.after(after_ms, Act::DispenserTimer(self.at, self.life, timer));
            }
            Output::Show(_) => {}
        }
    }

    fn write(&mut self, stage: &mut Stage) {
        if self.writing.is_empty() && !self.waiting.is_empty() {
            self.writing = std::mem::take(&mut self.waiting);
            let ms = if stage.percent(5) { stage.between(50, 500) } else { stage.between(1, 15) };
            stage.after(ms, Act::Stored(self.at, self.life));
        }
    }

    fn stored(&mut self, stage: &mut Stage) {
        let written = std::mem::take(&mut self.writing);
        self.write(stage);
        for (id, record) in written {
            if self.disk_is_full {
                self.feed(stage, Input::StoreFailed { id });
                continue;
            }
            self.disk.extend(line(&record));
            self.durable = self.disk.len() as u64;
            if let Record::Given(given) = &record {
                stage.note(|| {
                    format!("dispenser {} gives {} offline {}", self.at, given.slip.number, given.slip.offline)
                });
                stage.witness.given(given);
            }
            self.feed(stage, Input::Stored { id });
        }
    }

    fn print(&mut self, stage: &mut Stage) {
        let ms = stage.between(200, 1_500);
        stage.after(ms, Act::Printed(self.at, self.life));
    }

    fn printed(&mut self, stage: &mut Stage) {
        let key = self.slips[0].key.clone();
        self.comes_out(stage, 100);
        self.slips.remove(0);
        if !self.slips.is_empty() {
            self.print(stage);
        }
        self.feed(stage, Input::Printed { key, whole: true });
    }

    fn comes_out(&mut self, stage: &mut Stage, holder_acts: u32) {
        let slip = &self.slips[0];
        stage.note(|| format!("dispenser {} prints {}", self.at, slip.number));
        if let Some(token) = stage.witness.paper(slip)
            && holder_acts > 0
        {
            crate::people::holds(stage, token);
        }
    }

    fn set_offset(&mut self, true_ms: Ms, hall_ms: Ms) {
        self.offset_ms = i64::try_from(hall_ms).unwrap_or(i64::MAX) - self.own_ms(true_ms);
    }

    fn own_ms(&self, true_ms: Ms) -> i64 {
        i64::try_from(true_ms).unwrap_or(i64::MAX) + self.clock_error_ms
    }

    fn now_ms(&self, true_ms: Ms) -> Ms {
        u64::try_from(self.own_ms(true_ms) + self.offset_ms).unwrap_or(0)
    }

    fn today(&self, true_ms: Ms) -> String {
        let now_ms = i64::try_from(self.now_ms(true_ms)).unwrap_or(i64::MAX);
        let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(now).date().to_string()
    }
}
