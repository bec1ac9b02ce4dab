//! A dispenser between a server that says anything, a store and a printer.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    FromClient, FromServer, KEY_CHARS_MAX, MESSAGE_BYTES_MAX, Order, View,
    kiosk::KioskPress,
    order::{Class, Lane, Language},
};
use ticket_dispenser::dispenser::{
    Book, Cards, Dispenser, Input, Output, PrintOrder, PrinterStatus, Record, Settings, Timer, Wish,
};

use super::message;
use crate::{
    lines,
    living::reads_back,
    outbox::{compacts, together},
    people,
};

/// Stands in a message of the server for the key of the oldest order without an answer.
const ITS_KEY: &str = "$";

/// Whatever happens: a number is durable before it is printed, a second slip of a press says that it is one, every order
/// fits into a message, and the kiosk page has something to show in both languages.
pub fn dispenser(bytes: &[u8]) {
    let mut world = World::new();
    lines(bytes).for_each(|line| world.happen(line));
    world.power_cut();
}

struct World {
    dispenser: Dispenser,
    starts: u32,
    presses: u32,
    /// Keys of orders without an answer.
    unread: Vec<String>,
    pending: Vec<(u64, Record)>,
    durable: Vec<Record>,
    printing: Vec<String>,
    timers: Vec<Timer>,
    /// Keys under which the staff ordered a slip.
    ordered: BTreeSet<String>,
    /// How often each press was printed.
    slips: BTreeMap<String, u32>,
}

impl World {
    fn new() -> Self {
        Self {
            dispenser: start(Book::default(), 1),
            starts: 1,
            presses: 0,
            unread: Vec::new(),
            pending: Vec::new(),
            durable: Vec::new(),
            printing: Vec::new(),
            timers: Vec::new(),
            ordered: BTreeSet::new(),
            slips: BTreeMap::new(),
        }
    }

    fn happen(&mut self, line: &str) {
        if let Some(input) = message(line).and_then(|message| self.heard(message)) {
            return self.feed(input);
        }
        if let Ok(press) = serde_json::from_str::<KioskPress>(line) {
            return self.press(press);
        }
        match line {
            "ann" | "bob" => {
                let press = KioskPress { lane: Lane::Acceptance, class: Class::Normal, language: Language::Zh };
                let wish = self.wish(press);
                self.feed(Input::Scanned { visitor: line.into(), wish });
            }
            "help" => self.feed(Input::Help),
            "down" => self.feed(Input::LinkDown),
            "reprint" => self.feed(Input::Reprint),
            "power" => self.power_cut(),
            "stored" | "failed" => self.stored(line == "stored"),
            "printed" | "torn" => {
                if let Some(key) = first(&mut self.printing) {
                    self.feed(Input::Printed { key, whole: line == "printed" });
                }
            }
            "time" => {
                if let Some(timer) = first(&mut self.timers) {
                    self.feed(Input::Timer(timer));
                }
            }
            "ready" => self.feed(Input::Printer(PrinterStatus::Ready)),
            "low" => self.feed(Input::Printer(PrinterStatus::PaperLow)),
            "out" => self.feed(Input::Printer(PrinterStatus::PaperOut)),
            "silent" => self.feed(Input::Printer(PrinterStatus::Silent)),
            day => self.feed(Input::Today(day.into())),
        }
    }

    fn heard(&mut self, message: FromServer) -> Option<Input> {
        Some(match message {
            FromServer::Welcome { .. } => Input::LinkUp,
            FromServer::View { view: View::Dispenser(view), .. } => Input::View(view),
            FromServer::Answer { key, answer } => Input::Answer { key: self.key(key), answer },
            FromServer::Print { key, ticket, class, language } => {
                self.ordered.insert(key.clone());
                Input::Print(PrintOrder { key, ticket, class, language })
            }
            FromServer::PrintedElsewhere { ticket } => Input::PrintedElsewhere { ticket },
            FromServer::Refused { key: Some(key), refused } => Input::Refused { key: self.key(key), refused },
            _ => return None,
        })
    }

    fn key(&mut self, key: String) -> String {
        if key == ITS_KEY { first(&mut self.unread).unwrap_or(key) } else { key }
    }

    fn press(&mut self, press: KioskPress) {
        let wish = self.wish(press);
        self.feed(Input::Pressed(wish));
    }

    fn wish(&mut self, press: KioskPress) -> Wish {
        self.presses += 1;
        let (key, token) = (format!("p{}", self.presses), format!("own-{}", self.presses));
        Wish { press, at_ms: 1_000, key, token }
    }

    fn stored(&mut self, works: bool) {
        if let Some((id, record)) = first(&mut self.pending) {
            self.durable.extend(works.then_some(record));
            self.feed(if works { Input::Stored { id } } else { Input::StoreFailed { id } });
        }
    }

    /// What was not durable is lost.
    fn power_cut(&mut self) {
        let book = together(&self.durable);
        compacts(&book);
        self.durable = book.records();
        self.starts += 1;
        self.dispenser = start(book, self.starts);
        (self.unread, self.pending, self.printing, self.timers) = Default::default();
    }

    fn feed(&mut self, input: Input) {
        for output in self.dispenser.handle(input) {
            match output {
                Output::Send(message) => self.sent(&message),
                Output::Store { id, record } => {
                    reads_back(&record);
                    self.pending.push((id, record));
                }
                Output::Print(slip) => {
                    let is = |record: &Record| matches!(record, Record::Given(given) if given.slip.key == slip.key && given.slip.number == slip.number);
                    let is_ordered = slip.reprint && self.ordered.contains(&slip.key);
                    assert!(is_ordered || self.durable.iter().any(is), "{} is printed and not durable", slip.number);
                    let slips = self.slips.entry(slip.key.clone()).or_default();
                    assert!(*slips == 0 || slip.reprint, "a second slip of {} looks like the first", slip.key);
                    *slips += 1;
                    self.printing.push(slip.key);
                }
                Output::Show(state) => drop(reads_back(&state)),
                Output::SetTimer { timer, .. } => self.timers.push(timer),
            }
        }
    }

    fn sent(&mut self, message: &FromClient) {
        let bytes = reads_back(message).len();
        assert!(bytes <= MESSAGE_BYTES_MAX, "a message of {bytes} bytes");
        match message {
            FromClient::Do { key, order } => {
                assert!((1..=KEY_CHARS_MAX).contains(&key.len()), "the server takes no key like {key}");
                assert!(!matches!(order, Order::Window { .. } | Order::Citizen { .. } | Order::Hall(_)), "{order:?}");
                self.unread.push(key.clone());
            }
            FromClient::Trouble { trouble } => trouble.iter().for_each(people::can_read),
            FromClient::Slips { .. } => {}
            FromClient::Printed { key, .. } => assert!(self.ordered.contains(key), "nobody ordered {key}"),
            other => panic!("a dispenser does not say {other:?}"),
        }
    }
}

fn start(book: Book, start: u32) -> Dispenser {
    // Every second life keeps a card for the next press.
    let cards = Some(Cards { press: start % 2 == 1, keep_ms: 20_000 });
    let settings = Settings {
        press_gap_ms: 2_000,
        answer_ms_max: 300,
        reserve_count: 3,
        reserve_refill_at: 1,
        elsewhere_after_ms: 10_000,
        cards,
    };
    Dispenser::new(settings, book, format!("i{start}"), "2026-11-23".into())
}

fn first<T>(list: &mut Vec<T>) -> Option<T> {
    (!list.is_empty()).then(|| list.remove(0))
}
