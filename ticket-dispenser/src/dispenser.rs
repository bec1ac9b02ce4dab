//! The pure machine of a dispenser: what happens goes in, what it does comes out. It knows no clock, no chance, no files.
//!
//! - [`words`]: inputs, outputs, the slip; [`record`]: what must survive a power cut
//! - [`Book`]: what the records say together; `series`: numbers in reserve
//! - `press`: from a press to paper; `doubt`: slips that may not be out; `elsewhere`: those that another dispenser
//!   prints; `visitor`: cards, and calls for the staff; `sync`: what
//!   the server and the dispenser owe each other; `owed`: what the disk did not take
//! - `screen`: what people see; `texts`: their sentences
//!
//! What holds, whatever comes in which order: a number is stored before it is printed; no two presses get one number; a
//! number that the server gave and nobody got on paper is cancelled; a number of another day is never given out.

mod book;
mod doubt;
mod elsewhere;
mod owed;
mod press;
pub mod record;
mod screen;
mod series;
mod sync;
#[cfg(test)]
mod tests;
mod texts;
mod visitor;
pub mod words;

use std::collections::BTreeMap;

use protocol::{answer::Answer, kiosk::KioskState, view::DispenserView};

pub use self::{
    book::Book,
    record::{Given, HallFacts, Record},
    words::{Cards, Input, Output, PrintOrder, PrinterStatus, Settings, Slip, Timer, Wish},
};
use self::{
    doubt::Doubt,
    elsewhere::Elsewhere,
    owed::Owed,
    press::Job,
    screen::Screen,
    sync::Sync,
    visitor::{Card, Help},
};

/// A dispenser.
#[derive(Debug)]
pub struct Dispenser {
    settings: Settings,
    /// The calendar day at the device.
    today: String,
    book: Book,
    online: bool,
    /// Whether the server knows this device no more: numbers that it gave out now would stand in no line.
    revoked: bool,
    /// The last view; its figures are worth nothing once the link is down.
    view: Option<DispenserView>,
    /// The printer's truth, with what a sensor beside it says.
    printer: PrinterStatus,
    printer_says: PrinterStatus,
    sensor: PrinterStatus,
    /// Presses on their way to paper.
    jobs: Vec<Job>,
    doubt: Doubt,
    elsewhere: Elsewhere,
    /// Serial number of the press after which others still count as the same.
    gap: Option<u64>,
    gap_serial: u64,
    /// Records that count only once they are durable.
    storing: BTreeMap<u64, Record>,
    store_serial: u64,
    store_works: bool,
    owed: Owed,
    sync: Sync,
    card: Card,
    help: Help,
    screen: Screen,
    out: Vec<Output>,
}

impl Dispenser {
    /// A dispenser that goes on where `book` ends. `instance` is a random name of this start, up to 32 characters: it
    /// makes the keys of its leases unlike those of every other start and device. `today` as in [`Input::Today`].
    pub fn new(settings: Settings, book: Book, instance: String, today: String) -> Self {
        Self {
            settings,
            today,
            book,
            online: false,
            revoked: false,
            view: None,
            printer: PrinterStatus::Unknown,
            printer_says: PrinterStatus::Unknown,
            sensor: PrinterStatus::Ready,
            jobs: Vec::new(),
            doubt: Doubt::default(),
            elsewhere: Elsewhere::default(),
            gap: None,
            gap_serial: 0,
            storing: BTreeMap::new(),
            store_serial: 0,
            store_works: true,
            owed: Owed::default(),
            sync: Sync::new(instance),
            card: Card::default(),
            help: Help::default(),
            screen: Screen::default(),
            out: Vec::new(),
        }
    }

    /// Takes in what happened and says what to do, in this order.
    pub fn handle(&mut self, input: Input) -> Vec<Output> {
        match input {
            Input::Pressed(wish) => self.pressed(wish),
            Input::Scanned { visitor, wish } => self.scanned(visitor, wish),
            Input::Unreadable(text) => self.unreadable(text),
            Input::Help => self.help_wanted(),
            Input::HelpEnded => self.help_ended(),
            Input::Identify => self.identify(),
            Input::LinkUp => self.link_up(),
            Input::LinkDown => self.link_down(),
            Input::Revoked => self.shut_out(),
            Input::View(view) => self.viewed(view),
            Input::Answer { key, answer: Answer::Ticket(ticket) } if !self.sync.is_mine(&key) => {
                self.ticket(&key, ticket);
            }
            Input::Answer { key, answer } => self.order_done(&key, &answer),
            Input::Refused { key, refused } => self.refused(&key, refused),
            Input::Timer(timer) => self.timer(timer),
            Input::Today(day) => self.today = day,
            Input::Printer(status) => self.paper_is(status, self.sensor),
            Input::Sensor(status) => self.paper_is(self.printer_says, status),
            Input::Printed { key, whole } => self.printed(&key, whole),
            Input::Reprint => self.reprint(),
            Input::Print(order) => self.print_ordered(order),
            Input::PrintedElsewhere { ticket } => self.printed_elsewhere(&ticket),
            Input::Stored { id } => self.stored(id),
            Input::StoreFailed { id } => self.store_failed(id),
        }
        self.synchronise();
        self.show();
        self.tell_slips();
        std::mem::take(&mut self.out)
    }

