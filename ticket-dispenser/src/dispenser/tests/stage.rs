use protocol::{
    FromClient, Refused, Text, UnprintedSlip,
    answer::{Answer, TicketAnswer},
    kiosk::{KioskPress, KioskScreen, KioskState},
    order::{Class, Lane, Language, Order},
    view::{DispenserView, LaneView, WaitRange, ZoneName},
};

use crate::dispenser::{
    Book, Cards, Dispenser, Input, Output, PrintOrder, PrinterStatus, Record, Settings, Slip, Timer, Wish,
};

pub const DAY: &str = "2026-11-23";

/// A dispenser among a server, a printer and a store that do what the script says.
pub struct Stage {
    pub dispenser: Dispenser,
    /// What the store holds.
    pub durable: Vec<Record>,
    /// What the store was given and has not confirmed.
    pending: Vec<(u64, Record)>,
    /// Timers that run.
    timers: Vec<Timer>,
    /// What the server was last told of slips.
    missed: Vec<String>,
    starts: u32,
}

impl Stage {
    /// Just switched on for the first time.
    pub fn new() -> Self {
        Self {
            dispenser: machine(Book::default(), 1),
            durable: vec![],
            pending: vec![],
            timers: vec![],
            missed: vec![],
            starts: 1,
        }
    }

    /// In the middle of a day: connected, paper in, A051 to A053 and no more in reserve.
    pub fn open() -> Self {
        Self::new().after("printer ready; up; view open; done i1-l1 leased A051 A053; stored")
    }

    /// Later, when all this has happened.
    pub fn after(mut self, happenings: &str) -> Self {
        happenings.split("; ").for_each(|happening| drop(self.play(happening)));
        self
    }

    /// What the dispenser does when this happens, a line each.
    pub fn play(&mut self, happening: &str) -> Vec<String> {
        let words: Vec<&str> = happening.split(' ').collect();
        match words[..] {
            ["stored"] => self.confirm(|id| Input::Stored { id }, true),
            ["store", "fails"] => self.confirm(|id| Input::StoreFailed { id }, false),
            ["restart"] => self.restart(),
            _ => self.feed(input(&words)),
        }
    }

    /// What the dispenser does with an input, a line each.
    pub fn feed(&mut self, input: Input) -> Vec<String> {
        let outputs = self.dispenser.handle(input);
        outputs.iter().filter_map(|output| self.keep(output)).collect()
    }

    fn confirm(&mut self, input: fn(u64) -> Input, durable: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, record) in std::mem::take(&mut self.pending) {
            self.durable.extend(durable.then_some(record));
            lines.extend(self.feed(input(id)));
        }
        lines
    }

    /// The power is cut: what was not durable is lost.
    fn restart(&mut self) -> Vec<String> {
        let mut book = Book::default();
        self.durable.iter().for_each(|record| book.apply(record));
        self.durable = book.records();
        self.starts += 1;
        self.pending.clear();
        self.dispenser = machine(book, self.starts);
        vec![screen(&self.dispenser.kiosk())]
    }

    /// The slips that the server is told of, when they change.
    fn missed(&mut self, unprinted: &[UnprintedSlip]) -> Option<String> {
        let tickets: Vec<String> = unprinted.iter().map(|slip| slip.ticket.clone()).collect();
        if tickets == self.missed {
            return None;
        }
        self.missed = tickets;
        Some(format!("not out: {}", self.missed.join(", ")).trim_end().to_owned())
    }

    fn keep(&mut self, output: &Output) -> Option<String> {
        Some(match output {
            Output::Send(FromClient::Do { key, order }) => format!("send {key}: {}", order_text(order)),
            Output::Send(FromClient::Trouble { trouble }) => {
                format!("tell: {}", trouble.as_ref().map_or("all is well", |trouble| &trouble.en))
            }
            Output::Send(FromClient::Slips { unprinted, .. }) => return self.missed(unprinted),
            Output::Send(FromClient::Printed { key, whole }) => {
                format!("say {key} is {}", if *whole { "out" } else { "not out" })
            }
            Output::Send(other) => panic!("a dispenser does not say {other:?}"),
            Output::Store { id, record } => {
                self.pending.push((*id, record.clone()));
                format!("store {}", record_text(record))
            }
            Output::Print(slip) => print_text(slip),
            Output::Show(state) => screen(state),
            Output::SetTimer { timer, .. } => {
                self.timers.push(timer.clone());
                return None;
            }
        })
    }
}

fn machine(book: Book, start: u32) -> Dispenser {
    Dispenser::new(settings(Cards { press: true, keep_ms: 20_000 }), book, format!("i{start}"), DAY.into())
}

/// As a hall sets it.
pub fn settings(cards: Cards) -> Settings {
    let (reserve_count, reserve_refill_at) = (3, 1);
    Settings {
        press_gap_ms: 2_000,
        answer_ms_max: 300,
        reserve_count,
        reserve_refill_at,
        elsewhere_after_ms: 10_000,
        cards: Some(cards),
    }
}

fn input(words: &[&str]) -> Input {
    match *words {
        ["scan", key, visitor] => scanned(key, visitor),
        ["scan", "nonsense"] => Input::Unreadable(Text::new("看不懂", "unreadable")),
        ["identify"] => Input::Identify,
        ["time", "here", serial] => Input::Timer(Timer::Here(serial.parse().unwrap())),
        ["help"] => Input::Help,
        ["help", "ends"] => Input::HelpEnded,
        ["sensor", status] => Input::Sensor(printer(status)),
        ["again", key, number] => Input::Answer { key: key.into(), answer: again(key, number) },
        ["time", "card", serial] => Input::Timer(Timer::Card(serial.parse().unwrap())),
        ["time", "help", serial] => Input::Timer(Timer::Help(serial.parse().unwrap())),
        ["up"] => Input::LinkUp,
        ["down"] => Input::LinkDown,
        ["revoked"] => Input::Revoked,
        ["reprint"] => Input::Reprint,
        ["view", state] => Input::View(view(state == "open", DAY)),
        ["view", state, day] => Input::View(view(state == "open", day)),
        ["today", day] => Input::Today(day.into()),
        ["printer", status] => Input::Printer(printer(status)),
        ["press", key] => pressed(key, Lane::Acceptance, Class::Normal),
        ["press", key, "issuing"] => pressed(key, Lane::Issuing, Class::Normal),
        ["press", key, "priority"] => pressed(key, Lane::Acceptance, Class::Priority),
        ["press", key, "appointment"] => pressed(key, Lane::Acceptance, Class::Appointment),
        ["ticket", key, number] => Input::Answer { key: key.into(), answer: ticket(key, number) },
        ["done", key] => Input::Answer { key: key.into(), answer: Answer::Done { seq: 1 } },
        ["done", key, "leased", first, last] => leased(key, first, last, DAY),
        ["done", key, "leased", first, last, day] => leased(key, first, last, day),
        ["refused", key, code] => Input::Refused { key: key.into(), refused: refused(code) },
        ["printed", key] => Input::Printed { key: key.into(), whole: true },
        ["torn", key] => Input::Printed { key: key.into(), whole: false },
        ["time", "gap", serial] => Input::Timer(Timer::Gap(serial.parse().unwrap())),
        ["time", "answer", key] => Input::Timer(Timer::Answer(key.into())),
        ["time", "late", key] => Input::Timer(Timer::Late(key.into())),
        ["time", "print", attempt] => Input::Timer(Timer::Print(attempt.parse().unwrap())),
        ["order", key, number] => ordered(key, number),
        ["elsewhere", number] => Input::PrintedElsewhere { ticket: format!("{DAY}/{number}") },
        ["time", "elsewhere", key] => Input::Timer(Timer::Elsewhere(key.into())),
        ["time", "gone", key] => Input::Timer(Timer::Gone(key.into())),
        ["time", "screen", serial] => Input::Timer(Timer::Screen(serial.parse().unwrap())),
        ["time", "retry"] => Input::Timer(Timer::Retry),
        ["time", "store"] => Input::Timer(Timer::Store),
        _ => panic!("nothing happens like that: {words:?}"),
    }
}

pub fn pressed(key: &str, lane: Lane, class: Class) -> Input {
    Input::Pressed(wish(key, lane, class))
}

/// A card is read, and a press for acceptance is what it stands for.
pub fn scanned(key: &str, visitor: &str) -> Input {
    Input::Scanned { visitor: visitor.into(), wish: wish(key, Lane::Acceptance, Class::Normal) }
}

fn wish(key: &str, lane: Lane, class: Class) -> Wish {
    let press = KioskPress { lane, class, language: Language::Zh };
    Wish { press, at_ms: 1_000, key: key.into(), token: format!("own-{key}") }
}

/// The staff wants a slip printed here.
pub fn ordered(key: &str, number: &str) -> Input {
    let Answer::Ticket(ticket) = again(key, number) else { panic!("a ticket is a ticket") };
    Input::Print(PrintOrder { key: key.into(), ticket, class: Class::Priority, language: Language::En })
}

/// The answer to a visitor who has this number already.
pub fn again(key: &str, number: &str) -> Answer {
    let Answer::Ticket(ticket) = ticket(key, number) else { panic!("a ticket is a ticket") };
    Answer::Ticket(TicketAnswer { reprint: true, token: format!("tok-{number}"), ..ticket })
}