    /// The business day, as far as it is known: `2026-11-23`.
    pub fn day(&self) -> Option<&str> {
        self.book.day()
    }

    /// Whether the server can be reached.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// Whether a slip would come out.
    pub fn printer(&self) -> PrinterStatus {
        self.printer
    }

    /// What the kiosk page shows now.
    pub fn kiosk(&self) -> KioskState {
        self.kiosk_state()
    }

    /// What is known of the hall.
    pub fn hall(&self) -> Option<&HallFacts> {
        self.book.hall.as_ref()
    }

    fn link_up(&mut self) {
        (self.online, self.revoked) = (true, false);
        self.sync.connected();
        self.screen.told = None;
        self.elsewhere.connected();
    }

    fn link_down(&mut self) {
        self.online = false;
        self.sync.disconnected();
        self.answers_lost();
    }

    /// Nothing is given out any more; what was printed before is kept, and merged by whoever gets this device's name.
    fn shut_out(&mut self) {
        self.revoked = true;
        self.link_down();
    }

    fn viewed(&mut self, view: DispenserView) {
        if !self.online {
            return;
        }
        let facts = HallFacts::of(&view, &self.today);
        if self.book.hall.as_ref() != Some(&facts) {
            self.note_hall(facts);
        }
        self.view = Some(view);
        self.first_view();
    }

    /// The worse of the two counts; what the printer does not know is not known.
    fn paper_is(&mut self, printer: PrinterStatus, sensor: PrinterStatus) {
        (self.printer_says, self.sensor) = (printer, sensor);
        self.printer_is(if printer.prints() { printer.max(sensor) } else { printer });
    }

    fn timer(&mut self, timer: Timer) {
        match timer {
            Timer::Gap(serial) if self.gap == Some(serial) => self.gap = None,
            Timer::Gap(_) => {}
            Timer::Answer(key) => self.answer_overdue(&key),
            Timer::Late(key) => self.answer_lost(&key),
            Timer::Print(attempt) => self.print_overdue(attempt),
            Timer::Gone(key) => self.holder_gone(&key),
            Timer::Elsewhere(key) => self.tried_here(&key),
            Timer::Screen(serial) => self.screen.read(serial),
            Timer::Card(serial) => self.card.expire(serial),
            Timer::Help(serial) => self.help.expire(serial),
            Timer::Here(serial) => self.screen.found(serial),
            Timer::Retry => self.sync.rested(),
            Timer::Store => self.store_owed(),
        }
    }

    /// A record that counts at once: when it does not become durable, a restart does a piece of work twice, without harm.
    fn note(&mut self, record: Record) {
        self.book.apply(&record);
        self.store(record);
    }

    /// A record that counts when it is durable.
    fn settle(&mut self, record: Record) -> u64 {
        #[cfg(feature = "planted")]
        if let Record::Given(given) = &record
            && planted::is(planted::Bug::PrintedBeforeStored)
        {
            self.out.push(Output::Print(given.slip.clone()));
        }
        let id = self.store(record.clone());
        self.storing.insert(id, record);
        id
    }

    fn store(&mut self, record: Record) -> u64 {
        self.store_serial += 1;
        self.out.push(Output::Store { id: self.store_serial, record });
        self.store_serial
    }

    fn stored(&mut self, id: u64) {
        self.store_works = true;
        let Some(record) = self.storing.remove(&id) else { return };
        self.book.apply(&record);
        match record {
            Record::Asked { key, order } => self.noted(key, order),
            #[cfg(feature = "planted")]
            Record::Given(_) if planted::is(planted::Bug::PrintedBeforeStored) => {}
            Record::Given(given) => self.print(given.slip),
            Record::Leased { lane, .. } => self.sync.leased(lane),
            _ => {}
        }
    }

    fn store_failed(&mut self, id: u64) {
        self.store_works = false;
        match self.storing.remove(&id) {
            Some(Record::Asked { key, .. }) => self.press_not_recorded(&key),
            Some(Record::Given(given)) => self.given_not_recorded(&given),
            Some(leased @ Record::Leased { .. }) => self.lease_not_recorded(leased),
            Some(_) => {}
            None => self.note_not_recorded(id),
        }
    }

    fn set_timer(&mut self, timer: Timer, after_ms: u64) {
        self.out.push(Output::SetTimer { timer, after_ms });
    }
}