pub fn ticket(key: &str, number: &str) -> Answer {
    Answer::Ticket(TicketAnswer {
        ticket: format!("{DAY}/{number}"),
        number: number.into(),
        lane: Lane::Acceptance,
        zone: Some('A'),
        ahead: 7,
        wait: Some(WaitRange { low_min: 8, high_min: 14 }),
        token: format!("tok-{key}"),
        at_ms: 1_000,
        reprint: false,
    })
}

fn leased(key: &str, first: &str, last: &str, day: &str) -> Input {
    Input::Answer {
        key: key.into(),
        answer: Answer::Leased { first: first.into(), last: last.into(), day: day.into() },
    }
}

pub fn refused(code: &str) -> Refused {
    Refused { code: code.into(), text: Text::new("不", format!("refused: {code}")) }
}

pub fn view(open: bool, day: &str) -> DispenserView {
    let name = Text::new("综合受理", "Acceptance");
    DispenserView {
        hall: Text::new("大厅", "Hall"),
        ticket_url: "http://h/t/".into(),
        day: Some(day.into()),
        open,
        lanes: vec![LaneView { lane: Lane::Acceptance, name, waiting: 7, open_windows: 2, wait: None }],
        zones: vec![ZoneName { zone: 'A', name: Text::new("A厅", "Hall A") }],
        slip: None,
    }
}

fn printer(status: &str) -> PrinterStatus {
    match status {
        "ready" => PrinterStatus::Ready,
        "low" => PrinterStatus::PaperLow,
        "out" => PrinterStatus::PaperOut,
        "open" => PrinterStatus::CoverOpen,
        "broken" => PrinterStatus::Broken,
        "cutter" => PrinterStatus::CutterError,
        "offline" => PrinterStatus::Offline,
        "unreachable" => PrinterStatus::Unreachable,
        "silent" => PrinterStatus::Silent,
        _ => panic!("no printer is {status}"),
    }
}

fn order_text(order: &Order) -> String {
    match order {
        Order::Issue(issue) => {
            let visitor = issue.visitor.as_ref().map(|visitor| format!(" for {visitor}")).unwrap_or_default();
            format!("issue {:?} {:?}{visitor}", issue.lane, issue.class)
        }
        Order::Lease { lane, count } => format!("lease {lane:?} {count}"),
        Order::Merge { issued } => {
            let issued: Vec<String> = issued.iter().map(|one| format!("{} {}", one.ticket, one.token)).collect();
            format!("merge {}", issued.join(", "))
        }
        Order::Visit { ticket, act } => format!("{act:?} {ticket}"),
        other => panic!("a dispenser does not order {other:?}"),
    }
}

fn record_text(record: &Record) -> String {
    match record {
        Record::Hall(facts) => format!("hall {} {}", if facts.open { "open" } else { "closed" }, facts.confirmed_on),
        Record::Asked { key, .. } => format!("asked {key}"),
        Record::Settled { key } => format!("settled {key}"),
        Record::Leased { first, last, .. } => format!("leased {first} {last}"),
        Record::Given(given) if given.offline.is_some() => {
            format!("given {} {} offline", given.slip.number, given.slip.key)
        }
        Record::Given(given) => format!("given {} {}", given.slip.number, given.slip.key),
        Record::Printed { key } => format!("printed {key}"),
        Record::Merged { through } => format!("merged {through}"),
        Record::SetAside { key } => format!("set aside {key}"),
    }
}

fn print_text(slip: &Slip) -> String {
    let ahead = slip.ahead.map_or("unknown".into(), |ahead| ahead.to_string());
    let again = if slip.reprint { " again" } else { "" };
    format!("print {}{again}, ahead {ahead}, {}", slip.number, slip.url)
}

fn screen(state: &KioskState) -> String {
    let link = if state.online { "" } else { " (cut off)" };
    let text = match &state.screen {
        KioskScreen::Ready => "ready".into(),
        KioskScreen::Working => "working".into(),
        KioskScreen::Taken(taken) if taken.reprint => format!("taken {} again", taken.number),
        KioskScreen::Taken(taken) => format!("taken {}", taken.number),
        KioskScreen::Closed => "closed".into(),
        KioskScreen::Trouble { text } => text.en.clone(),
    };
    let card = if state.card { " (card read)" } else { "" };
    let help = state.help.map(|help| format!(" (help {help:?})")).unwrap_or_default();
    let read = state.unreadable.as_ref().map(|text| format!(" ({})", text.en)).unwrap_or_default();
    let here = if state.here { " (here)" } else { "" };
    format!("show{link}{card}{read}{help}{here}: {text}")
}
